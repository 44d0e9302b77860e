"""A country with two townships, an operation in it, and people who work there."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry import actions
from banyan.people.registry.demo.flaws import Planter, Site
from banyan.people.registry.models import Household, Person
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.reference.codes import actions as codes
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
# The lists that registration uses; loading the languages of the world for every test would cost seconds each time.
LISTS = (
    "biometric-status", "contact-preference", "document-types", "education", "functioning-difficulty", "inactive-reasons", "iso-3166-1",
    "legal-status", "marital-status", "occupation-groups", "relationship", "residence-status", "sex", "specific-needs",
)  # fmt: skip
# Two states with a township each, and a village in either.
AREAS = [
    ("XX01", "North", None, "MMR"),
    ("XX02", "South", None, "MMR"),
    ("XX0101", "Upper", "XX01", "MMR"),
    ("XX0201", "Lower", "XX02", "MMR"),
]
VILLAGES = {"XX010101": "XX0101", "XX020101": "XX0201"}


@dataclass
class Field:
    """Where the tests play: an operation, its scopes by area, places by code."""

    operation: Operation
    scopes: dict[str, int]
    places: dict[str, Place] = field(default_factory=dict)

    def officer(self, viewer_with: Callable[..., Viewer], *areas: str, more: tuple[str, ...] = ()) -> Viewer:
        """A registration officer of some areas (all of them when none is named)."""
        permissions = (
            "registry.view_person", "registry.view_sensitive", "registry.change_person", "registry.register_person",
            "registry.propose_change", "registry.approve_change", *more,
        )  # fmt: skip
        return viewer_with(*permissions, scopes={self.scopes[area] for area in areas} if areas else None)


@dataclass(frozen=True)
class Batch:
    """A batch as registering sees it."""

    operation_id: UUID
    scope_id: int
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Chunk:
    """Accepted submissions as collection hands them over."""

    submissions: pl.DataFrame
    households: pl.DataFrame
    people: pl.DataFrame


def chunk(*households: dict[str, Any]) -> Chunk:
    """A chunk of households: values by field, `people` a list of the same, `outcome` new unless said."""
    submissions, homes, people = [], [], []
    for ordinal, household in enumerate(households):
        submission = str(new_id())
        members = household.get("people", [])
        submissions.append(
            {"submission_id": submission, "ordinal": ordinal, "uid": "", "outcome": household.get("outcome", "new"),
             "earlier_id": household.get("earlier")}
        )  # fmt: skip
        homes.append(
            {
                "submission_id": submission,
                **{k: v for k, v in household.items() if k.startswith(("household.", "extras"))},
            }
        )
        people += [
            {"submission_id": submission, "staged_row_id": str(new_id()), "ordinal": place, **member}
            for place, member in enumerate(members)
        ]
    return Chunk(
        pl.DataFrame(submissions, infer_schema_length=None, schema_overrides={"earlier_id": pl.String}),
        pl.DataFrame(homes, infer_schema_length=None),
        pl.DataFrame(people, infer_schema_length=None)
        if people
        else pl.DataFrame(schema={"submission_id": pl.String, "staged_row_id": pl.String, "ordinal": pl.Int64}),
    )


def make_country() -> Field:
    """Myanmar as the tests need it, with an operation."""
    with viewing(SYSTEM):
        reference = access.register_areas(AREAS, by=SYSTEM)
        operation = access.add_operation("TST", "Test operation", "MMR", by=SYSTEM)
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
        made = {}
        for code, area in VILLAGES.items():
            made[code] = Place.objects.create(
                country="MMR",
                pcode=code,
                level=4,
                kind="village",
                name=f"Village {code}",
                names={},
                scope_id=reference[area],
            )
        scopes = {code: operation_scope(operation.pk, seen_by=SYSTEM, area_key=code) for code, *_rest in AREAS} | {
            "": operation_scope(operation.pk, seen_by=SYSTEM)
        }
    return Field(operation, scopes, made)


@pytest.fixture(scope="module")
def settled(once: Callable[..., Field]) -> Field:
    """The country, made once for the tests of a file."""
    return once(make_country)


@pytest.fixture
def country(settled: Field, db: None) -> Field:
    """See `make_country`."""
    return deepcopy(settled)


def make_family() -> dict[str, Any]:
    """A household of four."""
    return {
        "household.place": "XX010101", "household.number": "HH1", "household.registered_on": "2026-05-01",
        "household.consent": "true",
        "people": [
            {"person.full_name": "Aung Kyaw Min", "person.sex": "male", "person.birth_date": "1980-05-01",
             "person.relationship": "head", "person.phone": "+95912345678", "person.document.national_id.number": "12/ABC(N)123456"},
            {"person.full_name": "Khin Thu Zar", "person.sex": "female", "person.birth_date": "1984~",
             "person.relationship": "spouse", "person.needs": "survivor-gbv disability", "person.pregnant": "true"},
            {"person.full_name": "Su Su", "person.sex": "female", "person.age": "7", "person.relationship": "child"},
            {"person.full_name": "မောင်မောင်", "person.sex": "male", "person.relationship": "child"},
        ],
    }  # fmt: skip


@pytest.fixture
def family() -> dict[str, Any]:
    """See `make_family`."""
    return make_family()


@pytest.fixture
def register(country: Field) -> Callable[..., Any]:
    """Register households by set as the system: register(household, …) returns what was registered."""

    def perform(*households: dict[str, Any], by: Viewer = SYSTEM, batch: Batch | None = None) -> Any:
        return actions.register_chunk(
            chunk(*households), batch or Batch(country.operation.pk, country.scopes[""]), by=by
        )

    return perform


@pytest.fixture
def open_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stands against a card, for tests of what is on it."""
    monkeypatch.setattr("banyan.people.registry.queries.card_stops", lambda *_given, **_more: [])


@pytest.fixture
def home(country: Field) -> tuple[Household, list[Person]]:
    """A sound household, looked over once."""
    planted = Planter([Site("XX010101")], timezone.localdate()).sound()
    key, ids = actions.register_household(
        country.operation.pk, planted.home, [{**row, "person.photo": ""} for row in planted.people], by=SYSTEM,
        scope_id=country.scopes[""],
    )  # fmt: skip
    quality.set_check(country.operation.pk, "photo", enabled=False, by=SYSTEM)
    run_jobs()
    quality.run_pass(country.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        people = {person.pk: person for person in Person.objects.filter(pk__in=ids)}
        return Household.objects.get(pk=key), [people[one] for one in ids]
