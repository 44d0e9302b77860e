"""People on their way in are compared by rooms above: waited for, told, filtered; and nothing stops for ever."""

from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from banyan.people.collection import actions, queries
from banyan.people.collection.declarations import Comparer, Comparison, Match, gather
from banyan.people.collection.models import Batch, StagedRow, Submission
from banyan.people.collection.tests.conftest import SYSTEM
from banyan.people.collection.tests.test_batches import code_of
from banyan.people.collection.tests.test_review_pages import signed_in
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing
from banyan.platform.history.models import FactEntry
from banyan.platform.kernel.problems import Problem

ROOT = "/api/v1/collection"


@dataclass
class Room:
    """A room above that says what a test wants it to say."""

    comparison: Comparison = field(default_factory=Comparison)
    matches: list[Match] = field(default_factory=list)

    def comparer(self) -> Comparer:
        return Comparer(
            comparison=lambda batch_id, *, seen_by: self.comparison,
            matches=lambda submission_id, *, seen_by: self.matches,
            holding=lambda batch_id, likeness, *, seen_by: [
                row.submission_id
                for row in StagedRow.objects.filter(pk__in=[m.row_id for m in self.matches if m.likeness == likeness])
            ],
        )


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    made = Room()
    for name in ("queries.recognising", "views.lists"):
        monkeypatch.setattr(f"banyan.people.collection.{name}.comparers", lambda: (made.comparer(),))
    return made


def asked(batch: Batch) -> int:
    with viewing(SYSTEM):
        return int(Batch.objects.get(pk=batch.pk).detected.get("asked", 0))


def row_of(batch: Batch, name: str) -> StagedRow:
    with viewing(SYSTEM):
        return StagedRow.objects.get(batch=batch, subject="person", **{"values__person.full_name": name})


def test_a_checked_batch_asks_and_a_correction_of_somebody_asks_again(submit: Any, field: Any, room: Room) -> None:
    batch = submit()
    assert asked(batch) == 1
    with viewing(SYSTEM):
        told = FactEntry.objects.get(name="collection.batch_checked")
    assert told.payload["batch_id"] == str(batch.pk)
    person = row_of(batch, "Su Su")
    actions.correct_values(batch.pk, [actions.NewValue(person.pk, "person.full_name", "Su Su Win")], by=field.clerk)
    assert asked(batch) == 2
    with viewing(SYSTEM):
        home = StagedRow.objects.filter(batch=batch, subject="household").first()
    actions.correct_values(batch.pk, [actions.NewValue(home.pk, "household.number", "H1a")], by=field.clerk)
    assert asked(batch) == 2  # no number makes somebody else of a person


def test_accepting_waits_for_the_answer_unless_somebody_says_why_not(submit: Any, field: Any, room: Room) -> None:
    batch = submit()
    with pytest.raises(Problem) as caught:
        actions.accept_batch(batch.pk, by=field.officer)
    assert code_of(caught) == "collection.comparing"
    with pytest.raises(Problem) as caught:
        actions.accept_batch(batch.pk, by=field.officer, reason="fine", uncompared="   ")
    assert code_of(caught) == "collection.comparing"
    actions.accept_batch(batch.pk, by=field.officer, reason="fine", uncompared="The convoy leaves at noon")
    with viewing(SYSTEM):
        reasons = set(Submission.objects.filter(batch=batch).values_list("reason", flat=True))
    assert reasons == {"fine; The convoy leaves at noon"}


def test_an_answer_overtaken_by_a_correction_is_none(submit: Any, field: Any, room: Room) -> None:
    batch = submit()
    room.comparison = Comparison(asked=1)
    assert state_of(batch) == "done"
    person = row_of(batch, "Su Su")
    actions.correct_values(batch.pk, [actions.NewValue(person.pk, "person.birth_date", "1985-05-06")], by=field.clerk)
    assert state_of(batch) == "running"
    room.comparison = Comparison(asked=1, failed="Failed")
    assert state_of(batch) == "failed"
    with pytest.raises(Problem) as caught:
        actions.accept_batch(batch.pk, by=field.officer)
    assert code_of(caught) == "collection.comparing"
    room.comparison = Comparison(asked=2)
    assert actions.accept_batch(batch.pk, by=field.officer).state == "accepting"


def state_of(batch: Batch) -> str | None:
    with viewing(SYSTEM):
        found = queries.comparison(queries.batch(batch.pk, seen_by=SYSTEM), seen_by=SYSTEM)
    return found.state if found else None


def test_without_a_room_that_compares_nobody_waits(submit: Any, field: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.collection.queries.recognising.comparers", lambda: ())
    batch = submit()
    assert (asked(batch), state_of(batch)) == (1, None)
    assert actions.accept_batch(batch.pk, by=field.officer).state == "accepting"
    assert actions.ask_whom(batch.pk, by=field.officer).state == "accepting"
    assert asked(batch) == 1  # nobody is asked about what is decided


def test_two_rooms_are_told_as_one(submit: Any, field: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [Room(Comparison(asked=1, people=4, known=1)), Room(Comparison(asked=0, people=4, known=2, notes=("x",)))]
    monkeypatch.setattr(
        "banyan.people.collection.queries.recognising.comparers", lambda: tuple(r.comparer() for r in rooms)
    )
    batch = submit()
    assert state_of(batch) == "running"
    rooms[1].comparison = replace(rooms[1].comparison, asked=1)
    with viewing(SYSTEM):
        found = queries.comparison(queries.batch(batch.pk, seen_by=SYSTEM), seen_by=SYSTEM)
    assert found is not None
    assert (found.state, found.people, found.known, found.notes) == ("done", 4, 3, ("x",))


def test_pages_say_whom_rows_look_like_and_filter_by_it(submit: Any, field: Any, room: Room) -> None:
    batch, officer = submit(), signed_in(field.officer.id)
    address = reverse("collection:batch", args=[batch.pk])
    page = officer.get(address).content.decode()
    assert "are being compared" in page
    assert "Why it cannot wait" in page
    known, hidden, somebody = row_of(batch, "Su Su"), row_of(batch, "U Ba"), uuid4()
    room.matches = [
        Match(
            known.pk,
            "known",
            "probable",
            "probable",
            "Su Su Hlaing",
            "PSN-1",
            "/registry/people/x/",
            ("the same names",),
            somebody,
        ),
        Match(hidden.pk, "known", "possible", "possible"),
    ]
    room.comparison = Comparison(asked=1, people=4, known=2, notes=("Some names are too common.",))
    page = officer.get(address).content.decode()
    assert "2 submissions hold somebody who looks registered already" in page
    assert "Some names are too common." in page
    assert "Why it cannot wait" not in page
    filtered = officer.get(address, {"likeness": "known"})
    assert [row["label"] for row in filtered.context["page"].rows] == ["Aung Ko", "U Ba"]
    assert not officer.get(address, {"likeness": "twice"}).context["page"].rows
    one = officer.get(reverse("collection:submission", args=[known.submission_id])).content.decode()
    assert "Su Su Hlaing" in one
    assert "the same names" in one
    other = officer.get(reverse("collection:submission", args=[hidden.submission_id])).content.decode()
    assert "somebody registered elsewhere" in other
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="registry.person", purpose__startswith="review").exists()


def test_a_filter_decides_about_what_looks_known(submit: Any, field: Any, room: Room) -> None:
    batch, officer = submit(), signed_in(field.officer.id)
    known = row_of(batch, "Su Su")
    room.comparison = Comparison(asked=1, known=1)
    room.matches = [Match(known.pk, "known", "probable", "probable", "Su Su", "PSN-1", "/x/", (), uuid4())]
    sent = {
        "verb": "reject",
        "reason": "registered already",
        "filtered": "yes",
        "likeness": "known",
        "version": str(batch.version),
    }
    officer.post(reverse("collection:decide", args=[batch.pk]), sent)
    with viewing(SYSTEM):
        found = dict(Submission.objects.filter(batch=batch).values_list("label", "decision"))
    assert found == {"Aung Ko": "rejected", "Ma Hla": "pending", "U Ba": "pending"}


def test_the_api_tells_the_same_and_takes_the_reason(submit: Any, field: Any, room: Room) -> None:
    batch, officer = submit(), signed_in(field.officer.id)
    assert officer.get(f"{ROOT}/batches/{batch.pk}").json()["comparison"]["state"] == "running"
    known = row_of(batch, "Su Su")
    room.matches = [Match(known.pk, "known", "probable", "probable", "Su Su", "PSN-1", "/x/", ("alike",), uuid4())]
    told = officer.get(f"{ROOT}/submissions/{known.submission_id}/matches").json()
    assert [(each["row"], each["label"], each["why"]) for each in told] == [(str(known.pk), "Su Su", ["alike"])]
    refused = decide(officer, batch)
    assert (refused.status_code, refused.json()["code"]) == (409, "collection.comparing")
    assert decide(officer, batch, uncompared="No time").json()["state"] == "accepting"


def decide(client: Client, batch: Batch, **more: Any) -> Any:
    return client.post(
        f"{ROOT}/batches/{batch.pk}/decisions",
        {"verb": "accept", "everything": True, **more},
        content_type="application/json",
    )


def test_the_page_asks_again(submit: Any, field: Any, room: Room) -> None:
    batch = submit()
    room.comparison = Comparison(asked=1)
    signed_in(field.officer.id).post(reverse("collection:decide", args=[batch.pk]), {"verb": "compare"})
    assert asked(batch) == 2


def test_waiting_people_are_read_with_the_fields_that_were_asked_for(submit: Any, field: Any, room: Room) -> None:
    batch = submit()
    actions.reject_submissions(
        batch.pk, actions.Chosen(ids=[row_of(batch, "U Ba").submission_id]), by=field.officer, reason="x"
    )
    with viewing(SYSTEM):
        read = queries.arriving(batch.pk, {"person.full_name"}, seen_by=SYSTEM)
        assert read.people["person.full_name"].to_list() == ["Aung Ko", "Su Su", "Ma Hla"]
        assert "person.sex" not in read.people.columns
        assert (read.asked, read.operation_id) == (1, field.operation.pk)
        nobody = queries.arriving(batch.pk, set(), seen_by=SYSTEM)
    assert nobody.people.height == 3
    with pytest.raises(Problem), viewing(field.rakhine_officer):
        queries.arriving(batch.pk, set(), seen_by=field.rakhine_officer)
    with pytest.raises(Problem), viewing(SYSTEM):
        queries.matches(UUID(int=1), seen_by=SYSTEM)


def test_modules_that_declare_nothing_give_nothing() -> None:
    assert gather([ModuleType("arrivals")]) == ()
