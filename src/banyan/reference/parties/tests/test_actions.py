"""Registering, changing, naming, finding and importing organisations; contacts within one's areas."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from banyan.platform.access import actions as access
from banyan.platform.access.models import Account, Area
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.history.queries import timeline
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import actions as codes
from banyan.reference.parties import actions, inputs, queries
from banyan.reference.parties.models import Contact, ExternalId, Import, Organisation, OrganisationName

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def lists() -> None:
    codes.load_shipped_lists(by=SYSTEM)


@pytest.fixture
def manager(make_account: Callable[..., Account]) -> Viewer:
    return viewer_of(make_account("information-manager"))


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
    again = queries.organisation(row.code.lower(), seen_by=manager)
    assert (again.code, again.name) == (row.code, "WFP World")
    assert [name.text for name in queries.names(row.id, seen_by=manager)] == ["World Food Programme"]
    with viewing(manager):
        # Registered; renamed, with the former name kept.
        assert len(timeline(Organisation, row.id, seen_by=manager)) == 3


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


def take(name: str, content: bytes, by: Viewer = SYSTEM) -> Import:
    candidates, findings = inputs.read_upload(name, content, queries.vocabulary(seen_by=by))
    batch = actions.check_import(by=by, file_name=name, source="", candidates=candidates, findings=findings)
    actions.accept_import(by=by, import_id=batch.id)
    run_jobs()
    return queries.import_named(batch.id, seen_by=by)


LIST = b"""Name,Acronym,Type,Country,Aliases,Parent,IATI ID
World Food Programme,WFP,un,Italy,PAM; PMA,United Nations,XM-DAC-41140
United Nations,UN,un,USA,,,
Save the Children,SC,ingo,GB,,,GB-1
Somali Committee,SC,nngo,SOM,,Nobody,
Circle A,,,,,Circle B,
Circle B,,,,,Circle A,
,,nngo,,,,
"""


def test_a_list_is_taken_and_the_same_list_again_changes_nothing(manager: Viewer, lists: None) -> None:
    batch = take("list.csv", LIST, manager)
    assert batch.state == "taken"
    assert (batch.counts["added"], batch.counts["changed"], batch.counts["refused"]) == (6, 0, 1)
    found = [(one.row, one.code) for one in queries.import_findings(batch.id, seen_by=manager).order_by("row", "id")]
    assert found == [
        (5, "parties.acronym_shared"),
        (5, "parties.parent_unknown"),
        (7, "parties.parent_circular"),
        (8, "parties.name_missing"),
    ]
    wfp = Organisation.objects.get(acronym="WFP")
    assert wfp.parent
    assert (wfp.parent.name, wfp.country) == ("United Nations", "ITA")
    before = set(Organisation.objects.values_list("id", "code", "name"))
    again = take("list.csv", LIST, manager)
    assert (again.counts["added"], again.counts["changed"], again.counts["same"]) == (0, 0, 6)
    assert set(Organisation.objects.values_list("id", "code", "name")) == before
    with pytest.raises(Problem) as caught:
        actions.accept_import(by=manager, import_id=again.id)
    assert caught.value.code == "parties.import_state"


def test_a_list_changes_what_it_knows_by_code_and_identifier(lists: None) -> None:
    take("list.csv", LIST)
    wfp = Organisation.objects.get(acronym="WFP")
    change = f"Code,Name,Country,HPC ID,IATI ID\n{wfp.code},World Food Programme (WFP),Italy,99,\n,Save our Children,,,GB-1\nORG-NO,X,,,\n"
    batch = take("change.csv", change.encode())
    assert (batch.counts["added"], batch.counts["changed"], batch.counts["refused"]) == (0, 2, 1)
    wfp.refresh_from_db()
    assert wfp.name == "World Food Programme (WFP)"
    assert ExternalId.objects.filter(organisation=wfp).count() == 2
    assert OrganisationName.objects.filter(text="Save the Children", relation="alias").exists()
    assert queries.suggestions("save the children", seen_by=SYSTEM)[0].name == "Save our Children"


def test_an_identifier_of_another_keeps_a_row_out(lists: None) -> None:
    take("list.csv", LIST)
    wfp = Organisation.objects.get(acronym="WFP")
    batch = take("x.csv", f"Code,Name,IATI ID\n{wfp.code},World Food Programme,GB-1\n{wfp.code},Twice,\n".encode())
    assert {one.code for one in queries.import_findings(batch.id, seen_by=SYSTEM)} >= {"parties.id_taken"}
    assert ExternalId.objects.get(value="GB-1").organisation.acronym == "SC"


def test_an_import_can_be_discarded_and_waits_until_then(manager: Viewer) -> None:
    candidates, findings = inputs.read_upload("a.csv", b"Name\nA\n", queries.vocabulary(seen_by=manager))
    batch = actions.check_import(by=manager, file_name="a.csv", source="", candidates=candidates, findings=findings)
    assert [one.count for one in queries.waiting(seen_by=manager)] == [1]
    actions.discard_import(by=manager, import_id=batch.id)
    assert queries.waiting(seen_by=manager) == []
    assert not Organisation.objects.exists()


def test_the_somalia_map_is_taken_with_its_sentences_reported(shared_data: Path, lists: None) -> None:
    file = shared_data / "orgs-and-codelists" / "somalia_org_name_map.json"
    batch = take(file.name, file.read_bytes())
    total = len(json.loads(file.read_text()))
    counts = batch.counts
    assert counts["added"] + counts["refused"] == total
    assert counts["refused"] < 30
    assert counts["added"] > 1690
    codes_found = list(queries.import_findings(batch.id, seen_by=SYSTEM).values_list("code", flat=True))
    assert codes_found.count("parties.alias_is_sentence") >= 30
    assert codes_found.count("parties.skipped_by_source") == 20
    assert "parties.acronym_shared" in codes_found
    longest = max(OrganisationName.objects.values_list("text", flat=True), key=len)
    assert len(longest) <= 200
    assert queries.suggestions("UNOCHA", seen_by=SYSTEM)[0].name.casefold().count("humanitarian")
    assert ExternalId.objects.filter(scheme="iati").count() > 1200


BAD_FILES = [
    ("empty", "a.csv", b"", "parties.empty_file"),
    ("blanks", "a.csv", b" \n \n", "parties.empty_file"),
    ("headings only", "a.csv", b"Name,Acronym\n", "parties.empty_file"),
    ("no names", "a.csv", b"Budget\n1\n", "parties.no_name_column"),
    ("a workbook by name only", "a.xlsx", b"PK\x03\x04 this is no zip", "parties.file_unreadable"),
    ("a picture", "a.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "parties.file_unreadable"),
    ("broken JSON", "a.json", b'{"a": ', "parties.file_unreadable"),
    ("deep JSON", "a.json", b"[" * 100_000, "parties.file_unreadable"),
    ("a list of numbers", "a.json", b"[1, 2]", "parties.file_unreadable"),
    ("too large", "a.csv", b"x" * (10 * 1024 * 1024 + 1), "parties.file_too_large"),
    ("a field without end", "a.csv", b'Name\n"' + b"x" * 200_000, "parties.file_unreadable"),
]


@pytest.mark.parametrize(
    ("name", "content", "code"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES]
)
def test_a_file_that_is_no_list_says_why(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        inputs.read_upload(name, content, queries.vocabulary(seen_by=SYSTEM))
    assert caught.value.code == code
    assert caught.value.as_text()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1256"])
def test_encodings_are_told_by_the_contents_and_a_guess_is_told(encoding: str) -> None:
    names = ["Médecins Sans Frontières", "Action contre la Faim à Genève"]
    if encoding == "cp1256":
        names = ["جمعية الهلال الأحمر العراقي", "منظمة الإغاثة الإسلامية", "مؤسسة الرحمة للإغاثة والتنمية"]
    text = "Name;Acronym\n" + "".join(f"{name};\n" for name in names)
    candidates, findings = inputs.read_upload("a.csv", text.encode(encoding), queries.vocabulary(seen_by=SYSTEM))
    assert [one.name for one in candidates] == names
    guessed = ["parties.encoding_guessed"] if encoding in ("latin-1", "cp1256") else []
    assert [one.problem.code for one in findings] == guessed


def test_a_list_of_objects_is_a_table() -> None:
    content = json.dumps([{"name": "A", "acronym": "X"}, {"name": "B"}]).encode()
    candidates, _findings = inputs.read_upload("a.json", content, queries.vocabulary(seen_by=SYSTEM))
    assert [(one.name, one.acronym) for one in candidates] == [("A", "X"), ("B", "")]


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
