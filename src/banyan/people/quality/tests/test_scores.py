"""Scores of a day, over time and side by side; each viewer sees the sum of what is in reach, and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from banyan.people.quality import actions, queries
from banyan.people.quality.models import AgeCount, Snapshot
from banyan.people.quality.testing import counts_are_lists, failing, run_checks
from banyan.people.quality.tests.worlds import SYSTEM, TODAY, World
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.problems import Problem

LOOK = ("quality.view_findings", "quality.view_check")


def scores(world: World, viewer: Viewer, **more: Any) -> dict[str, queries.CheckScore]:
    with viewing(viewer):
        return {one.check.key: one for one in queries.scores(world.operation.pk, seen_by=viewer, **more).checks}


@pytest.fixture
def peopled(world: World) -> World:
    """Two nameless in the north of four, one in the south of two; one lawless; one home without head."""
    for name, legal in (("", "known"), ("", ""), ("A", "known"), ("B", "known")):
        world.person(name=name, legal=legal, interviewer="Ko Ko")
    world.person(name="", scope_id=world.south, interviewer="Ma Ma", batch="b1")
    world.person(scope_id=world.south, interviewer="Ma Ma", batch="b1")
    world.home()
    return world


def test_every_viewer_sees_the_sum_of_what_is_in_reach(peopled: World, viewer_with: Callable[..., Viewer]) -> None:
    run_checks(peopled.operation.pk)
    everywhere = viewer_with(*LOOK, "quality.view_sensitive")
    north, south = (viewer_with(*LOOK, scopes={scope}) for scope in (peopled.north, peopled.south))
    nobody, words = (
        viewer_with("quality.view_findings", "quality.view_check", scopes=set()),
        viewer_with("quality.view_check"),
    )
    found = scores(peopled, everywhere)["nameless"]
    assert (found.eligible, found.failed, found.score, found.met) == (6, 3, Decimal(50), False)
    assert scores(peopled, north)["nameless"].score == Decimal(50)
    assert (scores(peopled, south)["nameless"].eligible, scores(peopled, south)["nameless"].failed) == (2, 1)
    assert scores(peopled, nobody)["nameless"].score is None
    assert all(one.hidden for one in scores(peopled, words).values())
    lawless = scores(peopled, north)["lawless"]
    assert (lawless.hidden, lawless.score, lawless.failed, lawless.met) == (True, None, 0, None)
    assert scores(peopled, everywhere)["lawless"].failed == 1
    assert failing(peopled.operation.pk, "lawless", north) == set()
    assert counts_are_lists(peopled.operation.pk, everywhere, north, south, nobody) > 8


def test_a_composite_is_weighed_and_its_worst_dimension_named(peopled: World) -> None:
    run_checks(peopled.operation.pk)
    with viewing(SYSTEM):
        found = queries.scores(peopled.operation.pk, seen_by=SYSTEM)
        by = queries.scores(peopled.operation.pk, seen_by=SYSTEM, by="interviewer", value="Ma Ma")
        earlier = queries.scores(peopled.operation.pk, seen_by=SYSTEM, day=TODAY - timedelta(days=1))
        rows = queries.league(peopled.operation.pk, "nameless", by="interviewer", seen_by=SYSTEM, day=TODAY)
        whole = queries.league(peopled.operation.pk, "", by="source", seen_by=SYSTEM)
    # nameless 50, childwork of nobody, stale 100 (twice), lawless 83.33, headless 0
    assert found.composite == ((Decimal(50) + 200 + Decimal("83.33")) / 5).quantize(Decimal("0.01"))
    assert (found.worst, found.dimensions["consistency"]) == ("consistency", Decimal(0))
    assert found.dimensions["accuracy"] is None, "ages of so few are not told"
    assert found.target is not None
    assert next(one for one in by.checks if one.check.key == "nameless").score == Decimal(50)
    assert (earlier.day, earlier.composite, earlier.worst) == (None, None, None)
    assert [(row.value, row.eligible, row.failed) for row in rows] == [("Ko Ko", 4, 2), ("Ma Ma", 2, 1)]
    assert [row.value for row in whole] == ["b1"]
    with viewing(SYSTEM), pytest.raises(Problem) as caught:
        queries.league(peopled.operation.pk, "", by="moon", seen_by=SYSTEM)
    assert caught.value.code == "quality.breakdown_unknown"


def test_a_trend_has_limits_and_signals(peopled: World) -> None:
    run_checks(peopled.operation.pk)
    with viewing(SYSTEM):
        row = Snapshot.objects.get(check_key="nameless", breakdown="all", scope_id=peopled.north)
        Snapshot.objects.filter(scope_id=peopled.south).delete()
        for back, (eligible, failed) in enumerate(
            ((400, 41), (400, 39), (400, 40), (400, 42), (400, 38), (400, 120)), 1
        ):
            row.pk, row.day, row.eligible, row.failed = None, TODAY - timedelta(days=back), eligible, failed
            row.save(force_insert=True)
        points = queries.series(peopled.operation.pk, "nameless", seen_by=SYSTEM, until=TODAY - timedelta(days=1))
        late = queries.series(peopled.operation.pk, "nameless", seen_by=SYSTEM, since=TODAY)
        whole = queries.series(peopled.operation.pk, "", seen_by=SYSTEM)
    assert [point.signal for point in points] == [True, False, False, False, False, False]
    assert points[0].score == Decimal(70)
    assert points[0].high is not None
    assert points[0].high > points[0].low > 70
    assert [(point.day, point.low, point.signal) for point in late] == [(TODAY, None, False)]
    assert [point.day for point in whole][-1] == TODAY
    assert whole[-1].target is not None


def test_both_versions_are_computed_when_a_definition_changes(
    peopled: World, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from banyan.people.quality.declarations import declared

    run_checks(peopled.operation.pk)
    today(TODAY + timedelta(days=1))
    former = declared().checks["nameless"]
    monkeypatch.setitem(declared().checks, "nameless", replace(former, failed="!has(name) || name == 'A'"))  # type: ignore[arg-type]
    done = run_checks(peopled.operation.pk)
    assert (done.opened, done.resolved) == (0, 0), "a change of words is nobody's doing"
    with viewing(SYSTEM):
        versions = list(queries.definitions("nameless", seen_by=SYSTEM))
        points = queries.series(peopled.operation.pk, "nameless", seen_by=SYSTEM)
    assert [(one.version, one.state) for one in versions] == [(2, "live"), (1, "overlap")]
    assert [(point.day, point.version, point.failed) for point in points] == [
        (TODAY, 1, 3), (TODAY + timedelta(days=1), 1, 3), (TODAY + timedelta(days=1), 2, 4),
    ]  # fmt: skip
    assert scores(peopled, SYSTEM)["nameless"].failed == 4
    today(TODAY + timedelta(days=40))
    monkeypatch.setitem(declared().checks, "nameless", former)  # type: ignore[arg-type]
    run_checks(peopled.operation.pk)
    with viewing(SYSTEM):
        assert [(one.version, one.state) for one in queries.definitions("nameless", seen_by=SYSTEM)] == [
            (3, "live"), (2, "overlap"), (1, "retired"),
        ]  # fmt: skip


def test_ages_are_told_of_two_hundred_people_at_least(world: World, viewer_with: Callable[..., Viewer]) -> None:
    for number in range(150):
        world.person(birth_date=f"{1960 + number % 50}-0{number % 9 + 1}-15", interviewer="Ko Ko")
    run_checks(world.operation.pk)
    with viewing(SYSTEM):
        assert queries.age_quality(world.operation.pk, seen_by=SYSTEM) == []
        assert queries.ages(world.operation.pk, seen_by=SYSTEM) == []
    for _ in range(150):
        world.person(birth_date="1986-01-01", interviewer="Ma Ma")
    world.person(birth_date="1986~")
    world.person(birth_date="2030")
    run_checks(world.operation.pk)
    with viewing(SYSTEM):
        (whole,) = queries.age_quality(world.operation.pk, seen_by=SYSTEM)
        by_hand = queries.age_quality(world.operation.pk, seen_by=SYSTEM, by="interviewer")
        ages = queries.ages(world.operation.pk, seen_by=SYSTEM)
    assert whole.quality.people == 301
    assert whole.quality.january == pytest.approx(0.5)
    assert by_hand == [], "neither has two hundred"
    assert ages[40] >= 151, "born 1986-01-01, told on 2026-05-01"
    assert scores(world, SYSTEM)["january"].score == whole.quality.score < 60
    blind = viewer_with("quality.view_check")
    with viewing(blind):
        assert queries.age_quality(world.operation.pk, seen_by=blind) == []


def test_the_mean_share_of_mandatory_fields_is_told_beside_those_complete(
    peopled: World, viewer_with: Callable[..., Viewer]
) -> None:
    operation = peopled.operation.pk
    run_checks(operation)
    assert all(one.filled is None for one in scores(peopled, SYSTEM).values()), "none is made mandatory"
    with viewing(SYSTEM):
        actions.set_check(operation, "needed", by=SYSTEM, fields=["name", "legal"])
    run_checks(operation)
    run_checks(operation)
    # Of six people, three lack the name and one of them the legal status as well: 8 of 12 fields, 3 of 6 people.
    needed = scores(peopled, SYSTEM)["needed"]
    assert (needed.filled, needed.score) == (Decimal("66.67"), 50)
    assert scores(peopled, SYSTEM)["nameless"].filled is None
    south = viewer_with(*LOOK, scopes={peopled.south})
    assert scores(peopled, south)["needed"].filled == 75
    assert scores(peopled, viewer_with("quality.view_check"))["needed"].filled is None


def test_scores_of_long_ago_are_thinned_out(peopled: World) -> None:
    run_checks(peopled.operation.pk)
    old = date(2025, 1, 6)  # a Monday
    with viewing(SYSTEM):
        for day in (old, old + timedelta(days=1), old + timedelta(days=7)):
            for model in (Snapshot, AgeCount):
                for breakdown in ("all", "interviewer"):
                    row = model.objects.filter(breakdown=breakdown).exclude(day=old).first()
                    if row is not None:
                        row.pk, row.day = None, day
                        row.save(force_insert=True)
    actions.keep_scores(by=SYSTEM)
    with viewing(SYSTEM):
        kept = set(Snapshot.objects.filter(day__lt=TODAY).values_list("day", "breakdown"))
    assert kept == {
        (old, "all"), (old, "interviewer"), (old + timedelta(days=1), "all"), (old + timedelta(days=7), "all"),
    }  # fmt: skip
