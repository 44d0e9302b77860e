"""Pages of targeting: written with every fault at its line, run, looked at as pictures, compared, proposed and approved by two people."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from banyan.aid.programmes import queries
from banyan.aid.programmes.tests.page_worlds import (
    APPROVER,
    AUDITOR,
    OFFICER,
    asked,
    client_of,
    lines,
    page,
    refused,
    send,
    sent,
    shown,
)
from banyan.aid.programmes.tests.worlds import NORTH_TOO, SOUTH, SYSTEM, World
from banyan.people.registry import queries as registry
from banyan.platform.access.models import Area, ReadEntry
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

LARGE = {"label": "Large families", "text": "members.size() >= 3"}
YOUNG = {"label": "With small children", "text": "members.exists(m, m.age < 5)"}
SIZE = {"label": "People", "formula": "members.size()", "weight": "2"}
CHILD, GROWN = "2024-01-01", "1980-05-03"


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


@pytest.fixture
def approver(world: World) -> Any:
    return client_of(APPROVER)


def make_homes(world: World) -> list[Any]:
    """Large, with a small child, alone, and of an unknown age; and what follows from registering them is done."""
    homes = [
        world.household(GROWN, GROWN, GROWN)[0],
        world.household(GROWN, CHILD, area=NORTH_TOO)[0],
        world.household(GROWN, area=SOUTH)[0],
        world.household("", area=SOUTH)[0],
    ]
    run_jobs()
    return homes


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> list[Any]:
    return once(make_homes, ground)


@pytest.fixture
def homes(made: list[Any], db: None) -> list[Any]:
    """See `make_homes`."""
    return list(made)


def written(client: Any, programme: Any, *rules: Any, score: Any = (), **said: Any) -> Any:
    given = {
        "name": "First",
        "cycle_id": "",
        "threshold": "",
        **said,
        **lines("rules", *rules),
        **lines("score", *score),
    }
    address = sent(client, "targeting-new", programme.pk, **given)
    with viewing(SYSTEM):
        return queries.targeting(address.rstrip("/").rpartition("/")[2], seen_by=SYSTEM)  # type: ignore[arg-type]


def run(client: Any, targeting: Any) -> Any:
    """A run of a targeting, done."""
    sent(client, "targeting-run", targeting.pk, day="2026-06-01")
    run_jobs()
    with viewing(SYSTEM):
        found = queries.targeting_runs(targeting.pk, seen_by=SYSTEM).first()
    assert found is not None
    assert found.done_at
    return found


def references(*homes: Any) -> list[str]:
    with viewing(SYSTEM):
        return [registry.household(home, seen_by=SYSTEM).reference for home in homes]


def test_every_fault_of_a_targeting_stands_at_its_line(world: World, officer: Any) -> None:
    programme = world.active()
    given = {"name": "", "cycle_id": "", "threshold": "3"}
    told = refused(
        officer, "targeting-new", programme.pk, **given, **lines("rules", {"label": "x", "text": ""}), **lines("score")
    )
    assert "#id_name" in told
    assert "#id_rules-0-text" in told
    rules = lines("rules", LARGE, {"label": "", "text": ""}, {"label": "Odd", "text": "shoes > 3"})
    score = lines(
        "score", SIZE, {"label": "Odd", "formula": "'a'", "weight": "1"}, {"label": "Half", "formula": "", "weight": ""}
    )
    told = refused(officer, "targeting-new", programme.pk, **given | {"name": "A"}, **rules, **score)
    assert "#id_score-2-formula" in told
    score = lines("score", SIZE, {"label": "Odd", "formula": "'a'", "weight": "1"})
    told = refused(officer, "targeting-new", programme.pk, **given | {"name": "A"}, **rules, **score)
    assert "#id_rules-2-text" in told, "told at the line that was filled, empty ones left aside"
    assert "#id_score-1-formula" in told
    told = refused(
        officer, "targeting-new", programme.pk, **given | {"name": "A"}, **lines("rules", LARGE), **lines("score")
    )
    assert "#id_threshold" in told


def test_a_targeting_is_written_run_proposed_and_approved_by_two(
    world: World, homes: Any, officer: Any, approver: Any
) -> None:
    programme = world.active()
    assert "Nobody is targeted yet" in shown(officer, "targetings", programme.pk)
    targeting = written(officer, programme, LARGE)
    text = shown(officer, "targeting", targeting.pk)
    assert "Large families" in text
    assert "members.size()" in text
    change = {"name": "Second", "cycle_id": "", "threshold": "", **lines("rules", LARGE, YOUNG), **lines("score")}
    assert "members.size()" in shown(officer, "targeting-change", targeting.pk)
    sent(officer, "targeting-change", targeting.pk, **change)
    found = run(officer, targeting)
    assert "Propose" in shown(officer, "targeting", targeting.pk)
    assert send(officer, "targeting-move", targeting.pk, "propose", run="nonsense").status_code == 404
    assert send(officer, "targeting-move", targeting.pk, "approve").status_code == 403
    sent(officer, "targeting-move", targeting.pk, "propose", run=str(found.pk))
    sent(approver, "targeting-move", targeting.pk, "refuse", reason="Too wide")
    assert "Too wide" in shown(officer, "targeting", targeting.pk)
    sent(officer, "targeting-move", targeting.pk, "propose", run=str(found.pk))
    assert "Only a run that was proposed" in shown(officer, "run", found.pk)
    sent(approver, "targeting-move", targeting.pk, "approve")
    assert reverse("programmes:enrol-run", args=[found.pk]) in shown(officer, "run", found.pk)
    refused(officer, "targeting-move", targeting.pk, "propose", run=str(found.pk))
    sent(officer, "enrol-run", found.pk)
    run_jobs()
    text = shown(officer, "enrolments", programme.pk)
    assert all(reference in text for reference in references(homes[0], homes[1]))
    sent(officer, "targeting-move", targeting.pk, "retire")
    assert send(officer, "targeting-move", targeting.pk, "nonsense").status_code == 404


def test_who_proposed_it_is_told_why_they_cannot_approve(world: World, homes: Any, approver: Any) -> None:
    targeting = written(approver, world.active(), LARGE)
    found = run(approver, targeting)
    sent(approver, "targeting-move", targeting.pk, "propose", run=str(found.pk))
    assert "somebody else decides" in shown(approver, "targeting", targeting.pk)
    assert "somebody else" in refused(approver, "targeting-move", targeting.pk, "approve")


def test_a_run_is_told_in_figures_with_a_table_beside_each_picture(world: World, homes: Any, officer: Any) -> None:
    programme = world.active()
    score = [SIZE]
    targeting = written(officer, programme, LARGE, YOUNG, score=score, threshold="4")
    assert page(officer, "targeting-run", targeting.pk)[0] == 405
    refused(officer, "targeting-run", targeting.pk, day="soon")
    found = run(officer, targeting)
    text = shown(officer, "run", found.pk)
    for words in ("Large families", "With small children", "pyramid-title", "curve-title", "Place XX01"):
        assert words in text, words
    # Down into the first part of the map, and never into a place that holds none of it.
    within = re.search(r"\?within=([0-9a-f-]+)", text)
    assert within
    assert "<bdi>Place XX0" in shown(officer, "run", found.pk, within=within[1])
    assert page(officer, "run", found.pk, within="nonsense")[0] == 404
    everybody = shown(officer, "run-rows", found.pk)
    assert all(reference in everybody for reference in references(*homes))
    unknown = shown(officer, "run-rows", found.pk, verdict="unknown")
    assert references(homes[3])[0] in unknown or references(homes[3])[0] in everybody
    near = shown(officer, "borderline", found.pk)
    assert references(homes[1])[0] in near
    with viewing(SYSTEM):
        entry = ReadEntry.objects.filter(purpose="programmes: targeting").earliest("at")
    assert set(entry.ids) == set(homes)


def test_two_runs_are_compared(world: World, homes: Any, officer: Any) -> None:
    programme = world.active()
    first = run(officer, written(officer, programme, LARGE))
    second = run(officer, written(officer, programme, YOUNG))
    assert str(second.pk) in shown(officer, "run", first.pk)
    text = shown(officer, "compare", first.pk, other=str(second.pk))
    assert "Only by the first" in text
    assert "Place XX010101" in text
    assert page(officer, "compare", first.pk, other="nonsense")[0] == 404


def test_lists_are_taken_whole_or_not_at_all(world: World, homes: Any, officer: Any) -> None:
    programme = world.active()
    targeting = written(officer, programme, LARGE)
    alone, odd = references(homes[2], homes[3])
    typed = {"kind": "include", "references": "", "reason": "", "source": "Village committee"}
    assert "one of the two" in refused(officer, "entries-add", targeting.pk, **typed)
    assert "#id_reason" in refused(officer, "entries-add", targeting.pk, **typed | {"references": alone})
    told = refused(
        officer, "entries-add", targeting.pk, **typed | {"references": f"{alone}\nHHD-0000", "reason": "Poor"}
    )
    assert "HHD-0000" in told
    assert alone not in shown(officer, "entries", targeting.pk)
    file = SimpleUploadedFile("list.csv", f"reference,reason\n{alone},Poor\n".encode())
    sent(officer, "entries-add", targeting.pk, **typed, file=file)
    sent(officer, "entries-add", targeting.pk, **typed | {"kind": "exclude", "references": odd, "reason": "Moved away"})
    text = shown(officer, "entries", targeting.pk)
    assert "Village committee" in text
    assert "Moved away" in text
    found = run(officer, targeting)
    assert alone in shown(officer, "run-rows", found.pk, verdict="included")
    assert "A list decided." in shown(officer, "household", homes[2])
    with viewing(SYSTEM):
        entry = queries.list_entries(targeting.pk, seen_by=SYSTEM).first()
    assert entry is not None
    assert shown(officer, "entry-remove", targeting.pk, entry.pk)
    sent(officer, "entry-remove", targeting.pk, entry.pk)
    assert entry.reason not in shown(officer, "entries", targeting.pk)


def test_why_somebody_is_in_or_out_is_told_in_words(world: World, homes: Any, officer: Any) -> None:
    targeting = written(officer, world.active(), LARGE, YOUNG, score=[SIZE], threshold="3")
    run(officer, targeting)
    text = shown(officer, "household", homes[0])
    for words in ("Large families", "not met", "Points", "Note an appeal"):
        assert words in text, words
    assert "cannot be decided" in shown(officer, "household", homes[3])
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(purpose="programmes", ids__contains=[homes[0]]).exists()
    assert page(client_of(AUDITOR), "household", homes[0])[0] in (403, 404)
    assert page(officer, "household", world.operation.pk)[0] == 404


def test_who_works_in_one_area_sees_those_of_that_area_only(world: World, homes: Any, officer: Any) -> None:
    found = run(officer, written(officer, world.active(), LARGE, YOUNG))
    with viewing(SYSTEM):
        area = Area.objects.get(key="XX02")
    south = client_of(OFFICER, operation=world.operation, area=area)
    status, text = page(south, "run-rows", found.pk)
    assert status in (200, 404)
    assert references(homes[0])[0] not in text
    assert page(south, "household", homes[0])[0] == 404


def test_pages_of_a_run_take_as_many_queries_whatever_it_found(world: World, homes: Any, officer: Any) -> None:
    programme = world.active()
    targeting = written(officer, programme, LARGE, YOUNG, score=[SIZE], threshold="3")
    found = run(officer, targeting)
    few = {name: asked(officer, name, found.pk) for name in ("run", "run-rows")}
    for _number in range(4):
        world.household(GROWN, CHILD, GROWN)
    more = run(officer, targeting)
    for name, count in few.items():
        assert asked(officer, name, more.pk) <= count + 2, name
