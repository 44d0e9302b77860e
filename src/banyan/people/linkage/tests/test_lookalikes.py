"""At the desk: somebody about to be registered who is registered already, by the model, beside what search finds."""

from time import perf_counter
from typing import Any

import pytest

from banyan.people.linkage import actions
from banyan.people.linkage.queries.incoming import lookalikes
from banyan.people.linkage.tests.worlds import AUNG, NORTH, SYSTEM, World
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer, viewing

# The same man, written by another clerk: a slip, another order, the telephone of then.
TYPED = {
    "person.full_name": "Kyaw Min Aung",
    "person.sex": "male",
    "person.birth_date": "1980-05-03",
    "person.phone": "+95912345678",
}


@pytest.fixture
def registered(world: World) -> Any:
    world.crowd()
    (aung,) = world.enrol(AUNG)
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    return aung


def asked(world: World, by: Viewer, *people: dict[str, str]) -> Any:
    with viewing(by):
        return registry.recognised(
            {"household.place": NORTH},
            people,
            operation_id=world.operation.pk,
            scope_id=world.scopes[""],
            seen_by=by,
            most=5,
        )


def test_who_is_registered_is_recognised_in_another_order_with_reasons(world: World, registered: Any) -> None:
    found = asked(world, SYSTEM, {"person.full_name": "Nobody Here", "person.sex": "female"}, TYPED)
    ((best, place),) = [(each, place) for each, place in found if each.person.pk == registered]
    assert place == 1
    assert best.score > 0.5
    assert best.why


def test_who_sees_another_area_is_told_nobody(world: World, registered: Any) -> None:
    southern = world.officer("registry.register_person", areas=("XX02",))
    assert asked(world, southern, TYPED) == []


def test_nobody_asked_about_and_nobody_registered_give_nobody(world: World) -> None:
    assert asked(world, SYSTEM, TYPED) == []
    with viewing(SYSTEM):
        nobody = registry.arriving_rows(*_empty(), operation_id=world.operation.pk, scope_id=1, seen_by=SYSTEM)
        assert lookalikes(nobody, operation_id=world.operation.pk, seen_by=SYSTEM) == []


def _empty() -> tuple[Any, Any]:
    import polars as pl

    none = pl.DataFrame(schema={"submission_id": pl.String})
    return none, none


def test_an_answer_takes_no_longer_than_somebody_waits(world: World, registered: Any) -> None:
    asked(world, SYSTEM, TYPED)  # the first one makes ready what the others use
    spent = []
    for _number in range(5):
        begun = perf_counter()
        asked(world, SYSTEM, TYPED)
        spent.append(perf_counter() - begun)
    assert min(spent) < 1.5  # on a busy machine; bench/linkage_speed.py holds the figure for a million people
