"""What a run of targeting would cost: by each approved package, at other thresholds, and beside another run."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.actions.packages import Item
from banyan.aid.programmes.models import Package, RoundingName, TargetingRun
from banyan.aid.programmes.queries import target_costs
from banyan.aid.programmes.tests.target_worlds import LARGE, SYSTEM, YOUNG, World, make_world, somebody, somebody_with
from banyan.people.registry import queries as registry
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

MEMBERS = {"label": "Members", "formula": "members.size()", "weight": "1"}
MAY = ("programmes.view_programme", "programmes.view_targeting", "programmes.view_entitlement", "registry.view_person")


def make_peopled() -> World:
    found = make_world()
    found.four()
    return found


@pytest.fixture(scope="module")
def ground(once: Any) -> World:
    return once(make_peopled)


@pytest.fixture
def world(ground: World, db: None) -> World:
    """A large family of three, a mother with a baby, two of whom one age is not known, somebody alone."""
    return deepcopy(ground)


def package(world: World, code: str, kind: str = "cash", **said: Any) -> Package:
    """A package that somebody else approved."""
    designs = somebody_with("programmes.view_programme", "programmes.change_programme")
    approves = somebody_with("programmes.view_programme", "programmes.change_programme", "programmes.approve_programme")
    made = actions.write_package(world.programme.pk, by=designs, code=code, name=code, kind=kind, **said)
    return actions.approve_package(made.pk, by=approves)


def costs(run: TargetingRun, cuts: Any = (), by: Any = SYSTEM) -> dict[str, queries.PackageCost]:
    with viewing(by):
        return {each.package.code: each for each in target_costs(run.pk, seen_by=by, cuts=cuts)}


def test_each_approved_package_is_reckoned_for_those_chosen(world):
    package(world, "FLAT", formula="40", currency="USD")
    package(
        world,
        "SIZE",
        formula="members.size() * 10.5",
        currency="USD",
        rounding=RoundingName.UP,
        step=Decimal(1),
        cap=Decimal(30),
    )
    oil, rice = Item("OIL", "Oil", "litre", "members.size() / 2"), Item("RICE", "Rice", "kg", "members.size() * 4")
    package(world, "KIT", "in_kind", items=[oil, rice], rounding=RoundingName.UP)
    with viewing(SYSTEM):
        actions.set_budget_line(world.programme.pk, by=SYSTEM, code="B1", name="Food", amount=Decimal(50))
    found = costs(world.run(rules=[LARGE, YOUNG]))
    # Three and two people: of the third household an age is not known, the fourth is of one.
    assert {code: each.sums for code, each in found.items()} == {
        "FLAT": {("", ""): Decimal(80)},
        "SIZE": {("", ""): Decimal(51)},
        "KIT": {("OIL", "litre"): Decimal(3), ("RICE", "kg"): Decimal(20)},
    }
    assert {code: (each.due, each.undecided) for code, each in found.items()} == dict.fromkeys(found, (2, 0))
    assert (found["FLAT"].left, found["SIZE"].left, found["KIT"].amount) == (Decimal(-30), Decimal(-1), 0)


def test_what_a_formula_leaves_open_costs_nothing_and_is_counted(world):
    package(world, "YOUNG", formula="members.filter(m, m.age < 5).size() * 10", currency="USD")
    found = costs(world.run(rules=[{"label": "Two", "text": "members.size() == 2"}]))["YOUNG"]
    assert (found.amount, found.due, found.undecided) == (Decimal(10), 1, 1)


def test_at_other_thresholds_it_costs_what_a_run_with_that_threshold_costs(world):
    package(world, "SIZE", formula="members.size() * 10", currency="USD")
    alone = world.home(somebody("1970-01-01"))
    with viewing(SYSTEM):
        made = actions.make_targeting(
            world.programme.pk, by=SYSTEM, name="Points", score=[MEMBERS], threshold=Decimal(2)
        )
        reference = registry.household(alone, seen_by=SYSTEM).reference
        actions.add_entries(made.pk, "include", [(reference, "Poor")], by=SYSTEM)
    run = world.frozen(made)
    cuts = [Decimal(1), Decimal(2), Decimal(3), Decimal(4)]
    found = costs(run, cuts)["SIZE"]
    assert found.at == {cuts[0]: 90, cuts[1]: 80, cuts[2]: 40, cuts[3]: 10}
    assert found.amount == found.at[Decimal(2)]
    with viewing(SYSTEM):
        counted = {cut.threshold: cut.people for cut in queries.sensitivity(run.pk, cuts, seen_by=SYSTEM)}
    assert {cut: amount / 10 for cut, amount in found.at.items()} == counted


def test_a_formula_that_cannot_be_read_is_told_beside_its_package(world):
    package(world, "FLAT", formula="40", currency="USD")
    odd = package(world, "ODD", formula="40", currency="USD")
    with viewing(SYSTEM):
        Package.objects.filter(pk=odd.pk).update(formula="shoes * 3")
    found = costs(world.run(rules=[LARGE]))
    assert found["ODD"].problem
    assert found["ODD"].problem.code.startswith("criteria.")
    assert (found["ODD"].amount, found["FLAT"].amount) == (0, 40)


def test_only_whom_the_viewer_reaches_and_only_who_may_see_entitlements(world):
    package(world, "FLAT", formula="40", currency="USD")
    run = world.run(rules=[LARGE, YOUNG])
    south = viewer_with(*MAY, scopes={world.scopes["XX0201"]})
    assert costs(run, by=south)["FLAT"].amount == 40
    nobody = viewer_with("programmes.view_programme", "programmes.view_targeting")
    with viewing(nobody), pytest.raises(Problem) as raised:
        target_costs(run.pk, seen_by=nobody)
    assert raised.value.code == "kernel.not_allowed"


def test_it_takes_as_many_statements_however_many_are_chosen(world):
    package(world, "FLAT", formula="40", currency="USD")
    few = world.run(rules=[LARGE])
    for _number in range(5):
        world.home(somebody(), somebody(), somebody())
    more = world.run(rules=[LARGE])
    counts = []
    for run, amount in ((few, 40), (more, 240)):
        with viewing(SYSTEM), CaptureQueriesContext(connection) as asked:
            assert target_costs(run.pk, seen_by=SYSTEM)[0].amount == amount
        counts.append(len(asked))
    assert counts[0] == counts[1]
