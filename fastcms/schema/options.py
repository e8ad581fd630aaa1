"""The options of an auth collection: what signs in, for how long, and the mails it sends."""

from __future__ import annotations

from typing import Any

import msgspec

from fastcms import ids

BREACH_URL = "https://api.pwnedpasswords.com/range/"


class EmailTemplate(msgspec.Struct, frozen=True, rename="camel"):
    """Subject and HTML body with ``{PLACEHOLDERS}``."""

    subject: str = ""
    body: str = ""


class AuthAlert(msgspec.Struct, frozen=True, rename="camel"):
    """The mail after a sign-in from an unknown place."""

    enabled: bool = False
    email_template: EmailTemplate = EmailTemplate()


class SuspiciousSignIn(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """The mail after a sign-in with an unknown device from an unknown network.

    It is FastCMS's own if there is no template.
    """

    enabled: bool = False
    email_template: EmailTemplate | None = None


class MappedFields(msgspec.Struct, frozen=True):
    """Which record field takes which value of an OAuth2 profile."""

    id: str = ""
    name: str = ""
    username: str = ""
    avatarURL: str = ""  # noqa: N815 (camel case of "avatar_url" would be "avatarUrl")


class OAuth2Provider(msgspec.Struct, frozen=True):
    """One configured OAuth2 provider, keys as on the wire."""

    pkce: bool | None = None
    name: str = ""
    clientId: str = ""  # noqa: N815
    clientSecret: str = ""  # noqa: N815
    authURL: str = ""  # noqa: N815
    tokenURL: str = ""  # noqa: N815
    userInfoURL: str = ""  # noqa: N815
    displayName: str = ""  # noqa: N815
    extra: dict[str, Any] | None = None


class OAuth2(msgspec.Struct, frozen=True, rename="camel"):
    """OAuth2 sign-in."""

    providers: tuple[OAuth2Provider, ...] = ()
    mapped_fields: MappedFields = MappedFields()
    enabled: bool = False


class PasswordAuth(msgspec.Struct, frozen=True, rename="camel"):
    """Sign-in by password."""

    enabled: bool = False
    identity_fields: tuple[str, ...] = ()


class MFA(msgspec.Struct, frozen=True, rename="camel"):
    """A second factor; `duration` in seconds between the two."""

    enabled: bool = False
    duration: int = 0
    rule: str = ""


class OTP(msgspec.Struct, frozen=True, rename="camel"):
    """One-time passwords by mail; `duration` in seconds, `length` in digits."""

    enabled: bool = False
    duration: int = 0
    length: int = 0
    email_template: EmailTemplate = EmailTemplate()


class TOTP(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Codes of an authenticator app as second factor.

    `issuer` is what the app shows, the application's name if empty. A device that was remembered
    needs no code for `remember_duration` seconds; with 0 none can be.
    """

    enabled: bool = False
    issuer: str = ""
    remember_duration: int = 30 * 24 * 3600


class Lockout(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How many failed attempts refuse further ones for a while; times in seconds."""

    enabled: bool = True
    # On one account from one address, on one account from everywhere, from one address on all.
    attempts: int = 10
    account_attempts: int = 100
    address_attempts: int = 200
    # Of the first lock; each failure after it doubles that, up to the duration.
    delay: int = 30
    duration: int = 900
    # Whether the owner is told by mail.
    notify: bool = True


class Passkey(msgspec.Struct, frozen=True, omit_defaults=True):
    """Sign-in by passkey.

    `rpID` is the domain that passkeys belong to, `origins` are the pages that may ask for them;
    both follow from the application's address if empty.
    """

    enabled: bool = False
    rpID: str = ""  # noqa: N815 (as WebAuthn spells it)
    origins: tuple[str, ...] = ()


class CookieAuth(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Sign-in by cookie, for browsers.

    `origins` are those of other pages that may send the cookie; with a `domain` its subdomains get
    it, too.
    """

    enabled: bool = False
    same_site: str = "lax"
    domain: str = ""
    origins: tuple[str, ...] = ()


class SMSOTP(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One-time passwords by text message, to the verified number in the field `phone_field`."""

    enabled: bool = False
    phone_field: str = "phone"
    # Seconds that a code is good for, and its digits.
    duration: int = 300
    length: int = 6
    # `{OTP}` and `{APP_NAME}` are filled in.
    text: str = "{OTP} is your code for {APP_NAME}."
    # Beginnings of numbers that messages go to, such as `+49`; to all if empty.
    countries: tuple[str, ...] = ()
    # Messages in an hour, for all records together.
    hourly_limit: int = 500


class PasswordPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a new password must be like, and for how long it lasts."""

    block_common: bool = False
    # Asks a list of breached passwords for those whose digest begins alike.
    block_breached: bool = False
    breach_url: str = msgspec.field(default=BREACH_URL, name="breachURL")
    # zxcvbn's score, 1 to 4.
    min_strength: int = 0
    # Of "lower", "upper", "digit" and "symbol".
    require: tuple[str, ...] = ()
    # How many earlier passwords are refused.
    history: int = 0
    # Days until it has to be reset.
    expires: int = 0


class TokenOptions(msgspec.Struct, frozen=True, rename="camel"):
    """The signing secret of one token type and its lifetime in seconds."""

    secret: str = ""
    duration: int = 0


TOKEN_KEYS = (
    "authToken",
    "passwordResetToken",
    "emailChangeToken",
    "verificationToken",
    "fileToken",
)


# Options that the reference does not have.
OWN_KEYS: tuple[str, ...] = (
    "suspiciousSignIn",
    "totp",
    "passkey",
    "smsOTP",
    "lockout",
    "cookieAuth",
    "passwordPolicy",
)


class AuthOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything that an auth collection has beyond a base one; keys in the wire's order."""

    auth_rule: str | None = None
    manage_rule: str | None = None
    auth_alert: AuthAlert = AuthAlert()
    oauth2: OAuth2 = msgspec.field(default=OAuth2(), name="oauth2")
    password_auth: PasswordAuth = PasswordAuth()
    mfa: MFA = MFA()
    otp: OTP = OTP()
    auth_token: TokenOptions = TokenOptions()
    password_reset_token: TokenOptions = TokenOptions()
    email_change_token: TokenOptions = TokenOptions()
    verification_token: TokenOptions = TokenOptions()
    file_token: TokenOptions = TokenOptions()
    verification_template: EmailTemplate = EmailTemplate()
    reset_password_template: EmailTemplate = EmailTemplate()
    confirm_email_change_template: EmailTemplate = EmailTemplate()
    suspicious_sign_in: SuspiciousSignIn = SuspiciousSignIn()
    totp: TOTP = TOTP()
    passkey: Passkey = Passkey()
    sms_otp: SMSOTP = msgspec.field(default=SMSOTP(), name="smsOTP")
    lockout: Lockout = Lockout()
    cookie_auth: CookieAuth = CookieAuth()
    password_policy: PasswordPolicy = PasswordPolicy()

    def to_json(self, *, secrets: bool) -> dict[str, Any]:
        """The options by wire name; token and client secrets only if asked for."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        for key in OWN_KEYS:
            # Their structs omit defaults: what nobody has set is not on the wire.
            if not data[key]:
                del data[key]
        for provider in data["oauth2"]["providers"]:
            if provider.get("extra") is None:
                provider["extra"] = {}
            if not secrets:
                provider.pop("clientSecret")
        if not secrets:
            for key in TOKEN_KEYS:
                data[key].pop("secret")
        return data


def new_secret() -> str:
    """A fresh token secret: 50 letters and digits."""
    return ids.random_text(50)
