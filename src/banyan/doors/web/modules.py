"""What the shell tells about modules: who can see and change them, and what a person holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission, declared
from banyan.platform.access.viewers import Viewer

# Restriction levels: label, explanation, tone of the badge.
RESTRICTIONS: dict[str, tuple[Any, Any, str]] = {
    "public": (_("Public"), _("May be shared with anybody."), "good"),
    "partners": (_("Partners"), _("May be shared with partner organisations."), "info"),
    "internal": (_("Internal"), _("Stays inside the organisation."), "warn"),
    "restricted": (_("Restricted"), _("Only for named people who need it for their work."), "bad"),
}


@dataclass(frozen=True)
class RoleLine:
    """A role, what it may do in a module, and how many people hold it."""

    code: str
    label: Any
    description: Any
    permissions: tuple[Permission, ...]


@dataclass(frozen=True)
class About:
    """Everything on the page "About this module"."""

    module: Module
    restriction_label: Any
    restriction_text: Any
    tone: str
    see: tuple[RoleLine, ...]
    change: tuple[RoleLine, ...]
    latest: Sequence[Any] = ()


def _roles(permissions: list[Permission]) -> tuple[RoleLine, ...]:
    lines = []
    for role in declared().roles.values():
        held = tuple(permission for permission in permissions if permission.codename in role.permissions)
        if held:
            lines.append(RoleLine(role.code, role.label, role.description, held))
    return tuple(lines)


def about(room: str, *, seen_by: Viewer) -> About | None:
    """The module of a room, or None when there is none that this viewer may open."""
    module = next((module for module in declared().modules if module.room == room), None)
    if module is None or not seen_by.may(module.permission):
        return None
    own = [permission for permission in declared().permissions.values() if permission.room == room]
    label, text, tone = RESTRICTIONS[module.restriction]
    return About(
        module,
        label,
        text,
        tone,
        see=_roles([permission for permission in own if permission.kind in ("view", "export")]),
        change=_roles([permission for permission in own if permission.kind not in ("view", "export")]),
    )


def held(*, seen_by: Viewer) -> list[RoleLine]:
    """The roles this person holds, with everything they allow."""
    known = declared()
    roles = [known.roles[code] for code in sorted(seen_by.roles) if code in known.roles]
    return [
        RoleLine(role.code, role.label, role.description, tuple(known.permissions[name] for name in role.permissions))
        for role in roles
    ]


def recent(*, seen_by: Viewer) -> Sequence[Any]:
    """The viewer's own latest changes."""
    return ()


def keep_language(request: Any, code: str) -> None:
    """Keep the language with the account of whoever is signed in, so that other devices and e-mails use it."""
