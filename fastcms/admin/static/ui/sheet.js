// Styles that only some screens need, as files of the server.

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * @param {string} name  below the dashboard's root
 * @returns {Promise<void>} when the styles hold
 */
export function loadSheet(name) {
  const there = sheets.get(name);
  if (there) return there;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = name;
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      sheets.delete(name);
      reject(new Error(`${name} did not come.`));
    };
  });
  sheets.set(name, loaded);
  document.head.append(link);
  return loaded;
}
