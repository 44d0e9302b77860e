"""Accounts, their sessions and tokens."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.platform.access.models import Account, AccountInvitation, ApiToken, Grant, Scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit
from banyan.platform.kernel.problems import Problem

_HITS = 10


def accounts_within(seen_by: Viewer, permission: str) -> Q:
    """Accounts that a viewer's permission covers: all, or those holding a role in its areas and those it invited."""
    reach = seen_by.reach(permission)
    if reach.everything:
        return Q()
    areas = Scope.objects.filter(pk__in=sorted(reach.scopes)).values("area")
    standing = Grant.objects.filter(account=OuterRef("pk"), ended_at=None)
    return Q(
        Exists(standing.filter(area__in=areas))
        | Exists(AccountInvitation.objects.filter(account=OuterRef("pk"), made_by=seen_by.id))
    ) & ~Q(Exists(standing.exclude(area__in=areas)) | Exists(standing.filter(area=None)))


def accounts(*, seen_by: Viewer) -> QuerySet[Account]:
    """Accounts that `seen_by` may see. Raises Problem not_allowed."""
    seen_by.require("access.view_account")
    return Account.objects.filter(accounts_within(seen_by, "access.view_account"))


def account_by_id(account_id: UUID, *, seen_by: Viewer) -> Account:
    """One account. Raises Problem not_found, not_allowed."""
    account = accounts(seen_by=seen_by).filter(pk=account_id).first()
    if account is None:
        raise Problem("not_found")
    return account


def own_account(*, seen_by: Viewer) -> Account:
    """The viewer's own account. Raises Problem not_found for viewers without one."""
    account = Account.objects.filter(pk=seen_by.id).first()  # type: ignore[misc]  # None finds nobody
    if account is None:
        raise Problem("not_found")
    return account


def own_tokens(*, seen_by: Viewer) -> QuerySet[ApiToken]:
    """The viewer's own access tokens, newest first."""
    return ApiToken.objects.filter(account=seen_by.id).order_by("-made_at", "-id")


def tokens_of(account_id: UUID, *, seen_by: Viewer) -> QuerySet[ApiToken]:
    """Access tokens of an account. Raises Problem not_found, not_allowed."""
    return ApiToken.objects.filter(account=account_by_id(account_id, seen_by=seen_by)).order_by("-made_at", "-id")


def sessions(account_id: UUID, *, seen_by: Viewer) -> list[UserSession]:
    """Where an account is signed in now. Raises Problem not_found, not_allowed."""
    account = account_by_id(account_id, seen_by=seen_by)
    return [
        session for session in UserSession.objects.filter(user=account).order_by("-last_seen_at") if session.exists()
    ]


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """Accounts whose name or address holds the text, for the search of the shell. Raises Problem not_allowed."""
    text = text.strip()
    if len(text) < 2:
        return []
    found = accounts(seen_by=seen_by).filter(Q(name__icontains=text) | Q(email__icontains=text)).order_by("name", "id")
    return [
        SearchHit(account.name, account.email, reverse("access:account", args=[account.pk]), _("Accounts"))
        for account in found[:_HITS]
    ]
