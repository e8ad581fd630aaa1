// German: the command palette.

/** @type {typeof import("../en/palette.js").default} */
export default {
  paletteBackup: "Jetzt sichern",
  paletteBackupDone: "Die Sicherung {name} ist gemacht.",
  paletteBackupRuns: "Die Sicherung wird gemacht …",
  paletteCount: "{count} Treffer|{count} Treffer",
  paletteGroup_action: "Aktion",
  paletteGroup_collection: "Sammlung",
  paletteGroup_place: "Gehe zu",
  paletteGroup_record: "Datensatz",
  paletteHelp: "Zu einem Bereich, einer Sammlung oder einem Datensatz gehen, oder etwas tun",
  paletteInvite: "Superuser einladen",
  paletteNewIn: "Neuer Datensatz in {name}",
};
