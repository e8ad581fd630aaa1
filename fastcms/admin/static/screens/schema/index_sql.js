// The CREATE INDEX statements of a collection, read as far as the dashboard shows their parts.

/** @typedef {{ name: string, unique: boolean, columns: string[], where: string }} Index  columns as they stand in the statement */

const HEAD = /^\s*create\s+(unique\s+)?index\s+(?:if\s+not\s+exists\s+)?(?:\S+\.)?[`"'[]?([^\s`"'\]]+)[`"'\]]?\s+on\s+\S+?\s*\(/i;

/**
 * Null for what is no such statement.
 * @param {string} sql
 * @returns {Index | null}
 */
export function parseIndex(sql) {
  const head = HEAD.exec(sql);
  if (!head) return null;
  const columns = [];
  let [depth, begin, at] = [0, head[0].length, head[0].length];
  for (; at < sql.length && depth >= 0; at += 1) {
    if (sql[at] === "(") depth += 1;
    if (sql[at] === ")") depth -= 1;
    if (depth < 0 || (depth === 0 && sql[at] === ",")) {
      columns.push(sql.slice(begin, at).trim());
      begin = at + 1;
    }
  }
  if (depth >= 0) return null;
  const where = /^\s*where\s+(.+)$/is.exec(sql.slice(at))?.[1] ?? "";
  return { name: head[2] ?? "", unique: Boolean(head[1]), columns: columns.filter(Boolean), where };
}

/**
 * @param {Index} index
 * @param {string} table
 */
export function buildIndex({ name, unique, columns, where }, table) {
  const list = columns.length > 1 ? `\n  ${columns.join(",\n  ")}\n` : columns.join("");
  return `CREATE ${unique ? "UNIQUE " : ""}INDEX \`${name}\` ON \`${table}\` (${list})${where && ` WHERE ${where}`}`;
}

/**
 * The name of the field that a column is, "" for an expression.
 * @param {string} column
 */
export function fieldOf(column) {
  return /^[`"'[]?(\w+)[`"'\]]?(?:\s+collate\s+\w+)?(?:\s+(?:asc|desc))?$/i.exec(column)?.[1] ?? "";
}

/**
 * The fields that a statement names as columns.
 * @param {string} sql
 */
export function fieldsOf(sql) {
  return (parseIndex(sql)?.columns ?? []).map(fieldOf).filter(Boolean);
}

/**
 * The statement with new names of fields; untouched where none of them is a column.
 * @param {string} sql
 * @param {ReadonlyMap<string, string>} renames
 * @param {string} table
 */
export function renamedColumns(sql, renames, table) {
  const index = parseIndex(sql);
  if (!index?.columns.some((column) => renames.has(fieldOf(column)))) return sql;
  const columns = index.columns.map((column) => {
    const name = fieldOf(column);
    const next = renames.get(name);
    return next === undefined ? column : column.replace(new RegExp(`^[\`"'[]?${name}[\`"'\\]]?`), `\`${next}\``);
  });
  return buildIndex({ ...index, columns }, table);
}

/**
 * Whether a value of the field belongs to one record only, as signing in wants it: a condition of the
 * index does not matter.
 * @param {readonly string[]} indexes
 * @param {string} field
 */
export function isUnique(indexes, field) {
  return indexes.some((sql) => {
    const index = parseIndex(sql);
    const [column = "", ...others] = index?.columns ?? [];
    return index?.unique && others.length === 0 && fieldOf(column).toLowerCase() === field.toLowerCase();
  });
}

/**
 * A name that no other index of any collection is likely to have.
 * @param {string} collection
 * @param {readonly string[]} fields
 */
export function indexName(collection, fields) {
  const tail = Math.random().toString(36).slice(2, 8);
  return ["idx", collection, ...fields, tail].filter(Boolean).join("_").slice(0, 100);
}
