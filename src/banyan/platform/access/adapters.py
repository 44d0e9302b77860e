"""What allauth does differently here: nobody signs up alone, and signing on elsewhere only opens existing accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from banyan.platform.access.models import Account
from banyan.platform.kernel.problems import Problem


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def can_delete_email(self, email_address: Any) -> bool:
        """Addresses are kept by administrators: a login is not lost by a slip."""
        return False


class SignOnAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect opens accounts that exist and are open, by an address the provider has verified; it makes none.

    Nothing is kept of a sign-on: every one is judged anew by the address, so that an account follows what administrators
    wrote, and its password stays as it is.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Finds the account. Raises Problem access.sign_on_refused, in the same words whatever the reason."""
        # Only the truth value counts as verified: providers exist that send the word "false".
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]
        account = Account.objects.filter(email__in=verified, is_active=True).first()
        if account is None or sociallogin.state.get("process") != "login":
            raise Problem("access.sign_on_refused")
        sociallogin.user = account

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False
