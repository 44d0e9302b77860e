"""Sign-in: allauth's backend, reading the access version along with the account."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from banyan.platform.access.models import Account
from banyan.platform.access.tokens import with_access_version


class AccountBackend(AllauthBackend):
    """By e-mail address and password; closed accounts are nobody."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, with its access_version, in one query."""
        account: Account | None = with_access_version(Account.objects.all()).filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
