// German: the SQL console.

/** @type {typeof import("../en/sql.js").default} */
export default {
  sqlAffected: "{count} Zeile wurde geändert.|{count} Zeilen wurden geändert.",
  sqlCapped: "Das sind die ersten {most}; mehr sendet der Server nicht.",
  sqlForget: "{name} vergessen",
  sqlHistory: "Verlauf",
  sqlHistoryClear: "Verlauf leeren",
  sqlHistorySearch: "Verlauf durchsuchen",
  sqlHistoryText: "Die letzten hundert Abfragen, nur in diesem Browser.",
  sqlKeys: "Strg+Enter führt aus, was markiert ist, sonst alles. Strg+Leertaste ergänzt.",
  sqlQuery: "Abfrage",
  sqlReadOnly: "Nur lesen",
  sqlResults: "Zeilen",
  sqlRows: "{count} Zeile|{count} Zeilen",
  sqlRun: "Ausführen",
  sqlSave: "Abfrage speichern",
  sqlSaveName: "Name der Abfrage",
  sqlSaved: "Gespeicherte Abfragen",
  sqlShowAll: "Alle {all} zeigen",
  sqlText: "SQL auf der Hauptdatenbank. Regeln, Prüfungen und Hooks gelten hier nicht, und niemand erfährt in Echtzeit von Änderungen.",
  sqlTime: "in {ms} ms.",
  sqlWhole: "alle {length} Zeichen",
  sqlWritesRefused: "Die Abfrage schreibt. Schalten Sie „Nur lesen“ aus, um sie auszuführen.",
  sqlWritesRun: "Ausführen und schreiben",
  sqlWritesText: "Die Abfrage ändert die Datenbank, an allen Regeln und Prüfungen vorbei. Zurück geht es nur mit einer Sicherung.",
  sqlWritesTitle: "In die Datenbank schreiben?",
};
