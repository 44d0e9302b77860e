"""What is compared is kept up to date with the register: by set, and only what changed is written."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Feature, Key
from banyan.people.linkage.rules.features import features_of
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, NILAR, SYSTEM, World
from banyan.people.registry.models import Person
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

NEW = {"full_name": "Aung Kyaw Min", "sex": "male", "birth_date": "1980-05-03"}


def test_everybody_of_an_operation_is_made_ready_and_a_second_time_writes_nothing(world: World) -> None:
    ids = {*world.enrol(AUNG, NILAR), *world.enrol(AUNG_AGAIN)}
    world.enrol(NILAR, operation=world.other)
    done = actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    assert done.changed == ids
    assert not done.gone
    assert actions.refresh(operation_id=world.operation.pk, by=SYSTEM) == actions.Refreshed(frozenset(), frozenset())
    with viewing(SYSTEM):
        assert set(Feature.objects.values_list("pk", flat=True)) == ids
        assert set(Key.objects.values_list("person", flat=True)) == ids
        assert queries.uncompared(world.operation.pk, seen_by=SYSTEM) == 3
        assert queries.uncompared(world.other.pk, seen_by=SYSTEM) == 0
        assert queries.uncompared(None, seen_by=SYSTEM) == 3


def test_only_who_changed_is_written_and_who_lives_with_them(world: World) -> None:
    first, second = world.enrol(AUNG, NILAR)
    alone = world.enrol(AUNG_AGAIN)[0]
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        before = dict(Feature.objects.values_list("pk", "digest"))
        Person.objects.filter(pk=first).update(full_name="Somebody Else Altogether")
    assert actions.refresh(ids=[first], by=SYSTEM).changed == {first, second}
    with viewing(SYSTEM):
        after = dict(Feature.objects.values_list("pk", "digest"))
    # Who lives with whom is compared, but is no reason to be compared again.
    assert [one for one in before if before[one] != after[one]] == [first]
    assert alone in after


def test_who_was_withdrawn_is_compared_no_longer(world: World) -> None:
    first, second = world.enrol(AUNG, NILAR)
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        Person.objects.filter(pk=first).update(status="withdrawn", status_reason="mistake")
    done = actions.refresh(ids=[first], by=SYSTEM)
    assert done.gone == {first}
    with viewing(SYSTEM):
        assert list(Feature.objects.values_list("pk", flat=True)) == [second]
        assert set(Key.objects.values_list("person", flat=True)) == {second}


def kept_keys() -> set[tuple[Any, ...]]:
    with viewing(SYSTEM):
        return set(Key.objects.values_list("person", "scope_id", "key"))


def packed_keys() -> set[tuple[Any, ...]]:
    with viewing(SYSTEM):
        rows = Feature.objects.values_list("pk", "scope_id", "packed")
        return {(person, scope, key) for person, scope, packed in rows for key in json.loads(packed)["keys"]}


def test_keys_are_always_those_of_what_is_kept_also_over_several_stretches(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("banyan.people.linkage.actions.refreshing.AT_ONCE", 2)
    monkeypatch.setattr("banyan.people.linkage.actions.refreshing.KEYS_AT_ONCE", 7)
    first, second = world.enrol(AUNG, NILAR)
    world.crowd()
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    before = kept_keys()
    assert before == packed_keys()
    with viewing(SYSTEM):
        Person.objects.filter(pk=first).update(full_name="Aung Kyaw Win")
        Person.objects.filter(pk=second).update(scope_id=world.scopes["XX02"])
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    after = kept_keys()
    assert after == packed_keys()
    # Some keys of who was renamed stay, and none of who moved: their scope stands in each.
    assert {key for key in before & after if key[0] == first}
    assert {key for key in before ^ after if key[0] == first}
    assert not {key for key in before & after if key[0] == second}
    assert {key for key in before ^ after if key[0] not in (first, second)} == set()


def test_keys_that_nobody_answers_for_are_no_obstacle(world: World) -> None:
    (alone,) = world.enrol(AUNG)
    actions.refresh(ids=[alone], by=SYSTEM)
    with viewing(SYSTEM):
        Feature.objects.all().delete()
    assert actions.refresh(ids=[alone], by=SYSTEM).changed == {alone}
    assert kept_keys() == packed_keys()


def test_an_empty_register_is_nobody(world: World) -> None:
    assert not actions.refresh(operation_id=world.operation.pk, by=SYSTEM).changed
    with viewing(SYSTEM):
        assert queries.frame(world.operation.pk, seen_by=SYSTEM).height == 0


def test_the_number_of_statements_does_not_depend_on_the_number_of_people(world: World) -> None:
    world.crowd()
    with CaptureQueriesContext(
        connection,
    ) as few:
        actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        Feature.objects.all().delete()
    for _round in range(3):
        world.crowd()
    with CaptureQueriesContext(connection) as many:
        actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    assert len(few) == len(many) <= 15


def test_candidates_meet_by_keys(world: World) -> None:
    aung = world.enrol(AUNG)[0]
    again = world.enrol(AUNG_AGAIN)[0]
    world.crowd()
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    asked = features_of(pl.DataFrame([{"person": "new", **NEW}]))
    with viewing(SYSTEM):
        found = queries.candidates(asked, world.operation.pk, seen_by=SYSTEM)
        registered = queries.frame(world.operation.pk, seen_by=SYSTEM, ids=[aung])
        met = queries.candidates(registered.select("person", "keys"), world.operation.pk, seen_by=SYSTEM)
    assert set(found.pairs["right"]) >= {str(aung)}
    assert set(found.pairs["left"]) == {"new"}
    assert set(found.frame["person"]) == set(found.pairs["right"])
    assert found.crowded == 0
    assert str(again) in set(met.pairs["right"])
    assert str(aung) not in set(met.pairs["right"])


def test_keys_that_everybody_has_are_counted_instead_of_followed(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("banyan.people.linkage.queries.frames.CROWD", 1)
    aung = world.enrol(AUNG)[0]
    world.enrol(AUNG_AGAIN)
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        registered = queries.frame(world.operation.pk, seen_by=SYSTEM, ids=[aung])
        met = queries.candidates(registered.select("person", "keys"), world.operation.pk, seen_by=SYSTEM)
    assert met.pairs.height == 0
    assert met.crowded > 0


def test_broad_keys_bring_people_only_while_few_share_them(world: World, monkeypatch: Any) -> None:
    """Whoever was born on the same day, and nothing else: looked at among few, and nobody's fault among many."""
    born = {"person.sex": "female", "person.birth_date": "1996-11-21"}
    world.enrol({"person.full_name": "Thida Win", **born})
    world.enrol({"person.full_name": "Hla Hla Myint", **born})
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    asked = features_of(pl.DataFrame([{"person": "new", "full_name": "Zaw Lin Oo", "birth_date": "1996-11-21"}]))
    with viewing(SYSTEM):
        among_few = queries.candidates(asked, world.operation.pk, seen_by=SYSTEM)
        monkeypatch.setattr("banyan.people.linkage.queries.frames.FEW", 1)
        among_many = queries.candidates(asked, world.operation.pk, seen_by=SYSTEM)
    assert among_few.pairs.height == 2
    assert (among_many.pairs.height, among_many.crowded) == (0, 0)


def test_refreshing_takes_the_right_to(world: World, viewer_with: Callable[..., Any]) -> None:
    with pytest.raises(Problem):
        actions.refresh(operation_id=world.operation.pk, by=viewer_with("linkage.view_case"))
