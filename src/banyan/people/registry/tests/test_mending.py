"""What is found is mended, waived or let through: the register's side of data quality."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.quality import queries as quality_queries
from banyan.people.registry import actions, queries
from banyan.people.registry.models import Person
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.standins import client_of
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
DECIDER = system_viewer("decider")


def found(country: Field, record: Any, subject: str = "person") -> set[str]:
    """What the checks found about a record once the jobs are done."""
    run_jobs()
    with viewing(SYSTEM):
        rows = quality_queries.findings_of(subject, [record.pk], seen_by=SYSTEM).get(record.pk, [])
        return {row.key for row in rows}


def correct(person: Person, **fields: Any) -> None:
    request = actions.propose_change("correct_identity", {"person": str(person.pk), "fields": fields}, by=SYSTEM)
    actions.approve_change(request.pk, by=DECIDER)


def refused(code: str, attempt: Any) -> None:
    with pytest.raises(Problem) as problem:
        attempt()
    assert problem.value.code == code


def test_a_change_is_checked_at_once(country: Field, home: Any) -> None:
    _household, people = home
    assert found(country, people[1]) == set()
    correct(people[1], marital_status="single")
    assert found(country, people[1]) == {"spouses"}
    correct(people[1], marital_status="married")
    assert found(country, people[1]) == set()


def test_a_change_moves_the_household_and_its_members(country: Field, home: Any) -> None:
    household, people = home
    correct(people[0], birth_date=f"{timezone.localdate().year - 16}-06-05")
    assert found(country, household, "household") == {"child_head"}
    assert "parent_child_gap" in found(country, people[2])


def test_a_code_that_stood_in_no_list_is_marked_until_it_is_written_anew(country: Field) -> None:
    key, (person_id, _other) = actions.register_household(
        country.operation.pk, {"household.place": "XX010101"},
        [{"person.full_name": "Naw Paw", "person.education": "primry", "person.relationship": "chief"},
         {"person.full_name": "Saw Htoo", "person.relationship": "head"}],
        by=SYSTEM, scope_id=country.scopes[""],
    )  # fmt: skip
    with viewing(SYSTEM):
        person = Person.objects.get(pk=person_id)
    assert person.odd_codes == "education relationship"
    correct(person, education="primary")
    with viewing(SYSTEM):
        assert Person.objects.get(pk=person_id).odd_codes == "relationship"
    request = actions.propose_change("change_head", {"household": str(key), "person": str(person_id)}, by=SYSTEM)
    actions.approve_change(request.pk, by=DECIDER)
    with viewing(SYSTEM):
        assert Person.objects.get(pk=person_id).odd_codes == ""


def test_verifying_is_written_at_once_and_other_fields_as_changes_are(country: Field, home: Any) -> None:
    _household, people = home
    with viewing(SYSTEM):
        Person.objects.filter(pk=people[0].pk).update(registered_on=date(2020, 1, 1))
    quality.moved("person", [people[0].pk], by=SYSTEM)
    assert "stale" in found(country, people[0])
    done = quality.mend("person", people[0].pk, "stale", by=SYSTEM, value="", reason="Seen at the distribution")
    assert done.done
    assert "stale" not in found(country, people[0])
    waiting = quality.mend("person", people[0].pk, "marital_age", by=SYSTEM, value="widowed", reason="Told today")
    assert not waiting.done
    assert waiting.url.startswith("/registry/changes/")


def test_a_pair_is_noted_once_and_decided_on(country: Field, home: Any) -> None:
    _household, people = home
    since = timezone.localdate() - timedelta(days=31)
    pair = actions.note_pair(people[1].pk, people[0].pk, by=SYSTEM, reason="The same face", since=since)
    assert actions.note_pair(people[0].pk, people[1].pk, by=SYSTEM).pk == pair.pk
    assert "open_pairs" in found(country, people[0]) & found(country, people[1])
    refused("registry.pair_of_one", lambda: actions.note_pair(people[0].pk, people[0].pk, by=SYSTEM))
    refused("registry.value_unknown", lambda: actions.decide_pair(pair.pk, "perhaps", by=DECIDER))
    actions.decide_pair(pair.pk, "different", by=DECIDER)
    assert found(country, people[0]) == found(country, people[1]) == set()
    refused("registry.pair_decided", lambda: actions.decide_pair(pair.pk, "same", by=DECIDER))


class TestGate:
    """Only the card asks; what stops it is told with the way to mend it."""

    def test_a_sound_household_has_its_card(self, home: Any) -> None:
        household, _people = home
        with viewing(SYSTEM):
            record = queries.household_record(household.pk, seen_by=SYSTEM)
            assert queries.card_stops(record, seen_by=SYSTEM) == []

    def test_a_gate_stops_the_card_until_two_people_open_it(self, country: Field, home: Any, viewer_with: Any) -> None:
        household, people = home
        correct(people[2], full_name="Unknown")
        officer = client_of("registration-officer")
        page = officer.get(reverse("registry:card", args=[household.pk])).content.decode()
        assert "Name that is none" in page
        assert reverse("quality:override-ask", args=["person", people[2].pk]) in page
        refused = officer.post(reverse("registry:card", args=[household.pk]), {"sheet": "a6"})
        assert refused.status_code == 409
        asker, other = (
            viewer_with(
                "registry.view_person", "quality.ask_override", "quality.confirm_override", "quality.view_findings"
            )
            for _one in range(2)
        )
        asked = quality.ask_override("person", people[2].pk, by=asker, reason="The name is not known to anybody")
        quality.confirm_override(asked.pk, by=other)
        with viewing(SYSTEM):
            record = queries.household_record(household.pk, seen_by=SYSTEM)
            assert queries.card_stops(record, seen_by=SYSTEM) == []


def test_the_page_of_a_record_says_what_was_found(country: Field, home: Any) -> None:
    _household, people = home
    correct(people[2], full_name="Unknown")
    run_jobs()
    officer = client_of("registration-officer")
    address = reverse("registry:quality-of", args=["person", people[2].pk])
    assert address in officer.get(reverse("registry:person", args=[people[2].pk])).content.decode()
    whole = officer.get(address).content.decode()
    part = officer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Name that is none" in whole
    assert "Name that is none" in part
    assert "<html" in whole
    assert "<html" not in part
    assert officer.get(reverse("registry:quality-of", args=["place", people[2].pk])).status_code == 404
    reader = client_of("auditor")
    assert reader.get(address).status_code in (403, 404)


def test_a_pair_is_noted_and_decided_on_the_page(country: Field, home: Any) -> None:
    _household, people = home
    clerk, officer = client_of("registration-clerk"), client_of("registration-officer")
    address = reverse("registry:pairs", args=[people[0].pk])
    assert "Nobody has noted one" in clerk.get(address).content.decode()
    unknown = clerk.post(address, {"reference": "PSN-0"})
    assert unknown.status_code == 422
    assert clerk.post(address, {"reference": people[0].reference}).status_code == 422
    assert clerk.post(address, {"reference": people[1].reference, "reason": "Alike"}).status_code == 302
    assert "Alike" in officer.get(address).content.decode()
    (pair,) = officer.get(f"/api/v1/registry/people/{people[1].pk}/pairs").json()
    decide = reverse("registry:pair-decide", args=[people[0].pk, pair["id"]])
    assert clerk.post(decide, {"resolution": "same"}).status_code == 403
    assert officer.post(decide, {"resolution": "same"}).status_code == 302
    assert "the same person" in officer.get(address).content.decode()
    told = officer.post(
        f"/api/v1/registry/pairs/{pair['id']}/decide", {"resolution": "same"}, content_type="application/json"
    )
    assert told.status_code == 409
    noted = clerk.post(
        f"/api/v1/registry/people/{people[2].pk}/pairs", {"other": str(people[3].pk)}, content_type="application/json"
    )
    assert noted.status_code == 201
