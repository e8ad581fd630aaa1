// German.

import common from "./de/common.js";
import entry from "./de/entry.js";
import records from "./de/records.js";

/** @type {typeof import("./en.js").default} */
export default {
  ...common,
  ...entry,
  ...records,
};
