// Every page of the settings. To add one: a module, and a line here.

/** @typedef {import("../../core/language.js").Key} Key */
/**
 * @typedef {object} SettingsPage
 * @property {string} name  in the address, behind `settings`
 * @property {Key} title
 * @property {readonly { title?: Key, of: readonly string[] }[]} [sections]  which settings it shows: names of groups,
 *   or paths of single ones; the title of the first group if there is none
 * @property {boolean} [isControl]  changes collections
 * @property {() => Promise<import("../../ui/lazy.js").Component>} load  its component gets the `page` as well
 */

const plain = async () => (await import("./plain.js")).Plain;

/** By what they are about, in the order of the list at the side. @type {readonly { title: Key, pages: readonly SettingsPage[] }[]} */
export const GROUPS = [
  { title: "settingsServer", pages: [
    { name: "application", title: "settingsApplication",
      sections: [{ of: ["meta.appName", "meta.appURL", "meta.accentColor", "meta.hideControls"], title: "settingsApplication" }],
      load: async () => (await import("./application.js")).Application },
    { name: "mail", title: "settingsMail",
      sections: [{ of: ["meta.senderName", "meta.senderAddress"], title: "settingsSender" }, { of: ["smtp"] }],
      load: async () => (await import("./mail.js")).Mail },
    { name: "sms", title: "settingsSms", sections: [{ of: ["sms"] }, { of: ["sms.twilio"] }, { of: ["sms.sns"] }],
      load: async () => (await import("./sms.js")).Sms },
    { name: "storage", title: "settingsStorage",
      sections: [{ of: ["storage"], title: "settingsPlace" }, { of: ["s3"] }, { of: ["storage.azure"] }, { of: ["storage.gcs"] }],
      load: async () => (await import("./storage.js")).StorageSettings },
    { name: "log", title: "settingsLog", sections: [{ of: ["logs"] }], load: plain },
    { name: "batch", title: "settingsBatch", sections: [{ of: ["batch"] }], load: plain },
    { name: "checks", title: "settingsChecks", load: async () => (await import("./checks.js")).Checks },
  ] },
  { title: "settingsSecurity", pages: [
    { name: "rate-limits", title: "settingsRateLimits",
      sections: [{ of: ["rateLimits.enabled", "rateLimits.rules", "rateLimits.excludedIPs"], title: "settingsRateLimits" }],
      load: async () => (await import("./rate_limits.js")).RateLimits },
    { name: "proxy", title: "settingsProxy", sections: [{ of: ["trustedProxy"] }],
      load: async () => (await import("./proxy.js")).Proxy },
    { name: "superuser-ips", title: "settingsSuperuserIps", sections: [{ of: ["superuserIPs"], title: "settingsSuperuserIps" }],
      load: async () => (await import("./superuser_ips.js")).SuperuserIps },
    { name: "encryption", title: "settingsEncryption", load: async () => (await import("./encryption.js")).Encryption },
    { name: "sessions", title: "sessions", load: async () => (await import("./sessions/sessions.js")).Sessions },
    { name: "lockouts", title: "lockouts", load: async () => (await import("./lockouts/lockouts.js")).Lockouts },
  ] },
  { title: "settingsData", pages: [
    { name: "export-collections", title: "exportCollections", isControl: true,
      load: async () => (await import("./collections/export.js")).ExportCollections },
    { name: "import-collections", title: "importCollections", isControl: true,
      load: async () => (await import("./collections/import.js")).ImportCollections },
    { name: "backups", title: "backups", load: async () => (await import("./backups/backups.js")).Backups },
    { name: "sql", title: "sql", load: async () => (await import("./sql/sql.js")).SqlConsole },
    { name: "automatic-backups", title: "settingsAutomaticBackups",
      sections: [
        { of: ["backups.cron", "backups.cronMaxKeep", "backups.verify"], title: "settingsAutomaticBackups" },
        { of: ["backups.provider"], title: "settingsPlace" },
        { of: ["backups.s3"] }, { of: ["backups.azure"] }, { of: ["backups.gcs"] },
      ],
      load: async () => (await import("./automatic_backups.js")).AutomaticBackups },
  ] },
  { title: "settingsWork", pages: [
    { name: "crons", title: "crons", load: async () => (await import("./crons/crons.js")).Crons },
    { name: "jobs", title: "jobs", load: async () => (await import("./jobs/jobs.js")).Jobs },
    { name: "queue", title: "queue", load: async () => (await import("./queue/queue.js")).Queue },
    { name: "mails", title: "mails", load: async () => (await import("./mails/mails.js")).Mails },
  ] },
  { title: "settingsYou", pages: [
    { name: "account", title: "settingsAccount", load: async () => (await import("./account/account.js")).Account },
  ] },
];
