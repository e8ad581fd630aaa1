// English: the frame around every screen, and coming back to it.

export default {
  commands: "Commands",
  documentation: "Documentation",
  installRestore: "Or restore from a backup",
  installRestoreText: "A zip file of a backup of FastCMS or PocketBase. Everything that is on the server is replaced, superusers too.",
  installRestored: "The server is restoring the backup. Sign in with an account of it.",
  leave: "Leave",
  leaveText: "What you typed here is not saved.",
  leaveTitle: "Leave without saving?",
  offline: "The server cannot be reached. The dashboard goes on as soon as it answers.",
  sessionOver: "Your session is over. Sign in again to go on where you were.",
  superusers: "Superusers",
  version: "FastCMS {version}",
};
