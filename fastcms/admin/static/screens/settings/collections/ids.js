// Ids of a file that differ from those of here although the names are the same.

/** @typedef {Record<string, any>} Entry  a collection as a file has it */

/**
 * By what they are in the file, what they are here. A collection is the same by its name, a field by
 * its name and type.
 * @param {Entry[]} entries
 * @param {Entry[]} stored
 * @returns {Map<string, string>}
 */
export function mismatched(entries, stored) {
  const ids = new Set(stored.map(({ id }) => id));
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const entry of entries) {
    const own = stored.find(({ id }) => id === entry.id) ?? stored.find(({ name }) => name === entry.name);
    if (!own) continue;
    if (entry.id && entry.id !== own.id && !ids.has(entry.id)) found.set(entry.id, own.id);
    for (const field of entry.fields ?? []) {
      const there = own.fields.find((/** @type {Entry} */ { name, type }) => name === field.name && type === field.type);
      if (there && field.id && field.id !== there.id) found.set(field.id, there.id);
    }
  }
  return found;
}

/**
 * The file with the ids of here, also where fields name collections.
 * @param {Entry[]} entries
 * @param {Map<string, string>} ids
 * @returns {Entry[]}
 */
export function withIds(entries, ids) {
  /** @param {unknown} id */
  const own = (id) => ids.get(String(id)) ?? id;
  return entries.map((entry) => ({
    ...entry,
    ...(entry.id ? { id: own(entry.id) } : {}),
    ...(entry.fields ? { fields: entry.fields.map((/** @type {Entry} */ field) => {
      const { id, collectionId, collectionIds, junctionId } = field;
      return {
        ...field, ...(id ? { id: own(id) } : {}), ...(collectionId ? { collectionId: own(collectionId) } : {}),
        ...(collectionIds ? { collectionIds: collectionIds.map(own) } : {}), ...(junctionId ? { junctionId: own(junctionId) } : {}),
      };
    }) } : {}),
  }));
}
