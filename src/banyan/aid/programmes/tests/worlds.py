"""A country with two states, an operation in it, households registered there, and the people who run programmes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from banyan.aid.programmes import actions
from banyan.aid.programmes.models import Programme
from banyan.people.registry import actions as registry
from banyan.platform.access import actions as access
from banyan.platform.access.declarations import declared
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.testing import make_account, viewer_with
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
AREAS = [
    ("XX01", "North", None, "MMR"),
    ("XX02", "South", None, "MMR"),
    ("XX0101", "Upper", "XX01", "MMR"),
    ("XX0201", "Lower", "XX02", "MMR"),
]
# Code: the area it lies in, the place above it.
VILLAGES = {
    "XX01": ("XX01", None),
    "XX0101": ("XX0101", "XX01"),
    "XX010101": ("XX0101", "XX0101"),
    "XX010102": ("XX0101", "XX0101"),
    "XX02": ("XX02", None),
    "XX0201": ("XX0201", "XX02"),
    "XX020101": ("XX0201", "XX0201"),
}
NORTH, NORTH_TOO, SOUTH = "XX010101", "XX010102", "XX020101"
START, END = date(2026, 1, 1), date(2026, 12, 31)


def _viewer(role: str, scopes: set[int] | None = None) -> Viewer:
    return viewer_with(*declared().roles[role].permissions, scopes=scopes)


def seen(viewer: Viewer, query: Any, *args: Any, **said: Any) -> Any:
    """What a query shows to this viewer; rows as a list."""
    with viewing(viewer):
        found = query(*args, seen_by=viewer, **said)
        return list(found) if isinstance(found, QuerySet) else found


@dataclass
class World:
    """Where the tests play: the operation, scopes by area, places by code, and who designs and approves."""

    operation: Operation
    scopes: dict[str, int]
    places: dict[str, Place]
    officer: Viewer
    approver: Viewer

    def officer_in(self, *areas: str) -> Viewer:
        """Somebody who designs and enrols in some areas only."""
        return _viewer("programme-officer", {self.scopes[area] for area in areas})

    def household(self, *births: str, area: str = NORTH) -> tuple[UUID, list[UUID]]:
        """Register a household of people born then; women and men by turns. Returns its id and theirs."""
        members = [
            {
                "person.relationship": "child" if place else "head", "person.full_name": f"Somebody {place}",
                "person.sex": "male" if place % 2 else "female", "person.birth_date": born,
            }
            for place, born in enumerate(births or ("1980-05-03",))
        ]  # fmt: skip
        home, people = registry.register_household(
            self.operation.pk, {"household.place": area, "household.registered_on": "2026-05-01"}, members, by=SYSTEM,
            scope_id=self.scopes[""],
        )  # fmt: skip
        return getattr(home, "pk", home), people

    def draft(self, code: str = "CASH", **said: Any) -> Programme:
        """A programme as its officer designed it."""
        values = {"name": f"Programme {code}", "purpose": "food", "currency": "MMK", "starts_on": START, "ends_on": END}
        return actions.create_programme(self.operation.pk, by=self.officer, code=code, **{**values, **said})

    def active(self, code: str = "CASH", **said: Any) -> Programme:
        """A programme that somebody else approved."""
        return actions.activate_programme(self.draft(code, **said).pk, by=self.approver)

    def package(self, programme: Programme, code: str = "FOOD", formula: str = "50000", **said: Any) -> Any:
        """An approved package of cash."""
        values = {"name": "Food", "kind": "cash", "formula": formula, "step": Decimal(1000)}
        made = actions.write_package(programme.pk, by=self.officer, code=code, **{**values, **said})
        return actions.approve_package(made.pk, by=self.approver)


def make_world() -> World:
    """Myanmar as the tests need it."""
    with viewing(SYSTEM):
        reference = access.register_areas(AREAS, by=SYSTEM)
        # A test may want another one beside that which its file shares.
        code = f"TST{'X' * Operation.objects.count()}"
        operation = access.add_operation(code, "Test operation", "MMR", by=SYSTEM)
        places: dict[str, Place] = {}
        for code, (area, above) in VILLAGES.items():
            values = {
                "level": len(code) // 2 - 1, "kind": "place", "name": f"Place {code}", "names": {},
                "scope_id": reference[area], "parent": places.get(above or ""),
            }  # fmt: skip
            places[code], _made = Place.objects.get_or_create(country="MMR", pcode=code, defaults=values)
        scopes = {code: operation_scope(operation.pk, seen_by=SYSTEM, area_key=code) for code, *_rest in AREAS}
        scopes[""] = operation_scope(operation.pk, seen_by=SYSTEM)
    who = [viewer_of(make_account(role)) for role in ("programme-officer", "programme-approver")]
    return World(operation, scopes, places, *who)
