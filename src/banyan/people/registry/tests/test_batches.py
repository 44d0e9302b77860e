"""Batches of collection taken over into the register, changed by later ones, and taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from banyan.people.collection import actions as collection
from banyan.people.collection import queries as submitted
from banyan.people.collection.models import Batch, Submission
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.states import BatchState
from banyan.people.quality import actions as quality
from banyan.people.registry import queries
from banyan.people.registry.actions import approve_change, batches
from banyan.people.registry.actions.batches import take_over_chunk, withdraw_batch
from banyan.people.registry.jobs import MOST_WAITS
from banyan.people.registry.models import ChangeRequest, Document, Household, Membership, Person
from banyan.people.registry.tests.conftest import SYSTEM, chunk
from banyan.people.registry.tests.conftest import Batch as FakeBatch
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewer_of, viewing
from banyan.platform.history.queries import timeline
from banyan.platform.jobs import actions as jobs_actions
from banyan.platform.jobs import queries as jobs
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

HEADER = "Household ID,Full name,Sex,Date of birth,Relationship to head\n"
FIRST = (
    HEADER + "H1,Aung Ko,male,1980-02-03,head\nH1,Su Su,female,1985-05-05,spouse\nH2,Ma Hla,female,1990-01-01,head\n"
)


@pytest.fixture
def send(country: Any) -> Callable[..., Batch]:
    """send(content) uploads a file, confirms what was guessed and accepts it, by two people; the register takes it over."""
    clerk = viewer_of(make_account("registration-clerk", operation=country.operation))
    officer = viewer_of(make_account("registration-officer", operation=country.operation))

    def perform(content: str, *, accept: bool = True) -> Batch:
        batch = collection.submit_batch(
            [("people.csv", content.encode())], by=clerk, operation_id=country.operation.pk, scope_id=country.scopes[""]
        )
        run_jobs()
        with viewing(clerk):
            batch = submitted.batch(batch.pk, seen_by=clerk)
        if batch.state == BatchState.MAPPING:
            collection.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=clerk)
            run_jobs()
        if accept:
            collection.accept_batch(batch.pk, by=officer)
            run_jobs()
        with viewing(officer):
            return submitted.batch(batch.pk, seen_by=officer)

    perform.officer = officer  # type: ignore[attr-defined]
    return perform


def test_an_accepted_batch_stands_in_the_register(send):
    batch = send(FIRST)
    assert batch.state == BatchState.ACCEPTED
    assert batch.counts["registered"] == 2
    with viewing(SYSTEM):
        assert sorted(Person.objects.values_list("full_name", flat=True)) == ["Aung Ko", "Ma Hla", "Su Su"]
        assert Household.objects.filter(batch=batch.pk).count() == 2
        assert set(Household.objects.values_list("submission", flat=True)) == set(
            Submission.objects.values_list("pk", flat=True)
        )
        row = submitted.raw_of(Person.objects.get(full_name="Su Su").staged_row, seen_by=SYSTEM)
    assert row["values"]["person.full_name"] == "Su Su"


def test_the_history_of_a_person_names_who_accepted_and_who_undid(send):
    batch = send(FIRST)
    with viewing(SYSTEM):
        person = Person.objects.get(full_name="Su Su")
        assert {entry.actor for entry in timeline(Person, person.pk, seen_by=SYSTEM)} == {str(send.officer.id)}
    collection.undo_batch(batch.pk, by=send.officer, reason="wrong file")
    run_jobs()
    with viewing(SYSTEM):
        assert {entry.actor for entry in timeline(Person, person.pk, seen_by=SYSTEM)} == {str(send.officer.id)}


def test_the_same_submissions_again_change_nothing(send):
    send(FIRST)
    with viewing(SYSTEM):
        before = set(Person.objects.values_list("pk", "version"))
    send(FIRST.replace("\n", "\r\n"), accept=False)
    with viewing(SYSTEM):
        assert set(Person.objects.values_list("pk", "version")) == before
        assert not ChangeRequest.objects.exists()


def test_changed_submissions_become_proposals(send):
    send(FIRST)
    send(
        HEADER
        + "H1,Aung Ko,male,1981-02-03,head\nH1,Su Su,female,1985-05-05,spouse\nH1,Nilar,female,2020-01-01,child\n"
        + "H2,Ma Hla,female,1990-01-01,head\n"
    )
    with viewing(SYSTEM):
        request = ChangeRequest.objects.get()
        home = Household.objects.get(number="H1")
        assert request.household_id == home.pk
        assert request.kind == "update"
        assert str(Person.objects.get(full_name="Aung Ko").birth_date) == "1980-02-03"
        assert len(queries.members(home.pk, seen_by=SYSTEM)) == 2
        lines = {(line.field, str(line.after)) for line in request.lines.all()}
    assert ("birth_date", "1981-02-03") in lines
    assert "Nilar" in str(request.asked)


def test_what_people_have_is_proposed_too_and_written_when_it_is_approved(send, country):
    """A clerk corrects a number and adds a telephone: nothing else of the line is different."""
    header = "Household ID,Full name,Sex,Date of birth,Relationship to head,National ID number,Phone,Specific needs\n"
    send(header + "H1,Aung Ko,male,1980-02-03,head,12/ABC(N)123456,09987654320,\n")
    send(
        header
        + "H1,Aung Ko,male,1980-02-03,head,12/ABC(N)123465,09 987 654 321,disability\n"
        + "H1,Nilar,female,2020-01-01,child,12/ABC(N)777777,,\n"
    )
    with viewing(SYSTEM):
        request = ChangeRequest.objects.get()
        lines = {(line.kind, line.table, line.field, line.before, line.after) for line in request.lines.all()}
        assert not Document.objects.filter(number__contains="777777").exists()
    assert ("change", "document", "number", "12/ABC(N)123456", "12/ABC(N)123465") in lines
    assert ("change", "phone", "number", "+959987654320", "+959987654321") in lines
    assert ("add", "need", "code", None, "disability") in lines
    other = viewer_of(make_account("registration-officer", operation=country.operation))
    assert approve_change(request.pk, by=other).state == "applied"
    with viewing(SYSTEM):
        (aung, nilar) = (Person.objects.get(full_name=name) for name in ("Aung Ko", "Nilar"))
        assert {one.number_key for one in aung.documents.all()} == {"12ABCN123465"}
        assert [one.number for one in aung.phones.all()] == ["+959987654321"]
        assert {one.number_key for one in nilar.documents.all()} == {"12ABCN777777"}


def test_an_undone_batch_is_withdrawn(send):
    batch = send(FIRST)
    collection.undo_batch(batch.pk, by=send.officer, reason="wrong file")
    run_jobs()
    with viewing(SYSTEM):
        assert set(Person.objects.values_list("status", "status_reason")) == {("withdrawn", "batch-undone")}
        assert set(Household.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_what_somebody_worked_on_is_kept_when_its_batch_is_undone(send):
    batch = send(FIRST)
    with viewing(SYSTEM):
        Person.objects.filter(full_name="Su Su").update(occupation="farmer")
    collection.undo_batch(batch.pk, by=send.officer, reason="wrong file")
    run_jobs()
    with viewing(SYSTEM):
        assert dict(Person.objects.values_list("full_name", "status")) == {
            "Aung Ko": "withdrawn", "Su Su": "active", "Ma Hla": "withdrawn"
        }  # fmt: skip
        assert dict(Household.objects.values_list("number", "status")) == {"H1": "active", "H2": "withdrawn"}
        [done] = [job for job in jobs.jobs(seen_by=SYSTEM) if job.name == "registry.withdraw_batch"]
    assert "1" in str(done.outcome)


def test_submissions_of_an_undone_batch_may_come_again(send):
    batch = send(FIRST)
    collection.undo_batch(batch.pk, by=send.officer, reason="wrong file")
    run_jobs()
    send(FIRST)
    with viewing(SYSTEM):
        assert Person.objects.filter(status="active").count() == 3
        assert Membership.objects.filter(person__status="active").count() == 3


def test_a_further_change_finds_the_household_through_the_change_before(send):
    send(FIRST)
    send(FIRST.replace("1980-02-03", "1981-02-03"))
    send(FIRST.replace("1980-02-03", "1982-02-03"))
    with viewing(SYSTEM):
        home = Household.objects.get(number="H1")
        assert set(ChangeRequest.objects.values_list("household_id", flat=True)) == {home.pk}
        assert ChangeRequest.objects.count() == 2


def test_a_change_of_what_was_withdrawn_is_registered_as_new(send):
    send(FIRST)
    with viewing(SYSTEM):
        Household.objects.filter(number="H1").update(status="withdrawn", status_reason="error")
    send(FIRST.replace("1980-02-03", "1981-02-03"))
    with viewing(SYSTEM):
        assert Household.objects.filter(number="H1", status="active").count() == 1
        assert not ChangeRequest.objects.exists()


def test_a_batch_taken_over_twice_is_registered_once(send):
    batch = send(FIRST)
    jobs_actions.start("registry.register_batch", by=SYSTEM, batch=str(batch.pk))
    run_jobs()
    with viewing(SYSTEM):
        assert Person.objects.count() == 3


def test_what_stops_registering_is_told_at_the_batch(send, country, monkeypatch):
    def refuse(*_arguments, **_more):
        raise Problem("registry.place_out_of_reach", count=1, places="XX010101")

    monkeypatch.setattr("banyan.people.registry.jobs.take_over_chunk", refuse)
    with pytest.raises(AssertionError, match="register_batch"):
        send(FIRST)
    with viewing(SYSTEM):
        batch = Batch.objects.get()
    assert batch.state == BatchState.ACCEPTING
    assert "XX010101" in batch.counts["failure"]


def test_a_batch_withdrawn_twice_is_withdrawn_once(send, country):
    batch = send(FIRST)
    withdraw_batch(batch.pk, country.operation.pk, by=SYSTEM)
    again = withdraw_batch(batch.pk, country.operation.pk, by=SYSTEM)
    assert (again.people, again.households, again.kept) == (0, 0, 0)
    with viewing(SYSTEM):
        assert set(Person.objects.values_list("version", flat=True)) == {2}


def test_what_a_change_says_of_places_positions_and_further_answers_is_proposed(country, register, family):
    register(family)
    with viewing(SYSTEM):
        home = Household.objects.get()
        earlier = str(home.submission)
    later = {
        "household.place": "XX020101", "household.geopoint": "21.5 96.25", "extras": '{"roof":"tin"}', "outcome": "changed",
        "earlier": earlier,
        "people": [
            {"person.full_name": "Aung Kyaw Min", "person.sex": "male", "person.place": "XX020101",
             "person.disability.seeing": "some", "person.age": "50"},
            {"person.full_name": "Su Su", "person.sex": "female", "person.place": ""},
        ],
    }  # fmt: skip
    silent = {"household.place": "", "household.address": "By the well", "outcome": "changed", "earlier": earlier}
    done = take_over_chunk(chunk(later, silent), FakeBatch(country.operation.pk, country.scopes[""]), by=SYSTEM)
    assert (done.households, done.people, done.proposed) == (0, 0, 2)
    with viewing(SYSTEM):
        asked, other = (str(each.asked) for each in ChangeRequest.objects.order_by("pk"))
    assert "By the well" in other
    assert "place" not in other, "what a submission leaves open changes nothing"
    for said in ("tin", "21.5", "some", str(country.places["XX020101"].pk)):
        assert said in asked, asked


def test_a_change_of_a_submission_nobody_knows_is_new(country, family):
    later = {**family, "outcome": "changed", "earlier": str(new_id())}
    lost = {**family, "outcome": "changed", "earlier": None}
    done = take_over_chunk(chunk(later, lost), FakeBatch(country.operation.pk, country.scopes[""]), by=SYSTEM)
    assert (done.households, done.proposed) == (2, 0)


def test_many_large_batches_are_checked_once_when_nothing_more_arrives(send, country, monkeypatch):
    started: list[Any] = []
    now = datetime(2026, 3, 14, 12, 30, 40, tzinfo=UTC)
    monkeypatch.setattr(batches, "_MOST_APART", 0)
    monkeypatch.setattr(quality, "start_pass", lambda operation_id, **_by: started.append(operation_id))
    monkeypatch.setattr(batches.timezone, "now", lambda: now)
    send(FIRST)
    assert started == [country.operation.pk]
    now += timedelta(hours=1)
    for _time in range(2):
        batches.check_when_quiet(country.operation.pk)
    queued = ProcrastinateJob.objects.get(status="todo")
    assert queued.scheduled_at == datetime(2026, 3, 14, 13, 32, tzinfo=UTC)
    with viewing(SYSTEM):
        Batch.objects.update(state=BatchState.CHECKING)
    now += timedelta(hours=1)
    assert run_jobs(limit=1) == 1
    assert started == [country.operation.pk]
    with viewing(SYSTEM):
        Batch.objects.update(state=BatchState.REVIEW)
    assert run_jobs() == 1
    assert started == [country.operation.pk] * 2


def test_who_always_imports_is_checked_all_the_same(send, country, monkeypatch):
    started: list[Any] = []
    monkeypatch.setattr(quality, "start_pass", lambda operation_id, **_by: started.append(operation_id))
    send(FIRST, accept=False)
    with viewing(SYSTEM):
        Batch.objects.update(state=BatchState.READING)
    batches.check_when_quiet(country.operation.pk, waited=MOST_WAITS)
    run_jobs()
    assert started == [country.operation.pk]
