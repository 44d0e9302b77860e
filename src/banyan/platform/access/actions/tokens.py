"""Access tokens and sessions of one's own."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.platform.access.acting import action
from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.models import Account, ApiToken
from banyan.platform.access.queries import accounts_within
from banyan.platform.access.tokens import LONGEST_DAYS, PREFIX, new_token
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, Problems, raise_all


@action(SIGNED_IN)
def make_token(label: str, permissions: Collection[str], days: int, *, by: Viewer) -> tuple[ApiToken, str]:
    """A token for a program, with a part of one's own permissions; its text is shown once.

    Raises Problems: no label, permissions that `by` does not hold, a lifetime outside 1…366 days. A token cannot make
    tokens.
    """
    if by.limited_to is not None or by.id is None:
        raise Problem("not_allowed")
    faults: list[Problem] = []
    if not label.strip():
        faults += Problems.of_fields({"label": [_("Say what the token is for.")]})
    if not permissions:
        faults += Problems.of_fields({"permissions": [_("Choose at least one permission.")]})
    known = declared().permissions
    faults += [
        Problem("access.token_scope", permission=codename, at=Location(field="permissions"))
        for codename in sorted(set(permissions))
        if codename not in known or not by.may(codename)
    ]
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(Problem("access.token_expiry", days=LONGEST_DAYS, at=Location(field="days")))
    raise_all(faults)
    text, digest = new_token()
    token = ApiToken(
        account_id=by.id,
        label=label.strip(),
        digest=digest,
        start=text[: len(PREFIX) + 4],
        permissions=sorted(set(permissions)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.save()
    return token, text


@action(SIGNED_IN)
def revoke_token(token_id: UUID, *, by: Viewer) -> ApiToken:
    """End a token at once: one's own, or anybody's for who changes accounts. Raises Problem not_found."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None or not (
        token.account_id == by.id
        or (
            by.may("access.change_account")
            and Account.objects.filter(accounts_within(by, "access.change_account"), pk=token.account_id).exists()
        )
    ):
        raise Problem("not_found")
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


@action("access.change_account")
def revoke_session(session_id: int, *, by: Viewer) -> None:
    """Sign somebody out of one session. Raises Problem not_found."""
    session = UserSession.objects.filter(pk=session_id).first()
    within = Account.objects.filter(accounts_within(by, "access.change_account"))
    if session is None or not within.filter(pk=session.user_id).exists():
        raise Problem("not_found")
    session.end()
