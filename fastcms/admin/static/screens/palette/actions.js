// What can be done from everywhere: by the command palette, or on the home screen.

import { pb } from "../../core/client.js";
import { t } from "../../core/language.js";
import { complain, say } from "../../ui/toasts.js";

/** Makes a backup, and says how it went. */
export async function backUp() {
  const name = `backup_${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}.zip`;
  const done = say(t("paletteBackupRuns"), { seconds: 3600 });
  try {
    await pb.backups.create(name);
    say(t("paletteBackupDone", { name }));
  } catch (error) {
    complain(error);
  }
  done();
}
