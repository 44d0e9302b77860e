"""What the shell tells about modules: who can see and change them, and what a person holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banyan.platform.access import actions as access
from banyan.platform.access import queries as accounts
from banyan.platform.access.declarations import Module, Permission, declared
from banyan.platform.access.doors import viewer_at
from banyan.platform.access.viewers import Viewer
from banyan.platform.history import queries as history

# Restriction levels: label, explanation, tone of the badge.
RESTRICTIONS: dict[str, tuple[Any, Any, str]] = {
    "public": (_("Public"), _("May be shared with anybody."), "good"),
    "partners": (_("Partners"), _("May be shared with partner organisations."), "info"),
    "internal": (_("Internal"), _("Stays inside the organisation."), "warn"),
    "restricted": (_("Restricted"), _("Only for named people who need it for their work."), "bad"),
}


# People named per role, changes shown per module; the full lists have pages of their own.
NAMED = 12
LATEST = 5


@dataclass(frozen=True)
class Person:
    """Somebody who holds a role, and where."""

    label: str
    where: str


@dataclass
class RoleLine:
    """A role, what it may do, and who holds it. `people` is None when this viewer may not see grants."""

    code: str
    label: Any
    description: Any
    permissions: tuple[Permission, ...]
    people: list[Person] | None = None
    more: int = 0


@dataclass(frozen=True)
class Latest:
    """A change as the timeline component draws it."""

    at: Any
    actor_label: str
    action_label: Any
    changes: tuple[Any, ...] = field(default=())


@dataclass(frozen=True)
class About:
    """Everything on the page "About this module"."""

    module: Module
    restriction_label: Any
    restriction_text: Any
    tone: str
    see: tuple[RoleLine, ...]
    change: tuple[RoleLine, ...]
    latest: Sequence[Latest] | None = None  # None when this viewer may not see the history of everybody


def _roles(permissions: list[Permission], holders: dict[str, list[Person]] | None) -> tuple[RoleLine, ...]:
    lines = []
    for role in declared().roles.values():
        held = tuple(permission for permission in permissions if permission.codename in role.permissions)
        if held:
            people = None if holders is None else holders.get(role.code, [])
            more = max(0, len(people or ()) - NAMED)
            lines.append(RoleLine(role.code, role.label, role.description, held, people and people[:NAMED], more))
    return tuple(lines)


def _holders(permission: Permission, seen_by: Viewer) -> dict[str, list[Person]]:
    """Who holds a permission, by the code of the role."""
    codes = {str(role.label): role.code for role in declared().roles_with(permission.codename)}
    found: dict[str, list[Person]] = defaultdict(list)
    for holder in accounts.who_may(permission.codename, seen_by=seen_by):
        where = ", ".join(part for part in (holder.operation, holder.area) if part)
        found[codes[str(holder.role)]].append(Person(holder.name, where))
    return found


def _all_holders(permissions: list[Permission], seen_by: Viewer) -> dict[str, list[Person]] | None:
    if not seen_by.may("access.view_grant"):
        return None
    found: dict[str, list[Person]] = {}
    covered: set[str] = set()
    for permission in permissions:
        # A role that was asked about already holds the same people under its other permissions.
        if {role.code for role in declared().roles_with(permission.codename)} <= covered:
            continue
        found.update(_holders(permission, seen_by))
        covered |= {role.code for role in declared().roles_with(permission.codename)}
    return found


def _latest(room: str, seen_by: Viewer) -> list[Latest] | None:
    """The latest changes in a room, one line for each change of each table; None without the right to see history."""
    if not seen_by.may("history.view_history"):
        return None
    found = list(history.changes(seen_by=seen_by, room=room).order_by("-id")[:LATEST])
    actors = history.actor_labels({change.actor for change in found}, seen_by=seen_by)
    return [Latest(change.at, actors.get(change.actor, ""), change.action or change.table.name) for change in found]


def about(room: str, *, seen_by: Viewer) -> About | None:
    """The module of a room, or None when there is none that this viewer may open."""
    module = declared().rooms.get(room)
    if module is None or not seen_by.may(module.permission):
        return None
    own = [permission for permission in declared().permissions.values() if permission.room == room]
    label, text, tone = RESTRICTIONS[module.restriction]
    holders = _all_holders(own, seen_by)
    return About(
        module,
        label,
        text,
        tone,
        see=_roles([permission for permission in own if permission.kind in ("view", "export")], holders),
        change=_roles([permission for permission in own if permission.kind not in ("view", "export")], holders),
        latest=_latest(room, seen_by),
    )


def held(*, seen_by: Viewer) -> list[RoleLine]:
    """The roles this person holds, with everything they allow."""
    known = declared()
    roles = [known.roles[code] for code in sorted(seen_by.roles) if code in known.roles]
    return [
        RoleLine(role.code, role.label, role.description, tuple(known.permissions[name] for name in role.permissions))
        for role in roles
    ]


def keep_language(request: HttpRequest, code: str) -> None:
    """Keep the language with the account of whoever is signed in, so that other devices and e-mails use it."""
    viewer = viewer_at(request)
    if viewer is not None and viewer.language != code:
        access.set_language(code, by=viewer)
