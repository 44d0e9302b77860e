"""What a run would cost, on its page, at other thresholds and beside another run; of many only when somebody asks."""

import re
from copy import deepcopy
from typing import Any

import pytest

from banyan.aid.programmes import actions
from banyan.aid.programmes.tests.page_worlds import OFFICER, client_of, shown
from banyan.aid.programmes.tests.worlds import SYSTEM, World
from banyan.aid.programmes.views import target_costs
from banyan.platform.access.viewers import viewing

MEMBERS = {"label": "Members", "formula": "members.size()", "weight": "1"}


def read(text: str) -> str:
    """What a page says, without the markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def make_runs(world: World) -> tuple[Any, Any]:
    """Of households of three, two and one: from two people on, and from three on."""
    for births in (("1980", "1981", "1982"), ("1980", "1981"), ("1980",)):
        world.household(*births)
    programme = world.active()
    world.package(programme, formula="members.size() * 50000")
    found = []
    with viewing(SYSTEM):
        for threshold in (2, 3):
            made = actions.make_targeting(programme.pk, by=SYSTEM, name="T", score=[MEMBERS], threshold=threshold)
            found.append(actions.freeze_run(actions.run_targeting(made.pk, by=SYSTEM).pk, by=SYSTEM))
    return found[0], found[1]


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> tuple[Any, Any]:
    return once(make_runs, ground)


@pytest.fixture
def runs(made: tuple[Any, Any], db: None) -> tuple[Any, Any]:
    """See `make_runs`."""
    return deepcopy(made)


def test_the_cost_stands_beside_the_count_and_every_threshold(runs: tuple[Any, Any]) -> None:
    text = read(shown(client_of(OFFICER), "run", runs[0].pk))
    assert "What it would cost 250,000 MMK" in text
    assert "It is not enough." in text  # the programme has no budget line
    # Threshold, households, change, people, cannot be decided, cost.
    assert "1 3 +1 6 0 300,000" in text
    assert "3 1 -1 3 0 150,000" in text


def test_two_runs_tell_what_each_costs_and_the_change(runs: tuple[Any, Any]) -> None:
    text = read(shown(client_of(OFFICER), "compare", runs[0].pk, other=str(runs[1].pk)))
    assert "Food MMK 250,000 150,000 -100,000" in text


def test_of_many_it_is_reckoned_when_it_is_asked_for(runs: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_costs, "MOST_AT_ONCE", 1)
    officer = client_of(OFFICER)
    for page, more in (("run", {}), ("compare", {"other": str(runs[1].pk)})):
        text = shown(officer, page, runs[0].pk, **more)
        assert "cost=yes" in text
        assert "250,000" not in text
        assert "250,000" in shown(officer, page, runs[0].pk, cost="yes", **more)
