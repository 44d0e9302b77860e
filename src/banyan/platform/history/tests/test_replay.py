"""History against a slow, obvious journal: after every statement the whole table is copied aside."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.platform.access.viewers import Viewer
from banyan.platform.history.models import Event
from banyan.platform.history.queries import as_it_was, as_they_were, differences, replay_findings
from banyan.platform.history.tests.wells import Well, WellName
from banyan.platform.kernel.ids import new_id

names = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
numbers = st.decimals(-1000, 1000, places=8, allow_nan=False)
rows = st.lists(st.tuples(names, numbers, st.booleans()), min_size=1, max_size=4)
picks = st.integers(0, 7)
steps = st.deferred(
    lambda: st.one_of(
        st.tuples(st.sampled_from(["one by one", "in bulk", "by insert select"]), rows),
        st.tuples(st.just("update"), picks, names),
        st.tuples(st.just("update each"), picks, numbers),
        st.tuples(st.just("same values"), picks),
        st.tuples(st.just("upsert"), picks, names),
        st.tuples(st.just("delete"), picks),
        st.tuples(st.just("visit"), picks),
        st.tuples(st.just("taken back"), st.lists(steps, max_size=3)),
    )
)


class _TakenBack(Exception):
    pass


def perform(step: tuple[Any, ...]) -> None:
    """Do one step to the table; rows are picked by the last digit of their id."""
    kind, *values = step
    with connection.cursor() as cursor:
        if kind in ("one by one", "in bulk", "by insert select"):
            made = [Well(name=name, depth=depth, working=working) for name, depth, working in values[0]]
            if kind == "one by one":
                for well in made:
                    well.save(force_insert=True)
            elif kind == "in bulk":
                Well.objects.bulk_create(made)
            else:
                cursor.execute(
                    "INSERT INTO history_tests_well (name, depth) SELECT * FROM unnest(%s::text[], %s::numeric[])",
                    [[well.name for well in made], [well.depth for well in made]],
                )
        elif kind == "update":
            cursor.execute("UPDATE history_tests_well SET name = %s WHERE " + _PICK, [values[1], values[0]])
        elif kind == "update each":
            for well in Well.objects.extra(where=[_PICK], params=[values[0]]):
                well.depth = values[1]
                well.save()
        elif kind == "same values":
            cursor.execute("UPDATE history_tests_well SET name = name WHERE " + _PICK, values)
        elif kind == "upsert":
            cursor.execute(
                "INSERT INTO history_tests_well (id, name)"
                " SELECT id, %s FROM history_tests_well WHERE " + _PICK + " UNION ALL SELECT %s, %s"
                " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                [values[1], values[0], new_id(), values[1]],
            )
        elif kind == "delete":
            cursor.execute("DELETE FROM history_tests_well WHERE " + _PICK, values)
        elif kind == "visit":
            cursor.execute("UPDATE history_tests_well SET visits = visits + 1 WHERE " + _PICK, values)
        else:
            with pytest.raises(_TakenBack), transaction.atomic():
                for each in values[0]:
                    perform(each)
                raise _TakenBack


_PICK = "get_byte(uuid_send(id), 15) % 8 = %s".replace("% 8", "%% 8")


def journal() -> tuple[datetime, dict[UUID, dict[str, Any]]]:
    """The time and the whole table, apart from what history leaves out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, (to_jsonb(w) - '{visits,pin}'::text[])::text FROM history_tests_well w")
        state = {key: json.loads(text, parse_float=Decimal) for key, text in cursor.fetchall()}
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    return at, state


@given(st.lists(steps, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_instant_is_as_the_journal_says(working: Viewer, plan: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        pages = [journal()]
        for step in plan:
            perform(step)
            pages.append(journal())
        for at, state in pages:
            found = as_they_were(Well, at, seen_by=working)
            assert {row["id"]: (row["name"], row["depth"], row["working"]) for row in found} == {
                key: (row["name"], None if row["depth"] is None else Decimal(row["depth"]), row["working"])
                for key, row in state.items()
            }
        known = {key for _at, state in pages for key in state}
        for at, state in pages[:: max(1, len(pages) // 3)]:
            for key in known:
                was = as_it_was(Well, key, at, seen_by=working)
                assert (was and was["name"]) == (state[key]["name"] if key in state else None)
        assert _changed(pages[0], pages[-1]) == {
            each.object_id for each in differences(Well, pages[0][0], pages[-1][0], seen_by=working)
        }
        assert replay_findings(Well, seen_by=working) == []
        transaction.set_rollback(True)


def _changed(first: tuple[datetime, dict[UUID, Any]], last: tuple[datetime, dict[UUID, Any]]) -> set[UUID]:
    return {key for key in first[1].keys() | last[1].keys() if first[1].get(key) != last[1].get(key)}


def write_names(way: str, well: UUID, texts: list[str]) -> None:
    """Write names of a well (a table without row-level security, so that COPY may write it) in one of the ways."""
    made = [WellName(well_id=well, text=text) for text in texts]
    if way == "one by one":
        for name in made:
            name.save(force_insert=True)
    elif way == "in bulk":
        WellName.objects.bulk_create(made)
    else:
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY history_tests_wellname (id, well_id, text) FROM STDIN") as copy,
        ):
            for name in made:
                copy.write_row((name.pk, name.well_id, name.text))


def test_bulk_and_single_writes_leave_the_same_trail(working: Viewer) -> None:
    well = Well.objects.create(name="Kan Gyi")
    trails = []
    for way in ("one by one", "in bulk", "by copy"):
        with transaction.atomic():
            known = set(Event.objects.values_list("id", flat=True))
            write_names(way, well.pk, ["a", "b"])
            WellName.objects.filter(text="a").update(text="c")
            WellName.objects.filter(text="b").delete()
            events = Event.objects.exclude(id__in=known).select_related("change").order_by("id")
            trails.append(
                [
                    (
                        event.change.kind, event.change.actor, event.change.action, event.change.cause,
                        event.parent_id == well.pk, event.old and event.old["text"],
                    )
                    for event in events
                ]
            )  # fmt: skip
            transaction.set_rollback(True)
    assert trails[0] == trails[1] == trails[2]
    made = ("I", "system:tests", "wells.count_wells", "import:0198", True, None)
    assert trails[0] == [made, made, ("U", *made[1:5], "a"), ("D", *made[1:5], "b")]
