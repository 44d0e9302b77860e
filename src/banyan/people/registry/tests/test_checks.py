"""Every indicator finds exactly the records that were spoilt for it, and nobody else."""

from collections import defaultdict
from typing import Any

import pytest
import shapely
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.quality import queries as quality_queries
from banyan.people.quality.declarations import declared
from banyan.people.quality.testing import counts_are_lists
from banyan.people.registry.checks import CHECKS
from banyan.people.registry.demo import planting
from banyan.people.registry.demo.flaws import FLAWS, Site
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

pytestmark = pytest.mark.django_db
MANDATORY = ["nationality", "marital_status"]


def test_every_number_of_the_list_has_its_check_and_its_flaw() -> None:
    assert sorted(check.number for check in CHECKS) == list(range(1, 32))
    assert {check.key for check in CHECKS} == set(FLAWS)
    assert {check.key for check in CHECKS} <= set(declared().checks)


@pytest.fixture
def sites(country: Field) -> list[Site]:
    """Two villages, one of them with a boundary."""
    from banyan.reference.places.models import Boundary, Release

    bounded, bare = sorted(country.places.values(), key=lambda place: place.pcode)
    square = shapely.box(96, 20, 97, 21)
    with viewing(SYSTEM):
        release = Release.objects.create(country="MMR", authority="Tests", label="1", state="current")
        Boundary.objects.create(
            place=bounded, release=release, shape=shapely.to_wkb(square), drawing="{}", area_km2=1, west=96, south=20,
            east=97, north=21, scope_id=bounded.scope_id,
        )  # fmt: skip
    return [Site(bounded.pcode, "20.5 96.5"), Site(bare.pcode)]


@pytest.fixture
def planted(country: Field, sites: list[Site]) -> list[planting.Flaw]:
    """Households for every indicator, registered, closed and paired as the demo has them, and looked over once."""
    clerk, decider = system_viewer("clerk"), system_viewer("decider")
    from banyan.people.quality.models import CheckSetting

    with viewing(SYSTEM):
        CheckSetting.objects.create(operation=country.operation, check_key="cf_operation", fields=MANDATORY)
    found = planting.plant(
        country.operation.pk,
        sites,
        timezone.localdate(),
        each=1,
        scope_id=country.scopes[""],
        by=clerk,
        decider=decider,
    )
    quality.run_pass(country.operation.pk, by=SYSTEM)
    return found


def wanted(flaws: list[planting.Flaw]) -> dict[str, set[tuple[str, Any]]]:
    found: dict[str, set[tuple[str, Any]]] = defaultdict(set)
    for flaw in flaws:
        found[flaw.check].add((flaw.subject, flaw.record))
    return found


def test_each_indicator_finds_exactly_what_was_planted(country: Field, planted: list[planting.Flaw]) -> None:
    truth = wanted(planted)
    found = {}
    with viewing(SYSTEM):
        for check in CHECKS:
            rows = quality_queries.findings(country.operation.pk, check.key, seen_by=SYSTEM)
            found[check.key] = {(row.subject, row.id) for row in rows}
    assert {key: len(rows ^ truth[key]) for key, rows in found.items() if rows ^ truth[key]} == {}
    assert all(truth[check.key] for check in CHECKS)


def test_what_is_counted_is_what_is_listed_whoever_looks(
    country: Field, planted: list[planting.Flaw], viewer_with: Any
) -> None:
    """One register for all viewers: registering it takes longer than looking."""
    seen = ("quality.view_check", "quality.view_findings")
    for areas in ((), ("XX01",), ("XX0201",)):
        for more in ((), ("quality.view_sensitive",)):
            viewer = country.officer(viewer_with, *areas, more=(*seen, *more))
            counted, listed, hidden = told_to(country, viewer)
            assert counted == listed
            assert hidden == (set() if more else {"child_head", "uasc"})
            assert areas or sum(listed.values()) > len(FLAWS)
    stranger = viewer_with(*seen, scopes=set())
    north, south = (country.officer(viewer_with, area, more=seen) for area in ("XX01", "XX0201"))
    assert counts_are_lists(country.operation.pk, north, south, stranger) > len(FLAWS)
    counted, listed, _hidden = told_to(country, stranger)
    assert set(counted.values()) | set(listed.values()) == {0}


def told_to(country: Field, viewer: Viewer) -> tuple[dict[str, int], dict[str, int], set[str]]:
    """Failed by check as scores count them and as lists hold them, and checks whose findings are hidden."""
    operation = country.operation.pk
    with viewing(viewer):
        told = quality_queries.scores(operation, seen_by=viewer)
        listed = {one.key: quality_queries.findings(operation, one.key, seen_by=viewer).count() for one in CHECKS}
    return (
        {score.check.key: score.failed for score in told.checks}, listed,
        {score.check.key for score in told.checks if score.hidden},
    )  # fmt: skip
