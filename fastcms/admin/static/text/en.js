// English, from which every other language takes its keys. `one|other` are forms by number.

import apiPreview from "./en/api_preview.js";
import bulk from "./en/bulk.js";
import common from "./en/common.js";
import completions from "./en/completions.js";
import editors from "./en/editors.js";
import entry from "./en/entry.js";
import finding from "./en/finding.js";
import home from "./en/home.js";
import inputs from "./en/inputs.js";
import logs from "./en/logs.js";
import operations from "./en/operations.js";
import overview from "./en/overview.js";
import palette from "./en/palette.js";
import panel from "./en/panel.js";
import records from "./en/records.js";
import rules from "./en/rules.js";
import settings from "./en/settings.js";
import shell from "./en/shell.js";
import sql from "./en/sql.js";
import transfer from "./en/transfer.js";
import views from "./en/views.js";

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
