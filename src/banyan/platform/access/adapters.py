"""What allauth does differently here: nobody signs up alone, and signing on elsewhere only opens existing accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def can_delete_email(self, email_address: Any) -> bool:
        """Addresses are kept by administrators: a login is not lost by a slip."""
        return False


class SignOnAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect opens accounts that exist (matched by a verified address) and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False
