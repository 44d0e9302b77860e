"""Files as people upload them: every kind of bad input is told, nothing is guessed silently."""

import gzip
import io
import zipfile

import pytest
import xlsxwriter

from banyan.platform.kernel.problems import Problem
from banyan.reference.places import sources
from banyan.reference.places.outlines import area_km2, outlines_of


def workbook(rows, *, name="Places", formula=None, hidden=False):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("First").write(0, 0, "Notes")
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if formula:
        sheet.write_formula(*formula)
    if hidden:
        sheet.hide()
    book.close()
    return stream.getvalue()


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sources.LARGEST_UNPACKED + 1))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "file_empty"),
        ("blank.csv", b" \n\n", "file_empty"),
        ("header-only.csv", b"P-code,Name\n", "file_empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_unknown"),
        ("nul.csv", b"P-code,Name\nA\x001,x\n", "file_unknown"),
        ("damaged.xlsx", b"PK\x03\x04 not a workbook", "file_broken"),
        ("damaged.csv.gz", b"\x1f\x8b broken", "file_broken"),
        ("other.json", b'{"type": "Feature"}', "file_unknown"),
        ("broken.json", b'{"type": ', "file_broken"),
        ("utf16.csv", b"\xff\xfe\x00", "file_encoding"),
    ],
)
def test_files_that_cannot_be_read(name, content, code):
    with pytest.raises(Problem) as caught:
        sources.read_tables(name, content)
    assert caught.value.code == f"places.{code}"
    assert caught.value.mend


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(Problem) as caught:
        sources.read_tables("list.xlsx", bomb())
    assert caught.value.code == "places.file_unpacks_too_large"


def test_too_large(monkeypatch):
    monkeypatch.setattr(sources, "LARGEST_FILE", 10)
    for content in (b"P-code,Name\nA1,One\n", gzip.compress(b"x" * 50)):
        with pytest.raises(Problem) as caught:
            sources.read_tables("x.csv", content)
        assert caught.value.code in ("places.file_too_large", "places.file_unpacks_too_large")


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(sources, "MOST_ROWS", 1)
    with pytest.raises(Problem) as caught:
        sources.read_tables("x.csv", b"P-code,Name\nA1,One\nA2,Two\n")
    assert caught.value.code == "places.too_many_rows"


def test_content_decides_not_the_name():
    (table,) = sources.read_tables("places.xlsx", b"P-code;Name\nA1;One\n")
    assert table.headers == ("P-code", "Name")
    assert [table.label for table in sources.read_tables("places.csv", workbook([["P-code", "Name"], ["A1", "One"]]))][
        -1
    ] == "places.csv: Places"


def test_row_numbers_are_those_of_the_spreadsheet():
    rows = [["A list"], [], ["P-code", "Name"], ["A1", "One"], [], ["A2", "Two"]]
    table = sources.read_tables("x.xlsx", workbook(rows))[-1]
    assert table.frame["row"].to_list() == [4, 6]
    (table,) = sources.read_tables("x.csv", b"A list,\n,\nP-code,Name\nA1,One\n,\n#adm1+code,#adm1+name\nA2,Two\n")
    assert table.frame["row"].to_list() == [4, 7]


def test_formulas_and_hidden_sheets_are_noted():
    table = sources.read_tables(
        "x.xlsx", workbook([["P-code", "Name"], ["A1", "One"]], formula=(2, 1, "=1+1"), hidden=True)
    )[-1]
    assert {note.code for note in table.notes} == {"places.formula_cells", "places.hidden_sheet"}


def test_another_encoding_is_read_and_noted():
    (table,) = sources.read_tables(
        "x.csv", "P-code,Name\nA1,Région de l'Équateur côtière\nA2,Été à Nîmes\n".encode("cp1252")
    )
    assert table.notes[0].code == "places.encoding_guessed"


def test_ragged_rows_and_quotes():
    (table,) = sources.read_tables("x.csv", b'P-code,Name\nA1,One,more\nA2,"Two, the second"\n')
    assert table.frame.height == 2
    assert "Two, the second" in table.frame["1"].to_list()


def test_protected_workbook(shared_data):
    with pytest.raises(Problem) as caught:
        sources.read_tables("x.xlsx", (shared_data / "messy-files/password_protected_payment_list.xlsx").read_bytes())
    assert caught.value.code == "places.file_protected"


@pytest.mark.parametrize(
    ("file", "rows", "form"),
    [
        ("global-geo/irq_cod_ab_tabular.xlsx", [1, 18, 101, 294], ["levels"] * 4),
        ("myanmar-pcodes/mimu_pcodes_9.3_jan2021_all_levels_no_villages.xlsx", [20, 6, 82, 358, 536, 3524, 14047, 13], ["levels"] * 7 + ["other"]),
        ("myanmar-pcodes/mimu_pcodes_9.6_villages.csv", [72569], ["levels"]),
        ("global-geo/hdx_global_pcodes_adm1_adm2.csv", [32767], ["list"]),
        ("messy-files/csv_content_named_xls.xls", [3], ["other"]),
    ],
)  # fmt: skip
def test_real_files(shared_data, file, rows, form):
    tables = sources.read_tables(file, (shared_data / file).read_bytes())
    assert [table.frame.height for table in tables] == rows
    assert [table.shape.form for table in tables] == form


class TestOutlines:
    def test_repair_is_told_and_area_measured(self, shared_data):
        file = "myanmar-boundaries/mmr_adm3_mimu_v9.3_tiny.geojson"
        (table,) = sources.read_tables(file, (shared_data / file).read_bytes())
        good, bad = outlines_of(table, table.shape)
        assert (len(good), bad) == (330, [])
        assert [outline.repaired != "" for outline in good].count(True) == 1
        # Myanmar has 676,578 km² (CIA World Factbook); the drawing is coarse.
        assert sum(outline.area_km2 for outline in good) == pytest.approx(670_000, rel=0.02)

    @pytest.mark.parametrize(
        "geometry",
        [
            None,
            {"type": "Point", "coordinates": [1, 2]},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [[[500, 1], [501, 1], [501, 2], [500, 1]]]},
            {"type": "Polygon"},
        ],
    )
    def test_unusable(self, geometry):
        import orjson

        feature = {"type": "Feature", "properties": {"ADM1_PCODE": "A1", "ADM1_EN": "x"}, "geometry": geometry}
        (table,) = sources.read_tables("x.geojson", orjson.dumps({"type": "FeatureCollection", "features": [feature]}))
        good, bad = outlines_of(table, table.shape)
        assert (good, len(bad)) == ([], 1)

    def test_area_of_a_degree_at_the_equator(self):
        from shapely.geometry import box

        assert area_km2(box(0, 0, 1, 1)) == pytest.approx(12_364, rel=0.001)
