"""What rooms declare about access in their policy.py: permissions, roles, the module card.

Roles and permissions live in code, so that they are reviewed like code; grants (who has which role where) live in
the database. A room's policy.py may hold::

    PERMISSIONS = [Permission("places.view_place", _("See places")), …]
    ROLES = [Role("place-editor", _("Place editor"), permissions=("places.view_place", "places.change_place"))]
    ROLE_PERMISSIONS = {"reader": ["places.view_place"]}        # extends roles declared in lower rooms
    INCOMPATIBLE = [("payment-maker", "payment-approver")]      # nobody may hold both
    MODULE = Module(room="places", floor="reference", label=_("Places"), url_name="places:list", …)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Literal

from django.apps import apps
from django.utils.functional import Promise

Text = str | Promise
PermissionKind = Literal["view", "change", "approve", "export", "import", "administer"]
Restriction = Literal["public", "partners", "internal", "restricted"]

# Every active account may do this; pages about oneself ask for it.
SIGNED_IN = "access.sign_in"


class DeclarationError(Exception):
    """A mistake of the programmer in a policy.py."""


@dataclass(frozen=True)
class Permission:
    """One thing a role may allow. `personal` marks permissions that open personal data."""

    codename: str
    label: Text
    kind: PermissionKind = "view"
    personal: bool = False

    @property
    def room(self) -> str:
        """The room that declares it."""
        return self.codename.partition(".")[0]


@dataclass(frozen=True)
class Role:
    """A bundle of permissions that people are granted. `mfa_required`: a second factor must be set up to use it."""

    code: str
    label: Text
    permissions: tuple[str, ...] = ()
    description: Text = ""
    incompatible_with: tuple[str, ...] = ()
    mfa_required: bool = False


@dataclass(frozen=True)
class Module:
    """How a room presents itself in the navigation and on its page "About this module".

    A room in which different people do different work declares, in FURTHER_MODULES, more entries of the navigation. `unless`: such
    an entry is left out for who holds this permission, because the first one leads them there too.
    """

    room: str
    floor: str
    label: Text
    url_name: str
    permission: str
    holds: Text
    restriction: Restriction = "internal"
    procedure: Text = ""
    icon: str = "square"
    unless: str = ""


@dataclass(frozen=True)
class Declarations:
    """Everything declared, put together."""

    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]
    modules: tuple[Module, ...]
    incompatible: frozenset[frozenset[str]]

    @property
    def rooms(self) -> dict[str, Module]:
        """The module of each room: its first, if it has several."""
        return {module.room: module for module in reversed(self.modules)}

    def roles_with(self, permission: str) -> list[Role]:
        """Roles that carry this permission."""
        return [role for role in self.roles.values() if permission in role.permissions]


def assemble(policies: Iterable[ModuleType]) -> Declarations:
    """Put together what policy modules declare, lower rooms first.

    Raises DeclarationError for anything declared twice, or naming what is not declared.
    """
    permissions: dict[str, Permission] = {}
    roles: dict[str, Role] = {}
    modules: list[Module] = []
    pairs: set[frozenset[str]] = set()
    for policy in policies:
        for permission in getattr(policy, "PERMISSIONS", ()):
            if permission.codename in permissions:
                raise DeclarationError(f"permission {permission.codename} is declared twice")
            permissions[permission.codename] = permission
        for role in getattr(policy, "ROLES", ()):
            if role.code in roles:
                raise DeclarationError(f"role {role.code} is declared twice")
            roles[role.code] = role
        for code, more in getattr(policy, "ROLE_PERMISSIONS", {}).items():
            if code not in roles:
                raise DeclarationError(f"{policy.__name__} extends the unknown role {code}")
            roles[code] = replace(roles[code], permissions=(*roles[code].permissions, *more))
        if module := getattr(policy, "MODULE", None):
            modules.append(module)
        modules += getattr(policy, "FURTHER_MODULES", ())
        pairs |= {frozenset(pair) for pair in getattr(policy, "INCOMPATIBLE", ())}
    pairs |= {frozenset((role.code, other)) for role in roles.values() for other in role.incompatible_with}
    for role in roles.values():
        for codename in role.permissions:
            if codename not in permissions:
                raise DeclarationError(f"role {role.code} names the unknown permission {codename}")
    for module in modules:
        for codename in filter(None, (module.permission, module.unless)):
            if codename not in permissions:
                raise DeclarationError(f"module {module.room} names the unknown permission {codename}")
    for pair in pairs:
        if unknown := pair - roles.keys():
            raise DeclarationError(f"incompatible roles name the unknown role {sorted(unknown)[0]}")
    return Declarations(permissions, roles, tuple(modules), frozenset(pairs))


@cache
def declared() -> Declarations:
    """The declarations of every installed room, in the order of the floors."""
    rooms = [config.name for config in apps.get_app_configs() if config.name.startswith("banyan.")]
    return assemble(import_module(f"{room}.policy") for room in rooms if find_spec(f"{room}.policy"))


def permission(codename: str) -> Permission:
    """The declared permission. Raises DeclarationError for an undeclared one: a typing error must never allow."""
    try:
        return declared().permissions[codename]
    except KeyError:
        raise DeclarationError(f"{codename!r} is not a declared permission") from None


def role(code: str) -> Role | None:
    """The declared role; None for a code that stands in an old grant but is no longer declared."""
    return declared().roles.get(code)
