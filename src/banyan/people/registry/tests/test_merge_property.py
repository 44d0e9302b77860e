"""Whatever is merged with whatever, in any order and beside other work: undone, every row is what it was."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from banyan.people.registry import actions
from banyan.people.registry.actions.keys import NAMES as NAMES_OF
from banyan.people.registry.actions.keys import Keyed, renew_name_keys
from banyan.people.registry.models import (
    ChangeRequest,
    Document,
    Household,
    Membership,
    Merge,
    NameKey,
    Need,
    Notice,
    Person,
    Phone,
)
from banyan.people.registry.rules.uniting import TAKEABLE
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import make_family, make_person
from banyan.people.registry.tests.merge_worlds import TABLES, everything
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import new_id, reference

pytestmark = pytest.mark.django_db
NAMES = ("Aung", "Aung Ko", "Khin", "ခင်", "محمد", "Mohamed")
NUMBERS = count()


def patiently(examples: int) -> Any:
    """Each example fills and empties a register: none of it is quick, and making a failing one smaller takes minutes."""
    return settings(
        max_examples=examples, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


class Undone(Exception):
    """Ends an example: nothing of it stays in the database."""


def small(data: st.DataObject, low: int, high: int) -> int:
    return data.draw(st.integers(low, high))


def pick(data: st.DataObject, among: Any) -> Any:
    return data.draw(st.sampled_from(list(among)))


def a_register(data: st.DataObject, country: Field) -> list[Person]:
    """Some families and people alone, with belongings of which some are alike."""
    people: list[Person] = []
    for _family in range(small(data, 1, 3)):
        names = [f"{pick(data, NAMES)} {next(NUMBERS)}" for _person in range(small(data, 1, 3))]
        people += make_family(country, *names, area=pick(data, country.places)).people.values()
    for _alone in range(small(data, 1, 2)):
        people.append(make_person(country, pick(data, NAMES), pick(data, country.places)))
    with viewing(SYSTEM):
        for person in people:
            a_person(data, person, country)
        for _pair in range(small(data, 0, 3)):
            one, two = pick(data, people), pick(data, people)
            if one != two:
                actions.note_pair(one.pk, two.pk, by=SYSTEM)
    return people


def a_person(data: st.DataObject, person: Person, country: Field) -> None:
    of = {"person": person, "scope_id": person.scope_id}
    for _paper in range(small(data, 0, 2)):
        number = pick(data, "XYZ")
        Document.objects.create(
            **of, type="passport", number=number, number_key=number, is_current=data.draw(st.booleans())
        )
    for place in range(small(data, 0, 2)):
        Phone.objects.create(**of, number=f"+95{pick(data, '123')}", position=place)
    for code in data.draw(st.sets(st.sampled_from(["disability", "older"]))):
        Need.objects.create(**of, code=code, until=pick(data, [None, date(2026, 2, 1)]), note=pick(data, ["", "x"]))
    if data.draw(st.booleans()):
        Notice.objects.create(
            **of, given_on=date(2026, 1, small(data, 1, 28)), purposes={"sharing": data.draw(st.booleans())}
        )
    Person.objects.filter(pk=person.pk).update(
        sex=pick(data, ["female", "male"]), birth_date=PartialDate(small(data, 1950, 1953)), occupation=pick(data, ["", "Tailor"]),
        extras=pick(data, [{}, {"a": "1"}]), odd_codes=pick(data, ["", "education"]), place=pick(data, [None, *country.places.values()]),
        status=pick(data, ["active", "closed"]), status_reason="left", number=pick(data, ["", "7"]),
        photo=pick(data, ["", f"photos/{next(NUMBERS)}"]), photo_taken_on=pick(data, [None, date(2026, 1, 5)]),
    )  # fmt: skip
    for state in data.draw(st.sets(st.sampled_from(["proposed", "stale", "applied"]), max_size=2)):
        key = new_id()
        ChangeRequest.objects.create(
            pk=key, operation_id=person.operation_id, reference=reference("CHG", key, groups=3), kind="correct_identity", state=state,
            moved=pick(data, [[], [{"drift": "problem", "code": "x"}]]), proposed_by_label="Clerk", **of,
        )  # fmt: skip
    renew_name_keys({person.pk: Keyed(person.scope_id, tuple(getattr(person, name) for name in NAMES_OF))})


def merged_at_random(data: st.DataObject, people: list[Person]) -> list[Merge]:
    """Groups of two to five, one after the other, each with choices of its own."""
    made: list[Merge] = []
    standing = list(people)
    for _group in range(small(data, 1, 3)):
        if len(standing) < 2:
            break
        group = data.draw(st.lists(st.sampled_from(standing), min_size=2, max_size=5, unique=True))
        names = data.draw(st.sets(st.sampled_from(sorted(TAKEABLE)), max_size=6))
        take = {name: pick(data, group).pk for name in sorted(names)}
        made += actions.merge_people(
            group[0].pk, [each.pk for each in group[1:]], take=take, reason="x", asked_by=(new_id(), "A"),
            by=viewer_with("registry.view_person", "registry.merge_person"),
        )  # fmt: skip
        standing = [each for each in standing if each not in group[1:]]
    return made


def undo(merges: list[Merge]) -> list[Any]:
    by = viewer_with("registry.view_person", "registry.merge_person")
    return [kept for each in merges for kept in actions.unmerge(each.pk, reason="x", by=by).kept]


def test_every_table_that_tells_of_people_is_held_against_what_it_was() -> None:
    watched = {*TABLES, NameKey, Merge}
    of_people = {
        model
        for model in apps.get_app_config("registry").get_models()
        if any(each.related_model in (Person, Household) for each in model._meta.concrete_fields)
    }
    assert of_people <= watched


@patiently(15)
@given(data=st.data())
def test_undone_every_row_is_what_it_was(country: Field, data: st.DataObject) -> None:
    with pytest.raises(Undone), transaction.atomic():
        people = a_register(data, country)
        before = everything()
        made = merged_at_random(data, people)
        with viewing(SYSTEM):
            open_stays = Membership.objects.filter(until=None).values_list("person_id", flat=True)
            assert len(open_stays) == len(set(open_stays))
            assert not Membership.objects.filter(person__merged_into__isnull=False, until=None).exists()
            assert not Person.objects.filter(merged_into__merged_into__isnull=False).exists()
        assert undo(made[::-1]) == []
        assert everything() == before
        for each in made:
            with viewing(SYSTEM):
                assert len(list(timeline(Person, each.merged_id, seen_by=SYSTEM))) >= 2
        raise Undone


@patiently(15)
@given(data=st.data())
def test_undone_in_any_order_beside_other_work(country: Field, data: st.DataObject) -> None:
    """Merges of one survivor come apart in any order; work on other people in between stays untouched."""
    with pytest.raises(Undone), transaction.atomic():
        people = a_register(data, country)
        other = make_family(country, "Beside", "Besides")
        before = everything()
        survivor = people[0]
        names = data.draw(st.sets(st.sampled_from(sorted(TAKEABLE)), max_size=6))
        made = []
        for each in people[1:5]:
            take = {name: each.pk for name in names if data.draw(st.booleans())}
            made += actions.merge_people(
                survivor.pk, [each.pk], take=take, reason="x", asked_by=(new_id(), "A"),
                by=viewer_with("registry.view_person", "registry.merge_person"),
            )  # fmt: skip
            with viewing(SYSTEM):
                Person.objects.filter(pk=other["Beside"].pk).update(occupation=f"{next(NUMBERS)}")
        with viewing(SYSTEM):
            now = Person.objects.values("occupation").get(pk=other["Beside"].pk)
        before["person", str(other["Beside"].pk)] |= now
        assert undo(data.draw(st.permutations(made))) == []
        assert everything() == before
        raise Undone


@patiently(15)
@given(data=st.data())
def test_what_was_written_meanwhile_is_not_lost(country: Field, data: st.DataObject) -> None:
    """Corrections and additions since the merge stay, whatever they were, and are told."""
    with pytest.raises(Undone), transaction.atomic():
        people = a_register(data, country)
        group = people[:2]
        before = everything()
        made = actions.merge_people(
            group[0].pk, [group[1].pk], take={"full_name": group[1].pk, "sex": group[1].pk}, reason="x",
            asked_by=(new_id(), "A"), by=viewer_with("registry.view_person", "registry.merge_person"),
        )  # fmt: skip
        scope = before["person", str(group[0].pk)]["scope_id"]
        corrected = {
            name: f"new {name}" for name in data.draw(st.sets(st.sampled_from(["full_name", "education", "address"])))
        }
        with viewing(SYSTEM):
            Person.objects.filter(pk=group[0].pk).update(**corrected)
            added = [
                Phone.objects.create(person=group[0], scope_id=scope, number="+99", position=9)
                for _one in range(small(data, 0, 1))
            ]
        kept = undo(made)
        after = everything()
        assert {each["field"] for each in kept if each["how"] == "changed"} == corrected.keys()
        assert [each["id"] for each in kept if each["how"] == "added"] == [str(each.pk) for each in added]
        for each in added:
            assert after.pop(("phone", str(each.pk)))["person_id"] == group[0].pk
        before["person", str(group[0].pk)] |= corrected
        if "full_name" in corrected:
            before, after = ({key: row for key, row in rows.items() if key[0] != "namekey"} for rows in (before, after))
        assert after == before
        raise Undone
