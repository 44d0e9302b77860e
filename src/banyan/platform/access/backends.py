"""Sign-in: allauth's backend, reading the access version along with the account."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef

from banyan.platform.access.models import Account
from banyan.platform.access.tokens import with_access_version


class AccountBackend(AllauthBackend):
    """By e-mail address and password; closed accounts are nobody."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, with its access_version, in one query."""
        accounts = with_access_version(Account.objects.all())
        if settings.DEMAND_MFA:
            factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
            accounts = accounts.annotate(has_second_factor=Exists(factors.filter(user=OuterRef("pk"))))
        account: Account | None = accounts.filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
