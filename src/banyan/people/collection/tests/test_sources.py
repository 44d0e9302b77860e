"""Reading files of every kind: what a person would read stands in the cells, and nothing hostile gets further."""

import csv
import io
import zipfile
from datetime import datetime

import orjson
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.collection.sources import Unreadable, delimited, read, read_files


def workbook(*sheets, hidden=(), **options) -> bytes:
    """An XLSX of (name, rows); a cell (value, format) is written with that number format, "=…" as a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write(y, x, cell[0], book.add_format({"num_format": cell[1]}))
                    elif isinstance(cell, str) and not cell.startswith("="):
                        sheet.write_string(y, x, cell)
                    elif cell is not None:
                        sheet.write(y, x, cell)
    return buffer.getvalue()


def cells(table) -> list[list[str | None]]:
    return [list(row) for row in table.frame.select([f"c{h.position}" for h in table.headers]).rows()]


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in files.items():
            parcel.writestr(name, content)
    return buffer.getvalue()


def outcome(content: bytes) -> str | tuple:
    """The tables of a file, or the reason why there are none."""
    try:
        return read(content).tables
    except Unreadable as error:
        return str(error.reason)


DAY = (datetime(1990, 5, 2), "yyyy-mm-dd")  # noqa: DTZ001 — spreadsheets know no zones


class TestWorkbooks:
    def test_cells_read_as_a_person_reads_them(self):
        rows = [
            ["full_name", "sex", "birth_date", "phone_no", "head", "size", "seen"],
            ["Aung", "M", DAY, 959123456789, True, 4.0, (datetime(2024, 1, 2, 13, 30, 15), "dd/mm/yyyy hh:mm")],  # noqa: DTZ001
            ["Su", "F", DAY, 9.59123456789e11, False, 2.5, (0.5, "hh:mm")],
        ]
        (table,) = read(workbook(("People", rows))).tables
        assert cells(table) == [
            ["Aung", "M", "1990-05-02", "959123456789", "TRUE", "4", "2024-01-02 13:30:15"],
            ["Su", "F", "1990-05-02", "959123456789", "FALSE", "2.5", "12:00:00"],
        ]

    def test_days_count_from_1904_in_old_mac_workbooks(self):
        (table,) = read(workbook(("A", [["full_name", "birth_date"], ["Aung", DAY]]), date_1904=True)).tables
        assert cells(table) == [["Aung", "1990-05-02"]]

    def test_titles_merged_headings_and_blank_rows_above_the_names(self):
        rows = [
            ["Registration list of Camp A"], [], ["Person", None, "Contact", None],
            ["full_name", "sex", "phone", "address"], [], ["Aung", "M", "0912345678", "Block 3"], [], ["Su", "F", None, None],
        ]  # fmt: skip
        (table,) = read(workbook(("List", rows))).tables
        assert [(h.letter, h.name, h.label) for h in table.headers] == [
            ("A", "full_name", "Person"), ("B", "sex", "Person"), ("C", "phone", "Contact"), ("D", "address", "Contact"),
        ]  # fmt: skip
        assert table.frame["row"].to_list() == [6, 8]

    def test_names_beneath_labels(self):
        rows = [["Full name", "Date of birth", "Sex of person"], ["full_name", "birth_date", "sex"], ["Aung", DAY, "M"]]
        (table,) = read(workbook(("List", rows))).tables
        assert [(h.name, h.label) for h in table.headers][1] == ("birth_date", "Date of birth")
        assert table.frame.height == 1

    def test_a_first_person_is_no_label_row(self):
        rows = [["full_name", "village", "relation"], ["Full Su", "Kan village", "Wife"], ["Su", "B", "Wife"]]
        (table,) = read(workbook(("List", rows))).tables
        assert table.frame.height == 2

    def test_empty_columns_before_the_first_keep_their_letters(self):
        rows = [[None, None, "full_name", "sex"], [None, None, "Aung", "M"]]
        (table,) = read(workbook(("List", rows))).tables
        assert [h.letter for h in table.headers] == ["C", "D"]
        assert [h.position for h in table.headers] == [0, 1]

    def test_formulas_are_read_by_value_and_errors_are_told(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet("A")
            sheet.write_row(0, 0, ["full_name", "age", "note"])
            sheet.write_row(1, 0, ["Aung"])
            sheet.write_formula(1, 1, "=30+4", None, 34)
            sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        reading = read(buffer.getvalue())
        assert cells(reading.tables[0]) == [["Aung", "34", "#DIV/0!"]]
        assert {note.code: note.parameters["value"] for note in reading.notes} == {
            "collection.formula_cells": "B2", "collection.error_cells": "#DIV/0!",
        }  # fmt: skip

    def test_text_that_looks_like_a_formula_stays_text(self):
        rows = [["full_name", "note"], ["Aung", "+95 9 123"], ["Su", "-"], ["Hla", "@home"]]
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet("A")
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    sheet.write_string(y, x, cell)
            sheet.write_string(4, 0, "=HYPERLINK(1)")
        (table,) = read(buffer.getvalue()).tables
        assert [row[1] for row in cells(table)] == ["+95 9 123", "-", "@home", None]
        assert cells(table)[3][0] == "=HYPERLINK(1)"

    def test_hidden_sheets_are_read_and_told(self):
        content = workbook(("A", [["full_name"], ["Aung"]]), ("B", [["full_name"], ["Su"]]), hidden=("B",))
        reading = read(content)
        assert [table.name for table in reading.tables] == ["A", "B"]
        assert [note.code for note in reading.notes] == ["collection.hidden_sheet"]

    def test_kobo_index_columns_join_the_sheets(self):
        content = workbook(
            ("Survey", [["hh_name", "_uuid", "_index"], ["Family A", "u-1", 1], ["Family B", "u-2", 2]]),
            (
                "member",
                [
                    ["full_name", "_index", "_parent_table_name", "_parent_index"],
                    ["Aung", 1, "Survey", 2],
                    ["Su", 2, "Survey", 1],
                ],
            ),
            ("illness", [["illness_name", "_index", "_parent_table_name", "_parent_index"], ["cough", 1, "member", 2]]),
        )
        survey, member, illness = read(content).tables
        assert survey.frame["own"].to_list() == ["u-1", "u-2"]
        assert member.frame["parent"].to_list() == ["u-2", "u-1"]
        assert illness.frame["parent"].to_list() == [member.frame["own"].to_list()[1]]

    def test_error_cells_beyond_the_rows_read_do_no_harm(self):
        content = workbook(("A", [["full_name"], ["Aung"]]))
        parts = {
            name: zipfile.ZipFile(io.BytesIO(content)).read(name)
            for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        }
        sheet = parts["xl/worksheets/sheet1.xml"]
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(
            b"</sheetData>", b'<row r="90"><c r="A90" s="1" t="e"><v>#N/A</v></c></row></sheetData>'
        )
        assert read(archive(parts)).tables[0].frame.height >= 1


class TestText:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_any_delimiter_and_encoding(self, delimiter, encoding):
        text = (
            delimiter.join(["full_name", "address", "phone"])
            + "\n"
            + delimiter.join(["အောင်", "No 3", "09123456"])
            + "\n"
        )
        reading = read(text.encode(encoding), "list.csv")
        assert (reading.delimiter, reading.encoding) == (delimiter, encoding.removesuffix("-sig"))
        assert cells(reading.tables[0]) == [["အောင်", "No 3", "09123456"]]

    def test_a_declared_delimiter_counts(self):
        reading = read(b"sep=;\nfull_name;note\nAung;a,b,c\n")
        assert reading.delimiter == ";"
        assert cells(reading.tables[0]) == [["Aung", "a,b,c"]]
        assert reading.tables[0].frame["row"].to_list() == [3]

    def test_rows_of_unequal_length_lose_nothing(self):
        (table,) = read(b"full_name,sex\nAung,M\nSu,F,extra\nHla\n").tables
        assert cells(table) == [["Aung", "M", None], ["Su", "F", "extra"], ["Hla", None, None]]

    def test_quoted_line_breaks_and_stray_quotes(self):
        (table,) = read(b'full_name,address\nAung,"No 3\n\nOld street"\nSu,5" pipe lane\n').tables
        assert cells(table) == [["Aung", "No 3\n\nOld street"], ["Su", '5" pipe lane']]

    def test_one_column_is_a_table(self):
        (table,) = read(b"full_name\nAung\nSu\n").tables
        assert cells(table) == [["Aung"], ["Su"]]

    def test_numbers_of_rows_count_blank_lines(self):
        (table,) = read(b"full_name,sex\n\nAung,M\n").tables
        assert table.frame["row"].to_list() == [3]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.lists(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=8).map(lambda t: f"x{t}y"), min_size=3, max_size=3),
            min_size=2, max_size=6,
        ),
        st.sampled_from(delimited.DELIMITERS),
    )  # fmt: skip
    def test_what_a_program_wrote_is_read_back(self, rows, delimiter):
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
        writer.writerow(["full_name", "address", "phone"])
        writer.writerows(rows)
        reading = read(buffer.getvalue().encode())
        assert reading.delimiter == delimiter
        assert cells(reading.tables[0]) == rows

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=300))
    def test_any_text_is_read_or_refused_with_a_reason(self, text):
        assert outcome(text.encode("utf-8", "surrogatepass"))

    @settings(max_examples=60, deadline=None)
    @given(
        st.binary(max_size=300),
        st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08", b"<", b"{", b"["]),
    )
    def test_any_bytes_are_read_or_refused_with_a_reason(self, content, start):
        assert outcome(start + content)


class TestKoboJson:
    RECORD = {
        "_id": 7, "_uuid": "u-7", "formhub/uuid": "f", "_xform_id_string": "aXY", "_submission_time": "2024-05-01T10:00:00",
        "hh/size": 3, "hh/water": 2.5, "hh/happy": True, "hh/where": "16.8 96.1 0 0", "_geolocation": [16.8, 96.1],
        "_attachments": [{"download_url": "https://x/y"}], "needs": "food water",
        "member": [
            {"member/name": "Aung", "member/illness": [{"member/illness/what": "cough"}]},
            {"member/name": "Su"},
        ],
    }  # fmt: skip

    @pytest.mark.parametrize(
        "wrap",
        [lambda r: {"count": 1, "next": None, "results": [r]}, lambda r: [r], lambda r: r, lambda r: {"value": [r]}],
    )
    def test_list_page_and_single_object(self, wrap):
        reading = read(orjson.dumps(wrap(self.RECORD)))
        assert reading.kind == "kobo-json"
        assert reading.form_hint == "aXY"
        main, member, illness = reading.tables
        values = {h.path: main.frame[f"c{h.position}"][0] for h in main.headers}
        assert (values["hh/size"], values["hh/water"], values["hh/happy"]) == ("3", "2.5", "TRUE")
        assert values["_geolocation"] == "16.8 96.1"
        assert "_attachments" not in values
        assert main.frame["uid"].to_list() == ["u-7"]
        assert (member.name, illness.name) == ("member", "member/illness")
        assert member.frame["parent"].to_list() == ["u-7", "u-7"]
        assert illness.frame["parent"].to_list() == [member.frame["own"].to_list()[0]]

    def test_an_edit_keeps_the_first_id(self):
        reading = read(orjson.dumps([{"_uuid": "new", "meta/deprecatedID": "uuid:old", "name": "x"}]))
        assert reading.tables[0].frame["uid"].to_list() == ["old"]
        reading = read(
            orjson.dumps([{"_uuid": "new", "meta/rootUuid": "uuid:root", "meta/deprecatedID": "uuid:old", "name": "x"}])
        )
        assert reading.tables[0].frame["uid"].to_list() == ["root"]

    def test_numbers_keep_their_digits(self):
        (table,) = read(b'[{"a": 959123456789.0, "b": 1e21, "c": 0.1, "d": -3, "e": "", "f": "  x "}]').tables
        assert cells(table) == [["959123456789", "1000000000000000000000", "0.1", "-3", None, "x"]]

    @pytest.mark.parametrize("content", [b"{}", b"[]", b"[1, 2]", b'{"a": ', b'[{"a": 1}, 2]', b"[" * 5000])
    def test_what_is_no_export_is_said(self, content):
        with pytest.raises(Unreadable):
            read(content)


class TestArchives:
    XML = b"<f id='f'><name>%s</name><photo>p%d.jpg</photo><meta><instanceID>uuid:%d</instanceID></meta></f>"

    def test_submissions_with_their_photos(self):
        content = archive(
            {
                "i/1/submission.xml": self.XML % (b"Aung", 1, 1), "i/1/p1.jpg": b"\xff\xd8\xff1",
                "i/2/submission.xml": self.XML % (b"Su", 2, 2), "i/2/p2.jpg": b"\xff\xd8\xff2", "__MACOSX/i/._x": b"junk",
            }
        )  # fmt: skip
        reading = read(content, "instances.zip")
        assert reading.tables[0].frame["uid"].to_list() == ["1", "2"]
        assert reading.media == {"p1.jpg": b"\xff\xd8\xff1", "p2.jpg": b"\xff\xd8\xff2"}

    def test_photos_beside_a_file(self):
        reading = read_files([("a.csv", b"full_name,photo\nAung,a.jpg\n"), ("a.jpg", b"\xff\xd8\xffx")])
        assert list(reading.media) == ["a.jpg"]

    def test_two_attachments_of_one_name_are_not_mixed_up(self):
        content = archive(
            {"1/s.xml": self.XML % (b"A", 1, 1), "1/p.jpg": b"\xff\xd8\xff1", "2/p.jpg": b"\xff\xd8\xff2"}
        )
        reading = read(content)
        assert [note.code for note in reading.notes] == ["collection.attachment_left"]

    def test_several_tables_of_one_name_are_told_apart(self):
        reading = read_files([("a.csv", b"full_name,sex\nAung,M\n"), ("a.csv", b"full_name,sex\nSu,F\n")])
        assert [table.name for table in reading.tables] == ["a.csv", "a.csv (2)"]

    def test_a_bad_file_among_good_ones_is_noted(self):
        reading = read_files([("a.csv", b"full_name,sex\nAung,M\n"), ("b.xml", b"<broken"), ("c.json", b"{nothing")])
        assert [note.parameters["file"] for note in reading.notes] == ["b.xml", "c.json"]
        reading = read_files([("a.xml", self.XML % (b"A", 1, 1)), ("b.xml", b"<broken")])
        assert [note.code for note in reading.notes] == ["collection.file_unread"]


class TestXml:
    def test_container_of_the_api(self):
        content = b"<root><count>2</count><results><f id='x'><a>1</a></f><f id='x'><a>2</a></f></results></root>"
        assert cells(read(content).tables[0]) == [["1"], ["2"]]

    def test_control_characters_are_left_out_and_told(self):
        reading = read(b"<f id='x'><a>one\x0btwo</a><b>&#11;x</b></f>")
        assert cells(reading.tables[0]) == [["onetwo", "x"]]
        assert [note.code for note in reading.notes] == ["collection.characters_removed"]

    def test_the_definition_of_a_form_is_not_taken_for_answers(self):
        survey = ("survey", [["type", "name", "label"], ["text", "full_name", "Full name"], ["text", "sex", "Sex"]])
        with pytest.raises(Unreadable) as caught:
            read(workbook(survey, ("choices", [["list_name", "name"], ["sex", "male"]])), "form.xlsx")
        assert "definition of a form" in str(caught.value.reason)
        assert read(workbook(survey, ("notes", [["text", "by"], ["hello", "me"]]))).tables

    def test_encrypted_submissions_are_explained(self):
        secret = b'<data id="f" encrypted="yes"><base64EncryptedKey>k</base64EncryptedKey><meta><instanceID>uuid:9</instanceID></meta></data>'
        with pytest.raises(Unreadable) as caught:
            read(secret)
        assert "encrypted" in str(caught.value.reason)
        reading = read_files([("a.xml", b"<f id='f'><a>1</a></f>"), ("b.xml", secret)])
        assert reading.tables[0].frame.height == 1
        assert [note.code for note in reading.notes] == ["collection.file_unread"]

    def test_an_encrypted_one_among_others_in_one_file(self):
        content = b'<root><results><f id="f"><a>1</a></f><f id="f" encrypted="yes"><x/></f></results></root>'
        assert [note.code for note in read(content).notes] == ["collection.encrypted_submission"]


class TestSeveralSubmissions:
    def test_those_of_one_form_are_one_table_whatever_their_files(self):
        reading = read_files(
            [
                ("1.json", orjson.dumps({"_xform_id_string": "a", "_uuid": "1", "name": "A", "m": [{"m/x": 1}]})),
                ("2.json", orjson.dumps([{"_xform_id_string": "a", "_uuid": "2", "name": "B"}])),
                ("3.xml", b"<f id='a'><name>C</name><m><x>2</x></m><m><x>3</x></m></f>"),
            ]
        )
        assert [(table.name, table.frame.height) for table in reading.tables] == [("", 3), ("m", 3)]

    def test_those_of_different_forms_stay_apart(self):
        reading = read_files([("1.xml", b"<f id='a'><x>1</x></f>"), ("2.xml", b"<g id='b'><y>1</y></g>")])
        assert [table.name for table in reading.tables] == ["", " (2)"]
