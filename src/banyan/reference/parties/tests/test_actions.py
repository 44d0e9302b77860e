"""Registering, changing, naming, finding and importing organisations; contacts within one's areas."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from banyan.platform.access import actions as access
from banyan.platform.access.models import Account, Area
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import actions, queries
from banyan.reference.parties.models import Contact, Organisation

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


def codes_of(problem: pytest.ExceptionInfo[Problem]) -> set[str]:
    return {one.code for one in problem.value.errors or (problem.value,)}


def register(name: str, acronym: str = "", **further: Any) -> Organisation:
    return actions.register_organisation(by=SYSTEM, name=name, acronym=acronym, **further)


def test_an_organisation_gets_a_code_that_never_changes(manager: Viewer, lists: None) -> None:
    row = actions.register_organisation(
        by=manager, name=" World  Food Programme ", acronym="WFP", kind="un", country="ita", website="wfp.org"
    )
    assert check_reference(row.code.lower(), prefix="ORG") == row.code
    assert (row.name, row.country, row.website) == ("World Food Programme", "ITA", "https://wfp.org")
    actions.change_organisation(by=manager, organisation_id=row.id, name="WFP World", kind="un")
    actions.change_organisation(by=manager, organisation_id=row.id, name="WFP World")
    actions.change_organisation(by=manager, organisation_id=row.id, acronym="WFPW")
    again = queries.organisation(row.code.lower(), seen_by=manager)
    assert (again.code, again.name) == (row.code, "WFP World")
    assert [name.text for name in queries.names(row.id, seen_by=manager)] == ["World Food Programme"]
    with viewing(manager):
        # Registered; renamed, with the former name kept; acronym changed.
        assert len(timeline(Organisation, row.id, seen_by=manager)) == 4


def test_all_faults_are_told_at_once(manager: Viewer, lists: None) -> None:
    with pytest.raises(Problem) as caught:
        actions.register_organisation(
            by=manager, name="—", acronym="x" * 61, kind="bank", country="XXX", website="no page", reach="wide",
            parent=uuid4(), since=PartialDate.from_text("2020"), until=PartialDate.from_text("2010"),
        )  # fmt: skip
    assert codes_of(caught) == {
        "parties.name_missing", "parties.acronym_malformed", "parties.kind_unknown", "parties.country_unknown",
        "parties.website_malformed", "kernel.field_invalid", "parties.parent_unknown", "parties.dates_reversed",
    }  # fmt: skip


def test_a_name_or_acronym_that_is_there_is_asked_about() -> None:
    first = register("Save the Children", "SC")
    for name, acronym in (("SAVE THE CHILDREN", ""), ("Somali Committee", "S.C.")):
        with pytest.raises(Problem) as caught:
            register(name, acronym)
        assert caught.value.code == "parties.maybe_known"
        assert first.code in caught.value.detail
    second = register("Somali Committee", "S.C.", another=True)
    assert [one.id for one in queries.acronym_sharers(first, seen_by=SYSTEM)] == [second.id]
    assert [row["normal"] for row in queries.shared_acronyms(seen_by=SYSTEM)] == ["sc"]
    assert queries.acronym_sharers(register("Without"), seen_by=SYSTEM) == []


def test_nothing_stands_above_itself() -> None:
    top = register("Top")
    middle = register("Middle", parent=top.id)
    with pytest.raises(Problem) as caught:
        actions.change_organisation(by=SYSTEM, organisation_id=top.id, parent=middle.id)
    assert codes_of(caught) == {"parties.parent_circular"}
    assert [one.name for one in queries.children(top.id, seen_by=SYSTEM)] == ["Middle"]
    actions.change_organisation(by=SYSTEM, organisation_id=middle.id, parent=None)
    assert not queries.children(top.id, seen_by=SYSTEM)


def test_a_closed_organisation_keeps_its_code_and_can_be_reopened() -> None:
    row = register("Once", since=PartialDate.from_text("2001"))
    with pytest.raises(Problem) as caught:
        actions.close_organisation(by=SYSTEM, organisation_id=row.id, until=PartialDate.from_text("1999"))
    assert codes_of(caught) == {"parties.dates_reversed"}
    actions.close_organisation(by=SYSTEM, organisation_id=row.id, until=PartialDate.from_text("2020-03"))
    with pytest.raises(Problem) as caught:
        actions.close_organisation(by=SYSTEM, organisation_id=row.id)
    assert codes_of(caught) == {"parties.status_already"}
    assert queries.organisation(row.code, seen_by=SYSTEM).status == "closed"
    assert actions.reopen_organisation(by=SYSTEM, organisation_id=row.id).until is None


def test_names_are_added_and_ended() -> None:
    row = register("Myanmar Red Cross Society", "MRCS")
    name = actions.add_name(
        by=SYSTEM, organisation_id=row.id, text="မြန်မာနိုင်ငံကြက်ခြေနီအသင်း", relation="translation", language="my",
        source="Letterhead", since=PartialDate.from_text("1937"),
    )  # fmt: skip
    with pytest.raises(Problem) as caught:
        actions.add_name(
            by=SYSTEM, organisation_id=row.id, text="မြန်မာနိုင်ငံကြက်ခြေနီအသင်း", relation="translation", language="my"
        )
    assert codes_of(caught) == {"parties.name_known"}
    with pytest.raises(Problem) as caught:
        actions.end_name(by=SYSTEM, name_id=name.id, until=PartialDate.from_text("1900"))
    assert codes_of(caught) == {"parties.dates_reversed"}
    assert str(actions.end_name(by=SYSTEM, name_id=name.id, until=PartialDate.from_text("2020")).until) == "2020"
    with pytest.raises(Problem) as caught:
        actions.add_name(
            by=SYSTEM, organisation_id=row.id, text="?", relation="nickname",
            since=PartialDate.from_text("2020"), until=PartialDate.from_text("2010"),
        )  # fmt: skip
    assert codes_of(caught) == {"parties.name_missing", "kernel.field_invalid", "parties.dates_reversed"}
    with pytest.raises(Problem) as caught:
        actions.add_name(by=SYSTEM, organisation_id=row.id, text="x " * 40)
    assert codes_of(caught) == {"parties.name_is_sentence"}


def test_an_identifier_belongs_to_one_organisation() -> None:
    one, two = register("One"), register("Two")
    actions.add_external_id(by=SYSTEM, organisation_id=one.id, scheme="IATI", value="A-1")
    actions.add_external_id(by=SYSTEM, organisation_id=one.id, scheme="iati", value="A-1")
    assert queries.external_ids(one.id, seen_by=SYSTEM).count() == 1
    with pytest.raises(Problem) as caught:
        actions.add_external_id(by=SYSTEM, organisation_id=two.id, scheme="iati", value="A-1")
    assert codes_of(caught) == {"parties.id_taken"}
    with pytest.raises(Problem) as caught:
        actions.add_external_id(by=SYSTEM, organisation_id=two.id, scheme="", value="A-1")
    assert codes_of(caught) == {"parties.id_malformed"}


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        (actions.change_organisation, {"organisation_id": uuid4()}),
        (actions.close_organisation, {"organisation_id": uuid4()}),
        (actions.add_name, {"organisation_id": uuid4(), "text": "x"}),
        (actions.end_name, {"name_id": uuid4(), "until": PartialDate.from_text("2020")}),
        (actions.add_contact, {"organisation_id": uuid4(), "name": "x"}),
        (actions.end_contact, {"contact_id": uuid4(), "until": date(2020, 1, 1)}),
        (actions.accept_import, {"import_id": uuid4()}),
    ],
)
def test_what_is_not_there_is_not_found(act: Callable[..., Any], arguments: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        act(by=SYSTEM, **arguments)
    assert caught.value.code == "kernel.not_found"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wfp", "World Food Programme"),
        ("W.F.P.", "World Food Programme"),
        ("food prog", "World Food Programme"),
        ("Programme alimentaire", "World Food Programme"),
        ("XM-DAC-41140", "World Food Programme"),
        ("Wurld Fuud Program", "World Food Programme"),
        ("ကြက်ခြေနီ", "Myanmar Red Cross Society"),
        ("الهلال الأحمر", "Iraqi Red Crescent Society"),
        ("Al-Hilal al-Ahmar", "Iraqi Red Crescent Society"),
        ("", None),
        ("zzzz", None),
    ],
)
def test_organisations_are_found_in_any_script_and_spelling(text: str, found: str | None) -> None:
    wfp = register("World Food Programme", "WFP")
    actions.add_name(
        by=SYSTEM, organisation_id=wfp.id, text="Programme alimentaire mondial", relation="translation", language="fr"
    )
    actions.add_external_id(by=SYSTEM, organisation_id=wfp.id, scheme="iati", value="XM-DAC-41140")
    red = register("Myanmar Red Cross Society", "MRCS")
    actions.add_name(
        by=SYSTEM, organisation_id=red.id, text="မြန်မာနိုင်ငံကြက်ခြေနီအသင်း", relation="translation", language="my"
    )
    crescent = register("Iraqi Red Crescent Society", "IRCS")
    actions.add_name(
        by=SYSTEM,
        organisation_id=crescent.id,
        text="جمعية الهلال الأحمر العراقي",
        relation="translation",
        language="ar",
    )
    names = [row.name for row in queries.suggestions(text, seen_by=SYSTEM)]
    assert names[:1] == ([found] if found else [])
    assert [hit.title for hit in queries.search(text, seen_by=SYSTEM)][:1] == (
        [f"{found} ({hit_acronym(found)})"] if found else []
    )


def hit_acronym(name: str) -> str:
    return Organisation.objects.get(name=name).acronym


@pytest.fixture
def areas() -> dict[str, Area]:
    access.register_areas(
        [("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR"), ("MMR002", "Kayah", "MMR", "MMR")],
        by=SYSTEM,
    )
    return {area.key: area for area in Area.objects.all()}


def test_contacts_are_seen_within_ones_areas_only(make_account: Callable[..., Account], areas: dict[str, Area]) -> None:
    row = register("One")
    for name, area in (("Daw Aye", "MMR001"), ("U Ba", "MMR002"), ("Head Office", "")):
        actions.add_contact(by=SYSTEM, organisation_id=row.id, name=name, post="Desk", email="a@example.org", area=area)
    local = viewer_of(make_account("information-manager", area=areas["MMR001"]))
    wide = viewer_of(make_account("information-manager"))
    reader = viewer_of(make_account("reader"))
    with viewing(local):
        shown = queries.contacts_of(row.id, seen_by=local)
        assert [one["name"] for one in shown] == ["D••• A•••"]
        assert Contact.objects.count() == 1
        opened = queries.revealed(shown[0]["id"], seen_by=local)
        assert opened.name == "Daw Aye"
    with viewing(wide):
        assert len(queries.contacts_of(row.id, seen_by=wide)) == 3
        other = Contact.objects.get(name="U Ba")
    with viewing(reader):
        assert queries.contacts_of(row.id, seen_by=reader) == []
        assert Contact.objects.count() == 0
    with viewing(local), pytest.raises(Problem) as caught:
        queries.revealed(other.id, seen_by=local)
    assert caught.value.code == "kernel.not_found"
    with pytest.raises(Problem) as caught:
        actions.add_contact(by=local, organisation_id=row.id, name="X", phone="1", area="MMR002")
    assert caught.value.code == "kernel.not_allowed"
    with viewing(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT actor, subject, ids FROM access_readentry ORDER BY at DESC LIMIT 1")
        assert cursor.fetchone() == (str(local.id), "parties.contact", [opened.id])


def test_a_contact_is_changed_and_ended(manager: Viewer) -> None:
    row = register("One")
    contact = actions.add_contact(by=manager, organisation_id=row.id, name="A B", phone="123")
    with viewing(manager):
        changed = actions.change_contact(by=manager, contact_id=contact.id, email="a@example.org")
        assert (changed.email, changed.phone) == ("a@example.org", "123")
        actions.end_contact(by=manager, contact_id=contact.id, until=date(2020, 1, 1))
        assert [one["present"] for one in queries.contacts_of(row.id, seen_by=manager)] == [False]


def test_all_faults_of_a_contact_are_told_at_once(manager: Viewer) -> None:
    row = register("One")
    with pytest.raises(Problem) as caught:
        actions.add_contact(by=manager, organisation_id=row.id, name="", note="x" * 301)
    assert codes_of(caught) == {"parties.name_missing", "parties.contact_unreachable", "kernel.field_invalid"}
    with pytest.raises(Problem) as caught:
        actions.add_contact(by=manager, organisation_id=row.id, name="A", email="no address")
    assert codes_of(caught) == {"kernel.field_invalid"}
    with pytest.raises(Problem) as caught:
        actions.add_contact(by=manager, organisation_id=row.id, name="A", phone="1", area="NO1")
    assert codes_of(caught) == {"access.area_unknown"}


@pytest.mark.parametrize("act", [actions.register_organisation, actions.add_contact, actions.check_import])
def test_readers_change_nothing(reader: Viewer, act: Callable[..., Any]) -> None:
    with pytest.raises(Problem) as caught:
        act(by=reader)
    assert caught.value.code == "kernel.not_allowed"
