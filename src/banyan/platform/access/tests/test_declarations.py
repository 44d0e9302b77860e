"""What rooms declare is put together, and mistakes in it stop the program at once."""

from types import ModuleType
from typing import Any

import pytest

from banyan.platform.access.declarations import (
    DeclarationError,
    Module,
    Permission,
    Role,
    assemble,
    declared,
    permission,
    role,
)


def policy(**parts: Any) -> ModuleType:
    module = ModuleType("banyan.people.planted.policy")
    vars(module).update(parts)
    return module


SEE = Permission("planted.view", "See")
LOOKER = Role("looker", "Looker", permissions=("planted.view",))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([{"PERMISSIONS": [SEE, SEE]}], "declared twice"),
        ([{"ROLES": [Role("a", "A"), Role("a", "A")]}], "declared twice"),
        ([{"ROLE_PERMISSIONS": {"nobody": []}}], "unknown role"),
        ([{"ROLES": [LOOKER]}], "unknown permission"),
        ([{"MODULE": Module("planted", "people", "P", "planted:list", "planted.view", "holds")}], "unknown permission"),
        (
            [
                {
                    "FURTHER_MODULES": [Module("a", "people", "A", "a:b", "planted.view", "h", unless="a.c")],
                    "PERMISSIONS": [SEE],
                }
            ],
            "unknown permission a.c",
        ),
        ([{"INCOMPATIBLE": [("a", "b")]}], "unknown role"),
    ],
)
def test_mistakes_are_refused(parts: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        assemble(policy(**part) for part in parts)


def test_higher_rooms_extend_the_roles_of_lower_ones() -> None:
    lower = policy(PERMISSIONS=[SEE], ROLES=[LOOKER, Role("judge", "Judge", incompatible_with=("looker",))])
    higher = policy(
        PERMISSIONS=[Permission("higher.view", "See more")],
        ROLE_PERMISSIONS={"looker": ["higher.view"]},
        MODULE=Module("higher", "people", "H", "higher:list", "higher.view", "holds"),
    )
    known = assemble([lower, higher])
    assert known.roles["looker"].permissions == ("planted.view", "higher.view")
    assert [found.code for found in known.roles_with("higher.view")] == ["looker"]
    assert frozenset({"looker", "judge"}) in known.incompatible
    assert known.modules[0].room == "higher"


def test_a_room_may_have_several_entries_and_its_first_speaks_for_it() -> None:
    first, further = (Module("planted", "people", name, f"planted:{name}", "planted.view", "holds") for name in "ab")
    known = assemble([policy(PERMISSIONS=[SEE], MODULE=first, FURTHER_MODULES=[further])])
    assert known.modules == (first, further)
    assert known.rooms == {"planted": first}


def test_undeclared_permissions_never_allow() -> None:
    with pytest.raises(DeclarationError):
        permission("access.no_such_thing")
    assert role("no such role") is None
    assert role("reader") is declared().roles["reader"]
    assert permission("access.view_grant").room == "access"
