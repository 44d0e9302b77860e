"""The engine over a small world: words of bits, what moves, issues, scores of the day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from banyan.people.quality import actions
from banyan.people.quality.actions import passing
from banyan.people.quality.models import Definition, Issue, Moved, Snapshot, State
from banyan.people.quality.tests.worlds import SYSTEM, TODAY, World
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs


def failing(world: World, key: str) -> set[UUID]:
    with viewing(SYSTEM):
        one = Definition.objects.get(key=key, state="live")
        return {row.pk for row in State.objects.filter(subject=one.subject) if row.failed >> one.bit & 1}


def counts(world: World, key: str, **where: Any) -> tuple[int, int, int, int]:
    """Eligible, failed, unknown, waived of the whole operation today."""
    with viewing(SYSTEM):
        rows = Snapshot.objects.filter(**{"check_key": key, "breakdown": "all", "day": TODAY, **where})
        return tuple(sum(getattr(row, name) for row in rows) for name in ("eligible", "failed", "unknown", "waived"))


def run(world: World) -> Any:
    return actions.run_pass(world.operation.pk, by=SYSTEM)


def test_a_pass_finds_what_is_wrong_and_counts_it(world: World) -> None:
    good = world.person(birth_date="1990")
    nameless = world.person(name="", interviewer="Ko Ko")
    child = world.person(birth_date="2024-01-01", work="farmer")
    unsure = world.person(birth_date="2021", work="farmer")
    stale = world.person(seen_on=date(2020, 1, 1), scope_id=world.south)
    home = world.home()
    gone = world.person(name="", status="closed")
    done = run(world)
    assert (done.checked, done.moved, done.opened, done.resolved) == (6, 6, 0, 0)
    assert failing(world, "nameless") == {nameless}
    assert failing(world, "childwork") == {child}
    assert failing(world, "stale") == {stale}
    assert failing(world, "headless") == {home}
    assert not State.objects.filter(pk__in=[gone]).exists()
    assert counts(world, "nameless") == (5, 1, 0, 0)
    assert counts(world, "childwork") == (2, 1, 1, 0), "who turns five this year may or may not be five"
    assert counts(world, "nameless", breakdown="interviewer", value="Ko Ko") == (1, 1, 0, 0)
    assert counts(world, "stale", scope_id=world.south) == (1, 1, 0, 0)
    assert {good, unsure} & failing(world, "nameless") == set()


def test_a_second_pass_moves_nothing_and_a_mended_record_is_an_issue_resolved(world: World, today: Any) -> None:
    person = world.person(name="")
    run(world)
    assert run(world).moved == 0
    with viewing(SYSTEM):
        assert not Issue.objects.exists(), "what failed from the first look on has no row of its own"
    today(TODAY + timedelta(days=3))
    world.change(person, name="Su Su")
    done = actions.check_records({"being": {person: "Daw Hla"}}, by=SYSTEM)
    assert (done.moved, done.resolved) == (1, 1)
    with viewing(SYSTEM):
        issue = Issue.objects.get()
        assert (issue.first_seen, issue.resolved_on, issue.resolved_by) == (TODAY, TODAY + timedelta(days=3), "Daw Hla")
    world.change(person, name="")
    assert actions.check_records({"being": {person: ""}}, by=SYSTEM).opened == 1
    with viewing(SYSTEM):
        issue.refresh_from_db()
        assert (issue.resolved_on, issue.reopened, issue.last_seen) == (None, 1, TODAY + timedelta(days=3))


def test_a_pass_over_few_records_moves_the_scores_of_the_day_along(world: World) -> None:
    people = [world.person(name="", interviewer="Ko Ko") for _ in range(3)]
    home = world.home()
    run(world)
    assert counts(world, "nameless") == (3, 3, 0, 0)
    assert counts(world, "headless") == (1, 1, 0, 0)
    world.change(people[0], name="Su Su", scope_id=world.south, home_id=home, is_head=True)
    world.change(people[1], status="closed")
    new = world.person(interviewer="Ko Ko")
    actions.check_records({"being": dict.fromkeys([*people, new], "")}, by=SYSTEM)
    assert counts(world, "nameless") == (3, 1, 0, 0)
    assert counts(world, "nameless", scope_id=world.south) == (1, 0, 0, 0)
    assert counts(world, "nameless", breakdown="interviewer", value="Ko Ko") == (3, 1, 0, 0)
    assert counts(world, "headless") == (1, 0, 0, 0), "the home is related to who moved"
    before = {key: counts(world, key) for key in ("nameless", "headless", "stale")}
    with viewing(SYSTEM):
        Snapshot.objects.all().delete()
    run(world)
    assert {key: counts(world, key) for key in before} == before, "moved along or counted anew: the same"


@pytest.mark.parametrize("few", [0, 2, 20_000])
def test_many_that_moved_and_few_are_written_alike(world: World, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(passing, "FEW", few)
    mended, broken, gone, still = (world.person(name=name) for name in ("", "A", "", "B"))
    run(world)
    world.change(mended, name="Su Su")
    world.change(broken, name="")
    world.change(gone, status="closed")
    done = run(world)
    assert (done.checked, done.moved, done.opened, done.resolved) == (3, 3, 1, 2)
    assert failing(world, "nameless") == {broken}
    assert run(world).moved == 0
    with viewing(SYSTEM):
        assert set(State.objects.values_list("pk", flat=True)) == {mended, broken, still}


def test_records_that_moved_wait_in_a_queue_for_a_job(world: World) -> None:
    person = world.person(name="")
    actions.moved("being", [person], by=SYSTEM)
    assert run_jobs() == 1
    assert failing(world, "nameless") == {person}, "an operation nobody looked at yet is looked at as a whole"
    world.change(person, name="Su Su")
    actions.moved("being", [person], by=SYSTEM, cause="Daw Hla")
    actions.moved("being", [], by=SYSTEM)
    run_jobs()
    with viewing(SYSTEM):
        assert Issue.objects.get().resolved_by == "Daw Hla"
        assert not Moved.objects.exists()
