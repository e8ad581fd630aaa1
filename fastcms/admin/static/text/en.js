// English, from which every other language takes its keys. `one|other` are forms by number.

import bulk from "./en/bulk.js";
import common from "./en/common.js";
import completions from "./en/completions.js";
import editors from "./en/editors.js";
import entry from "./en/entry.js";
import finding from "./en/finding.js";
import inputs from "./en/inputs.js";
import palette from "./en/palette.js";
import panel from "./en/panel.js";
import places from "./en/places.js";
import records from "./en/records.js";
import shell from "./en/shell.js";
import views from "./en/views.js";

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
