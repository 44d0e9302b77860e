"""What people read about a record, and what they may not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from banyan.platform.access.models import ReadEntry
from banyan.platform.access.rules import Part
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.history import tracking
from banyan.platform.history.models import Event
from banyan.platform.history.policy import VIEW_HISTORY
from banyan.platform.history.queries import as_it_was, as_they_were, differences, timeline
from banyan.platform.history.tests.wells import VIEW, Well, WellName
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_a_timeline_reads_like_sentences(working: Viewer) -> None:
    well = Well.objects.create(name="Akyab", depth=Decimal("12.10000000"), working=True)
    well.name, well.working = "Sittwe", False
    well.save()
    entries = timeline(Well, well.pk, seen_by=working)
    assert [entry.kind for entry in entries] == ["U", "I"]
    assert entries[0].sentence == (
        "the system (tests) changed well: Name from “Akyab” to “Sittwe”; Working from “yes” to “no”, by an import."
    )
    assert entries[1].sentence == "the system (tests) added well, by an import."
    assert (entries[0].action, entries[0].cause) == ("wells.count_wells", "an import")


def test_people_are_named_by_their_account(make_account: Any, wells: Any) -> None:
    account = make_account("administrator", name="Daw Aye")
    from banyan.platform.access.viewers import viewer_of

    viewer = viewer_of(account)
    with viewing(viewer, cause="form:wells"):
        well = Well.objects.create(name="Kan")
        assert timeline(Well, well.pk, seen_by=viewer)[0].sentence == "Daw Aye added well, by a form."


def test_an_unsealed_session_is_somebody_unknown(db: None, wells: Any) -> None:
    """Names of wells have no row-level security, so that even a session that proved nothing may write there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('banyan.actor', %s, true)", [str(new_id())])
        cursor.execute(
            "INSERT INTO history_tests_wellname (well_id, text)"
            " VALUES ('00000000-0000-7000-8000-000000000001', 'x') RETURNING id"
        )
        (key,) = cursor.fetchone()
    from banyan.platform.access.viewers import system_viewer

    with viewing(system_viewer("tests")):
        (entry,) = timeline(WellName, key, seen_by=system_viewer("tests"))
    assert (entry.actor, entry.actor_label) == ("unknown", "somebody unknown")


def test_parts_stand_in_the_timeline_of_their_whole(working: Viewer) -> None:
    well = Well.objects.create(name="Kan")
    name = WellName.objects.create(well=well, text="ကန်")
    name.text = "ကန်ကြီး"
    name.save()
    name.delete()
    entries = timeline(Well, well.pk, seen_by=working)
    assert [(entry.part, entry.action_label) for entry in entries] == [
        ("name of a well", "deleted name of a well"),
        ("name of a well", "changed name of a well"),
        ("name of a well", "added name of a well"),
        ("", "added well"),
    ]
    assert [[(each.name, each.old, each.new) for each in entry.changes] for entry in entries[:3]] == [
        [("text", "ကန်ကြီး", "")],
        [("text", "ကန်", "ကန်ကြီး")],
        [("text", "", "ကန်")],
    ]


def test_a_timeline_continues_where_it_stopped(working: Viewer) -> None:
    well = Well.objects.create(name="0")
    for number in range(1, 6):
        well.name = str(number)
        well.save()
    first = timeline(Well, well.pk, seen_by=working, limit=2)
    second = timeline(Well, well.pk, seen_by=working, before=first[-1].number, limit=3)
    assert [entry.changes[0].old for entry in first + second] == ["4", "3", "2", "1", "0"]
    assert [entry.changes[0].new for entry in first + second] == ["5", "4", "3", "2", "1"]


def test_the_number_of_queries_does_not_grow(working: Viewer, django_assert_num_queries: Any) -> None:
    well = Well.objects.create(name="0")
    for number in range(1, 21):
        well.name = str(number)
        well.save()
    with django_assert_num_queries(2):
        assert len(timeline(Well, well.pk, seen_by=working)) == 21


def test_values_above_clearance_are_hidden_and_secrets_never_kept(working: Viewer, viewer_with: Any) -> None:
    before = now()
    well = Well.objects.create(name="Kan", keeper="Mg Mg", pin="1234")
    middle = now()
    Well.objects.filter(pk=well.pk).update(keeper="Ko Ko", pin="9999")
    low, high = (viewer_with(VIEW, VIEW_HISTORY, clearance=level) for level in (1, 3))
    with viewing(low):
        (change,) = timeline(Well, well.pk, seen_by=low)[0].changes
        assert (change.name, change.old, change.new, change.hidden) == ("keeper", "hidden", "hidden", True)
        assert "keeper" not in (as_it_was(Well, well.pk, middle, seen_by=low) or {})
        assert "keeper" not in as_they_were(Well, middle, seen_by=low, where={"id": well.pk})[0]
        assert not differences(Well, middle, now(), seen_by=low)
        assert [each.before for each in differences(Well, before, now(), seen_by=low)] == [None]
    with viewing(high):
        (change,) = timeline(Well, well.pk, seen_by=high)[0].changes
        assert (change.old, change.new) == ("Mg Mg", "Ko Ko")
        state = as_it_was(Well, well.pk, middle, seen_by=high)
        assert state is not None
        assert state["keeper"] == "Mg Mg"
        assert "pin" not in state
    assert not [event for event in Event.objects.filter(object_id=well.pk) if event.old and "pin" in event.old]


def test_seeing_all_history_opens_no_values_about_people(working: Viewer, viewer_with: Any) -> None:
    """Only the permission of the rows does, and only where it reaches."""
    well = Well.objects.create(name="Kan", keeper="Mg Mg", scope_id=7)
    middle = now()
    Well.objects.filter(pk=well.pk).update(keeper="Ko Ko")
    after = now()
    Well.objects.filter(pk=well.pk).update(name="Kan Gyi")
    everywhere, here, there = (Part(frozenset(names), not scopes, frozenset(scopes), None, 3) for names, scopes in (
        ([VIEW_HISTORY], ()), ([VIEW], (7,)), ([VIEW], (8,))
    ))  # fmt: skip
    for parts, opened in (((everywhere,), False), ((everywhere, there), False), ((everywhere, here), True)):
        viewer = Viewer(id=new_id(), label="Somebody", parts=parts)
        with viewing(viewer):
            (change,) = timeline(Well, well.pk, seen_by=viewer)[1].changes
            assert change.old == ("Mg Mg" if opened else "hidden")
            assert ("keeper" in (as_it_was(Well, well.pk, middle, seen_by=viewer) or {})) is opened
            rows = [row for row in as_they_were(Well, middle, seen_by=viewer) if row["id"] == well.pk]
            assert ["keeper" in row for row in rows] == ([opened] if rows else [])
            assert any(each.object_id == well.pk for each in differences(Well, middle, after, seen_by=viewer)) is opened
            for asked in ({"where": {"keeper": "Mg Mg"}}, {"order_by": "keeper"}):
                with pytest.raises(Problem) as caught:
                    as_they_were(Well, middle, seen_by=viewer, **asked)
                assert caught.value.status == 403


def test_showing_values_about_people_is_a_logged_read(working: Viewer, viewer_with: Any) -> None:
    well = Well.objects.create(name="Kan", keeper="Mg Mg")
    middle = now()
    Well.objects.filter(pk=well.pk).update(keeper="Ko Ko")
    low, high = (viewer_with(VIEW, VIEW_HISTORY, clearance=level) for level in (1, 3))
    looks = (
        lambda viewer: timeline(Well, well.pk, seen_by=viewer),
        lambda viewer: as_it_was(Well, well.pk, middle, seen_by=viewer),
        lambda viewer: as_they_were(Well, middle, seen_by=viewer, where={"id": well.pk}),
        lambda viewer: differences(Well, middle, now(), seen_by=viewer),
    )

    def logged() -> list[Any]:
        with viewing(working):
            return list(ReadEntry.objects.order_by("at").values_list("actor", "subject", "ids", "purpose"))

    for look in looks:
        before = logged()
        with viewing(low):
            look(low)
        assert logged() == before
        with viewing(high):
            look(high)
        assert logged()[len(before) :] == [(str(high.id), "history_tests.well", [well.pk], "history")]


def test_no_secret_of_the_house_enters_history(db: None) -> None:
    """Asked of the triggers themselves: each function that writes a row of the past takes the secrets out first."""
    secrets = {model: tracking.secret_columns(model) for model in tracking.tracked_models()}
    assert any(secrets.values())
    for model, columns in secrets.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgrelid = %s::regclass AND p.prosrc LIKE '%%to_jsonb(o)%%' AND p.prosrc LIKE '%%INSERT%%'",
                [model._meta.db_table],
            )
            bodies = [body for (body,) in cursor.fetchall()]
        assert len(bodies) == 2, model
        for body in bodies:
            taken = body.split("INSERT INTO", 1)[1]
            assert all(f"'{column}'" in taken for column in columns), model


def test_a_change_of_ignored_columns_alone_is_no_event(working: Viewer) -> None:
    well = Well.objects.create(name="Kan")
    Well.objects.filter(pk=well.pk).update(visits=7)
    assert [entry.kind for entry in timeline(Well, well.pk, seen_by=working)] == ["I"]
    Well.objects.filter(pk=well.pk).update(visits=8, name="Kan Gyi")
    entries = timeline(Well, well.pk, seen_by=working)
    assert [entry.kind for entry in entries] == ["U", "I"]


def test_values_keep_their_types(working: Viewer) -> None:
    tested = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    readings = {"ph": [7.1, None], "note": "ကောင်း"}
    well = Well.objects.create(
        name="Kan", depth=Decimal("0.10000000"), dug_on=date(1999, 12, 31), tested_at=tested, readings=readings
    )
    key, middle = well.pk, now()
    well.delete()
    state = as_it_was(Well, key, middle, seen_by=working)
    assert state is not None
    assert (state["depth"], state["dug_on"], state["tested_at"]) == (Decimal("0.10000000"), date(1999, 12, 31), tested)
    assert state["readings"]["note"] == readings["note"]
    (row,) = as_they_were(Well, middle, seen_by=working, where={"name": ["Kan", "Gyi"]}, order_by="name", limit=1)
    assert (row["depth"], row["dug_on"], row["tested_at"]) == (Decimal("0.10000000"), date(1999, 12, 31), tested)
    assert as_it_was(Well, key, now(), seen_by=working) is None
    assert as_it_was(Well, key, middle - timedelta(days=1), seen_by=working) is None


def test_a_row_older_than_its_history_begins_with_it(working: Viewer) -> None:
    (entry,) = timeline(Well, UUID("00000000-0000-7000-8000-000000000001"), seen_by=working)
    assert (entry.kind, entry.actor, entry.action) == ("I", "system:migration", "history.begin")


@pytest.mark.parametrize("permission", [VIEW, VIEW_HISTORY])
def test_only_rows_within_reach_have_a_past(working: Viewer, viewer_with: Any, permission: str) -> None:
    here = Well.objects.create(name="here", scope_id=7)
    there = Well.objects.create(name="there", scope_id=8)
    Well.objects.update(area="checked")
    somebody = viewer_with(permission, scopes={7})
    with viewing(somebody):
        assert len(timeline(Well, here.pk, seen_by=somebody)) == 2
        assert timeline(Well, there.pk, seen_by=somebody) == []
        # The row of today needs the permission of the rows; its past opens to either.
        expected = {"here"} if permission == VIEW else set()
        assert {row["name"] for row in as_they_were(Well, now(), seen_by=somebody)} == expected


def test_a_moved_row_is_seen_where_it_was_by_whom_it_was(working: Viewer, viewer_with: Any) -> None:
    well = Well.objects.create(name="moved", scope_id=7)
    middle = now()
    Well.objects.filter(pk=well.pk).update(scope_id=8)
    old_place, new_place = viewer_with(VIEW, scopes={7}), viewer_with(VIEW, scopes={8})
    with viewing(old_place):
        assert (as_it_was(Well, well.pk, middle, seen_by=old_place) or {}).get("name") == "moved"
        assert [row["name"] for row in as_they_were(Well, middle, seen_by=old_place)] == ["moved"]
        assert as_it_was(Well, well.pk, now(), seen_by=old_place) is None
    with viewing(new_place):
        assert as_it_was(Well, well.pk, middle, seen_by=new_place) is None
        assert as_they_were(Well, middle, seen_by=new_place) == []
        assert (as_it_was(Well, well.pk, now(), seen_by=new_place) or {}).get("name") == "moved"


def test_without_permission_nothing_is_told(working: Viewer, viewer_with: Any) -> None:
    well = Well.objects.create(name="Kan")
    nobody = viewer_with("access.break_glass")
    with viewing(nobody), pytest.raises(Problem) as raised:
        timeline(Well, well.pk, seen_by=nobody)
    assert raised.value.status == 403


def test_a_kind_of_record_without_history_is_told_so() -> None:
    with pytest.raises(Problem) as raised:
        tracking.tracked_model("nothing.here")
    assert raised.value.status == 404


def test_a_taken_back_change_leaves_nothing(working: Viewer) -> None:
    well = Well.objects.create(name="Kan")
    with transaction.atomic():
        Well.objects.filter(pk=well.pk).update(name="wrong")
        transaction.set_rollback(True)
    assert [entry.kind for entry in timeline(Well, well.pk, seen_by=working)] == ["I"]
