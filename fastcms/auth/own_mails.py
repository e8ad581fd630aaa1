"""The texts of mails that the reference does not send."""

from __future__ import annotations

from fastcms.schema.options import EmailTemplate

LOCKOUT = EmailTemplate(
    subject="Failed attempts to sign in to your {APP_NAME} account",
    body="""<p>Hello,</p>
<p>Somebody has tried to sign in to your {APP_NAME} account with wrong passwords, the last time from
{ADDRESS}. Further attempts are refused for a while.</p>
<p>If it was you, wait a little or reset your password. If it was not you, nothing has to be done:
nobody was let in. A password that you use nowhere else, and a second factor, keep it that way.</p>
<p>
  Thanks,<br/>
  {APP_NAME} team
</p>""",
)

SUSPICIOUS_SIGN_IN = EmailTemplate(
    "Was this you?",
    "<p>Hello,</p>\n"
    "<p>Somebody signed in to your {APP_NAME} account with a device and from a network that you"
    " have not used before:</p>\n"
    "<p><em>{ALERT_INFO}</em></p>\n"
    "<p><strong>If this wasn't you, change your password at once: that ends every session."
    "</strong></p>\n"
    "<p>If this was you, you need not do anything.</p>\n"
    "<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>",
)
