"""What questions feed: guessed, confirmed, carried to new versions, and shown on its page."""

from dataclasses import replace
from io import BytesIO

import pytest
import xlsxwriter
from django.urls import reverse

from banyan.people.forms import actions, queries
from banyan.people.forms.declarations import RegisterField, register_fields
from banyan.people.forms.models import FormBinding, FormVersion
from banyan.people.forms.rules import binding as rules
from banyan.people.forms.rules.converting import schema_of
from banyan.people.forms.rules.schema import Choice, Question, Schema
from banyan.people.forms.workbooks.reading import read_workbook
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.problems import Problem

SYSTEM = system_viewer("tests")
SURVEY = [
    ("type", "name", "label"),
    ("text", "village_name", "Village"),
    ("begin repeat", "members", "Household members"),
    ("text", "full_name_i_c", "Full name"),
    ("select_one sex", "gender_i_c", "Sex"),
    ("date", "birth_date_i_c", "Date of birth"),
    ("text", "favourite_colour", "Favourite colour"),
    ("end repeat", "", ""),
    ("note", "thanks", "Thank you"),
]
CHOICES = [("list_name", "name", "label"), ("sex", "f", "Female"), ("sex", "m", "Male")]


def workbook(survey=SURVEY, choices=CHOICES, title="Registration") -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in (
            ("survey", survey),
            ("choices", choices),
            ("settings", [("form_title", "form_id"), (title, "reg")]),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return made.getvalue()


@pytest.fixture
def operation(db):
    with viewing(SYSTEM):
        yield Operation.objects.create(code="MMR", name="Myanmar", country="MMR")


@pytest.fixture
def version(operation):
    return actions.upload_form("form.xlsx", workbook(), by=SYSTEM, operation_id=operation.pk)


def schema(survey=SURVEY) -> Schema:
    return schema_of(read_workbook("form.xlsx", workbook(survey)), "form.xlsx")


def fed(bonds) -> dict[str, str]:
    return {bond.path: bond.field for bond in bonds if bond.field}


def test_questions_find_their_fields_by_name_and_label():
    bonds = rules.suggest(schema(), register_fields())
    assert fed(bonds) == {
        "village_name": "household.place",
        "members/full_name_i_c": "person.full_name",
        "members/gender_i_c": "person.sex",
        "members/birth_date_i_c": "person.birth_date",
    }
    assert {bond.path: bond.extra_key for bond in bonds if bond.extra_key} == {
        "members/favourite_colour": "favourite_colour"
    }
    assert all(bond.path != "thanks" for bond in bonds)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Question("hh_geopoint_h_c", "hh_geopoint_h_c", "geopoint"), "household.geopoint"),
        (Question("q7", "q7", "text", hxl="#loc+address"), "household.address"),
        (Question("q8", "q8", "text", labels={"ar": "العنوان"}), "household.address"),
        (Question("q9", "q9", "text", labels={"my": "လိပ်စာ"}), "household.address"),
        (Question("q1", "q1", "integer", labels={"Français (fr)": "Quelle est la taille du ménage ?"}), "household.size_reported"),
        (Question("school_name", "school_name", "text", labels={"": "Name of the school"}), ""),
        (Question("address", "address", "image"), ""),
        (Question("consent", "consent", "select_one", list_name="colours"), ""),
    ],
)  # fmt: skip
def test_one_question(question, field):
    colours = (Choice("red"), Choice("green"))
    found = rules.suggest(Schema("f", "F", questions=(question,), choices={"colours": colours}), register_fields())
    assert found[0].field == field
    assert bool(found[0].extra_key) is not bool(field)


def test_a_field_is_fed_once_by_the_surest_question():
    questions = (Question("sex_guess", "sex_guess", "text"), Question("sex", "sex", "text"), Question("gender", "gender", "text"),
                 Question("full_name", "full_name", "text"))  # fmt: skip
    bonds = rules.suggest(Schema("f", "F", questions=questions), register_fields())
    assert [bond.field for bond in bonds] == ["", "person.sex", "", "person.full_name"]


def test_a_form_without_repeat_about_one_person_feeds_both():
    questions = tuple(
        Question(name, name, kind)
        for name, kind in (("village", "text"), ("full_name", "text"), ("sex", "text"), ("dob", "date"))
    )
    found = Schema("f", "F", questions=questions)
    assert rules.subjects(found) == rules.Subjects("", is_single=True)
    assert set(fed(rules.suggest(found, register_fields())).values()) == {
        "household.place", "person.full_name", "person.sex", "person.birth_date",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("repeat", "questions", "is_found"),
    [
        ("hh_members", ("a", "b"), True),
        ("grp", ("name", "age"), True),
        ("livestock", ("kind", "count"), False),
        ("visits", ("name", "hour"), False),
    ],
)
def test_the_repeat_of_the_members_is_told_by_its_name_or_by_what_it_asks(repeat, questions, is_found):
    found = Schema(
        "f",
        "F",
        questions=tuple(Question(f"{repeat}/{name}", name, "text", repeat=repeat) for name in questions),
        repeats=(repeat,),
    )
    assert (rules.subjects(found).members == repeat) is is_found


def test_questions_in_repeats_of_other_things_feed_nothing():
    found = Schema(
        "f", "F", repeats=("livestock",), questions=(Question("livestock/name", "name", "text", repeat="livestock"),)
    )
    [bond] = rules.suggest(found, register_fields())
    assert (bond.field, bond.extra_key, bond.subject) == ("", "name", "household")


def test_names_that_occur_twice_keep_keys_of_their_own():
    questions = tuple(Question(path, "colour", "text") for path in ("colour", "a/colour", "b/colour"))
    assert [bond.extra_key for bond in rules.suggest(Schema("f", "F", questions=questions), {})] == [
        "colour",
        "a.colour",
        "b.colour",
    ]


def test_what_registering_will_miss():
    fields = register_fields()
    without = [row for row in SURVEY if row[1] not in ("gender_i_c", "birth_date_i_c")]
    bonds = rules.suggest(schema(without), fields)
    missing = rules.lacking(bonds, rules.subjects(schema(without)), fields)
    assert [(lack.fields[0], lack.blocks) for lack in missing] == [
        ("person.sex", False), ("person.birth_date", False), ("person.relationship", False),
    ]  # fmt: skip
    assert rules.lacking([], rules.Subjects("", is_single=False), fields) == []
    nameless = rules.lacking([], rules.Subjects("m", is_single=False), fields)
    assert nameless[0].blocks
    further = {**fields, "person.x": RegisterField("person.x", "person", "X", "text", required=True)}
    assert rules.Lack(("person.x",), blocks=True) in rules.lacking(bonds, rules.subjects(schema(without)), further)
    assert rules.lacking([], rules.Subjects("m", is_single=False), {}) == []


def test_bonds_are_carried_by_path_then_by_name():
    old = schema()
    before = [replace(bond, field="", extra_key="dob") if bond.path.endswith("birth_date_i_c") else bond
              for bond in rules.suggest(old, register_fields())]  # fmt: skip
    changed = [
        ("type", "name", "label"),
        ("begin group", "place", "Place"),
        ("text", "village_name", "Village"),
        ("end group", "", ""),
        ("begin repeat", "members", "Household members"),
        ("text", "full_name_i_c", "Full name"),
        ("image", "gender_i_c", "Sex"),
        ("date", "birth_date_i_c", "Date of birth"),
        ("text", "phone_no_i_c", "Phone"),
        ("end repeat", "", ""),
    ]
    carried = rules.carry(before, old, schema(changed), register_fields())
    bonds = {bond.path: bond for bond in carried.bonds}
    assert bonds["place/village_name"].field == "household.place"
    assert bonds["place/village_name"].why == "carried"
    assert bonds["members/birth_date_i_c"].extra_key == "dob"
    assert bonds["members/gender_i_c"].field == ""  # a picture cannot feed the sex any more
    assert bonds["members/phone_no_i_c"].field == "person.phone"
    assert set(carried.lost) == {"members/gender_i_c", "members/favourite_colour"}
    assert set(carried.new) == {"members/gender_i_c", "members/phone_no_i_c"}


def test_a_binding_is_confirmed_and_changed(version, operation):
    assert not queries.binding_report(version.pk, seen_by=SYSTEM).is_confirmed
    report = actions.confirm_binding(version.pk, {"village_name": "+", "members/favourite_colour": ""}, by=SYSTEM)
    assert report.is_confirmed
    bonds = {bond.question_path: bond for bond in queries.binding(version.pk, seen_by=SYSTEM)}
    assert (bonds["village_name"].extra_key, bonds["village_name"].subject) == ("village_name", "household")
    assert (bonds["members/favourite_colour"].field, bonds["members/favourite_colour"].extra_key) == ("", "")
    actions.confirm_binding(
        version.pk, {"village_name": "household.address", "members/favourite_colour": "+"}, by=SYSTEM
    )
    bonds = {bond.question_path: bond for bond in queries.binding(version.pk, seen_by=SYSTEM)}
    assert (bonds["village_name"].field, bonds["village_name"].why) == ("household.address", "chosen")
    assert bonds["members/favourite_colour"].extra_key == "favourite_colour"
    assert FormBinding.objects.count() == 5


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({"nowhere": "+"}, ["forms.question_unknown"]),
        ({"village_name": "household.castle"}, ["forms.field_unknown"]),
        ({"village_name": "household.geopoint", "members/birth_date_i_c": "person.photo"}, ["forms.field_unfit"]),
        ({"village_name": "person.full_name"}, ["forms.field_subject", "forms.field_twice"]),
        ({"members/favourite_colour": "person.full_name"}, ["forms.field_twice"]),
    ],
)
def test_bonds_that_do_not_fit_are_refused_all_at_once(version, chosen, codes):
    with pytest.raises(Problem) as refused:
        actions.confirm_binding(version.pk, chosen, by=SYSTEM)
    assert [each.code for each in refused.value.errors or [refused.value]] == codes
    assert not FormBinding.objects.exists()


def test_the_next_version_says_what_was_carried(version):
    actions.confirm_binding(version.pk, {"village_name": "household.address"}, by=SYSTEM)
    longer = [*SURVEY[:2], ("text", "phone", "Phone of the household"), *SURVEY[2:6], *SURVEY[7:]]
    second = actions.add_version(version.form_id, "form.xlsx", workbook(longer), by=SYSTEM)
    report = queries.binding_report(second.pk, seen_by=SYSTEM)
    assert report.before == version.number
    assert report.lost == ("members/favourite_colour",)
    assert report.new == ("phone",)
    assert {bond.field for bond in report.bonds if bond.question_path == "village_name"} == {"household.address"}


def test_further_attributes_of_published_versions_are_defined(version, operation):
    assert queries.extra_definitions(operation.pk, seen_by=SYSTEM) == {}
    actions.confirm_binding(version.pk, {"members/gender_i_c": "+"}, by=SYSTEM)
    actions.publish_version(version.pk, by=SYSTEM)
    found = queries.extra_definitions(operation.pk, seen_by=SYSTEM)
    assert set(found) == {"person:gender_i_c", "person:favourite_colour"}
    assert found["person:gender_i_c"].type == "select_one"
    assert [choice.name for choice in found["person:gender_i_c"].choices] == ["f", "m"]


def test_publishing_keeps_what_was_guessed(version):
    actions.publish_version(version.pk, by=SYSTEM)
    assert FormBinding.objects.filter(version=version, is_confirmed=False).count() == 5


def test_the_page_shows_guesses_and_confirms_them(version, signed_in):
    client = signed_in("registration-officer")
    address = reverse("forms:binding", args=[version.pk])
    page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert "not confirmed yet" in text
    assert "Relationship to the head" in text  # nothing feeds it
    numbers = {bond.question_path: number for number, bond in enumerate(page.context_data["report"].bonds)}
    wrong = client.post(address, {f"q{numbers['members/favourite_colour']}": "person.full_name"})
    assert wrong.status_code == 422
    assert "More than one question feeds" in wrong.content.decode()
    done = client.post(address, {f"q{numbers['village_name']}": "household.address"}, follow=True)
    assert "The binding was confirmed." in done.content.decode()


def test_only_who_may_change_forms_binds(version, signed_in):
    assert signed_in("registration-clerk").get(reverse("forms:binding", args=[version.pk])).status_code == 403


def test_the_page_takes_the_same_number_of_queries_for_long_forms(version, signed_in, django_assert_num_queries):
    client = signed_in("registration-officer")
    client.get(reverse("forms:binding", args=[version.pk]))
    with django_assert_num_queries(13):
        client.get(reverse("forms:binding", args=[version.pk]))


def test_the_api_tells_and_confirms_the_binding(version, signed_in):
    address = f"/api/v1/forms/versions/{version.pk}/binding"
    client = signed_in("registration-officer")
    assert {bond["question_path"]: bond["field"] for bond in client.get(address).json()}[
        "village_name"
    ] == "household.place"
    wrong = client.put(address, {"chosen": {"village_name": "person.sex"}}, content_type="application/json")
    assert wrong.status_code == 422
    done = client.put(address, {"chosen": {"village_name": "+"}}, content_type="application/json").json()
    assert all(bond["is_confirmed"] for bond in done)


def test_a_version_without_questions_cannot_be_bound(operation, version):
    FormVersion.objects.filter(pk=version.pk).update(schema={})
    with pytest.raises(Problem) as refused:
        actions.confirm_binding(version.pk, {}, by=SYSTEM)
    assert refused.value.code == "forms.not_converted"
