"""Merging and unmerging: what moves, who decides, and what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from banyan.people.registry import actions, queries
from banyan.people.registry.models import (
    ChangeRequest,
    Document,
    Household,
    Membership,
    Merge,
    NameKey,
    Need,
    Person,
    Phone,
    SuspectedPair,
)
from banyan.people.registry.queries import uniting
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import make_family, make_person
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
MERGER = ("registry.view_person", "registry.merge_person")
ASKER = (new_id(), "Who asked")


@pytest.fixture
def merger(viewer_with: Any) -> Viewer:
    return viewer_with(*MERGER)


def merge(one: Person, *others: Person, by: Viewer, **more: Any) -> list[Merge]:
    more = {"reason": "Both say so", "asked_by": ASKER} | more
    return actions.merge_people(one.pk, [each.pk for each in others], by=by, **more)


def again(row: Any) -> Any:
    with viewing(SYSTEM):
        row.refresh_from_db()
    return row


def refused(call: Any) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code.removeprefix("registry.").removeprefix("kernel.")


def members(household: Household) -> set[str]:
    with viewing(SYSTEM):
        return {row.person.full_name for row in queries.members(household.pk, seen_by=SYSTEM)}


def belongings(person: Person, prefix: str) -> dict[str, Any]:
    with viewing(SYSTEM):
        return {
            "paper": Document.objects.create(person=person, scope_id=person.scope_id, type="passport", number=prefix, number_key=prefix),
            "shared": Document.objects.create(person=person, scope_id=person.scope_id, type="national_id", number="N1", number_key="N1"),
            "phone": Phone.objects.create(person=person, scope_id=person.scope_id, number=f"+9{prefix}"),
            "line": Phone.objects.create(person=person, scope_id=person.scope_id, number="+95", position=1),
            "need": Need.objects.create(person=person, scope_id=person.scope_id, code="disability"),
            "past": Need.objects.create(person=person, scope_id=person.scope_id, code="older", until=date(2026, 2, 1)),
        }  # fmt: skip


def test_what_belongs_to_one_belongs_to_the_survivor(country: Field, merger: Viewer) -> None:
    one, two = make_family(country, "Aung", "Khin"), make_family(country, "Aung K", "Nu", area="XX020101")
    own, other = belongings(one["Aung"], "1"), belongings(two["Aung K"], "2")
    with viewing(SYSTEM):
        pair = actions.note_pair(one["Aung"].pk, two["Aung K"].pk, by=SYSTEM)
    (made,) = merge(one["Aung"], two["Aung K"], by=merger, take={"full_name": two["Aung K"].pk})
    survivor, merged = again(one["Aung"]), again(two["Aung K"])
    assert survivor.full_name == "Aung K"
    assert (merged.status, merged.status_reason, merged.merged_into_id) == ("withdrawn", "merged", survivor.pk)
    for name in ("paper", "phone", "past"):
        row = again(other[name])
        assert (row.person_id, row.scope_id) == (survivor.pk, survivor.scope_id), name
    for name in ("shared", "line", "need"):
        assert again(other[name]).person_id == merged.pk, f"{name}: the survivor has it already"
    assert again(other["phone"]).position == 2
    assert again(own["line"]).position == 1
    assert members(one.household) == {"Aung K", "Khin"}
    assert members(two.household) == {"Nu"}
    with viewing(SYSTEM):
        past = Membership.objects.get(person=survivor, household=two.household)
    assert (past.reason, past.is_head, past.until is not None) == ("merged", True, True)
    assert again(pair).resolution == "same"
    assert made.asked_by == ASKER[0]
    assert made.confirmed_by == merger.id
    kept = actions.unmerge(made.pk, reason="They are brothers", by=merger).kept
    assert not kept
    assert again(survivor).full_name == "Aung"
    assert again(merged).status == "active"
    assert again(merged).merged_into_id is None
    assert members(two.household) == {"Aung K", "Nu"}
    assert again(pair).resolution == ""
    assert refused(lambda: actions.unmerge(made.pk, reason="x", by=merger)) == "merge_undone"
    assert refused(lambda: actions.unmerge(new_id(), reason="x", by=merger)) == "not_found"


def test_a_household_registered_twice_is_emptied_and_comes_back(country: Field, merger: Viewer) -> None:
    one, two = make_family(country, "Aung", "Khin"), make_family(country, "Aung", "Khin")
    (first,) = merge(one["Aung"], two["Aung"], by=merger)
    assert again(two.household).status == "active"
    (second,) = merge(one["Khin"], two["Khin"], by=merger)
    assert (again(two.household).status, two.household.status_reason) == ("inactive", "merged")
    assert members(one.household) == {"Aung", "Khin"}
    # In another order than they were made: the household is there again for the first who comes back.
    actions.unmerge(first.pk, reason="x", by=merger)
    assert (again(two.household).status, members(two.household)) == ("active", {"Aung"})
    actions.unmerge(second.pk, reason="x", by=merger)
    assert (again(two.household).status, two.household.status_reason, two.household.status_since) == (
        "active",
        "",
        None,
    )
    assert members(two.household) == {"Aung", "Khin"}
    with viewing(SYSTEM):
        head = Membership.objects.get(person=two["Aung"].pk)
    assert (head.is_head, head.until, head.household_id) == (True, None, two.household.pk)


def test_twice_in_one_household_the_survivor_takes_over_the_roles(country: Field, merger: Viewer) -> None:
    home = make_family(country, "Aung", "Aung Ko", "Su")
    with viewing(SYSTEM):
        Membership.objects.filter(person=home["Aung"].pk).update(is_collector=True)
    (made,) = merge(home["Aung Ko"], home["Aung"], by=merger)
    with viewing(SYSTEM):
        row = Membership.objects.get(person=home["Aung Ko"].pk, until=None)
    assert (row.is_head, row.relationship, row.is_collector) == (True, "head", True)
    assert members(home.household) == {"Aung Ko", "Su"}
    # Somebody else became the head meanwhile: the one who comes back is no second one.
    with viewing(SYSTEM):
        Membership.objects.filter(pk=row.pk).update(is_head=False, relationship="child")
        Membership.objects.filter(person=home["Su"].pk).update(is_head=True, relationship="head")
    kept = actions.unmerge(made.pk, reason="x", by=merger).kept
    assert {(each["table"], each["field"]) for each in kept} >= {("membership", "is_head")}
    with viewing(SYSTEM):
        back = Membership.objects.get(person=home["Aung"].pk)
    assert (back.until, back.is_head, back.relationship) == (None, False, "unknown")


def test_the_household_of_the_other_may_be_taken(country: Field, merger: Viewer) -> None:
    one, two = make_family(country, "Aung"), make_family(country, "Aung", "Khin", area="XX020101")
    with viewing(SYSTEM):
        Person.objects.filter(pk__in=[one["Aung"].pk, two["Aung"].pk]).update(place=None)
    (made,) = merge(one["Aung"], two["Aung"], by=merger, take={"household": two["Aung"].pk})
    assert members(two.household) == {"Aung", "Khin"}
    assert again(one.household).status_reason == "merged"
    assert again(one["Aung"]).scope_id == two.household.scope_id, "who lives there lies there"
    with viewing(SYSTEM):
        assert set(NameKey.objects.filter(person=one["Aung"].pk).values_list("scope_id", flat=True)) == {
            two.household.scope_id
        }
    actions.unmerge(made.pk, reason="x", by=merger)
    assert members(one.household) == {"Aung"}
    assert again(one["Aung"]).scope_id == one.household.scope_id
    assert members(two.household) == {"Aung", "Khin"}


def test_who_moved_since_stays_where_they_are(country: Field, merger: Viewer) -> None:
    one, two, third = (make_family(country, name) for name in ("Aung", "Aung K", "Min"))
    (made,) = merge(
        one["Aung"], two["Aung K"], by=merger, take={"household": two["Aung K"].pk, "sex": two["Aung K"].pk}
    )
    with viewing(SYSTEM):
        Membership.objects.filter(person=one["Aung"].pk, until=None).update(until=date(2026, 11, 1), reason="moved")
        Membership.objects.create(
            person=one["Aung"], household=third.household, scope_id=third.household.scope_id, since=date(2026, 11, 1)
        )
        Person.objects.filter(pk=one["Aung"].pk).update(occupation="Tailor")
        added = Phone.objects.create(person=one["Aung"], scope_id=one.household.scope_id, number="+951")
    kept = {
        (each["table"], each["field"], each["how"]) for each in actions.unmerge(made.pk, reason="x", by=merger).kept
    }
    assert ("person", "occupation", "changed") in kept
    assert ("membership", "until", "changed") in kept
    assert ("phone", "", "added") in kept
    assert again(added).person_id == one["Aung"].pk
    assert members(third.household) == {"Min", "Aung"}
    assert members(one.household) == set()


def test_what_was_corrected_since_is_not_lost(country: Field, merger: Viewer) -> None:
    one, two = make_person(country, "Aung"), make_person(country, "Aung K")
    other = belongings(two, "2")
    (made,) = merge(one, two, by=merger, take={"full_name": two.pk, "birth_date": two.pk})
    with viewing(SYSTEM):
        Person.objects.filter(pk=one.pk).update(full_name="Aung Ko")
        Phone.objects.filter(pk=other["phone"].pk).delete()
    kept = actions.unmerge(made.pk, reason="x", by=merger).kept
    assert {(each["table"], each["field"], each["how"]) for each in kept} == {
        ("person", "full_name", "changed"), ("phone", "", "removed"),
    }  # fmt: skip
    assert again(one).full_name == "Aung Ko"
    assert again(made).kept == kept


def test_several_at_once_and_undone_in_any_order(country: Field, merger: Viewer) -> None:
    people = [make_person(country, f"Aung {letter}") for letter in "ABCD"]
    made = merge(people[0], *people[1:], by=merger, take={"full_name": people[2].pk, "address": people[1].pk})
    assert [each.merged_id for each in made] == [each.pk for each in people[1:]]
    with viewing(SYSTEM):
        found = queries.resolved([each.pk for each in people], seen_by=SYSTEM)
    assert found == {each.pk: people[0].pk for each in people[1:]}
    further = make_person(country, "Nu")
    (last,) = merge(further, people[0], by=merger)
    assert again(people[3]).merged_into_id == further.pk, "never one that is merged itself"
    assert refused(lambda: actions.unmerge(made[0].pk, reason="x", by=merger)) == "merge_later"
    actions.unmerge(last.pk, reason="x", by=merger)
    for one in made:
        actions.unmerge(one.pk, reason="x", by=merger)
    assert again(people[0]).full_name == "Aung A"
    assert all(again(each).status == "active" for each in people)


def test_later_merges_are_corrected(country: Field, merger: Viewer) -> None:
    one, two, three = (make_person(country, f"Aung {letter}") for letter in "ABC")
    (first,) = merge(one, two, by=merger, take={"full_name": two.pk})
    (second,) = merge(one, three, by=merger, take={"full_name": three.pk})
    assert not actions.unmerge(first.pk, reason="x", by=merger).kept
    assert again(one).full_name == "Aung C"
    actions.unmerge(second.pk, reason="x", by=merger)
    assert again(one).full_name == "Aung A"


def test_suspicions_go_on_with_the_survivor(country: Field, merger: Viewer) -> None:
    one, two, third, fourth = (make_person(country, f"Aung {letter}") for letter in "ABCD")
    with viewing(SYSTEM):
        to_third = actions.note_pair(two.pk, third.pk, by=SYSTEM)
        known = actions.note_pair(one.pk, fourth.pk, by=SYSTEM)
        folded = actions.note_pair(two.pk, fourth.pk, by=SYSTEM)
    (made,) = merge(one, two, by=merger)
    assert {again(to_third).first_id, to_third.second_id} == {one.pk, third.pk}
    assert (again(known).resolution, again(folded).resolution) == ("", "folded")
    actions.unmerge(made.pk, reason="x", by=merger)
    assert {again(to_third).first_id, to_third.second_id} == {two.pk, third.pk}
    assert again(folded).resolution == ""
    with viewing(SYSTEM):
        assert SuspectedPair.objects.filter(resolution="").count() == 3


def test_open_requests_about_the_other_are_overtaken(country: Field, merger: Viewer, viewer_with: Any) -> None:
    one, two = make_person(country, "Aung"), make_person(country, "Aung K")
    clerk = viewer_with("registry.view_person", "registry.propose_change", "places.view_place")
    request = actions.propose_change("correct_identity", {"person": two.pk, "fields": {"occupation": "x"}}, by=clerk)
    (made,) = merge(one, two, by=merger)
    with viewing(SYSTEM):
        found = ChangeRequest.objects.get(pk=request.pk)
    assert (found.state, found.moved[-1]["code"]) == ("stale", "registry.record_merged")
    actions.unmerge(made.pk, reason="x", by=merger)
    with viewing(SYSTEM):
        found = ChangeRequest.objects.get(pk=request.pk)
    assert (found.state, found.moved) == ("proposed", [])


def test_nobody_loses_an_active_registration(country: Field, merger: Viewer) -> None:
    one, two = make_person(country, "Aung"), make_person(country, "Aung K")
    with viewing(SYSTEM):
        Person.objects.filter(pk=one.pk).update(status="closed", status_reason="left", status_since=date(2026, 3, 1))
    (made,) = merge(one, two, by=merger)
    assert again(one).status == "active"
    actions.unmerge(made.pk, reason="x", by=merger)
    assert again(one).status == "closed"
    merge(one, two, by=merger, take={"status": one.pk})
    assert again(one).status == "closed", "unless they say so"


def test_marks_and_photos_go_along(country: Field, merger: Viewer) -> None:
    one, two = make_person(country, "Aung"), make_person(country, "Aung K")
    with viewing(SYSTEM):
        Person.objects.filter(pk=one.pk).update(odd_codes="education language", photo="photos/a")
        Person.objects.filter(pk=two.pk).update(
            odd_codes="nationality", photo="photos/b", photo_taken_on=date(2026, 1, 1)
        )
    merge(one, two, by=merger, take=dict.fromkeys(("language", "nationality", "photo"), two.pk))
    assert again(one).odd_codes == "education nationality"
    assert (one.photo, one.photo_taken_on) == ("photos/b", date(2026, 1, 1))


class TestRefused:
    def test_two_people_decide(self, country: Field, merger: Viewer, viewer_with: Any) -> None:
        one, two = make_person(country, "Aung"), make_person(country, "Aung K")
        for asker, by in (((merger.id, ""), merger), ((None, "night"), merger), (ASKER, SYSTEM)):
            assert refused(lambda a=asker, by=by: merge(one, two, by=by, asked_by=a)) == "merge_by_one"
        assert refused(lambda: merge(one, two, by=viewer_with("registry.view_person"))) == "not_allowed"
        (made,) = merge(one, two, by=merger)
        with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE registry_merge SET asked_by = confirmed_by WHERE id = %s", [made.pk])
        with viewing(SYSTEM), connection.cursor() as cursor:
            cursor.execute("DELETE FROM registry_merge")
            assert cursor.rowcount == 0, "a merge is undone, never deleted"

    def test_what_cannot_be_merged(self, country: Field, merger: Viewer, viewer_with: Any) -> None:
        one, two, three = (make_person(country, f"Aung {letter}") for letter in "ABC")
        assert refused(lambda: merge(one, by=merger)) == "merge_of_one"
        assert refused(lambda: merge(one, one, by=merger)) == "merge_of_one"
        assert refused(lambda: merge(one, two, by=merger, reason=" ")) == "change_value_missing"
        assert refused(lambda: merge(one, two, by=merger, take={"reference": two.pk})) == "merge_field_unknown"
        assert refused(lambda: merge(one, two, by=merger, take={"sex": three.pk})) == "merge_field_unknown"
        (made,) = merge(one, two, by=merger)
        assert refused(lambda: merge(three, two, by=merger)) == "record_merged"
        assert refused(lambda: actions.unmerge(made.pk, reason="", by=merger)) == "change_value_missing"
        with viewing(SYSTEM):
            Person.objects.filter(pk=three.pk).update(status="withdrawn", status_reason="error")
        assert refused(lambda: merge(one, three, by=merger)) == "record_withdrawn"
        other = make_person(country, "Far")
        with viewing(SYSTEM):
            Person.objects.filter(pk=other.pk).update(operation_id=new_id())
        assert refused(lambda: merge(one, other, by=merger)) == "merge_apart"

    def test_only_within_reach(self, country: Field, merger: Viewer, viewer_with: Any) -> None:
        one, two = make_person(country, "Aung"), make_person(country, "Aung K", "XX020101")
        north = viewer_with(*MERGER, scopes={country.scopes["XX0101"]})
        assert refused(lambda: merge(one, two, by=north)) == "not_found"
        (made,) = merge(one, two, by=merger)
        assert refused(lambda: actions.unmerge(made.pk, reason="x", by=north)) == "merge_out_of_reach"

    def test_a_household_out_of_reach(self, country: Field, merger: Viewer, viewer_with: Any) -> None:
        one, two = make_family(country, "Aung"), make_family(country, "Aung K", area="XX020101")
        with viewing(SYSTEM):
            # Lives there, and lies here by a place of their own.
            Person.objects.filter(pk=two["Aung K"].pk).update(scope_id=country.scopes["XX0101"])
            Membership.objects.filter(person=two["Aung K"].pk).update(scope_id=country.scopes["XX0101"])
        north = viewer_with(*MERGER, scopes={country.scopes["XX0101"]})
        assert refused(lambda: merge(one["Aung"], two["Aung K"], by=north)) == "merge_out_of_reach"
        assert again(two["Aung K"]).status == "active", "nothing half written"


def test_whoever_took_over_another_is_not_withdrawn_with_a_batch(country: Field, merger: Viewer) -> None:
    one, two = make_family(country, "Aung"), make_family(country, "Aung")
    version, home = one["Aung"].version, one.household.version
    merge(one["Aung"], two["Aung"], by=merger)
    assert again(one["Aung"]).version > version
    assert again(one.household).version > home


def test_pairs_of_merged_people_in_the_list_of_merges(country: Field, merger: Viewer) -> None:
    one, two = make_person(country, "Aung"), make_person(country, "Aung K")
    with viewing(SYSTEM):
        Person.objects.filter(pk=two.pk).update(birth_date=PartialDate(1991))
    merge(one, two, by=merger, take={"birth_date": two.pk})
    with viewing(merger):
        (found,) = queries.merges_of([two.pk], seen_by=merger)
        assert (found.survivor.full_name, found.merged.full_name) == ("Aung", "Aung K")
        assert str(found.survivor.birth_date) == "1991"
        assert queries.merges_of([one.pk], seen_by=merger) == [found]


def test_who_was_moved_while_we_waited_is_locked_where_they_are(
    country: Field, merger: Viewer, monkeypatch: Any
) -> None:
    one, two = make_family(country, "Aung"), make_family(country, "Aung K")
    real, asked = uniting._live_in, []

    def late(people: Any) -> set[Any]:
        asked.append(people)
        return set() if len(asked) == 1 else real(people)

    monkeypatch.setattr(uniting, "_live_in", late)
    merge(one["Aung"], two["Aung K"], by=merger)
    assert len(asked) == 4, "let go and begun again"
    assert again(two.household).status_reason == "merged"


def test_a_later_merge_that_may_not_be_corrected(country: Field, merger: Viewer, viewer_with: Any) -> None:
    one, two, three = (make_person(country, f"Aung {letter}") for letter in "ABC")
    (first,) = merge(one, two, by=merger, take={"full_name": two.pk})
    (second,) = merge(one, three, by=merger, take={"full_name": three.pk})
    with viewing(SYSTEM):
        Merge.objects.filter(pk=second.pk).update(scope_id=country.scopes["XX0201"])
    everywhere = viewer_with("registry.view_person")
    north = replace(
        everywhere, parts=(*everywhere.parts, *viewer_with(*MERGER, scopes={country.scopes["XX0101"]}).parts)
    )
    for made in (first, second):
        assert refused(lambda made=made: actions.unmerge(made.pk, reason="x", by=north)) == "merge_out_of_reach"
    assert again(one).full_name == "Aung C"
