"""The submitter's workbook: every row where it was, bad cells marked, nothing that a spreadsheet would run."""

import io
import re
import zipfile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from banyan.people.collection.rules.shapes import Header, Table
from banyan.people.collection.rules.workbook import Mark, Words, safe, sheet_names, workbook

HEADINGS = {"collection.no_number": ("“…” is not a number.", "Write digits only.")}
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    "-2+3",
    "http://example.org",
    "\u202etxt",
    "a\x00b\x0b",
    "x" * 40_000,
    "{=1}",
    "'=",
]


def table(rows: list[tuple[int, list[str | None]]], *, name: str = "People", labels: bool = False) -> Table:
    width = max((len(values) for _row, values in rows), default=2)
    headers = tuple(
        Header(at, chr(65 + at), f"column {at}", label=f"Label {at}" if labels else "") for at in range(width)
    )
    frame = pl.DataFrame(
        {
            f"c{at}": pl.Series([values[at] if at < len(values) else None for _row, values in rows], dtype=pl.String)
            for at in range(width)
        }
        | {"row": pl.Series([row for row, _values in rows], dtype=pl.Int32)}
    )
    return Table(name, headers, frame)


def mark(row: int, letter: str, *, severity: str = "error", sheet: str = "People", value: str = "x") -> Mark:
    return Mark(
        sheet,
        row,
        letter,
        severity,
        "collection.no_number",
        "Age",
        value,
        f"“{value}” is not a number.",
        "Write digits only.",
    )


def opened(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def made(tables: list[Table], marks: list[Mark], **more: bool) -> bytes:
    words = Words(title="What was found", lines=(("Batch", "people.csv"),))
    stream = io.BytesIO()
    workbook(stream, tables, marks, HEADINGS, words, rows_are_lines=more.get("lines", True))
    return stream.getvalue()


def test_rows_stand_where_they_were_read() -> None:
    book = opened(made([table([(3, ["a", "b"]), (5, [None, "d"])], labels=True)], []))
    rows = book.get_sheet_by_name("People").to_python(skip_empty_area=False)
    assert rows[0] == ["column 0", "column 1"]
    assert rows[1] == ["Label 0", "Label 1"]
    assert (rows[2], rows[3], rows[4]) == (["a", "b"], ["", ""], ["", "d"])


def test_submissions_without_lines_are_written_one_below_the_other() -> None:
    book = opened(made([table([(1, ["a"]), (1, ["b"]), (9, ["c"])])], [], lines=False))
    assert len(book.get_sheet_by_name("People").to_python()) == 3


def test_every_problem_stands_in_the_summary_with_a_way_to_its_first_cell() -> None:
    content = made([table([(2, ["x", "1"]), (3, ["y", "2"])])], [mark(2, "A"), mark(3, "A", severity="warning")])
    rows = opened(content).get_sheet_by_name("Summary").to_python()
    flat = [cell for row in rows for cell in row]
    assert flat.count("“…” is not a number.") == 2
    assert "'People'!A2" in flat
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        comments = archive.read(
            "xl/comments2.xml" if "xl/comments2.xml" in archive.namelist() else "xl/comments1.xml"
        ).decode()
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "Write digits only." in comments
    assert len(set(re.findall(r'<c r="[AB][23]" s="(\d+)"', sheet))) == 3  # plain, red, amber


def test_a_problem_of_a_sheet_that_is_not_sent_back_is_counted_without_a_way() -> None:
    content = made([table([(2, ["x", "1"])])], [mark(2, "A", sheet="Elsewhere")])
    flat = [cell for row in opened(content).get_sheet_by_name("Summary").to_python() for cell in row]
    assert "“…” is not a number." in flat
    assert not any("!A2" in str(cell) for cell in flat)


def test_nothing_found_is_said_too() -> None:
    assert "Nothing was found." in str(opened(made([table([(2, ["x"])])], [])).get_sheet_by_name("Summary").to_python())


def test_forbidden_values_do_not_travel_back() -> None:
    content = made([table([(2, ["16.866 96.195", "b"])])], [mark(2, "A", severity="quarantine", value="")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(b"16.866" not in archive.read(name) for name in archive.namelist())


def test_every_column_that_fed_a_forbidden_field_is_emptied() -> None:
    rows = [(2, ["16.866", "96.195", "b"]), (3, [None, None, "c"])]
    marks = [
        mark(2, "A", severity="quarantine", value=""),
        mark(2, "", severity="warning"),
        mark(9, "A"),
        mark(2, "A", sheet="Gone"),
    ]
    stream = io.BytesIO()
    workbook(stream, [table(rows)], marks, {}, Words(), rows_are_lines=True, feeding={("People", "A"): ["A", "B"]})
    assert opened(stream.getvalue()).get_sheet_by_name("People").to_python()[1:] == [["", "", "b"], ["", "", "c"]]


def test_only_so_many_cells_have_notes_and_stand_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.collection.rules.workbook.MOST_NOTES", 1)
    monkeypatch.setattr("banyan.people.collection.rules.workbook.MOST_LISTED", 1)
    content = made([table([(2, ["x", "1"]), (3, ["y", "2"])])], [mark(2, "A"), mark(3, "A")])
    listed = opened(content).get_sheet_by_name("Findings").to_python()
    assert len(listed) == 3
    assert "Only the first 1" in str(listed[2])


def test_columns_without_letters_stand_side_by_side() -> None:
    headers = (Header(0, "", "first"), Header(1, "", "second"))
    frame = pl.DataFrame({"c0": ["a"], "row": [2]}, schema={"c0": pl.String, "row": pl.Int32})
    book = opened(made([Table("", headers, frame)], []))
    assert book.get_sheet_by_index(1).to_python() == [["first", "second"], ["a", ""]]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_cell_can_run(value: str) -> None:
    content = made([table([(2, [value, value])])], [mark(2, "B", value=value)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [
            archive.read(name).decode()
            for name in archive.namelist()
            if "worksheets/sheet" in name and name.endswith(".xml")
        ]
    assert all("<f>" not in sheet and "<f " not in sheet for sheet in sheets)
    row = opened(content).get_sheet_by_name("People").to_python()[1]
    assert row == [safe(value), safe(value)]


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=60)
def test_names_of_sheets_are_such_as_excel_takes(names: list[str]) -> None:
    found = sheet_names(names, ("Summary", "Findings"))
    taken = ["summary", "findings", *(name.casefold() for name in found)]
    assert len(set(taken)) == len(taken)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in found)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=2, max_size=2), max_size=5))
@settings(max_examples=40, deadline=None)
def test_whatever_the_cells_hold_the_workbook_opens(rows: list[list[str | None]]) -> None:
    numbered = [(number, values) for number, values in enumerate(rows, 2)]
    content = made([table(numbered)], [mark(number, "A", value=str(values[0])) for number, values in numbered])
    assert opened(content).sheet_names == ["Summary", "People", "Findings"]
