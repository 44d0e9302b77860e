"""What frozen rows show: counts, places, sex and age, rules, thresholds, the borderline, two runs beside each other, and why."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import TargetingRun
from banyan.aid.programmes.queries import Tally
from banyan.aid.programmes.tests.target_worlds import (
    LARGE,
    MAY,
    NORTH,
    SOUTH,
    SYSTEM,
    YOUNG,
    World,
    make_world,
    somebody,
)
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.criteria import actions as criteria
from banyan.platform.criteria import queries as saved
from banyan.platform.kernel.problems import Problem

MEMBERS = {"label": "Members", "formula": "members.size()", "weight": "1"}


@pytest.fixture(scope="module")
def ground(once: Any) -> World:
    return once(make_world)


@pytest.fixture
def world(ground: World, db: None) -> World:
    return deepcopy(ground)


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> dict[str, Any]:
    return once(ground.four)


@pytest.fixture
def homes(made: dict[str, Any], db: None) -> dict[str, Any]:
    return dict(made)


@pytest.fixture
def looking(world: World) -> Any:
    with viewing(SYSTEM):
        yield SYSTEM


def test_counts_places_sexes_and_rules(world, homes, looking):
    run = world.run(rules=[LARGE, YOUNG, {"label": "Old", "text": "head.age >= 60 || members.size() >= 3"}])
    totals = queries.target_totals(run.pk, seen_by=looking)
    assert totals.by_verdict == {"in": Tally(3, 6), "unknown": Tally(1, 2)}
    assert (totals.chosen, totals.all) == (Tally(3, 6), Tally(4, 8))
    north, south = queries.target_places(run.pk, seen_by=looking)
    assert (north.place_id, north.chosen, north.people, north.unknown, north.records) == (
        world.places[NORTH].pk,
        2,
        4,
        1,
        3,
    )
    assert (south.place_id, south.chosen) == (world.places[SOUTH].pk, 1)
    found = queries.target_sex_age(run.pk, seen_by=looking)
    assert (found.female, found.male, found.unknown) == ((0, 1, 0, 2, 0), (1, 0, 0, 1, 1), 0)
    doubtful = queries.target_sex_age(run.pk, seen_by=looking, verdicts=["unknown"])
    assert (doubtful.people, doubtful.unknown) == (2, 1)
    nobody = queries.target_sex_age(run.pk, seen_by=looking, verdicts=[])
    assert nobody.people == 0
    by_rule = {one.label: one for one in queries.target_rules(run.pk, seen_by=looking)}
    large, young, old = by_rule["Large families"], by_rule["With small children"], by_rule["Old"]
    assert (large.met, large.unknown, large.refuted, large.only) == (1, 0, 3, 0), "the third rule covers the first"
    assert (young.met, young.unknown, young.refuted, young.only) == (1, 1, 2, 1)
    assert (old.met, old.only) == (2, 1)
    assert queries.target_rules(world.run().pk, seen_by=looking) == []


def test_other_thresholds_are_tried_on_the_same_picture(world, homes, looking):
    run = world.run(score=[MEMBERS], threshold="2")
    world.home(somebody(), somebody(), somebody())
    cuts = queries.sensitivity(run.pk, [Decimal(1), Decimal(3), Decimal(9)], seen_by=looking)
    assert [(int(one.threshold), one.records, one.people, one.unknown, one.change) for one in cuts] == [
        (1, 4, 8, 0, 1), (2, 3, 7, 0, 0), (3, 1, 3, 0, -2), (9, 0, 0, 0, -3),
    ]  # fmt: skip
    assert [int(one.threshold) for one in queries.sensitivity(run.pk, seen_by=looking)] == [1, 2, 3]
    # As a run with that threshold finds it.
    for cut in cuts:
        fresh = world.run(score=[MEMBERS], threshold=cut.threshold)
        extra = 3 if cut.threshold <= 3 else 0
        assert queries.target_totals(fresh.pk, seen_by=looking).chosen == Tally(
            cut.records + bool(extra), cut.people + extra
        )
    assert queries.sensitivity(world.run(rules=[LARGE]).pk, seen_by=looking) == []


def test_thresholds_beside_rules_and_lists(world, homes, looking):
    reference = _references(world, homes)
    ages = {"label": "Age", "formula": "members.map(m, m.age).max() * 0 + members.size()", "weight": "1"}
    made = actions.make_targeting(
        world.programme.pk, by=SYSTEM, name="Both", rules=[{"label": "Any", "text": "members.size() > 1"}], score=[ages],
        threshold="3",
    )  # fmt: skip
    actions.add_entries(made.pk, "include", [(reference["alone"], "known to be poor")], by=SYSTEM)
    run = world.frozen(made)
    cuts = queries.sensitivity(run.pk, [Decimal(2)], seen_by=looking)
    assert [(int(one.threshold), one.records, one.unknown) for one in cuts] == [(2, 3, 1), (3, 2, 1)]
    nobody = world.run(score=[ages | {"formula": "members.map(m, m.age).max() * 0 + (true ? head.age / 0 : 1)"}])
    assert queries.sensitivity(nobody.pk, seen_by=looking) == []


def test_the_borderline_is_what_lies_near(world, homes, looking):
    run = world.run(score=[MEMBERS], threshold="2")
    near = queries.borderline(run.pk, Decimal(0), seen_by=looking)
    assert {(row.household_id, row.gap) for row in near} == {(homes["baby"], 0), (homes["doubtful"], 0)}
    assert queries.borderline(run.pk, seen_by=looking).count() == 2, "a twentieth of two members is nobody more"
    assert [row.gap for row in queries.borderline(run.pk, Decimal(1), seen_by=looking)] == [0, 0, 1, 1]
    rule = {"label": "Both", "text": "members.size() >= 2 && members.exists(m, m.age < 18)"}
    one_short = world.run(rules=[rule])
    assert [row.household_id for row in queries.borderline(one_short.pk, seen_by=looking)] == []
    world.home(somebody(), somebody("1970-01-01"))
    one_short = world.run(rules=[rule])
    assert [row.atoms for row in queries.borderline(one_short.pk, seen_by=looking)] == ["cr"]


def test_two_alternatives_are_compared_record_by_record(world, homes, looking):
    first, second = world.run(rules=[LARGE]), world.run(rules=[YOUNG])
    newcomer = world.home(somebody(), somebody("2025-01-01"))
    later = world.run(rules=[YOUNG])
    found = queries.compare_runs(first.pk, second.pk, seen_by=looking)
    assert found.cells == {
        ("in", "out"): Tally(1, 3), ("out", "in"): Tally(1, 2), ("out", "unknown"): Tally(1, 2), ("out", "out"): Tally(1, 1),
    }  # fmt: skip
    assert (found.both, found.first, found.second, found.neither) == (Tally(), Tally(1, 3), Tally(1, 2), Tally(2, 3))
    assert {(one.place_id, one.both, one.first, one.second) for one in found.places} == {
        (world.places[NORTH].pk, 0, 1, 0), (world.places[SOUTH].pk, 0, 0, 1),
    }  # fmt: skip
    assert (found.only_first.female, found.only_second.male) == ((0, 1, 0, 1, 0), (1, 0, 0, 0, 0))
    assert [row.household_id for row in queries.differing(first.pk, second.pk, "first", seen_by=looking)] == [
        homes["large"]
    ]
    days = queries.compare_runs(second.pk, later.pk, seen_by=looking)
    assert (days.both, days.second) == (Tally(1, 2), Tally(1, 2))
    assert days.cells["", "in"] == Tally(1, 2)
    assert [row.household_id for row in queries.differing(second.pk, later.pk, "second", seen_by=looking)] == [newcomer]
    people = [
        world.run(programme=world.programme_for("person", f"P{age}"), rules=[{"label": "Age", "text": f"age >= {age}"}])
        for age in (30, 60)
    ]
    by_person = queries.compare_runs(people[0].pk, people[1].pk, seen_by=looking)
    assert (by_person.both.records, by_person.second.records) == (1, 0)
    with pytest.raises(Problem) as caught:
        queries.compare_runs(first.pk, people[0].pk, seen_by=looking)
    assert caught.value.code == "programmes.runs_apart"


def test_why_is_told_in_words_from_what_was_frozen(world, homes, looking):
    rule = {"label": "Mixed", "text": "members.size() >= 2 && !(head.age < 18 || members.exists(m, m.age < 5))"}
    run = world.run(rules=[rule], score=[MEMBERS | {"weight": "2.5"}])
    found = queries.why_targeted(run.pk, homes["doubtful"], seen_by=looking)
    (one,), (line,) = found.rules, found.lines
    assert (found.verdict, found.by_list, one.label, one.mark, one.told.mark) == ("unknown", False, "Mixed", "u", "u")
    size, turned = one.told.parts
    assert (size.mark, size.text, turned.mark) == ("c", "number of Members is at least 2", "u")
    (either,) = turned.parts
    assert [part.mark for part in either.parts] == ["r", "u"]
    assert (line.label, line.words, line.weight, line.points, found.score) == (
        "Members", "number of Members", Decimal("2.5"), Decimal(5), Decimal(5),
    )  # fmt: skip
    # A rule that asks for what is no longer known is told by its own text.
    TargetingRun.objects.filter(pk=run.pk).update(
        rules=[run.rules[0] | {"text": "cows > 3 && sheep > 2"}], score=[run.score[0] | {"formula": "cows"}]
    )
    old = queries.why_targeted(run.pk, homes["doubtful"], seen_by=looking)
    assert (old.rules[0].told.text, old.lines[0].words) == ("cows > 3 && sheep > 2", "cows")
    assert [(part.text, part.mark) for part in old.rules[0].told.parts] == [
        ("members.size() >= 2", "c"), ("head.age < 18", "r"), ("members.exists(m, m.age < 5)", "u"),
    ]  # fmt: skip
    with pytest.raises(Problem):
        queries.why_targeted(run.pk, world.places[NORTH].pk, seen_by=looking)


def test_grades_of_sensitive_parts_are_hidden_from_who_may_not_see_them(world, homes):
    rule = {"label": "Need", "text": "members.size() >= 2 && (members.size() > 9 || members.exists(m, has(m.needs)))"}
    score = [MEMBERS, {"label": "Needs", "formula": "members.filter(m, has(m.needs)).size()", "weight": "1"}]
    run = world.run(rules=[rule], score=[score[0]])
    assert [part["sensitive"] for part in run.rules[0]["parts"]] == [False, False, False]
    rule["text"] = rule["text"].replace("has(m.needs)", 'm.needs.exists(n, n.code == "disability")')
    score[1]["formula"] = score[1]["formula"].replace("has(m.needs)", 'm.needs.exists(n, n.code == "disability")')
    run = world.run(rules=[rule, LARGE], score=score)
    assert [part["sensitive"] for part in run.rules[0]["parts"]] == [False, False, True]
    plain = viewer_with(*MAY)
    with viewing(plain):
        found = queries.why_targeted(run.pk, homes["large"], seen_by=plain)
        assert [one.mark for one in found.rules] == ["–", "c"]
        size, either = found.rules[0].told.parts
        assert (size.mark, either.mark, [part.mark for part in either.parts]) == ("c", "–", ["r", "–"])
        assert [(line.points, line.hidden) for line in found.lines] == [(Decimal(3), False), (None, True)]
        assert found.score is None
    trusted = viewer_with(*MAY, "registry.view_sensitive")
    with viewing(trusted):
        found = queries.why_targeted(run.pk, homes["large"], seen_by=trusted)
        assert ([one.mark for one in found.rules], found.score) == (["r", "c"], Decimal(3))
    with pytest.raises(Problem) as caught:
        actions.make_targeting(world.programme.pk, by=plain, name="Needs", rules=[rule])
    assert caught.value.code == "criteria.field_too_private"


def test_a_saved_criterion_says_which_targeting_uses_it(world, homes):
    text = "members.size() >= 3"
    kept = criteria.save_criterion(
        name="Large families", subject="household", purpose="eligibility", text=text, by=SYSTEM,
        operation_id=world.operation.pk,
    )  # fmt: skip
    rule = {"label": "Large", "text": text, "criterion": str(kept.pk), "version": 1}
    made = actions.make_targeting(world.programme.pk, by=SYSTEM, name="Winter", rules=[rule])
    assert (made.rules[0]["criterion"], made.rules[0]["version"]) == (str(kept.pk), 1)
    with viewing(SYSTEM):
        (use,) = saved.used_by([kept.pk], seen_by=SYSTEM)[kept.pk]
        assert (use.label, use.url) == ("Programme P1: Winter", f"/programmes/targeting/{made.pk}/")
    nobody = viewer_with("criteria.view_criterion")
    with viewing(nobody):
        assert queries.targeting_uses([kept.pk], seen_by=nobody) == []


def _references(world: World, homes: dict[str, Any]) -> dict[str, str]:
    from banyan.people.registry.models import Household

    found = dict(Household.objects.values_list("pk", "reference"))
    return {name: found[key] for name, key in homes.items()}
