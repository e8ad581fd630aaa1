// English: the settings.

export default {
  settingsData: "Data",
  settingsSecurity: "Security",
  settingsServer: "Server",
  settingsWork: "Work",
  settingsYou: "Your account",
};
