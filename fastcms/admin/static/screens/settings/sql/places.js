// Where in a query the database's complaint is about.

const NAMED = /near "([^"]+)"|no such (?:column|table|function|module|index|view|trigger|collation sequence): "?([\w.]+)|ambiguous column name: ([\w.]+)|unrecognized token: "([^"]+)|has no column named (\w+)|(?:table|view|index) (\w+) already exists/;

/**
 * @param {string} problem
 * @param {string} sql
 * @returns {{ from: number, to: number }[]}
 */
export function placesOf(problem, sql) {
  const found = NAMED.exec(problem)?.slice(1).find(Boolean);
  if (!found) return [];
  // What it names with its table may stand alone, and the other way round.
  for (const name of [found, found.split(".").at(-1) ?? found]) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const edge = (/** @type {string | undefined} */ letter) => (letter && /\w/.test(letter) ? "\\b" : "");
    const match = new RegExp(`${edge(name[0])}${escaped}${edge(name.at(-1))}`, "i").exec(sql);
    if (match) return [{ from: match.index, to: match.index + match[0].length }];
  }
  return [];
}
