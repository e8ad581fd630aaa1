// German.

import apiPreview from "./de/api_preview.js";
import bulk from "./de/bulk.js";
import common from "./de/common.js";
import completions from "./de/completions.js";
import editors from "./de/editors.js";
import entry from "./de/entry.js";
import finding from "./de/finding.js";
import home from "./de/home.js";
import inputs from "./de/inputs.js";
import logs from "./de/logs.js";
import operations from "./de/operations.js";
import overview from "./de/overview.js";
import palette from "./de/palette.js";
import panel from "./de/panel.js";
import records from "./de/records.js";
import rules from "./de/rules.js";
import settings from "./de/settings.js";
import shell from "./de/shell.js";
import sql from "./de/sql.js";
import transfer from "./de/transfer.js";
import views from "./de/views.js";

/** @type {typeof import("./en.js").default} */
export default {
  ...apiPreview,
  ...bulk,
  ...common,
  ...completions,
  ...editors,
  ...entry,
  ...finding,
  ...home,
  ...inputs,
  ...logs,
  ...operations,
  ...overview,
  ...palette,
  ...panel,
  ...records,
  ...rules,
  ...settings,
  ...shell,
  ...sql,
  ...transfer,
  ...views,
};
