// German.

import bulk from "./de/bulk.js";
import common from "./de/common.js";
import completions from "./de/completions.js";
import editors from "./de/editors.js";
import entry from "./de/entry.js";
import finding from "./de/finding.js";
import inputs from "./de/inputs.js";
import palette from "./de/palette.js";
import panel from "./de/panel.js";
import places from "./de/places.js";
import records from "./de/records.js";
import shell from "./de/shell.js";
import views from "./de/views.js";

/** @type {typeof import("./en.js").default} */
export default {
  ...bulk,
  ...common,
  ...completions,
  ...editors,
  ...entry,
  ...finding,
  ...inputs,
  ...palette,
  ...panel,
  ...places,
  ...records,
  ...shell,
  ...views,
};
