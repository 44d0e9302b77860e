"""Samples of pairs: drawn by lot, judged blind by two people and in dispute by a third; what the labels say, and to whom."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Sample, SampleItem, SampleLabel
from banyan.people.linkage.rules.sampling import Drawn, draw, edges
from banyan.people.linkage.tests.test_models import APPROVER, TRAINER, refused, who
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, NILAR, SOUTH, SYSTEM, World
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id

OFFICER = "protection-officer"


@pytest.fixture
def pairs(world: World) -> list[tuple[Any, Any]]:
    """Twelve pairs of people, two of them one person, the last of them in the south."""
    north = [(world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN)[0])]
    crowd = world.crowd()
    north += list(zip(crowd[::2], crowd[1::2], strict=True))
    south = world.enrol(NILAR, area=SOUTH)[0]
    return [*north, *((one, south) for one in crowd[:7])]


def drawn_from(pairs: list[tuple[Any, Any]]) -> Drawn:
    lows = edges(0.0, 4.0)
    weights = [9.0, 5.0, 2.5, 1.0, -1.0, -3.0, -4.0, -6.0, 9.5, 3.0, 0.5, -7.5]
    frame = pl.DataFrame(
        {
            "left": [str(one) for one, _other in pairs],
            "right": [str(other) for _one, other in pairs],
            "weight": weights[: len(pairs)],
            "probability": [2**weight / (1 + 2**weight) for weight in weights[: len(pairs)]],
        }
    )
    return draw(frame, lows, 100, 3)


def sample_of(world: World, pairs: list[tuple[Any, Any]], by: Viewer) -> Sample:
    row = actions.start_sample(world.operation.pk, by=by, label="Spring", size=20, seed=3)
    with viewing(SYSTEM):
        Sample.objects.filter(pk=row.pk).update(review=0.0, probable=4.0)
    actions.keep_sample(row.pk, drawn_from(pairs), by=by)
    with viewing(by):
        return queries.sample(row.pk, seen_by=by)


def next_pair(row: Sample, by: Viewer) -> Any:
    with viewing(by):
        return queries.next_pair(row.pk, seen_by=by)


def judge_all(row: Sample, by: Viewer, verdict: Callable[[SampleItem], str]) -> int:
    count = 0
    while (pair := next_pair(row, by)) is not None:
        with viewing(SYSTEM):
            item = SampleItem.objects.get(pk=pair.item_id)
        actions.label_pair(pair.item_id, by=by, verdict=verdict(item))
        count += 1
    return count


def heavy(item: SampleItem) -> str:
    return "same" if item.weight > 2 else "different"


def test_two_judge_every_pair_and_a_third_where_they_differ(world: World, pairs: list[Any]) -> None:
    trainer = who(TRAINER)
    one, two, three = who(OFFICER), who(OFFICER), who(OFFICER)
    row = sample_of(world, pairs, trainer)
    with viewing(trainer):
        assert queries.labelling(row.pk, seen_by=trainer).pairs == 12
        assert queries.labelling(row.pk, seen_by=trainer).waiting_for_me == 0
    assert judge_all(row, one, heavy) == 12
    assert next_pair(row, one) is None
    odd = {"same": "different", "different": "unsure"}
    assert judge_all(row, two, lambda item: odd[heavy(item)] if item.position % 3 == 0 else heavy(item)) == 12
    with viewing(two):
        done = queries.labelling(row.pk, seen_by=two)
    assert (done.pairs, done.settled, done.disputed, done.once) == (12, 8, 4, 0)
    assert (done.waiting_for_me, done.judged_by_me) == (0, 12)
    assert next_pair(row, three).disputed
    assert judge_all(row, three, heavy) == 4
    with viewing(SYSTEM):
        assert set(SampleItem.objects.values_list("verdict", flat=True)) == {"same", "different"}
        assert SampleLabel.objects.filter(turn=3).count() == 4
        item = SampleItem.objects.first()
        assert list(item.labels.order_by("turn").values_list("turn", flat=True))[:2] == [1, 2]
    with viewing(trainer):
        told = queries.sample_quality(row.pk, seen_by=trainer)
    assert told.agreement.pairs == 12
    assert told.agreement.agreed == 8
    assert told.probable.precision.value == 1.0
    assert told.review.threshold == 0.0
    assert len(told.curve) == len(row.strata)


def test_nobody_judges_twice_nor_what_is_settled(world: World, pairs: list[Any]) -> None:
    row = sample_of(world, pairs, who(TRAINER))
    one, two, three = who(OFFICER), who(OFFICER), who(OFFICER)
    pair = next_pair(row, one)
    refused("sample_verdict", actions.label_pair, pair.item_id, by=one, verdict="maybe")
    actions.label_pair(pair.item_id, by=one, verdict="same", note="same face")
    refused("sample_judged", actions.label_pair, pair.item_id, by=one, verdict="same")
    actions.label_pair(pair.item_id, by=two, verdict="same")
    refused("sample_judged", actions.label_pair, pair.item_id, by=three, verdict="same")
    refused("kernel.not_found", actions.label_pair, new_id(), by=three, verdict="same")
    refused("kernel.not_allowed", actions.label_pair, pair.item_id, by=who(TRAINER), verdict="same")
    refused("kernel.not_allowed", actions.label_pair, pair.item_id, by=SYSTEM, verdict="same")
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_samplelabel SET given_by = %s WHERE turn = 2", [one.id])


def test_who_comes_second_at_the_same_moment_is_told(
    world: World, pairs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sample_of(world, pairs, who(TRAINER))
    late = who(OFFICER)
    pair = next_pair(row, late)
    for judge in (who(OFFICER), who(OFFICER)):
        actions.label_pair(pair.item_id, by=judge, verdict="different")
    # As if both had opened the pair before either had sent a word.
    monkeypatch.setattr(queries, "blind_pair", lambda *_ids, seen_by: pair)
    refused("sample_judged", actions.label_pair, pair.item_id, by=late, verdict="same")


def test_whoever_judges_is_told_nothing_that_could_sway_them(world: World, pairs: list[Any]) -> None:
    row = sample_of(world, pairs, who(TRAINER))
    pair = next_pair(row, who(OFFICER))
    assert set(vars(pair)) == {"item_id", "position", "first_id", "second_id", "disputed"}


def test_only_pairs_of_which_both_are_in_reach_are_judged_or_seen(world: World, pairs: list[Any]) -> None:
    trainer = who(TRAINER)
    row = sample_of(world, pairs, trainer)
    north = who(OFFICER, operation=world.operation, area=Area.objects.get(key="XX01"))
    with viewing(north):
        assert queries.sample_items(row.pk, seen_by=north).count() == 5
        assert SampleItem.objects.count() == 5, "the database hides the others"
        assert queries.labelling(row.pk, seen_by=north).waiting_for_me == 5
        far = queries.labelling(row.pk, seen_by=north).pairs
    assert far == 12
    with viewing(SYSTEM):
        south = SampleItem.objects.exclude(second_scope_id__in=[world.scopes["XX0101"]]).last()
    refused("kernel.not_found", queries.blind_pair, south.pk, seen_by=north)
    elsewhere = who(OFFICER, operation=world.other)
    with viewing(elsewhere):
        refused("kernel.not_found", queries.sample, row.pk, seen_by=elsewhere)
        assert not queries.samples(world.operation.pk, seen_by=elsewhere)
    refused("kernel.not_found", queries.sample, new_id(), seen_by=trainer)


def test_figures_of_groups_are_told_to_few(world: World, pairs: list[Any]) -> None:
    row = sample_of(world, pairs, who(TRAINER))
    for judge in (who(OFFICER), who(OFFICER)):
        judge_all(row, judge, lambda item: "unsure" if item.position == 1 else heavy(item))
    judge_all(row, who(OFFICER), lambda item: "unsure")
    both = who(OFFICER, TRAINER)
    with viewing(both):
        assert queries.may_see_groups(row, seen_by=both)
        found = queries.group_quality(row.pk, seen_by=both)
    assert set(found) == {"sex", "origin", "age", "script"}
    assert {one.verdict for rows in found.values() for one in rows} == {"unknown"}, "a dozen pairs say nothing"
    for other in (
        who(TRAINER),
        who(APPROVER),
        who("registration-officer"),
        who(OFFICER, TRAINER, operation=world.operation, area=Area.objects.get(key="XX01")),
    ):
        with viewing(other):
            refused("kernel.not_allowed", queries.group_quality, row.pk, seen_by=other)
    with viewing(both):
        told = queries.sample_quality(row.pk, seen_by=both)
    assert told.review.open == 1


def test_a_closed_sample_keeps_its_figures(world: World, pairs: list[Any]) -> None:
    trainer, judge = who(TRAINER), who(OFFICER)
    row = actions.start_sample(world.operation.pk, by=trainer, label="Spring", size=20)
    refused("sample_undrawn", actions.close_sample, row.pk, by=trainer)
    assert actions.keep_sample(row.pk, drawn_from(pairs), by=trainer) == 12
    assert actions.keep_sample(row.pk, drawn_from(pairs), by=trainer) == 0, "drawn once"
    pair = next_pair(row, judge)
    actions.close_sample(row.pk, by=trainer)
    refused("sample_closed", actions.close_sample, row.pk, by=trainer)
    refused("sample_closed", actions.label_pair, pair.item_id, by=judge, verdict="same")
    with viewing(judge):
        assert queries.labelling(row.pk, seen_by=judge).waiting_for_me == 0


def test_what_cannot_be_drawn_is_refused(world: World, pairs: list[Any]) -> None:
    trainer = who(TRAINER)
    refused("sample_size", actions.start_sample, world.operation.pk, by=trainer, label="x", size=3)
    refused("kernel.not_found", actions.start_sample, new_id(), by=trainer, label="x", size=30)
    row = actions.start_sample(world.operation.pk, by=trainer, label="x", size=30)
    nobody = drawn_from([(new_id(), new_id())])
    refused("sample_empty", actions.keep_sample, row.pk, nobody, by=trainer)


def test_a_sample_is_drawn_in_the_background(world: World, pairs: list[Any]) -> None:
    trainer = who(TRAINER)
    actions.refresh(by=SYSTEM)
    row = actions.start_sample(world.operation.pk, by=trainer, label="Spring", size=20, seed=3)
    run_jobs(raising=False)
    with viewing(trainer):
        found = queries.sample(row.pk, seen_by=trainer)
    assert found.drawn_at is not None
    assert found.job == row.job
    with viewing(SYSTEM):
        items = list(SampleItem.objects.filter(sample=row))
    assert len(items) == sum(layer["drawn"] for layer in found.strata) >= 1
    assert any({item.first_id, item.second_id} == set(pairs[0]) for item in items)
    assert items[0].groups.get("sex")
