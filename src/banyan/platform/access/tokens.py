"""Access tokens of programs: how one is made, and whose viewer it gives."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from banyan.platform.access import rules
from banyan.platform.access.models import AccessVersion, ApiToken
from banyan.platform.access.viewers import Viewer, viewer_of
from banyan.platform.kernel.problems import Problem

PREFIX = "bny_"
LONGEST_DAYS = 366
# "last used" is written at most once in this time: a write for each call would double the cost of the API.
_USED_EVERY = timedelta(minutes=10)


def with_access_version(accounts: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """The queryset with the access version read along, which saves a query for each request."""
    return accounts.annotate(access_version=models.Subquery(AccessVersion.objects.values("number")[:1]))


def new_token() -> tuple[str, str]:
    """A token and what is stored of it; 256 random bits behind a recognisable start."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, rules.token_digest(token)


def token_viewer(token: str) -> tuple[ApiToken, Viewer]:
    """The viewer that a token gives: its account, narrowed to the token's permissions.

    Raises Problem access.token_invalid when it is unknown, expired or revoked, or the account closed.
    """
    now = timezone.now()
    found = (
        with_access_version(ApiToken.objects.select_related("account"))
        .filter(digest=rules.token_digest(token), revoked_at=None, expires_at__gt=now, account__is_active=True)
        .first()
    )
    if found is None:
        raise Problem("access.token_invalid")
    if found.used_at is None or now - found.used_at > _USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    account: Any = found.account
    account.access_version = found.access_version
    return found, viewer_of(account).narrowed(frozenset(found.permissions))
