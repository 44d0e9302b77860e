"""Lists of the UN, the EU, OFAC and one's own, real and hostile: what is read, and how what cannot be read is told."""

import io
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.linkage.rules.screening.countries import country_code
from banyan.people.linkage.rules.screening.entries import ListedBirth, ListedName, Party
from banyan.people.linkage.rules.screening.reading import building, lists, read_list, tables
from banyan.people.linkage.tests.sanctions import EU, SDN, day, un_entry, un_list, year, years
from banyan.platform.kernel.problems import Problem

YEAR_1970 = ListedBirth(date(1970, 1, 1), date(1970, 12, 31))


def book(*rows: list[Any]) -> bytes:
    """A workbook with these rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        sheet = made.add_worksheet("People")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return file.getvalue()


def refused(content: bytes) -> Problem:
    with pytest.raises(Problem) as problem:
        read_list(content)
    assert problem.value.as_text()
    return problem.value


def test_the_real_list_of_the_united_nations_is_read_whole(shared_data: Path) -> None:
    found = read_list((shared_data / "sanctions" / "UN_consolidated.xml").read_bytes())
    assert (found.source, found.generated[:10], len(found.parties), found.others) == ("un", "2026-02-27", 730, 273)
    assert sorted(note.code for note in found.notes) == ["linkage.entry_country", *["linkage.entry_date"] * 3]
    assert all(note.at is not None and note.at.row for note in found.notes), "each with its line"
    assert all(party.names for party in found.parties)
    assert sum(bool(party.births) for party in found.parties) > 670
    assert sum(any(name.quality == "original" for name in party.names) for party in found.parties) == 336
    assert sum(name.quality == "low" for party in found.parties for name in party.names) > 500
    kinds = {birth.kind for party in found.parties for birth in party.births}
    assert kinds == {"exact", "approximate", "range"}
    first = found.parties[0]
    assert (first.name, first.sex, first.nationalities, first.reference) == ("ERIC BADEGE", "male", ("COD",), "CDi.001")


def test_lists_of_a_peer_are_read(shared_data: Path) -> None:
    folder = shared_data / "sanctions"
    found = read_list((folder / "hope_eu.xml").read_bytes())
    assert (found.source, len(found.parties), found.others, found.notes) == ("eu", 2, 1, [])
    assert found.parties[1].documents[0].key == "488555"
    (only,) = read_list((folder / "hope_TestSanctionList.xlsx").read_bytes()).parties
    assert (only.name, only.births) == ("Name1 Name2", (ListedBirth(date(1963, 3, 13), date(1963, 3, 13)),))


def test_an_entry_of_the_united_nations() -> None:
    births = [
        day("1970-05-07"), year(1970), year(1971, "APPROXIMATELY"), years(1968, 1969), day("1970-05"),
        "<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973</NOTE>", "<NOTE>30-35 years old</NOTE>", "<TYPE_OF_DATE/>",
        "<NOTE>Approximately</NOTE><YEAR>1980</YEAR>",
    ]  # fmt: skip
    entry = un_entry(
        "7", "Zaw Lin Oo", "Zaw Linn; Z. L. Oo", "~Tiger", sex="Female", births=births, nations=["Myanmar", "Atlantis"],
        documents=["MB-123 456", "- -"], original="ဇော်လင်းဦး",
    )  # fmt: skip
    found = read_list(un_list(entry))
    (party,) = found.parties
    assert [(name.text, name.quality) for name in party.names] == [
        ("Zaw Lin Oo", "primary"), ("ဇော်လင်းဦး", "original"), ("Zaw Linn", "good"), ("Z. L. Oo", "good"), ("Tiger", "low"),
    ]  # fmt: skip
    assert [str(birth) for birth in party.births] == [
        "1970-05-07",
        "1970",
        "1971~",
        "1968–1969",
        "1970-05",
        "1973-11",
        "1980~",
    ]
    assert (party.sex, party.nationalities, [each.key for each in party.documents]) == (
        "female",
        ("MMR",),
        ["MB123456"],
    )
    assert [(note.code, note.parameters["text"]) for note in found.notes] == [
        ("linkage.entry_date", "30-35 years old"), ("linkage.entry_country", "Atlantis"),
    ]  # fmt: skip
    assert Party.from_dict(party.key, party.as_dict()).digest == party.digest


def test_an_entry_of_the_european_union() -> None:
    found = read_list(EU)
    (party,) = found.parties
    assert found.others == 1
    assert [(name.text, name.quality) for name in party.names] == [("Hla Hla Myint", "primary"), ("Ma Hla", "low")]
    assert [str(birth) for birth in party.births] == ["1970~", "1971-02-03", "1965–1968"]
    assert (party.sex, party.nationalities, party.programme, party.listed_on) == (
        "female",
        ("MMR",),
        "TST",
        "2020-02-03",
    )
    assert [each.key for each in party.documents] == ["AB98765"], "what the list calls false is somebody else's"
    assert [note.code for note in found.notes] == ["linkage.entry_date", "linkage.entry_date", "linkage.entry_twice"]


def test_an_entry_of_the_treasury() -> None:
    found = read_list(SDN)
    party, nameless = found.parties
    assert (found.generated, found.others, party.name, party.key) == ("2026-01-05", 1, "Zaw Lin OO", "9002")
    assert [(name.text, name.quality) for name in party.names[1:]] == [("BLACK TIGER", "low"), ("Zaw Linn OO", "good")]
    assert [str(birth) for birth in party.births] == ["1970-05-07", "1971~", "1968–1969"]
    assert (party.sex, party.programme, [each.number for each in party.documents]) == (
        "male",
        "BURMA-EO, TEST",
        ["MB 123 456"],
    )
    assert party.nationalities == ("MMR",)
    assert (nameless.names, nameless.name) == ((), "9003")
    assert [note.code for note in found.notes] == [
        "linkage.entry_date",
        "linkage.entry_country",
        "linkage.entry_unnamed",
    ]
    odd = SDN.replace(b"01/05/2026", b"31/31/2026")
    assert read_list(odd).generated == ""
    assert read_list(SDN.replace(b"01/05/2026", b"today")).generated == ""
    assert read_list(SDN.replace(b"publshInformation", b"other")).generated == ""


def test_a_workbook_of_ones_own() -> None:
    head = [
        "Name",
        "Aliases",
        "Date of birth",
        "Gender",
        "Nationality",
        "Passport",
        "Reference",
        "Remarks",
        "Original script",
    ]
    found = read_list(
        book(
            head,
            [
                "Zaw Lin Oo",
                "Tiger; Lin Oo",
                "circa 1970; 7 May 1971",
                "M",
                "Myanmar; Burma",
                "MB 123456",
                "X-1",
                "Made up",
                "ဇော်",
            ],
            ["", "", "", "", "", "", "", "", ""],
            ["Thida Win", "", "05/07/1970", "", "", "", "", "", ""],
            ["Thida Win", "", "05/07/1970", "", "", "", "", "", ""],
        )
    )
    first, second = found.parties
    assert (first.key, first.sex, first.nationalities, [str(each) for each in first.births]) == (
        "X-1", "male", ("MMR",), ["1970~", "1971-05-07"],
    )  # fmt: skip
    assert [name.text for name in first.names] == ["Zaw Lin Oo", "ဇော်", "Tiger", "Lin Oo"]
    assert [str(each) for each in second.births] == ["1970~"], "day and month could be either"
    assert [note.code for note in found.notes] == ["linkage.entry_twice"]
    assert refused(book(["What", "Ever"], ["a", "b"])).code == "linkage.list_column_missing"
    assert refused(book(["Name"])).code == "linkage.list_empty"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE export [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><export><sanctionEntity>&c;</sanctionEntity></export>"""
THIEF = b"""<?xml version="1.0"?><!DOCTYPE export [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<export><sanctionEntity logicalId="1"><subjectType code="person"/><remark>&x;</remark></sanctionEntity></export>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list_unreadable"),
        (b"   ", "list_unreadable"),
        (b"hello", "list_unreadable"),
        (b"<export", "list_unreadable"),
        (b"\x00\x01\x02", "list_unreadable"),
        (un_list(un_entry("1", "A B"))[:-40], "list_unreadable"),
        (un_list(un_entry("1", "A B")).replace(b"A</", b"\xff</"), "list_unreadable"),
        (un_list(un_entry("1", "A B")).replace(b'encoding="UTF-8"', b'encoding="klingon"'), "list_unreadable"),
        (BOMB, "list_unreadable"),
        (BOMB.decode().encode("utf-16"), "list_unreadable"),
        (THIEF, "list_unreadable"),
        (b"<!DOCTYPE export><export/>", "list_unreadable"),
        (b"<html><body>Not found</body></html>", "list_unknown"),
        (b"<feed/>", "list_unknown"),
        (b"<export/>", "list_empty"),
        (un_list(), "list_empty"),
        (b"<sdnList><sdnEntry><sdnType>Vessel</sdnType></sdnEntry></sdnList>", "list_empty"),
        (b"PK\x03\x04 and nothing else", "list_unreadable"),
        (b"\xd0\xcf\x11\xe0 an old workbook, broken", "list_unreadable"),
        (b"<export>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</export>", "list_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_reason(content: bytes, code: str) -> None:
    assert refused(content).code == f"linkage.{code}"


def test_an_archive_that_would_burst_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    monkeypatch.setattr("banyan.platform.kernel.uploads.LARGEST_UNPACKED", 1_000_000)
    assert refused(file.getvalue()).code == "linkage.list_unreadable"


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_BYTES", 10)
    assert refused(un_list(un_entry("1", "A B"))).code == "linkage.list_too_large"


def test_a_list_of_mistakes_is_told_by_its_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MOST_NOTES", 3)
    found = read_list(un_list(*(un_entry(str(number % 7), "", documents=["12345"]) for number in range(9))))
    assert (len(found.parties), len(found.notes)) == (7, 3)


def test_names_and_remarks_are_cut_to_what_can_be_kept() -> None:
    (party,) = read_list(
        un_list(un_entry("1", "A" * 5_000, *(f"Name {number}" for number in range(400)), remarks="x" * 9_000))
    ).parties
    assert (len(party.name), len(party.names), len(party.remarks)) == (
        300,
        building.MOST_NAMES,
        building.LONGEST_REMARKS,
    )


def test_other_encodings_are_read() -> None:
    plain = un_list(un_entry("1", "José Añez")).decode()
    for encoding in ("utf-16", "iso-8859-1"):
        told = plain.replace("UTF-8", encoding).encode(encoding)
        assert read_list(told).parties[0].name == "José Añez"


def test_entries_without_any_number_are_known_by_their_line() -> None:
    content = un_list(un_entry("", "A B"), un_entry("", "C D")).replace(
        b"<REFERENCE_NUMBER>TEi.</REFERENCE_NUMBER>", b""
    )
    assert {party.key for party in read_list(content.replace(b"</INDIVIDUAL>", b"</INDIVIDUAL>\n")).parties} == {
        "line 1",
        "line 2",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Myanmar", "MMR"), ("Burma", "MMR"), ("Korea, North", "PRK"), ("Democratic People's Republic of Korea", "PRK"),
        ("Iran (Islamic Republic of)", "IRN"), ("Côte d’Ivoire", "CIV"), ("Syrian Arab Republic", "SYR"), ("SY", "SYR"), ("afg", "AFG"),
        ("Bosnia & Herzegovina", "BIH"), ("Russia", "RUS"), ("Germany", "DEU"), ("Bangladesh", "BGD"), ("Somalia", "SOM"),
        ("", ""), ("Atlantis", ""), ("XX", ""), ("ABC", ""),
    ],
)  # fmt: skip
def test_countries_by_their_many_names(name: str, code: str) -> None:
    assert country_code(name) == code


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with suppress(Problem):
        assert read_list(content).parties


@given(
    st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4),
    st.dates(),
    st.sampled_from(["exact", "approximate", "range"]),
)
def test_an_entry_comes_back_from_what_is_kept(names: list[str], born: date, kind: Any) -> None:
    party = Party("1", tuple(ListedName(name) for name in names), births=(ListedBirth(born, born, kind),))
    assert Party.from_dict("1", party.as_dict()) == party


def test_every_reader_has_its_source() -> None:
    assert {*lists.SOURCES} == {"un", "eu", "ofac", "own"}
    assert tables.MOST_ROWS > 1000
    assert YEAR_1970.is_day is False


@pytest.mark.django_db
def test_a_list_is_loaded_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "un.xml"
    with pytest.raises(CommandError):
        call_command("load_sanctions_list", str(file))
    file.write_bytes(b"<nothing/>")
    with pytest.raises(CommandError, match="none of the lists"):
        call_command("load_sanctions_list", str(file))
    file.write_bytes(un_list(un_entry("1", "A B")))
    call_command("load_sanctions_list", str(file), "--even-if-shrunk")
    assert "un 2026-01-05: 1 people, 1 new, 0 changed, 0 gone, 0 doubtful" in capsys.readouterr().out
