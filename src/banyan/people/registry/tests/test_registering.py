"""Registering by set and by hand: what comes out, what is refused, who sees it, and what history keeps."""

from datetime import date
from uuid import UUID

import polars as pl
import pytest
from django.db import connection

from banyan.people.registry import actions, queries
from banyan.people.registry.actions.writing import insert_frame
from banyan.people.registry.models import Document, Household, Membership, NameKey, Need, Notice, Person, Phone
from banyan.people.registry.tests.conftest import SYSTEM, Batch
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.names import stored_key_hashes
from banyan.platform.kernel.problems import Problem, Problems


def test_a_household_is_registered_with_all_that_belongs_to_it(country, register, family):
    done = register(family)
    assert (done.households, done.people) == (1, 4)
    with viewing(SYSTEM):
        home = Household.objects.get()
        people = {person.full_name: person for person in Person.objects.all()}
        members = queries.members(home.pk, seen_by=SYSTEM)
        head = people["Aung Kyaw Min"]
        assert home.number == "HH1"
        assert home.place_id == country.places["XX010101"].pk
        assert home.scope_id == head.scope_id == country.scopes["XX0101"]
        assert home.registered_on == date(2026, 5, 1)
        assert [row.person.full_name for row in members][:2] == ["Aung Kyaw Min", "Khin Thu Zar"]
        assert [row.is_head for row in members] == [True, False, False, False]
        assert str(people["Khin Thu Zar"].birth_date) == "1984~"
        assert str(people["Su Su"].birth_date) == "2018~"  # seven years old in May 2026
        assert people["မောင်မောင်"].birth_date is None
        assert check_reference(head.reference, prefix="PSN") == head.reference
        assert check_reference(home.reference, prefix="HHD") == home.reference
        document = Document.objects.get()
        assert (document.person_id, document.number, document.number_key) == (
            head.pk,
            "12/ABC(N)123456",
            "12ABCN123456",
        )
        assert Phone.objects.get().number == "+95912345678"
        needs = {need.code: need.sensitive for need in Need.objects.all()}
        assert needs == {"survivor-gbv": True, "disability": False, "pregnant": False}
        notice = Notice.objects.get()
        assert (notice.household_id, notice.person_id, notice.purposes) == (home.pk, None, {"registration": True})
        keys = set(NameKey.objects.filter(person=head).values_list("key", flat=True))
        assert keys == stored_key_hashes(["Aung Kyaw Min"])
        assert {row.scope_id for row in NameKey.objects.all()} == {country.scopes["XX0101"]}


def test_by_hand_and_by_set_leave_the_same_rows_and_the_same_history(country, register, family):
    register(family)
    people = [dict(member) for member in family["people"]]
    home = {field: value for field, value in family.items() if field.startswith("household.")}
    actions.register_household(country.operation.pk, home, people, by=SYSTEM, scope_id=country.scopes[""])
    with viewing(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.name, c.kind, count(*) FROM history_event e JOIN history_change c ON c.id = e.change_id"
            " JOIN history_table t ON t.id = e.table_id"
            " WHERE t.name LIKE 'registry%' GROUP BY c.action, t.name, c.kind ORDER BY 1"
        )
        found = cursor.fetchall()
    assert found[::2] == found[1::2]
    assert {row[0].removeprefix("registry_") for row in found} == {
        "household", "person", "membership", "document", "phone", "need", "notice"
    }  # fmt: skip
    ignored = {"id", "reference", "batch", "submission", "staged_row", "_state"}
    with viewing(SYSTEM):
        one, other = (
            [
                {k: v for k, v in vars(person).items() if k not in ignored}
                for person in Person.objects.filter(batch__isnull=by_hand).order_by("full_name")
            ]
            for by_hand in (True, False)
        )
    assert one == other


def test_the_number_of_statements_does_not_grow_with_the_people(register, family, django_assert_max_num_queries):
    def statements(count):
        with connection.execute_wrapper(counted := _Counter()):
            register(*[family] * count)
        return counted.number

    assert statements(2) == statements(40)


class _Counter:
    def __init__(self):
        self.number = 0

    def __call__(self, execute, sql, params, many, context):
        self.number += 1
        return execute(sql, params, many, context)


def test_only_new_submissions_are_registered(register, family):
    done = register({**family, "outcome": "unchanged"}, {**family, "outcome": "changed"})
    assert done == actions.Registered()
    with viewing(SYSTEM):
        assert not Person.objects.exists()


def test_a_person_alone_heads_the_own_household(register):
    register({"people": [{"person.full_name": "Solo"}]})
    with viewing(SYSTEM):
        membership = Membership.objects.get()
    assert (membership.is_head, membership.relationship) == (True, "head")


def test_the_parts_of_a_name_make_it_where_the_whole_is_missing(register):
    register({"people": [{"person.given_name": "Ana", "person.middle_name": "", "person.family_name": "Gómez"}]})
    with viewing(SYSTEM):
        assert Person.objects.get().full_name == "Ana Gómez"


def test_without_a_place_people_stand_in_the_area_of_the_batch(country, register, family):
    del family["household.place"]
    register(family, batch=Batch(country.operation.pk, country.scopes["XX0201"]))
    with viewing(SYSTEM):
        assert set(Person.objects.values_list("scope_id", flat=True)) == {country.scopes["XX0201"]}


REFUSED = [
    ({"people": [{"person.full_name": "A", "person.is_head": "true"}, {"person.full_name": "B", "person.relationship": "head"}]},
     "registry.head_twice"),
    ({"people": [{"person.full_name": ""}]}, "registry.name_missing"),
    ({"household.number": "7"}, "registry.household_empty"),
    ({"household.place": "XX999999", "people": [{"person.full_name": "A"}]}, "registry.place_unknown"),
    ({"people": [{"person.full_name": "A" * 201}]}, "registry.value_too_long"),
    ({"people": [{"person.full_name": "A", "person.occupation": "b" * 121}]}, "registry.value_too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("household", "code"), REFUSED, ids=[code for _household, code in REFUSED])
def test_what_no_checked_batch_holds_is_refused_whole(register, family, household, code):
    with pytest.raises(Problem) as refused:
        register(family, household)
    codes = {single.code for single in (refused.value.errors or (refused.value,))}
    assert codes == {code}
    with viewing(SYSTEM):
        assert not Person.objects.exists()


def test_all_faults_are_told_at_once(register):
    with pytest.raises(Problems) as refused:
        register({"household.place": "YY1", "people": [{"person.full_name": ""}]}, {"household.place": "YY2"})
    assert [single.code for single in refused.value] == [
        "registry.name_missing", "registry.household_empty", "registry.place_unknown", "registry.place_unknown"
    ]  # fmt: skip


def test_an_operation_that_is_not_there_is_refused(register, family):
    with pytest.raises(Problem, match="operation"):
        register(family, batch=Batch(UUID(int=1), 1))


def test_nobody_registers_outside_of_the_own_area(country, register, family, viewer_with):
    officer = country.officer(viewer_with, "XX0201")
    with pytest.raises(Problem) as refused:
        register(family, by=officer)
    assert refused.value.code == "registry.place_out_of_reach"
    assert refused.value.parameters == {"count": 4, "places": "XX010101"}


def test_an_officer_of_the_area_registers_there(country, register, family, viewer_with):
    register(family, by=country.officer(viewer_with, "XX0101"))
    with viewing(SYSTEM):
        assert Person.objects.count() == 4


def test_without_the_permission_nobody_registers(country, register, family, viewer_with):
    with pytest.raises(Problem, match="roles do not allow"):
        register(family, by=viewer_with("registry.view_person", "registry.change_person"))


def test_text_that_looks_like_nothing_stays_text(register):
    register({"people": [{"person.full_name": r"\N", "person.address": r"\.", "person.occupation": 'a "b", c\nd'}]})
    with viewing(SYSTEM):
        person = Person.objects.get()
    assert (person.full_name, person.address, person.occupation) == (r"\N", r"\.", 'a "b", c\nd')


@pytest.mark.parametrize(
    "value", ["a)", "(a,b)", "\\", 'b\\"', "c\n", "\x1f\n\x1f", "\n\x1f", " d ", '""', "{e}", "NULL", "'"]
)
def test_what_means_something_to_the_database_stays_text(register, value):
    register({"people": [{"person.full_name": f"{value}{number}", "person.address": value} for number in "12"]})
    with viewing(SYSTEM):
        assert {(row.full_name, row.address) for row in Person.objects.all()} == {(f"{value}{n}", value) for n in "12"}


def test_positions_and_difficulties_are_read(register):
    register({"household.geopoint": "21.5, 96.25 10", "people": [
        {"person.full_name": "A", "person.disability.seeing": "a-lot", "person.disability.walking": "none"}]})  # fmt: skip
    with viewing(SYSTEM):
        home, person = Household.objects.get(), Person.objects.get()
    assert (home.lat, home.lon) == (21.5, 96.25)
    assert person.difficulties == {"seeing": "a-lot", "walking": "none"}


def test_only_tables_of_the_register_are_written():
    with pytest.raises(LookupError, match="no table access_account"):
        insert_frame("access_account", pl.DataFrame({"id": ["1"]}))
    assert insert_frame("registry_person", pl.DataFrame()) == 0
