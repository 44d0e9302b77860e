"""Targeting held against the register: who is in, who is out, who cannot be decided, and why."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Targeting, TargetingRun, TargetRow
from banyan.aid.programmes.queries.target_reading import read_targeting
from banyan.aid.programmes.rules import targeting as rules
from banyan.aid.programmes.tests.target_worlds import (
    DAY,
    LARGE,
    MAY,
    NORTH,
    SOUTH,
    SYSTEM,
    YOUNG,
    World,
    make_world,
    points,
    somebody,
    somebody_with,
)
from banyan.platform.access.viewers import viewing
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import subjects
from banyan.platform.criteria.rules import evaluate, evaluate_number
from banyan.platform.kernel.problems import Problem

CHILD, AROUND_FIVE = "2016-06-01", "2021~"


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


def test_one_rule_of_several_is_enough_and_what_is_not_known_is_not_in(world, homes):
    run = world.run(rules=[LARGE, YOUNG])
    assert world.verdicts(run) == {
        homes["large"]: "in", homes["baby"]: "in", homes["doubtful"]: "unknown", homes["alone"]: "out",
    }  # fmt: skip
    row = world.rows(run)[homes["baby"]]
    assert (row.marks, row.atoms, row.eligible, row.size, row.scope_id) == ("rc", "r c", "c", 2, world.scopes["XX0201"])
    assert row.place_id == world.places[SOUTH].pk
    assert row.composition == [0, 0, 0, 1, 0, 1, 0, 0, 0, 0]
    assert world.rows(run)[homes["doubtful"]].composition == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert run.counts == {"verdicts": {"in": [2, 5], "out": [1, 1], "unknown": [1, 2]}, "absent": 0}
    assert (run.day, run.number, run.for_whom) == (DAY, 1, "household")
    assert run.rules[1]["parts"] == [{"text": YOUNG["text"], "sensitive": False}]


def test_people_are_targeted_one_by_one(world, homes):
    programme = world.programme_for("person")
    run = world.run(programme=programme, rules=[{"label": "Elderly", "text": 'age >= 60 && sex == "male"'}])
    rows = world.rows(run)
    assert len(rows) == 8
    (old,) = (row for row in rows.values() if row.verdict == "in")
    assert (old.household_id, old.size, old.composition) == (homes["alone"], 1, [0] * 9 + [1])
    assert (old.atoms, old.marks, old.place_id) == ("cc", "c", world.places[NORTH].pk)
    assert [row.verdict for row in rows.values()].count("unknown") == 0, "a woman is out, whatever her age"
    with viewing(SYSTEM):
        assert queries.why_targeted(run.pk, old.person_id, seen_by=SYSTEM).verdict == "in"


def test_scores_add_up_and_both_rule_and_threshold_are_heeded(world, homes):
    score = [
        {"label": "Members", "formula": "members.size()", "weight": "1.5"},
        {"label": "Small children", "formula": "members.filter(m, m.age < 5).size()", "weight": "2"},
    ]
    run = world.run(score=score, threshold="4.5")
    rows = world.rows(run)
    assert {name: (rows[key].points, rows[key].score, rows[key].verdict) for name, key in homes.items()} == {
        "large": (points("4.5", "0"), Decimal("4.5"), "in"),
        "baby": (points("3", "2"), Decimal(5), "in"),
        "doubtful": ([Decimal(3), None], None, "unknown"),
        "alone": (points("1.5", "0"), Decimal("1.5"), "out"),
    }
    both = world.run(rules=[YOUNG], score=score, threshold="6")
    assert set(world.verdicts(both).values()) == {"out", "unknown"}, "neither the rule nor the threshold is passed over"


def test_nothing_asked_is_nobody(world, homes):
    run = world.run()
    assert set(world.verdicts(run).values()) == {"out"}
    only_scored = world.run(score=[{"label": "One", "formula": "1", "weight": "1"}])
    assert set(world.verdicts(only_scored).values()) == {"out"}
    with pytest.raises(Problem) as caught:
        actions.propose_targeting(run.targeting_id, run.pk, by=SYSTEM)
    assert caught.value.code == "programmes.nothing_asked"
    with pytest.raises(Problem) as caught:
        actions.make_targeting(world.programme.pk, by=SYSTEM, name="Empty", rules=[{"label": "All?", "text": " "}])
    assert caught.value.code == "criteria.empty"


def test_what_can_no_longer_be_read_finds_nobody_and_says_so(world, homes, monkeypatch):
    made = actions.make_targeting(world.programme.pk, by=SYSTEM, name="Old", rules=[LARGE])
    run = actions.run_targeting(made.pk, by=SYSTEM)
    with viewing(SYSTEM):
        TargetingRun.objects.filter(pk=run.pk).update(rules=[LARGE | {"text": "cows > 3", "parts": []}])
    with pytest.raises(Problem) as caught:
        actions.freeze_run(run.pk, by=SYSTEM)
    assert caught.value.code == "criteria.name_unknown"
    with viewing(SYSTEM):
        Targeting.objects.filter(pk=made.pk).update(rules=[LARGE | {"text": "cows > 3"}])
        assert not TargetRow.objects.exists()
        assert TargetingRun.objects.get(pk=run.pk).done_at is None
    with pytest.raises(Problem):
        actions.run_targeting(made.pk, by=SYSTEM)


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('id')", "members.size() > 1); DROP TABLE programmes_targetrow; --", "1 OR true"],
)
def test_text_is_never_run(world, text):
    with pytest.raises(Problem) as caught:
        world.run(rules=[{"label": "Evil", "text": text}])
    assert all(one.code.startswith("criteria.") for one in caught.value.errors or [caught.value])


def test_what_is_written_stays_a_value(world, homes):
    run = world.run(rules=[{"label": "Evil", "text": 'reference == "\') OR TRUE --"'}])
    assert set(world.verdicts(run).values()) == {"out"}


def test_a_sum_beyond_all_columns_is_told(world, homes):
    with pytest.raises(Problem) as caught:
        world.run(score=[{"label": "All", "formula": "members.size() * 100000000000", "weight": "999999999999"}])
    assert caught.value.code == "criteria.not_answerable"


def test_frozen_rows_stay_and_the_language_itself_agrees(world, homes):
    """Every grade, score and verdict as the evaluator of the language gives them for plain records."""
    asked: dict[str, Any] = {
        "rules": [
            {"label": "A", "text": "members.size() >= 3 && !(members.exists(m, m.age < 18)) || head.age >= 60"},
            {"label": "B", "text": "head.age > 30 ? members.all(m, m.age > 8) : members.exists_one(m, m.age < 5)"},
            {"label": "C", "text": '!has(phone) && members.exists(m, m.sex == "male")'},
        ],
        "score": [
            {"label": "Ages", "formula": "members.map(m, m.age).sum() / 7", "weight": "0.3333"},
            {"label": "One", "formula": "least(head.age, 40)", "weight": "-1"},
        ],
        "threshold": "-38",
    }
    world.home(somebody("1986-06-02"), somebody(AROUND_FIVE), somebody("1950~"))
    run = world.run(**asked)
    with viewing(SYSTEM):
        read = read_targeting(
            "household", run.operation_id, run.rules, run.score, Decimal(asked["threshold"]), seen_by=SYSTEM
        )
        rows = world.rows(run)
        seen = []
        for key, row in rows.items():
            grades, found = [], []
            for place, rule in enumerate(read.rules):
                record = _record(rule.node, key)
                letters = "".join(_letter(evaluate(leaf, record, today=DAY)) for leaf in rule.leaves)
                assert row.atoms.split(" ")[place] == letters
                assert row.marks[place] == _letter(evaluate(rule.node, record, today=DAY))
                grades.append(rules.graded(rule.node, letters))
            for line in read.score:
                value = evaluate_number(line.node, _record(line.node, key), today=DAY)
                exact = (
                    None if value is None or not value.known else Decimal(value.low.numerator) / value.low.denominator
                )
                found.append(rules.points(exact, line.weight))
            score = rules.total(found)
            assert row.points == found
            assert row.score == score
            assert row.verdict == rules.verdict(rules.eligible(grades), score, read.threshold)
            seen.append(row.verdict)
    assert {"in", "out", "unknown"} == set(seen)


def _record(node: Any, key: Any) -> Any:
    return criteria.records(node, subjects()["household"], [key], seen_by=SYSTEM, today=DAY)[key]


def _letter(found: bool | None) -> str:
    return "u" if found is None else "c" if found else "r"


def test_a_run_is_one_statement_however_many_there_are(world, homes, monkeypatch):
    monkeypatch.setattr("banyan.aid.programmes.actions.target_running._MANY", 0)
    made = actions.make_targeting(world.programme.pk, by=SYSTEM, name="Once", rules=[LARGE, YOUNG])

    def statements() -> int:
        run = actions.run_targeting(made.pk, by=SYSTEM)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            actions.freeze_run(run.pk, by=SYSTEM)
        assert sum("INSERT INTO programmes_targetrow" in one["sql"] for one in caught) == 1
        return len(caught)

    few = statements()
    for _number in range(6):
        world.home(somebody(), somebody(CHILD))
    assert statements() == few


def test_a_run_that_is_done_stays_as_it_is(world, homes):
    run = world.run(rules=[LARGE])
    world.home(somebody(), somebody(), somebody())
    again = actions.freeze_run(run.pk, by=SYSTEM)
    assert again.done_at == run.done_at
    assert len(world.rows(run)) == 4
    with viewing(SYSTEM), pytest.raises(Exception, match="permission denied"):
        TargetRow.objects.filter(run=run).update(verdict="in")


def test_somebody_of_an_area_targets_that_area(world, homes):
    officer = somebody_with(*MAY, scopes={world.scopes["XX0101"], world.scopes[""]})
    run = world.run(by=officer, rules=[LARGE, YOUNG])
    assert homes["baby"] not in world.verdicts(run)
    assert len(world.verdicts(run)) == 3
    whole = world.run(rules=[YOUNG])
    with viewing(officer):
        assert {row.household_id for row in queries.target_rows(whole.pk, seen_by=officer)} == {
            homes["large"], homes["doubtful"], homes["alone"],
        }  # fmt: skip
        with pytest.raises(Problem):
            queries.why_targeted(whole.pk, homes["baby"], seen_by=officer)
        assert queries.targeting_run(whole.pk, seen_by=officer).number == 1
    with pytest.raises(Problem):
        actions.run_targeting(whole.targeting_id, by=somebody_with(*MAY, scopes={world.scopes["XX0201"]}))


def test_closed_households_are_not_looked_at(world, homes):
    from banyan.people.registry.models import Household

    with viewing(SYSTEM):
        Household.objects.filter(pk=homes["large"]).update(
            status="closed", status_reason="died", status_since=date(2026, 5, 30)
        )
    assert homes["large"] not in world.verdicts(world.run(rules=[LARGE]))
