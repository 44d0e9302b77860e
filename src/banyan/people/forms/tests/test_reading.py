"""Files as they really arrive: other endings, other kinds, damaged, locked, hostile."""

import datetime
import io
import zipfile
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineError, PasswordError

from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.converting import converted, schema_of
from banyan.people.forms.rules.mending import Change
from banyan.people.forms.rules.workbook import Sheet, Workbook
from banyan.people.forms.workbooks import reading
from banyan.people.forms.workbooks.reading import as_text, read_workbook
from banyan.people.forms.workbooks.writing import workbook_file
from banyan.platform.kernel.problems import Problem

GOOD = Workbook("xlsx", (
    Sheet("survey", (("type", "name", "label"), ("text", "a", "=HYPERLINK(\"http://x\")"), ("note", "../../etc/passwd", "@SUM(1)"))),
    Sheet("notes", (("x",),), hidden=True),
))  # fmt: skip
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
CELL = '<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def archive(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return stream.getvalue()


def workbook_with(sheet, head=""):
    """The smallest XLSX there is, with this sheet."""
    return archive({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": head + SHEET.format(sheet),
    })  # fmt: skip


def far_apart():
    cells = CELL.format(row=1, place="A1", text="type") + CELL.format(row=1_048_576, place="XFD1048576", text="x")
    return workbook_with(cells)


def bomb():
    return archive({"xl/workbook.xml": "", "xl/worksheets/sheet1.xml": b" " * 500_000_000})


def many_parts():
    return archive({f"xl/{number}.xml": "" for number in range(5_100)})


def locked():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


HOSTILE = [
    ("nothing", b"", "file_empty"),
    ("blanks", b" \n\t ", "file_empty"),
    ("words", b"not a workbook at all", "file_unknown"),
    ("a web page", b"<html><table><tr><td>type</td></tr></table></html>", "file_unknown"),
    ("JSON", b'{"survey": []}', "file_unknown"),
    ("bytes", bytes(range(256)) * 10, "file_unknown"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(500), "file_unknown"),
    ("CSV of something else", b"country,date\nMM,2020\n", "file_unknown"),
    ("Excel 4", b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(100), "file_too_old"),
    ("Excel 2", b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(100), "file_too_old"),
    ("half an archive", workbook_file(GOOD)[:700], "file_broken"),
    ("an archive of nothing", archive({}), "file_unknown"),
    ("an archive of something else", archive({"a.txt": "x"}), "file_broken"),
    ("half an XLS", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400), "file_broken"),
    ("locked", locked(), "file_protected"),
    ("cells far apart", far_apart(), "file_too_many_cells"),
    ("many parts", many_parts(), "file_broken"),
    ("empty workbook", workbook_with(""), "file_empty"),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "content", "code"), HOSTILE, ids=[row[0] for row in HOSTILE])
@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_what_is_no_form_is_refused_in_words(_name, content, code, ending):
    with pytest.raises(Problem) as caught:
        read_workbook(f"form.{ending}", content)
    assert caught.value.code == f"forms.{code}"
    assert caught.value.detail
    assert caught.value.mend


def test_what_would_burst_is_not_unpacked():
    with pytest.raises(Problem) as caught:
        read_workbook("bomb.xlsx", bomb())
    assert caught.value.code == "forms.file_broken"


def test_files_beyond_the_limits(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 1_000)
    with pytest.raises(Problem) as caught:
        read_workbook("a.xlsx", workbook_file(GOOD))
    assert caught.value.code == "forms.file_too_large"


@pytest.mark.parametrize(
    "content", [workbook_file(GOOD), b"survey,,\n,type,name\n,text,a\n", b"type,name,label\ntext,a,A\n"]
)
def test_more_cells_than_a_form_can_need(content, monkeypatch):
    monkeypatch.setattr(reading, "MOST_CELLS", 4)
    with pytest.raises(Problem) as caught:
        read_workbook("a.xlsx", content)
    assert caught.value.code == "forms.file_too_many_cells"


def test_a_rectangle_too_large_behind_a_reader(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_RECTANGLE", 3)
    monkeypatch.setattr(reading, "_check_corners", lambda _name, _content: None)
    with pytest.raises(Problem) as caught:
        read_workbook("a.xlsx", workbook_file(GOOD))
    assert caught.value.code == "forms.file_too_many_cells"


def test_entities_of_xml_are_not_followed():
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/hostname"><!ENTITY lol "lollollol">]>'
    content = workbook_with(CELL.format(row=1, place="A1", text="type&leak;&lol;"), head)
    with suppress(Problem):  # to refuse it is as good
        text = read_workbook("a.xlsx", content).sheets[0].text(1, 0)
        with open("/etc/hostname", encoding="utf-8") as file:
            assert file.read().strip() not in text
        assert "lollol" not in text


def test_the_smallest_workbook_is_read():
    assert read_workbook("a.xlsx", workbook_with(CELL.format(row=1, place="A1", text="type"))).sheets[0].rows == (
        ("type",),
    )


def test_formulas_and_paths_stay_text():
    book = read_workbook("x.xls", workbook_file(GOOD))
    assert book.kind == "xlsx"
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("survey", False), ("notes", True)]
    assert book.sheets[0].rows == GOOD.sheets[0].rows
    assert [finding.code for finding in check(book) if finding.severity == "error"] == ["name_malformed"]


def test_the_last_calculated_value_of_a_formula_is_read():
    stream = io.BytesIO()
    file = xlsxwriter.Workbook(stream)
    page = file.add_worksheet("survey")
    page.write_row(0, 0, ["type", "name", "label"])
    page.write_row(1, 0, ["text", "a"])
    page.write_formula(1, 2, '="A"&"B"', None, "AB")
    file.close()
    assert read_workbook("a.xlsx", stream.getvalue()).sheets[0].text(2, 2) == "AB"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (1.5, "1.5"), (True, "TRUE"), (False, "FALSE"), ("  a\xa0b ", "a b"), (datetime.date(2020, 1, 2), "2020-01-02 00:00:00"),
        (datetime.datetime(2020, 1, 2, 3, 4, tzinfo=None), "2020-01-02 03:04:00"), (datetime.time(3, 4), "03:04:00"), (7, "7"),  # noqa: DTZ001 — as a workbook has them
    ],
)  # fmt: skip
def test_cells_as_people_read_them(value, text):
    assert as_text(value) == text


class TestText:
    def test_one_table_is_the_survey(self):
        book = read_workbook("form.xls", "type;name;label\ntext;a;Größe\n".encode("cp1252"))
        assert (book.kind, book.table("survey").rows[0].text("label")) == ("csv", "Größe")

    def test_sheets_below_each_other(self):
        text = (
            'survey,,,\n,type,name,label\n,select_one yn,a,"A, or B"\nchoices,,,\n,list_name,name,label\n,yn,yes,Yes\n'
        )
        book = read_workbook("form.csv", text.encode())
        assert [sheet.name for sheet in book.sheets] == ["survey", "choices"]
        assert converted(book).xform

    def test_broken_quotation_marks(self):
        with pytest.raises(Problem) as caught:
            read_workbook("form.csv", b"type,name,label\n" + b'"' + b"x" * 1_100_000)
        assert caught.value.code == "forms.file_broken"


class TestTables:
    def test_a_single_sheet_is_the_survey_whatever_its_name(self):
        book = Workbook("xlsx", (Sheet("Sheet1", (("type", "name", "label"), ("text", "a", "A"))),))
        assert schema_of(book, "My form.xlsx").form_id == "My form"
        assert converted(book, "My form").xform

    def test_columns_far_to_the_right_are_not_read(self):
        book = Workbook(
            "xlsx", (Sheet("survey", (("type", "name", *[""] * 30, "label"), ("text", "a", *[""] * 30, "A"))),)
        )
        assert not book.table("survey").has("label")

    def test_headers_of_every_spelling(self):
        headers = ("Type", "name", "label::English (en)", "label:French", "label::العربية", "media::image::en", "bind::relevant", "Constraint Message",
                   "constraint_message::French", "caption", "list name", "hxl", "instance::odk:length", "repeat_count", "required message")  # fmt: skip
        table = Workbook("xlsx", (Sheet("survey", (headers,)), Sheet("x"))).table("survey")
        assert [(column.role, column.language) for column in table.columns] == [
            ("type", ""), ("name", ""), ("label", "English (en)"), ("label:French", ""), ("label", "العربية"), ("image", "en"), ("relevant", ""),
            ("constraint_message", ""), ("constraint_message", "French"), ("label", ""), ("list_name", ""), ("hxl", ""), ("instance", ""),
            ("repeat_count", ""), ("required_message", ""),
        ]  # fmt: skip

    def test_single_colons_count_where_there_are_no_double_ones(self):
        table = Workbook(
            "xlsx",
            (Sheet("survey", (("type", "name", "label:English", "jr:count", "bind:jr:constraintMsg"),)), Sheet("x")),
        ).table("survey")
        assert [(column.role, column.language) for column in table.columns][2:] == [
            ("label", "English"),
            ("repeat_count", ""),
            ("constraint_message", ""),
        ]

    def test_older_forms_name_themselves_in_the_survey(self):
        rows = (("type", "name"), ("form_title", "Old form"), ("form_id", "old"), ("start", "begun"))
        schema = schema_of(Workbook("xls", (Sheet("survey", rows),)))
        assert (schema.title, schema.form_id) == ("Old form", "old")

    def test_other_sheets_keep_their_columns(self):
        book = Workbook(
            "xlsx", (Sheet("survey", (("type", "name"),)), Sheet("entities", (("list_name", "label"), ("trees", "x"))))
        )
        assert book.table("entities").rows[0].text("list_name") == "trees"


def test_changes_are_coloured_explained_and_listed():
    changes = [
        Change("survey", 2, "B", "a", "b"),
        Change("survey", 2, "B", "b", "c"),
        Change("survey", 3, "A", "x", ""),
        Change("old", 0, "", "old", "survey"),
    ]
    book = Workbook("xlsx", (Sheet("survey", (("type", "name"), ("text", "c"), ("", "y"))),))
    content = workbook_file(book, changes, {"note": "Before:"})
    listed = read_workbook("x.xlsx", content).sheets[-1]
    assert (listed.name, listed.rows[1:]) == ("_changes", (("survey", "2", "B", "a", "c"), ("survey", "3", "A", "x")))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert "Before: a" in parts.read("xl/comments1.xml").decode()


def test_names_of_sheets_that_xlsx_does_not_take():
    names = ("a/b", "a:b", "'q'", "x" * 40, "x" * 41, "_changes", "''")
    book = Workbook("ods", tuple(Sheet(name, (("x",),)) for name in names))
    written = read_workbook("x.xlsx", workbook_file(book, [Change("a/b", 1, "A", "", "x")]))
    assert [sheet.name for sheet in written.sheets] == [
        "a_b",
        "a_b_2",
        "q",
        "x" * 31,
        "x" * 28 + "_2",
        "sheet",
        "_changes",
    ]


def test_a_workbook_without_sheets_is_one_all_the_same():
    assert workbook_file(Workbook("xlsx", ()))
    hidden = workbook_file(Workbook("xlsx", (Sheet("a", (("x",),), hidden=True),)))
    assert not read_workbook("x.xlsx", hidden).sheets[0].hidden


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\xa0\ufffe\uffff"), max_size=12
).map(str.strip)


@given(st.lists(st.lists(TEXTS, max_size=5), max_size=6))
def test_what_is_written_is_read_again(rows):
    kept = [list(row) for row in rows]
    for row in kept:
        while row and not row[-1]:
            row.pop()
    while kept and not kept[-1]:
        kept.pop()
    if not any(map(any, kept)):
        return
    book = Workbook("xlsx", (Sheet("survey", tuple(map(tuple, kept))),))
    again = read_workbook("x.xlsx", workbook_file(book)).sheets[0].rows
    width = max(map(len, kept))
    padded = [[*row, *[""] * (width - len(row))] for row in again]
    assert padded == [[*row, *[""] * (width - len(row))] for row in kept]


class TestReaders:
    @pytest.mark.parametrize(
        ("error", "code"),
        [(PasswordError("locked"), "file_protected"), (CalamineError("Workbook is password protected"), "file_protected"), (CalamineError("odd"), "file_broken")],
    )  # fmt: skip
    def test_what_the_reader_refuses(self, monkeypatch, error, code):
        class Reader:
            @staticmethod
            def from_filelike(_stream):
                raise error

        monkeypatch.setattr(reading, "CalamineWorkbook", Reader)
        with pytest.raises(Problem) as caught:
            read_workbook("a.xlsx", workbook_file(GOOD))
        assert caught.value.code == f"forms.{code}"

    def test_a_sheet_that_breaks_while_it_is_read(self, monkeypatch):
        def broken(_sheet):
            raise ValueError("row 3")

        monkeypatch.setattr(reading, "_from_first_cell", broken)
        with pytest.raises(Problem) as caught:
            read_workbook("a.xlsx", workbook_file(GOOD))
        assert caught.value.code == "forms.file_broken"

    def test_sheets_that_are_pictures_are_passed_over(self):
        stream = io.BytesIO()
        file = xlsxwriter.Workbook(stream)
        page = file.add_worksheet("survey")
        page.write_row(0, 0, ["type", "name"])
        chart = file.add_chart({"type": "line"})
        chart.add_series({"values": "=survey!$A$1:$B$1"})
        file.add_chartsheet("chart").set_chart(chart)
        file.close()
        assert [sheet.name for sheet in read_workbook("a.xlsx", stream.getvalue()).sheets] == ["survey"]

    def test_empty_rows_at_the_end_go(self):
        assert read_workbook("a.csv", b"type,name\ntext,a\n,\n,\n").sheets[0].rows == (("type", "name"), ("text", "a"))
