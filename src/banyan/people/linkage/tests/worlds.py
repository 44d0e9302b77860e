"""A country with two states, two operations in it, and people registered there."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from banyan.people.registry import actions as registry
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.reference.codes import actions as codes
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
LISTS = ("document-types", "relationship", "sex")
AREAS = [
    ("XX01", "North", None, "MMR"),
    ("XX02", "South", None, "MMR"),
    ("XX0101", "Upper", "XX01", "MMR"),
    ("XX0201", "Lower", "XX02", "MMR"),
]
VILLAGES = {"XX010101": "XX0101", "XX020101": "XX0201"}
NORTH, SOUTH = "XX010101", "XX020101"
# Somebody written down twice, with a slip; and somebody else.
AUNG = {
    "person.full_name": "Aung Kyaw Min",
    "person.sex": "male",
    "person.birth_date": "1980-05-03",
    "person.phone": "+95912345678",
    "person.document.national_id.number": "12/ABC(N)123456",
}
AUNG_AGAIN = {
    "person.full_name": "Aung Kyaw Minn",
    "person.sex": "male",
    "person.birth_date": "1980-05-03",
    "person.phone": "+95912345678",
}
AUNG_ONCE_MORE = {
    "person.full_name": "U Aung Kyaw Min",
    "person.sex": "male",
    "person.birth_date": "1980-05-03",
    "person.document.national_id.number": "12/ABC(N)123456",
}
NILAR = {
    "person.full_name": "Nilar Soe Htet",
    "person.sex": "female",
    "person.birth_date": "1996-11-21",
    "person.phone": "+95998765432",
}
PEOPLE = (
    "Thida Win", "Zaw Lin Oo", "Hla Hla Myint", "Ko Ko Gyi", "Mya Sandar", "Tun Tun Naing", "Ei Phyu Phyu", "Soe Moe Kyi",
)  # fmt: skip


@dataclass
class World:
    """Where the tests play: operations, scopes by area, places by code."""

    operation: Operation
    other: Operation
    scopes: dict[str, int]
    places: dict[str, Place] = field(default_factory=dict)

    def enrol(self, *people: dict[str, Any], area: str = NORTH, operation: Operation | None = None) -> list[UUID]:
        """Register a household; the first of the people is its head. Returns their ids."""
        where = operation or self.operation
        members = [{"person.relationship": "child" if place else "head", **one} for place, one in enumerate(people)]
        _home, ids = registry.register_household(
            where.pk, {"household.place": area, "household.registered_on": "2026-05-01"}, members, by=SYSTEM,
            scope_id=self.scopes["" if where == self.operation else "other"],
        )  # fmt: skip
        return ids

    def crowd(self) -> list[UUID]:
        """Some people who are nobody else."""
        return [
            self.enrol({"person.full_name": name, "person.sex": "female" if place % 2 else "male", "person.birth_date": f"{1960 + 5 * place}-0{place + 1}-1{place}"})[0]
            for place, name in enumerate(PEOPLE)
        ]  # fmt: skip

    def officer(self, *more: str, areas: tuple[str, ...] = (), name: str = "") -> Viewer:
        """Somebody who works on duplicates, everywhere or in some areas."""
        from banyan.platform.access.testing import viewer_with

        rights = (
            "registry.view_person", "registry.view_sensitive", "registry.change_person", "registry.merge_person",
            "registry.propose_change", "registry.approve_change", "linkage.view_case", "linkage.decide_case", "places.view_place", "codes.view_list", *more,
        )  # fmt: skip
        return viewer_with(*rights, scopes={self.scopes[area] for area in areas} if areas else None)

    @staticmethod
    def officer_who(*permissions: str) -> Viewer:
        """Somebody who may do just this, everywhere."""
        from banyan.platform.access.testing import viewer_with

        return viewer_with(*permissions)


def make_world() -> World:
    """Myanmar as the tests need it."""
    with viewing(SYSTEM):
        reference = access.register_areas(AREAS, by=SYSTEM)
        operation = access.add_operation("TST", "Test operation", "MMR", by=SYSTEM)
        other = access.add_operation("OTH", "Another operation", "MMR", by=SYSTEM)
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
        places = {
            code: Place.objects.create(
                country="MMR", pcode=code, level=4, kind="village", name=f"Village {code}", names={}, scope_id=reference[area]
            )
            for code, area in VILLAGES.items()
        }  # fmt: skip
        scopes = {code: operation_scope(operation.pk, seen_by=SYSTEM, area_key=code) for code, *_rest in AREAS}
        scopes |= {
            "": operation_scope(operation.pk, seen_by=SYSTEM),
            "other": operation_scope(other.pk, seen_by=SYSTEM),
        }
    return World(operation, other, scopes, places)
