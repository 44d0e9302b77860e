"""Lists of organisations: checked, taken, taken again; files that are none."""

import json
from pathlib import Path

import pytest

from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import actions as codes
from banyan.reference.parties import actions, demo, inputs, queries
from banyan.reference.parties.models import Contact, ExternalId, Import, Organisation, OrganisationName

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


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


def test_two_rows_that_mean_the_same_organisation_are_told(lists: None) -> None:
    take("list.csv", LIST)
    wfp = Organisation.objects.get(acronym="WFP")
    batch = take("x.csv", f"Code,Name,IATI ID\n{wfp.code},World Food Programme,\n,World Food,XM-DAC-41140\n".encode())
    assert [(one.row, one.code) for one in queries.import_findings(batch.id, seen_by=SYSTEM)] == [
        (3, "parties.row_doubled")
    ]
    assert batch.counts["same"] == 1


def test_who_shares_a_name_is_told_and_never_taken_for_the_other(lists: None) -> None:
    twins = b"Name,Acronym,Type\nHope Fund,HF,nngo\nHope Fund,HFI,ingo\n"
    batch = take("twins.csv", twins)
    assert batch.counts["added"] == 2
    found = {one.row: one for one in queries.import_findings(batch.id, seen_by=SYSTEM)}
    assert {row: one.code for row, one in found.items()} == {3: "parties.name_shared"}
    third = take("third.csv", b"Name,Type\nhope fund,un\n")
    assert third.counts["added"] == 1
    (shared,) = queries.import_findings(third.id, seen_by=SYSTEM)
    assert shared.code == "parties.name_shared"
    for each in Organisation.objects.filter(name="Hope Fund"):
        assert each.code in str(shared.parameters)


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
    ("a field without end", "a.csv", b'Name\n"' + b"x" * 1_100_000, "parties.file_unreadable"),
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


class _Bar:
    """Stands for the progress bar of the terminal."""

    def __init__(self) -> None:
        self.done = 0

    def report(self, done: int, total: int | None = None) -> None:
        self.done = done


@pytest.mark.django_db(transaction=True)
def test_the_demo_is_loaded_once() -> None:
    codes.load_shipped_lists(by=SYSTEM)
    bar = _Bar()
    assert demo.load(bar)["organisations"] > 1690
    assert bar.done > 1690
    assert demo.load(bar)["organisations"] == 0
    assert queries.suggestions("برنامج الأغذية العالمي", seen_by=SYSTEM)[0].acronym == "WFP"
    with viewing(SYSTEM):
        assert Contact.objects.count() >= 2
