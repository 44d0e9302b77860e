"""What an operation does not collect: told from words, types and values; set by who may; forms held to it."""

from uuid import UUID

import pytest
from django.urls import reverse

from banyan.people.forms import actions, queries
from banyan.people.forms.actions.policies import policy_findings
from banyan.people.forms.declarations import KINDS_OF_DATA
from banyan.people.forms.models import CollectionPolicy
from banyan.people.forms.rules import policy as rules
from banyan.people.forms.rules.kind_words import WORDS
from banyan.people.forms.rules.schema import Choice, Question, Schema
from banyan.people.forms.tests.test_binding import SURVEY, SYSTEM, workbook
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

ASKING = [
    *SURVEY,
    ("geopoint", "where", "Where is the house?"),
    ("text", "q17", "ما هي ديانتك؟"),
    ("text", "village_tribe", "Tribe"),
]


@pytest.fixture
def operation(db):
    with viewing(SYSTEM):
        yield Operation.objects.create(code="MMR", name="Myanmar", country="MMR")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("hh_gps", {"gps"}),
        ("_location_latitude", {"gps"}),
        ("platform", set()),
        ("What is your religion?", {"religion"}),
        ("ما هي ديانتك؟", {"religion"}),
        ("سင်၏လူမျိုး", {"ethnicity"}),
        ("ethnic_group_i_c", {"ethnicity"}),
        ("embrace", set()),
        ("Face-to-face interview", set()),
        ("fingerprint scan", {"biometrics"}),
        ("iris_scan", {"biometrics"}),
        ("Quel est votre numéro de téléphone ?", {"phone"}),
        ("numero de telefono", {"phone"}),
        ("passport_no_i_c", {"document"}),
        ("Do you have difficulty seeing?", {"disability"}),
        ("parti politique", {"political"}),
        ("Have you been raped", {"gbv"}),
        ("signature", {"photo"}),
        ("هل لديك أمراض مزمنة", {"health"}),
        ("distance to water point", set()),
        ("number of chickens", set()),
        ("", set()),
    ],
)
def test_words_tell_the_kind_in_several_languages(text, kinds):
    assert queries.kinds_of(text) == kinds


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        (["16.8661 96.1951 0 0", "16.9000,97.1234"], {"gps"}),
        (["16.8661 96.1951", "Yangon", "Bago"], set()),
        (["1690.jpg", "", "b.PNG"], {"photo"}),
        (["16.8 96.1"], set()),
        (["", " "], set()),
        ([], set()),
    ],
)
def test_values_tell_the_kind(values, kinds):
    assert rules.kinds_of("x", values) == kinds


def test_types_fields_and_choices_tell_the_kind():
    religions = (Choice("1", {"en": "Muslim"}), Choice("2", {"en": "Christian (all)"}), Choice("3", {"en": "Other"}))
    assert rules.reasons(Question("q", "q", "geotrace")) == {"gps": "type"}
    assert rules.reasons(Question("q", "q", "select_one"), choices=religions) == {"religion": "choices"}
    assert rules.reasons(Question("q", "q", "select_one"), choices=religions[1:]) == {}
    assert rules.reasons(Question("nr", "nr", "text"), data_kind="document") == {"document": "field"}
    assert rules.reasons(Question("q", "q", "text", hxl="#geo+lat")) == {"gps": "words"}


def test_every_kind_has_words_and_a_problem():
    assert WORDS.keys() == KINDS_OF_DATA.keys()
    assert all(Problem(f"forms.asks_{kind}", question="q").mend for kind in KINDS_OF_DATA)


def test_notes_and_kinds_that_are_allowed_are_left_alone():
    schema = Schema(
        "f",
        "F",
        questions=(Question("n", "n", "note", {"": "Your religion stays private"}), Question("tribe", "tribe", "text")),
    )
    assert rules.asked_in(schema, frozenset({"religion"}), {}) == []
    assert [each.kind for each in rules.asked_in(schema, frozenset({"ethnicity"}), {})] == ["ethnicity"]


def test_a_policy_is_set_changed_and_kept_in_history(operation):
    assert queries.policy(operation.pk, seen_by=SYSTEM) == frozenset()
    made = actions.change_policy(operation.pk, ["religion", "gps"], " Not needed ", by=SYSTEM)
    assert (made.forbidden, made.note, made.changed_by) == (["gps", "religion"], "Not needed", "tests")
    stamp = CollectionPolicy.objects.get().changed_at
    actions.change_policy(operation.pk, ["gps", "religion"], "Not needed", by=SYSTEM)
    assert CollectionPolicy.objects.get().changed_at == stamp
    assert queries.policy(operation.pk, seen_by=SYSTEM) == {"gps", "religion"}


def test_unknown_kinds_and_operations_are_refused(operation):
    with pytest.raises(Problem) as refused:
        actions.change_policy(operation.pk, ["aura", "karma"], "", by=SYSTEM)
    assert [each.code for each in refused.value.errors] == ["forms.kind_unknown"] * 2
    with pytest.raises(Problem) as refused:
        actions.change_policy(UUID(int=5), [], "", by=SYSTEM)
    assert refused.value.code == "kernel.not_found"


def test_a_form_that_asks_what_is_forbidden_is_refused_with_every_question(operation):
    actions.change_policy(operation.pk, ["gps", "religion", "ethnicity"], "", by=SYSTEM)
    version = actions.upload_form("form.xlsx", workbook(ASKING), by=SYSTEM, operation_id=operation.pk)
    findings = policy_findings(version, operation.pk, by=SYSTEM)
    assert [(each.code, each.sheet, each.row) for each in findings] == [
        ("asks_gps", "survey", 10), ("asks_religion", "survey", 11), ("asks_ethnicity", "survey", 12),
    ]  # fmt: skip
    with pytest.raises(Problem) as refused:
        actions.publish_version(version.pk, by=SYSTEM)
    told = [(each.code, each.at.sheet, each.at.row) for each in refused.value.errors]
    assert told == [
        ("forms.asks_gps", "survey", 10),
        ("forms.asks_religion", "survey", 11),
        ("forms.asks_ethnicity", "survey", 12),
    ]
    actions.change_policy(operation.pk, ["health"], "", by=SYSTEM)
    assert actions.publish_version(version.pk, by=SYSTEM).state == "published"
    asking = queries.asking(operation.pk, frozenset({"gps"}), seen_by=SYSTEM)
    assert {each.pk: [asked.question.name for asked in found] for each, found in asking.items()} == {
        version.pk: ["where"]
    }


def test_the_field_a_question_feeds_tells_its_kind(operation):
    actions.change_policy(operation.pk, ["health"], "", by=SYSTEM)
    version = actions.upload_form(
        "form.xlsx",
        workbook([*SURVEY[:3], ("text", "specific_needs", "Specific needs"), *SURVEY[3:]]),
        by=SYSTEM,
        operation_id=operation.pk,
    )
    assert [each.params["question"] for each in policy_findings(version, operation.pk, by=SYSTEM)] == ["specific_needs"]
    actions.confirm_binding(version.pk, {"members/specific_needs": "+"}, by=SYSTEM)
    assert policy_findings(version, operation.pk, by=SYSTEM) == []


def test_the_page_shows_the_policy_to_all_and_changes_it_for_some(operation, signed_in):
    address = reverse("forms:policy", args=[operation.pk])
    clerk = signed_in("registration-clerk")
    assert "Nothing is excluded" in clerk.get(address).content.decode()
    assert clerk.post(address, {"forbidden": "gps"}).status_code == 403
    keeper = signed_in("data-protection-officer")
    assert "checkbox" in keeper.get(address).content.decode()
    done = keeper.post(
        address, {"forbidden": ["gps", "photo"], "note": "Agreed with partners"}, follow=True
    ).content.decode()
    assert "The policy was saved." in done
    assert "Agreed with partners" in done
    assert "Changes" in done
    assert queries.policy(operation.pk, seen_by=SYSTEM) == {"gps", "photo"}
    assert keeper.post(address, {"forbidden": ["aura"]}).status_code == 422
    assert "Exact position (GPS)" in keeper.get(reverse("forms:policies")).content.decode()


def test_a_published_form_that_asks_all_the_same_is_named(operation, signed_in):
    version = actions.upload_form("form.xlsx", workbook(ASKING), by=SYSTEM, operation_id=operation.pk)
    actions.publish_version(version.pk, by=SYSTEM)
    actions.change_policy(operation.pk, ["gps"], "", by=SYSTEM)
    page = signed_in("registration-clerk").get(reverse("forms:policy", args=[operation.pk])).content.decode()
    assert "Published forms ask for it all the same" in page
    assert "where" in page


def test_operations_out_of_reach_are_not_found(operation, signed_in):
    with viewing(SYSTEM):
        other = Operation.objects.create(code="IRQ", name="Iraq", country="IRQ")
    client = signed_in("data-protection-officer", operation=operation)
    assert client.get(reverse("forms:policy", args=[other.pk])).status_code == 404


def test_the_api_tells_and_changes_the_policy(operation, signed_in):
    address = f"/api/v1/forms/policies/{operation.pk}"
    clerk = signed_in("registration-clerk")
    assert clerk.get(address).json()["forbidden"] == []
    assert clerk.put(address, {"forbidden": ["gps"]}, content_type="application/json").status_code == 403
    keeper = signed_in("data-protection-officer")
    told = keeper.put(address, {"forbidden": ["gps"], "note": "x"}, content_type="application/json").json()
    assert (told["forbidden"], told["note"]) == (["gps"], "x")
    assert keeper.put(address, {"forbidden": ["aura"]}, content_type="application/json").status_code == 422
