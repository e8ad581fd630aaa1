// German: the settings.

/** @type {typeof import("../en/settings.js").default} */
export default {
  settingsData: "Daten",
  settingsSecurity: "Sicherheit",
  settingsServer: "Server",
  settingsWork: "Abläufe",
  settingsYou: "Eigenes Konto",
};
