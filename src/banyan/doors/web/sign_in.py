"""How sign-in pages of allauth look where a template alone cannot say it."""

from io import BytesIO

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_noop


class SecondFactorAdapter(DefaultMFAAdapter):
    """Draws the QR code of an authenticator with segno, which needs no imaging library."""

    def build_totp_svg(self, url: str) -> str:
        """The otpauth URL as SVG."""
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=6, border=2, dark="#111", light="#fff")
        return picture.getvalue().decode("utf-8")


# Words of allauth's own forms, which it does not translate into every language of ours. Our catalogue, read first, does.
WORDS = (
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("Password"),
    gettext_noop("Remember Me"),
    gettext_noop("Forgot your password?"),
    gettext_noop("Current Password"),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("Password (again)"),
    gettext_noop("Code"),
    gettext_noop("Authenticator code"),
    gettext_noop("Passwordless"),
    gettext_noop("Name"),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("Please type your current password."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("This account is currently inactive."),
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use a security key"),
    gettext_noop("This functionality requires JavaScript."),
)
