"""What a new auth collection starts with: lifetimes, methods and the texts of its mails."""

from __future__ import annotations

from fastcms.schema.options import (
    MFA,
    OTP,
    AuthAlert,
    AuthOptions,
    EmailTemplate,
    PasswordAuth,
    TokenOptions,
    new_secret,
)

_SIGNATURE = """<p>
  Thanks,<br/>
  {APP_NAME} team
</p>"""


def _button(page: str, label: str) -> str:
    address = f"{{APP_URL}}/_/#/auth/{page}/{{TOKEN}}"
    link = f'<a class="btn" href="{address}" target="_blank" rel="noopener">{label}</a>'
    return f"<p>\n  {link}\n</p>"


VERIFICATION = EmailTemplate(
    subject="Verify your {APP_NAME} email",
    body=f"""<p>Hello,</p>
<p>Thank you for joining us at {{APP_NAME}}.</p>
<p>Click on the button below to verify your email address.</p>
{_button("confirm-verification", "Verify")}
<p><i>If you didn't recently register, please ignore this email.</i></p>
{_SIGNATURE}""",
)

RESET_PASSWORD = EmailTemplate(
    subject="Reset your {APP_NAME} password",
    body=f"""<p>Hello,</p>
<p>Click on the button below to reset your password.</p>
{_button("confirm-password-reset", "Reset password")}
<p><i>If you didn't ask to reset your password, please ignore this email.</i></p>
{_SIGNATURE}""",
)

CONFIRM_EMAIL_CHANGE = EmailTemplate(
    subject="Confirm your {APP_NAME} new email address",
    body=f"""<p>Hello,</p>
<p>Click on the button below to confirm your new email address.</p>
{_button("confirm-email-change", "Confirm new email")}
<p><i>If you didn't ask to change your email address, please ignore this email.</i></p>
{_SIGNATURE}""",
)

ONE_TIME_PASSWORD = EmailTemplate(
    subject="OTP for {APP_NAME}",
    body=f"""<p>Hello,</p>
<p>Your one-time password is: <strong>{{OTP}}</strong></p>
<p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>
{_SIGNATURE}""",
)

AUTH_ALERT = EmailTemplate(
    subject="Login from a new location",
    body=f"""<p>Hello,</p>
<p>We noticed a login to your {{APP_NAME}} account from a new location:</p>
<p><em>{{ALERT_INFO}}</em></p>
<p><strong>If this wasn't you, you should immediately change your {{APP_NAME}} account password \
to revoke access from all other locations.</strong></p>
<p>If this was you, you may disregard this email.</p>
{_SIGNATURE}""",
)


def new_auth_options() -> AuthOptions:
    """The options of a new auth collection, with secrets of its own. Durations in seconds."""
    return AuthOptions(
        auth_rule="",
        auth_alert=AuthAlert(enabled=True, email_template=AUTH_ALERT),
        password_auth=PasswordAuth(enabled=True, identity_fields=("email",)),
        mfa=MFA(duration=600),
        otp=OTP(duration=180, length=8, email_template=ONE_TIME_PASSWORD),
        auth_token=TokenOptions(new_secret(), 5 * 24 * 3600),
        password_reset_token=TokenOptions(new_secret(), 1800),
        email_change_token=TokenOptions(new_secret(), 1800),
        verification_token=TokenOptions(new_secret(), 24 * 3600),
        file_token=TokenOptions(new_secret(), 180),
        verification_template=VERIFICATION,
        reset_password_template=RESET_PASSWORD,
        confirm_email_change_template=CONFIRM_EMAIL_CHANGE,
    )
