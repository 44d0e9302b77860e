"""Pages and API of code lists, as editors, readers and strangers find them; files of every wrong kind."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from banyan.platform.access.viewers import system_viewer, viewing
from banyan.reference.codes import actions
from banyan.reference.codes.models import Mapping, Version
from banyan.reference.codes.rules import read_file

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def two_lists(db: None) -> None:
    by = system_viewer("tests")
    with viewing(by):
        for code, label, terms in [
            ("colours", "1", {"r": "Red", "g": "Green"}),
            ("colours", "2", {"r": "Crimson", "b": "Blue"}),
            ("paints", "1", {"r": "Rose"}),
        ]:
            data = {
                "list": code,
                "names": {"en": code.title(), "fr": "Couleurs"},
                "version": {"label": label},
                "terms": [{"code": term, "labels": {"en": text}} for term, text in terms.items()],
            }
            actions.load_list(by=by, file=read_file(data))


def test_a_reader_finds_lists_terms_and_versions(signed_in: SignIn) -> None:
    client = signed_in("reader")
    assert b"Colours" in client.get("/codes/").content
    page = client.get("/codes/colours/").content.decode()
    assert "Crimson" in page
    assert "Green" not in page
    assert "Green" in client.get("/codes/colours/versions/1/").content.decode()
    compared = client.get("/codes/colours/compare/").content.decode()
    assert "1 added, 1 removed, 1 changed" in compared
    term = client.get("/codes/colours/terms/r/").content.decode()
    assert "Crimson" in term
    assert "Add a mapping" not in term
    assert client.get("/codes/colours/?format=csv").getvalue().decode("utf-8-sig").count("\n") == 3  # type: ignore[attr-defined]
    assert "Couleurs" in client.get("/codes/", headers={"Accept-Language": "fr"}).content.decode()


@pytest.mark.parametrize(
    "page", ["unknown/", "colours/versions/9/", "colours/terms/x/", "unknown/compare/", "colours/compare/?before=9"]
)
def test_what_does_not_exist_is_not_found(signed_in: SignIn, page: str) -> None:
    assert signed_in("reader").get(f"/codes/{page}").status_code == 404


def test_a_reader_changes_nothing(signed_in: SignIn) -> None:
    client = signed_in("reader")
    version = Version.objects.first()
    assert version is not None
    assert client.get("/codes/import/").status_code == 403
    for verb in ("publish", "discard"):
        assert client.post(f"/codes/versions/{version.id}/{verb}/").status_code == 403
    assert (
        client.post("/codes/colours/terms/r/", {"to_list": "paints", "to_code": "r", "kind": "exact"}).status_code
        == 403
    )
    assert not Mapping.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/codes/").status_code == 302
    assert client.get("/api/v1/codes/lists").status_code == 401


def test_an_editor_imports_looks_and_publishes(signed_in: SignIn) -> None:
    client = signed_in("information-manager")
    given = {"file": _csv("code,label_en\nr,Ruby\n"), "code": "colours", "name": "Colours", "version": "3"}
    answer = client.post("/codes/import/", given)
    assert answer.headers["Location"] == "/codes/colours/versions/3/"
    draft = client.get("/codes/colours/versions/3/").content.decode()
    assert "0 added, 1 removed, 1 changed" in draft
    version = Version.objects.get(label="3")
    assert client.get(f"/codes/versions/{version.id}/publish/").status_code == 405
    client.post(f"/codes/versions/{version.id}/publish/")
    assert "Ruby" in client.get("/codes/colours/").content.decode()
    assert client.post(f"/codes/versions/{version.id}/discard/").status_code == 409


def test_an_editor_maps_terms_and_ends_mappings(signed_in: SignIn) -> None:
    client = signed_in("information-manager")
    given = {"to_list": "paints", "to_code": "r", "kind": "broader", "note": "roughly"}
    assert client.post("/codes/colours/terms/r/", given).status_code == 302
    again = client.post("/codes/colours/terms/r/", given)
    assert again.status_code == 422
    assert "already mapped" in again.content.decode()
    unknown = client.post("/codes/colours/terms/r/", {**given, "to_code": "zz"}).content.decode()
    assert "There is no term “zz” in the list “paints”." in unknown
    assert "roughly" in client.get("/codes/paints/terms/r/").content.decode()
    client.post(f"/codes/mappings/{Mapping.objects.get().id}/end/")
    assert Mapping.objects.get().until


def _csv(text: str | bytes, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def _workbook(rows: list[list[Any]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b" ", "the file is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "neither text nor a workbook"),
        ("no-code.csv", b"name,label_en\na,A\n", "There is no column “code”"),
        ("no-label.csv", b"code,title\na,A\n", "There is no column “label_en”"),
        ("double.csv", b"code,label_en\na,A\na,B\nb c,C\n", "The code “a” stands more than once"),
        ("not.json", b'{"list": ', "line 1: not JSON"),
        ("list.json", b"[1, 2]", "This is not a code list file"),
        ("bomb.xlsx", _bomb(), "cannot be read"),
        ("pretends.xlsx", b"PK\x03\x04nothing", "cannot be read"),
        ("deep.json", b"[" * 100_000, "cannot be read"),
    ],
)
def test_wrong_files_are_refused_with_the_reason(signed_in: SignIn, name: str, content: bytes, said: str) -> None:
    before = Version.objects.count()
    given = {"file": SimpleUploadedFile(name, content), "code": "new", "name": "New", "version": "1"}
    answer = signed_in("information-manager").post("/codes/import/", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Version.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("semicolons.txt", "code;label_en\nä;Ä\n".encode("latin-1")),
        ("tabs.csv", "code\tlabel_en\nä\tÄ\n".encode()),
        ("mark.csv", "\ufeffcode,label_en\nä,Ä\n".encode()),
        ("wide.csv", "code,label_en\nä,Ä\n".encode("utf-16")),
        ("workbook.csv", _workbook([["code", "label_en"], ["ä", "Ä"]])),
        ("file.xlsx", json.dumps({"list": "new", "names": {"en": "New"}, "version": {"label": "1"},
                                  "terms": [{"code": "ä", "labels": {"en": "Ä"}}]}).encode()),
    ],
)  # fmt: skip
def test_the_contents_decide_not_the_name(signed_in: SignIn, name: str, content: bytes) -> None:
    given = {"file": SimpleUploadedFile(name, content), "code": "new", "name": "New", "version": "1"}
    client = signed_in("information-manager")
    assert client.post("/codes/import/", given).status_code == 302
    assert "ä" in client.get("/codes/new/versions/1/").content.decode()


def test_every_fault_of_a_file_and_form_is_shown_at_once(signed_in: SignIn) -> None:
    given = {"file": _csv("code,label_en\na,A\na b,\n"), "code": "", "name": "", "version": ""}
    answer = signed_in("information-manager").post("/codes/import/", given).content.decode()
    assert answer.count("<li>") >= 2
    assert "“a b” cannot be a code" in answer


def test_the_api_gives_lists_versions_and_mappings(signed_in: SignIn) -> None:
    client = signed_in("reader")
    lists = {found["code"]: found for found in client.get("/api/v1/codes/lists").json()}
    assert lists["colours"]["version"] == "2"
    assert lists["colours"]["terms"] == 2
    assert [term["code"] for term in client.get("/api/v1/codes/lists/colours?version=1").json()["terms"]] == ["r", "g"]
    changes = client.get("/api/v1/codes/lists/colours/changes?before=1&after=2").json()
    assert [term["code"] for term in changes["added"]] == ["b"]
    assert client.get("/api/v1/codes/mappings?from_list=colours&to_list=paints").json() == {"mappings": {}}
    missing = client.get("/api/v1/codes/lists/unknown")
    assert missing.status_code == 404
    assert missing.json()["mend"]
