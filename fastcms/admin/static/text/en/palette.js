// English: the command palette.

export default {
  paletteBackup: "Back up now",
  paletteBackupDone: "The backup {name} is made.",
  paletteBackupRuns: "The backup is being made…",
  paletteCount: "{count} result|{count} results",
  paletteGroup_action: "Action",
  paletteGroup_collection: "Collection",
  paletteGroup_place: "Go to",
  paletteGroup_record: "Record",
  paletteHelp: "Go to a screen, a collection or a record, or do something",
  paletteInvite: "Invite a superuser",
  paletteNewIn: "New record in {name}",
};
