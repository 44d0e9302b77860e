"""Notices and suspected pairs: who may write them, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.people.registry import actions
from banyan.people.registry.actions.registering import Registered
from banyan.people.registry.models import Household, Notice, Person
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import make_family, make_person
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


def given(subject: str, record: Any, by: Viewer = SYSTEM, **changes: Any) -> Notice:
    told = {
        "version": "2", "language": "my", "given_on": timezone.localdate(), "purposes": {"sharing": True}, "legal_basis": "consent",
    }  # fmt: skip
    return actions.give_notice(subject, record, by=by, **(told | changes))


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Problem) as caught:
        act()
    return [each.code for each in caught.value.errors or (caught.value,)]


def test_a_notice_is_given_to_a_person_or_a_household_and_withdrawn_once(country: Field) -> None:
    family = make_family(country, "Aung")
    notices = [given("people", family["Aung"].pk), given("households", family.household.pk)]
    assert [(one.person_id, one.household_id) for one in notices] == [
        (family["Aung"].pk, None), (None, family.household.pk),
    ]  # fmt: skip
    for one in notices:
        assert actions.withdraw_notice(one.pk, by=SYSTEM).withdrawn_on == timezone.localdate()
        assert refused(lambda one=one: actions.withdraw_notice(one.pk, by=SYSTEM)) == ["registry.notice_over"]


def test_all_that_is_wrong_with_a_notice_is_told_at_once(country: Field) -> None:
    person = make_person(country, "Aung")
    wrong = {
        "purposes": {"gossip": True},
        "legal_basis": "habit",
        "given_on": timezone.localdate() + timedelta(days=1),
    }
    assert refused(lambda: given("people", person.pk, **wrong)) == [
        "registry.purpose_unknown", "registry.legal_basis_unknown", "registry.notice_date_ahead",
    ]  # fmt: skip
    assert refused(lambda: given("houses", person.pk)) == ["kernel.not_found"]


def test_who_only_sees_a_record_gives_and_withdraws_nothing_there(country: Field, viewer_with: Any) -> None:
    person = make_person(country, "Aung")
    notice = given("people", person.pk)
    elsewhere = viewer_with("registry.register_person", scopes={country.scopes["XX0201"]})
    both = replace(elsewhere, parts=(*elsewhere.parts, *viewer_with("registry.view_person").parts))
    assert refused(lambda: given("people", person.pk, both)) == ["kernel.not_allowed"]
    assert refused(lambda: actions.withdraw_notice(notice.pk, by=both)) == ["kernel.not_allowed"]


def test_who_is_withdrawn_gets_no_notice_and_is_no_pair(country: Field) -> None:
    gone, there = make_person(country, "Aung"), make_person(country, "Aung Ko")
    family = make_family(country, "Su")
    with viewing(SYSTEM):
        Person.objects.filter(pk=gone.pk).update(status="withdrawn", status_reason="error")
        Household.objects.filter(pk=family.household.pk).update(status="withdrawn", status_reason="error")
    assert refused(lambda: given("people", gone.pk)) == ["registry.record_withdrawn"]
    assert refused(lambda: given("households", family.household.pk)) == ["registry.record_withdrawn"]
    assert refused(lambda: actions.note_pair(gone.pk, there.pk, by=SYSTEM)) == ["registry.record_withdrawn"]


def test_people_of_two_operations_are_no_pair_and_none_is_decided_that_is_not_there(country: Field) -> None:
    one, other = make_person(country, "Aung"), make_person(country, "Aung Ko")
    with viewing(SYSTEM):
        away = Operation.objects.create(code="AWY", name="Away", country="MMR")
        Person.objects.filter(pk=other.pk).update(operation=away)
    assert refused(lambda: actions.note_pair(one.pk, other.pk, by=SYSTEM)) == ["registry.pair_apart"]
    assert refused(lambda: actions.decide_pair(new_id(), "same", by=SYSTEM)) == ["kernel.not_found"]


def test_what_was_registered_in_two_steps_is_counted_together() -> None:
    assert Registered(1, 4, ("a",)) + Registered(2, 3, ("b",)) == Registered(3, 7, ("a", "b"))
