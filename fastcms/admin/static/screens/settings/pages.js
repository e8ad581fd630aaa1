// Every page of the settings. To add one: a module, and a line here.

/** @typedef {import("../../core/language.js").Key} Key */
/**
 * @typedef {object} SettingsPage
 * @property {string} name  in the address, behind `settings`
 * @property {Key} title
 * @property {() => Promise<import("../../ui/lazy.js").Component>} load
 */

/** By what they are about, in the order of the list at the side. @type {readonly { title: Key, pages: readonly SettingsPage[] }[]} */
export const GROUPS = [
  { title: "settingsServer", pages: [] },
  { title: "settingsSecurity", pages: [
    { name: "sessions", title: "sessions", load: async () => (await import("./sessions/sessions.js")).Sessions },
    { name: "lockouts", title: "lockouts", load: async () => (await import("./lockouts/lockouts.js")).Lockouts },
  ] },
  { title: "settingsData", pages: [
    { name: "export-collections", title: "exportCollections",
      load: async () => (await import("./collections/export.js")).ExportCollections },
    { name: "import-collections", title: "importCollections",
      load: async () => (await import("./collections/import.js")).ImportCollections },
    { name: "backups", title: "backups", load: async () => (await import("./backups/backups.js")).Backups },
    { name: "sql", title: "sql", load: async () => (await import("./sql/sql.js")).SqlConsole },
  ] },
  { title: "settingsWork", pages: [
    { name: "crons", title: "crons", load: async () => (await import("./crons/crons.js")).Crons },
    { name: "jobs", title: "jobs", load: async () => (await import("./jobs/jobs.js")).Jobs },
    { name: "queue", title: "queue", load: async () => (await import("./queue/queue.js")).Queue },
    { name: "mails", title: "mails", load: async () => (await import("./mails/mails.js")).Mails },
  ] },
  { title: "settingsYou", pages: [] },
];
