// German: the frame around every screen, and coming back to it.

/** @type {typeof import("../en/shell.js").default} */
export default {
  commands: "Befehle",
  documentation: "Dokumentation",
  installRestore: "Oder eine Sicherung einspielen",
  installRestoreText: "Eine Zip-Datei mit einer Sicherung von FastCMS oder PocketBase. Alles, was auf dem Server ist, wird ersetzt, auch die Superuser.",
  installRestored: "Der Server spielt die Sicherung ein. Melden Sie sich mit einem Konto daraus an.",
  leave: "Verlassen",
  leaveText: "Was Sie hier eingegeben haben, ist nicht gespeichert.",
  leaveTitle: "Ohne Speichern verlassen?",
  offline: "Der Server ist nicht erreichbar. Es geht weiter, sobald er antwortet.",
  sessionOver: "Ihre Sitzung ist zu Ende. Melden Sie sich wieder an, um fortzufahren.",
  superusers: "Superuser",
  version: "FastCMS {version}",
};
