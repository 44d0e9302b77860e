"""The shipped lists and data files, as the command line and the demo load them."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from banyan.platform.access.viewers import Viewer, viewing
from banyan.reference.codes import actions, demo, queries, rules
from banyan.reference.codes.actions import SHIPPED
from banyan.reference.codes.models import Version

pytestmark = pytest.mark.django_db

GOOD = {
    "list": "colours",
    "names": {"en": "Colours"},
    "version": {"label": "1"},
    "terms": [{"code": "r", "labels": {"en": "Red"}}],
}


@pytest.fixture
def reader(information_manager: Viewer) -> Iterator[Viewer]:
    with viewing(information_manager):
        yield information_manager


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_the_command_loads_what_comes_with_banyan_and_again_changes_nothing(reader: Viewer) -> None:
    shipped = len(list(SHIPPED.glob("*.json")))
    for _time in ("first", "second"):
        said = StringIO()
        call_command("load_code_lists", stdout=said)
        assert f"{shipped} lists are in force" in said.getvalue()
        assert Version.objects.count() == shipped
    assert "MMR" in queries.known_codes("iso-3166-1", seen_by=reader)
    assert "MMK" in queries.known_codes("iso-4217", seen_by=reader)
    assert "Mymr" in queries.known_codes("iso-15924", seen_by=reader)


def test_the_command_loads_a_file_that_is_named(tmp_path: Path, reader: Viewer) -> None:
    call_command("load_code_lists", written(tmp_path, "colours.json", json.dumps(GOOD)), stdout=StringIO())
    assert queries.known_codes("colours", seen_by=reader) == {"r"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "bad.json"),
        ("[]", "not a code list file"),
        (json.dumps({**GOOD, "terms": []}), "has no terms"),
    ],
)
def test_one_bad_file_keeps_all_files_out(tmp_path: Path, text: str, said: str) -> None:
    files = [written(tmp_path, "good.json", json.dumps(GOOD)), written(tmp_path, "bad.json", text)]
    with pytest.raises(CommandError, match=said):
        call_command("load_code_lists", *files, stdout=StringIO())
    assert not Version.objects.exists()


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_code_lists", "nowhere.json", stdout=StringIO())


def test_the_demo_shows_the_shipped_lists(reader: Viewer) -> None:
    demo.load(None)
    assert "F" in queries.known_codes("sex", seen_by=reader) or queries.known_codes("sex", seen_by=reader)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.json")), ids=lambda file: file.stem)
def test_a_shipped_list_says_whose_it_is_and_how_it_may_be_used(file: Path) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["list"] == file.stem
    assert data["authority"]
    assert data["licence"]


def test_terms_are_found_by_code_and_by_a_word_in_any_script(reader: Viewer) -> None:
    terms = [
        {"code": "en", "labels": {"en": "Red", "ar": "أحمر", "my": "အနီ"}},
        {"code": "x", "labels": {"en": "Dark red"}},
        {"code": "b", "labels": {"en": "Blue_ish"}},
    ]
    actions.load_list(by=reader, file=rules.read_file({**GOOD, "terms": terms}))

    def found(text: str) -> list[str]:
        return [hit.subtitle for hit in queries.search(text, seen_by=reader) if "·" in hit.subtitle]

    assert found("أحمر") == ["colours · en"]
    assert found("နီ") == ["colours · en"]
    assert found("RED") == ["colours · en", "colours · x"]
    assert found("EN") == ["colours · en"], "a language's tag is no word of a label"
    assert found("_") == ["colours · b"]
    assert found("%") == []
    assert found(" ") == []


def test_a_term_that_a_later_version_dropped_is_not_found_twice(reader: Viewer) -> None:
    actions.load_list(by=reader, file=rules.read_file(GOOD))
    actions.load_list(by=reader, file=rules.read_file({**GOOD, "version": {"label": "2"}}))
    assert [hit.subtitle for hit in queries.search("red", seen_by=reader)] == ["colours · r"]
