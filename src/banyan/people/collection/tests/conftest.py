"""Fixtures of the tests of collection: an operation with two areas, people who submit and review, small files."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.people.collection import actions, queries
from banyan.people.collection.models import Batch
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.states import BatchState
from banyan.platform.access import actions as access
from banyan.platform.access import queries as access_queries
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.reference.codes import actions as codes

SYSTEM = system_viewer("tests")
# The lists that registration uses; loading the languages of the world for every test would cost seconds each time.
LISTS = (
    "contact-preference", "document-types", "education", "functioning-difficulty", "inactive-reasons", "iso-3166-1",
    "legal-status", "marital-status", "occupation-groups", "relationship", "residence-status", "sex", "specific-needs",
)  # fmt: skip
HEADER = "Household ID,Full name,Sex,Date of birth,Relationship to head,Roof\n"
HOUSEHOLDS = (
    HEADER
    + "H1,Aung Ko,male,1980-02-03,head,tin\n"
    + "H1,Su Su,female,1985-05-05,spouse,tin\n"
    + "H2,Ma Hla,female,1990-01-01,head,thatch\n"
    + "H3,U Ba,male,1960-07-08,head,tin\n"
)


@pytest.fixture
def seeing(db: None) -> Iterator[None]:
    """The system looks on, so that tests may read tables that are under row-level security."""
    with viewing(SYSTEM):
        yield


def make_field() -> SimpleNamespace:
    """An operation in two areas with an officer who submits, another who reviews, and one of the other area."""
    access.register_areas(
        [("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR"), ("MMR012", "Rakhine", "MMR", "MMR")],
        by=SYSTEM,
    )
    operation = access.add_operation("MMR", "Myanmar operation", "MMR", by=SYSTEM)
    with viewing(SYSTEM):
        whole = access_queries.operation_scope(operation.pk, seen_by=SYSTEM)
        kachin = access_queries.operation_scope(operation.pk, seen_by=SYSTEM, area_key="MMR001")
        rakhine = access_queries.operation_scope(operation.pk, seen_by=SYSTEM, area_key="MMR012")
        from banyan.platform.access.models import Area

        areas = {area.key: area for area in Area.objects.all()}
    people = {
        name: viewer_of(make_account(role, operation=operation, area=areas.get(area)))
        for name, role, area in (
            ("clerk", "registration-clerk", None),
            ("officer", "registration-officer", None),
            ("other_officer", "registration-officer", None),
            ("kachin_clerk", "registration-clerk", "MMR001"),
            ("kachin_officer", "registration-officer", "MMR001"),
            ("rakhine_officer", "registration-officer", "MMR012"),
            ("protector", "data-protection-officer", None),
        )
    }
    return SimpleNamespace(operation=operation, whole=whole, kachin=kachin, rakhine=rakhine, **people)


@pytest.fixture(scope="module")
def settled(once: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """See `make_field`; made once for the tests of a file."""
    return once(make_field)


@pytest.fixture
def field(settled: SimpleNamespace, db: None) -> SimpleNamespace:
    """See `make_field`."""
    return deepcopy(settled)


def submit(
    field: Any, content: str | bytes = HOUSEHOLDS, *, name: str = "people.csv", by: Viewer | None = None, **more: Any
) -> Batch:
    """Upload one file into the whole operation, run the jobs, and confirm what was guessed until the batch is in review."""
    by = by or field.clerk
    content = content.encode() if isinstance(content, str) else content
    more.setdefault("scope_id", field.whole)
    batch = actions.submit_batch([(name, content)], by=by, operation_id=field.operation.pk, **more)
    run_jobs()
    with viewing(by):
        batch = queries.batch(batch.pk, seen_by=by)
    if batch.state == BatchState.MAPPING:
        actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=by)
        run_jobs()
        with viewing(by):
            batch = queries.batch(batch.pk, seen_by=by)
    return batch


@pytest.fixture
def lists(db: None) -> None:
    """The code lists that come with Banyan: without them, words are not read as codes."""
    codes.load_shipped_lists(by=SYSTEM, only=LISTS)


@pytest.fixture(name="submit")
def _submit(field: Any) -> Callable[..., Batch]:
    """See `submit`; of the fixture's field."""
    return lambda content=HOUSEHOLDS, **more: submit(field, content, **more)
