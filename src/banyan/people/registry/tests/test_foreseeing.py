"""Before a change is sent, the checks of data quality say what it would break and what it would mend."""

from typing import Any

import pytest
from django.urls import reverse

from banyan.people.quality import actions as quality
from banyan.people.registry import actions
from banyan.people.registry.actions.changing import foreseeing
from banyan.people.registry.models import ChangeRequest, Person
from banyan.people.registry.queries.changing.previews import preview
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.standins import client_of
from banyan.people.registry.tests.test_change_pages import form_of
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.models import Job
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


def foreseen(kind: str, *, by: Viewer = SYSTEM, **given: Any) -> actions.Foreseen:
    with viewing(by):
        return actions.foresee_change(preview(kind, given, seen_by=by), by=by)


def keys(judged: tuple[Any, ...]) -> set[str]:
    return {one.key for one in judged}


def test_a_flaw_is_foreseen_and_nothing_is_written(country: Field, home: Any) -> None:
    _household, people = home
    before = Person.objects.count(), Job.objects.count(), ChangeRequest.objects.count()
    found = foreseen("correct_identity", person=str(people[0].pk), fields={"full_name": "Unknown"})
    assert keys(found.made) == {"placeholder_name"}
    assert found.mended == ()
    assert found.made[0].name, "whose flaw it is stands beside it"
    assert (Person.objects.count(), Job.objects.count(), ChangeRequest.objects.count()) == before
    with viewing(SYSTEM):
        assert Person.objects.get(pk=people[0].pk).full_name == people[0].full_name
    assert foreseen("correct_identity", person=str(people[0].pk), fields={"occupation": "Tailor"}).made == ()


def test_what_a_change_mends_is_foreseen(country: Field, home: Any) -> None:
    _household, people = home
    with viewing(SYSTEM):
        Person.objects.filter(pk=people[0].pk).update(full_name="xxx")
    found = foreseen("correct_identity", person=str(people[0].pk), fields={"full_name": "Nilar Win"})
    assert (keys(found.made), keys(found.mended)) == (set(), {"placeholder_name"})


def test_what_the_household_loses_is_foreseen(country: Field, home: Any) -> None:
    household, _people = home
    found = foreseen("correct_household", household=str(household.pk), fields={"size_reported": "9"})
    assert keys(found.made) == {"household_size"}


def test_of_a_change_that_cannot_be_nothing_is_foreseen(country: Field, home: Any) -> None:
    _household, people = home
    same = foreseen("correct_identity", person=str(people[0].pk), fields={"full_name": people[0].full_name})
    assert same == actions.Foreseen()


def test_a_refusal_of_writing_leaves_the_register_and_foresees_nothing(
    country: Field,
    home: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_given: Any, **_more: Any) -> None:
        raise Problem("not_allowed")

    monkeypatch.setattr(foreseeing, "_write", refuse)
    _household, people = home
    given = {"person": str(people[0].pk), "fields": {"full_name": "xxx"}}
    assert foreseen("correct_identity", **given) == actions.Foreseen()


def test_of_what_somebody_else_closed_meanwhile_nothing_is_foreseen(country: Field, home: Any) -> None:
    _household, people = home
    person = Person.objects.filter(pk=people[2].pk)
    with viewing(SYSTEM):
        found = preview(
            "correct_identity", {"person": str(people[2].pk), "fields": {"full_name": "xxx"}}, seen_by=SYSTEM
        )
        assert not found.problems
        person.update(status="closed", status_reason="left")
        assert actions.foresee_change(found, by=SYSTEM) == actions.Foreseen()
        assert person.get().full_name == people[2].full_name


def test_the_page_and_the_api_say_it_before_the_change_is_sent(country: Field, home: Any) -> None:
    _household, people = home
    client = client_of("registration-officer", operation=country.operation)
    address = reverse("registry:propose", args=["correct_identity", people[0].pk])
    typed = {**form_of(client, address), "fields.full_name": "xxx", "step": "preview"}
    assert "Name that is none" in client.post(address, typed).content.decode()
    asked = {"kind": "correct_identity", "asked": {"person": str(people[0].pk), "fields": {"full_name": "xxx"}}}
    told = client.post("/api/v1/registry/changes/preview", asked, content_type="application/json").json()
    assert [one["key"] for one in told["flaws_made"]] == ["placeholder_name"]
    with viewing(SYSTEM):
        quality.set_check(country.operation.pk, "placeholder_name", enabled=False, by=SYSTEM)
    assert "Name that is none" not in client.post(address, typed).content.decode()
