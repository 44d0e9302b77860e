"""How sign-in pages of allauth look where a template alone cannot say it."""

from io import BytesIO

import segno
from allauth.mfa.adapter import DefaultMFAAdapter


class SecondFactorAdapter(DefaultMFAAdapter):
    """Draws the QR code of an authenticator with segno, which needs no imaging library."""

    def build_totp_svg(self, url: str) -> str:
        """The otpauth URL as SVG."""
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=6, border=2, dark="#111", light="#fff")
        return picture.getvalue().decode("utf-8")
