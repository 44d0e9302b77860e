"""Accounts: invited by an administrator, opened by the person with a one-time link, closed but never deleted."""

import secrets
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.platform.access import rules
from banyan.platform.access.acting import action
from banyan.platform.access.actions.grants import give_role
from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.facts import AccountClosed, AccountInvited
from banyan.platform.access.models import Account, AccountInvitation, ApiToken
from banyan.platform.access.queries import accounts_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, Problems, raise_all

INVITATION_DAYS = 7


@action("access.change_account")
def invite_account(email: str, name: str, *, by: Viewer, language: str = "") -> tuple[Account, str]:
    """A new account without password, and the secret of its invitation link, which is shown once.

    Raises Problems: malformed address, empty name, address already in use.
    """
    email = _checked_address(email, name)
    account = Account(email=email, name=name.strip(), language=language)
    account.set_unusable_password()
    account.save()
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    announce(AccountInvited(account.pk), by=by)
    return account, _invite(account, by)


@action("access.change_account")
def renew_invitation(account_id: UUID, *, by: Viewer) -> str:
    """A fresh link for an account whose person lost the first one or the password; older links end.

    The old password stays until the link is used. Raises Problem not_found (also for closed accounts).
    """
    account = _locked(account_id, by)
    if not account.is_active:
        raise Problem("not_found")
    return _invite(account, by)


@action("access.change_account")
def accept_invitation(token: str, password: str, *, by: Viewer) -> Account:
    """Set the password with an invitation's secret. `by` is the system: nobody is signed in yet.

    Raises Problem access.invitation_spent (also for a wrong secret), or Problems about the password.
    """
    invitation = (
        AccountInvitation.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(digest=rules.token_digest(token), used_at=None, expires_at__gt=timezone.now(), account__is_active=True)
        .first()
    )
    if invitation is None:
        raise Problem("access.invitation_spent")
    account = invitation.account
    _check_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    _end_sessions(account)
    return account


@action("access.change_account")
def make_administrator(email: str, name: str, password: str, *, by: Viewer) -> Account:
    """An account with password and the role of administrator everywhere: the first one of an installation.

    Raises Problems like invite_account and accept_invitation.
    """
    email = _checked_address(email, name)
    account = Account(email=email, name=name.strip())
    _check_password(password, account)
    account.set_password(password)
    account.save()
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    give_role(account.pk, "administrator", by=by)
    return account


@action("access.change_account")
def change_account(account_id: UUID, *, name: str, language: str, by: Viewer) -> Account:
    """Change name and language. Raises Problem not_found, invalid_input."""
    account = _locked(account_id, by)
    if not name.strip():
        raise Problems.of_fields({"name": [_("A name is needed.")]})
    account.name, account.language = name.strip(), language
    account.save(update_fields=["name", "language"])
    return account


@action("access.change_account")
def close_account(account_id: UUID, *, by: Viewer) -> Account:
    """Nobody signs in with it any more: sessions, tokens and invitations end at once. Raises Problem own_account."""
    account = _locked(account_id, by)
    if account.pk == by.id:
        raise Problem("access.own_account")
    now = timezone.now()
    account.is_active, account.closed_at = False, now
    account.save(update_fields=["is_active", "closed_at"])
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=now)
    AccountInvitation.objects.filter(account=account, used_at=None).update(used_at=now)
    _end_sessions(account)
    announce(AccountClosed(account.pk), by=by)
    return account


@action("access.change_account")
def reopen_account(account_id: UUID, *, by: Viewer) -> Account:
    """Let a closed account sign in again, with the grants that still stand. Raises Problem not_found."""
    account = _locked(account_id, by)
    account.is_active, account.closed_at = True, None
    account.save(update_fields=["is_active", "closed_at"])
    return account


@action(SIGNED_IN)
def set_language(language: str, *, by: Viewer) -> None:
    """Remember one's own language."""
    Account.objects.filter(pk=by.id).update(language=language)  # type: ignore[misc]  # None finds nobody


def _locked(account_id: UUID, by: Viewer) -> Account:
    account = (
        Account.objects.select_for_update().filter(accounts_within(by, "access.change_account"), pk=account_id).first()
    )
    if account is None:
        raise Problem("not_found")
    return account


def _invite(account: Account, by: Viewer) -> str:
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    AccountInvitation.objects.filter(account=account, used_at=None).update(used_at=now)
    AccountInvitation.objects.create(
        account=account,
        digest=rules.token_digest(secret),
        made_by_id=by.id,
        made_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    return secret


def _checked_address(email: str, name: str) -> str:
    email = email.strip().lower()
    messages: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError as error:
        messages["email"] = list(error.messages)
    if not name.strip():
        messages["name"] = [_("A name is needed.")]
    faults: list[Problem] = list(Problems.of_fields(messages)) if messages else []
    if Account.objects.filter(email=email).exists():
        faults.append(Problem("access.account_exists", email=email, at=Location(field="email")))
    raise_all(faults)
    return email


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Problems(
            Problem("access.password_weak", message=message, at=Location(field="password"))
            for message in error.messages
        ) from error


def _end_sessions(account: Account) -> None:
    for session in UserSession.objects.filter(user=account):
        session.end()
