"""A country with two states, an operation in it, households registered there, and a programme for them."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from banyan.aid.programmes import actions
from banyan.aid.programmes.models import Programme, Targeting, TargetingRun, TargetRow
from banyan.people.registry import actions as registry
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.testing import make_account, viewer_with
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.reference.codes import actions as codes
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
LISTS = ("document-types", "relationship", "sex", "specific-needs", "residence-status")
AREAS = [
    ("XX01", "North", None, "MMR"),
    ("XX02", "South", None, "MMR"),
    ("XX0101", "Upper", "XX01", "MMR"),
    ("XX0201", "Lower", "XX02", "MMR"),
]
VILLAGES = {"XX010101": "XX0101", "XX020101": "XX0201"}
NORTH, SOUTH = VILLAGES
DAY = date(2026, 6, 1)
MAY = ("programmes.view_programme", "programmes.view_targeting", "programmes.change_targeting", "registry.view_person")
APPROVE = "programmes.approve_targeting"
LARGE = {"key": "large", "label": "Large families", "text": "members.size() >= 3"}
YOUNG = {"key": "young", "label": "With small children", "text": "members.exists(m, m.age < 5)"}


def somebody(birth: str = "1990-01-01", sex: str = "female", **more: str) -> dict[str, str]:
    """A person as registering takes them; an empty birth is not known."""
    return {"person.full_name": "Thida Win", "person.sex": sex, "person.birth_date": birth, **more}


@dataclass
class World:
    """Where the tests play."""

    operation: Operation
    scopes: dict[str, int]
    programme: Programme
    places: dict[str, Place] = field(default_factory=dict)

    def home(self, *people: dict[str, str], area: str = NORTH, **fields: str) -> UUID:
        """Register a household; the first of the people is its head."""
        members = [{"person.relationship": "child" if place else "head", **one} for place, one in enumerate(people)]
        given = {"household.place": area, "household.registered_on": "2026-05-01", **fields}
        key, _people = registry.register_household(
            self.operation.pk, given, members, by=SYSTEM, scope_id=self.scopes[""]
        )
        return key

    def four(self) -> dict[str, UUID]:
        """A large family, one with a baby in the south, one of which an age is not known, somebody alone."""
        return {
            "large": self.home(somebody("1980-01-01"), somebody("1982-01-01", "male"), somebody("2016-06-01")),
            "baby": self.home(somebody("1990-01-01"), somebody("2024-01-01", "male"), area=SOUTH),
            "doubtful": self.home(somebody("1990-01-01"), somebody("")),
            "alone": self.home(somebody("1950-01-01", "male")),
        }

    def programme_for(self, for_whom: str, code: str = "P2") -> Programme:
        """Another programme."""
        return make_programme(self.operation, self.scopes[""], code, for_whom)

    def run(self, by: Viewer = SYSTEM, programme: Programme | None = None, **asked: Any) -> TargetingRun:
        """A targeting of the programme, held against the register at once."""
        made = actions.make_targeting((programme or self.programme).pk, by=by, name="Targeting", **asked)
        return self.frozen(made, by)

    def frozen(self, targeting: Targeting, by: Viewer = SYSTEM) -> TargetingRun:
        """A run of a targeting, done."""
        with viewing(by):
            run = actions.run_targeting(targeting.pk, by=by, day=DAY)
            return actions.freeze_run(run.pk, by=by)

    def rows(self, run: TargetingRun) -> dict[UUID, TargetRow]:
        """What a run found, by household, or by person."""
        with viewing(SYSTEM):
            found = TargetRow.objects.filter(run=run)
            return {key: row for row in found if (key := row.person_id or row.household_id)}

    def verdicts(self, run: TargetingRun) -> dict[UUID, str]:
        """Verdicts of a run by record."""
        return {key: row.verdict for key, row in self.rows(run).items()}


def somebody_with(*permissions: str, scopes: set[int] | None = None) -> Viewer:
    """A viewer with exactly these permissions who has an account, as jobs ask for."""
    return replace(viewer_with(*permissions, scopes=scopes), id=make_account().pk)


def make_programme(operation: Operation, scope: int, code: str, for_whom: str) -> Programme:
    """A programme, as a draft."""
    with viewing(SYSTEM):
        return Programme.objects.create(
            operation=operation, scope_id=scope, code=code, name=f"Programme {code}", purpose="food", currency="USD",
            starts_on=date(2026, 1, 1), for_whom=for_whom,
        )  # fmt: skip


def make_world() -> World:
    """An operation of two areas with a programme for households, and nobody registered yet."""
    with viewing(SYSTEM):
        reference = access.register_areas(AREAS, by=SYSTEM)
        operation = access.add_operation("AID", "Aid", "MMR", by=SYSTEM)
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
        places = {
            code: Place.objects.create(
                country="MMR", pcode=code, level=4, kind="village", name=f"Village {code}", names={}, scope_id=reference[area],
            )
            for code, area in VILLAGES.items()
        }  # fmt: skip
        scopes = {code: operation_scope(operation.pk, seen_by=SYSTEM, area_key=code) for code, *_rest in AREAS}
        scopes[""] = operation_scope(operation.pk, seen_by=SYSTEM)
    return World(operation, scopes, make_programme(operation, scopes[""], "P1", "household"), places)


def points(*values: str) -> list[Decimal]:
    """Points as rows hold them."""
    return [Decimal(value) for value in values]
