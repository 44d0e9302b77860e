"""Who is looking: an account (or the system) with what it may do and how far, told to the database for each transaction.

`viewing(viewer)` opens a transaction and hands actor, reach and seal to PostgreSQL, whose row-level security trusts
nothing else: without it a query finds no protected row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from banyan.platform.access import rules
from banyan.platform.access.declarations import SIGNED_IN, declared, permission
from banyan.platform.access.models import Account
from banyan.platform.access.resolving import protected_permissions, standing
from banyan.platform.access.rules import Part, Reach
from banyan.platform.kernel.problems import Problem

__all__ = [
    "Part",
    "Reach",
    "Viewer",
    "causing",
    "current_viewer",
    "system_viewer",
    "viewer_of",
    "viewing",
    "within",
]

_FOREVER = Reach(
    everything=True, organisations=None, clearance=3, parts=(Part(frozenset(), everything=True, clearance=3),)
)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks or acts. Equal when it is the same account with the same limits."""

    id: UUID | None
    label: str
    is_system: bool = False
    language: str = ""
    roles: frozenset[str] = field(default=frozenset(), compare=False)
    # Only a token narrows what the account may do.
    limited_to: frozenset[str] | None = None
    parts: tuple[Part, ...] = field(default=(), compare=False, repr=False)
    # Computed once for a version of access, then shared by all requests of the account.
    _reaches: dict[str, Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def actor(self) -> str:
        """The name under which the database records what this viewer does."""
        return f"system:{self.label}" if self.is_system else str(self.id)

    def may(self, codename: str) -> bool:
        """Whether this permission is held anywhere. Raises DeclarationError for an undeclared one."""
        permission(codename)
        if self.is_system:
            return True
        if self.limited_to is not None and codename not in self.limited_to and codename != SIGNED_IN:
            return False
        return codename == SIGNED_IN or any(codename in part.permissions for part in self.parts)

    def require(self, codename: str) -> None:
        """Raises Problem not_allowed unless this permission is held."""
        if not self.may(codename):
            raise Problem("not_allowed", permission=codename)

    def reach(self, codename: str) -> Reach:
        """How far this permission goes; empty when it is not held."""
        if self.is_system:
            return _FOREVER
        if codename not in self._reaches:
            self._reaches[codename] = rules.reach_of(self.parts, codename) if self.may(codename) else Reach()
        return self._reaches[codename]

    def narrowed(self, permissions: frozenset[str]) -> "Viewer":
        """The same viewer with only these permissions, as a token has it."""
        return replace(self, limited_to=permissions, _reaches={})

    def reach_text(self) -> str:
        """What the database is told: the reach under every permission that protects a table."""
        if self.is_system:
            return rules.ALL_PERMISSIONS
        known = declared().permissions
        return rules.reach_text({name: self.reach(name) for name in protected_permissions() if name in known})


def viewer_of(account: Account) -> Viewer:
    """The viewer of an account, with its standing grants. A closed account may nothing.

    Costs nothing when `account.access_version` is already there (the sign-in backend reads it with the account) and
    nothing has changed since.
    """
    if not account.is_active:
        return Viewer(id=account.pk, label=str(account), language=account.language)
    held = standing(account.pk, getattr(account, "access_version", None))
    return Viewer(
        id=account.pk,
        label=str(account),
        language=account.language,
        roles=held.roles,
        parts=held.parts,
        _reaches=held.reaches,
    )


def system_viewer(name: str) -> Viewer:
    """The viewer of work that no person starts: "migration", "nightly". It reaches everything and is named in history."""
    return Viewer(id=None, label=name, is_system=True)


def within(
    reach: Reach, *, scope: str = "scope_id", organisation: str | None = None, sensitivity: str | None = None
) -> Q:
    """A condition for querysets: rows that this reach covers, grant by grant.

    scope, organisation, sensitivity: names of the columns (sensitivity as int, see Clearance); None = the table has none.
    """
    if not reach.parts:
        return Q(pk__in=[])
    condition = Q(pk__in=[])
    for part in reach.parts:
        one = Q() if part.everything else Q(**{f"{scope}__in": sorted(part.scopes)})
        if organisation and part.organisation is not None:
            one &= Q(**{organisation: part.organisation})
        if sensitivity:
            one &= Q(**{f"{sensitivity}__lte": part.clearance})
        if not one:
            return Q()
        condition |= one
    return condition


@dataclass(frozen=True)
class _Told:
    """What the database was last told in this transaction."""

    viewer: Viewer
    purpose: str = ""
    cause: str = ""
    action: str = ""


_told: ContextVar[_Told | None] = ContextVar("banyan_told", default=None)
_cause: ContextVar[str] = ContextVar("banyan_cause", default="")


def current_viewer() -> Viewer | None:
    """The viewer of the enclosing `viewing`; None outside of one."""
    told = _told.get()
    return told.viewer if told else None


@contextmanager
def causing(cause: str) -> Iterator[None]:
    """Every `viewing` in the block that names no cause has this one: a job has many transactions and one cause."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


@contextmanager
def viewing(viewer: Viewer, *, purpose: str = "", cause: str = "", action: str = "") -> Iterator[Viewer]:
    """Run a block in a transaction in which the database knows who is looking, for what purpose and from what cause.

    Inside another `viewing` of the same viewer it costs nothing and keeps the outer purpose, cause and action unless
    given anew (the action never changes: what a person did is the outermost one). A different viewer inside is told to
    the database and the former one restored afterwards.
    """
    outer = _told.get() if connection.in_atomic_block else None
    if outer is not None and outer.viewer == viewer:
        wanted = _Told(viewer, purpose or outer.purpose, cause or outer.cause, outer.action or action)
        if wanted == outer:
            # An action inside another one may fail and be caught: it must leave nothing half written.
            with transaction.atomic() if action else nullcontext():
                yield viewer
            return
    else:
        wanted = _Told(viewer, purpose, cause or _cause.get(), action)
    nested = connection.in_atomic_block
    token = _told.set(wanted)
    try:
        with transaction.atomic():
            _tell(wanted)
            yield viewer
            if nested and not connection.needs_rollback:
                # A savepoint's settings outlive its release; a rollback restores them by itself.
                _tell(outer)
    finally:
        _told.reset(token)


def _tell(told: _Told | None) -> None:
    values: list[Any]
    if told is None:
        values = ["", "", "", "", "", ""]
    else:
        actor, reach = told.viewer.actor, told.viewer.reach_text()
        expires = int(time.time()) + rules.SEAL_SECONDS
        sealed = rules.seal(settings.SEAL_KEY, actor=actor, reach=reach, expires=expires)
        values = [actor, reach, sealed, told.purpose, told.action, told.cause]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('banyan.actor', %s, true), set_config('banyan.reach', %s, true),"
            " set_config('banyan.seal', %s, true), set_config('banyan.purpose', %s, true),"
            " set_config('banyan.action', %s, true), set_config('banyan.cause', %s, true)",
            values,
        )
