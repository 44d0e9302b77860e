"""Nothing hostile gets further than a plain reason, and nothing large into memory."""

import io
import zipfile

import pytest

from banyan.people.collection.sources import Unreadable, read, read_files
from banyan.people.collection.tests.test_sources import archive, workbook
from banyan.platform.kernel.uploads import letter_of

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><f id="x"><a>&b;</a></f>'
HOSTILE = {
    "nothing": b"",
    "blanks": b" \n\t \r\n",
    "a mark only": b"\xef\xbb\xbf",
    "headers only": b"full_name,sex\n",
    "a photo only": b"\xff\xd8\xff\xe0 no table",
    "a program": b"\x7fELF\x02\x01\x01\x00\x00\x00",
    "a broken archive": b"PK\x03\x04 nonsense",
    "a document": archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    "an OpenDocument table": archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "an archive of nothing": archive({}),
    "an archive of photos": archive({"a.jpg": b"\xff\xd8\xff"}),
    "a workbook without sheets": archive({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<x/>"}),
    "entities": LAUGHS,
    "an entity that reads a file": b'<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><f id="x"><a>&x;</a></f>',
    "a document type late": b"<f id='x'>" + b" " * 5000 + b"<!ENTITY a 'b'></f>",
    "deep nesting": b"<a>" * 20_000 + b"</a>" * 20_000,
    "nested groups": b"<f id='x'>" + b"<g>" * 100 + b"<a>1</a><a>2</a>" + b"</g>" * 100 + b"</f>",
    "an empty element": b"<f id='x'/>",
    "a map": b"<kml><Document><a/></Document></kml>",
    "a web page": b"<!doctype html><html><body><p>Sign in</p></body></html>",
    "a binary workbook": archive({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<x/>"}),
    "a broken sheet": archive({"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": b"<Relationships><Relationship/></Relationships>"}),
    "many columns": b",".join(b"c%d" % n for n in range(3000)) + b"\n" + b",".join(b"1" for _ in range(3000)),
    "many unequal columns": b"a,b\n" + b",".join(b"1" for _ in range(3000)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_says_why(name):
    with pytest.raises(Unreadable) as caught:
        read(HOSTILE[name], name)
    assert str(caught.value.reason)


def with_cell(claim: bytes, *, row: bytes = b"1048576", path: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook of one person whose sheet also has a cell far away, written in some way."""
    whole = zipfile.ZipFile(io.BytesIO(workbook(("A", [["full_name"], ["Aung"]]))))
    parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = parts.pop("xl/worksheets/sheet1.xml")
    parts[path] = sheet.replace(b"</sheetData>", b'<row r="' + row + b'">' + claim + b"</row></sheetData>")
    if path != "xl/worksheets/sheet1.xml":
        links = parts["xl/_rels/workbook.xml.rels"]
        parts["xl/_rels/workbook.xml.rels"] = links.replace(b"worksheets/sheet1.xml", path.removeprefix("xl/").encode())
    return archive(parts)


CLAIMS = {
    "plainly": with_cell(b'<c r="XFD1048576" s="1"><v>1</v></c>'),
    "in two letters": with_cell(b'<c r="ZZ1048576" s="1"><v>1</v></c>'),
    "in a row that says otherwise": with_cell(b'<c r="ZZ1048576"><v>1</v></c>', row=b"3"),
    "with apostrophes": with_cell(b"<c r='XFD1048576'><v>1</v></c>"),
    "with attributes in another order": with_cell(b'<c s="0" r="XFD1048576"><v>1</v></c>'),
    "with a line break": with_cell(b'<c\nr="XFD1048576"><v>1</v></c>'),
    "with a prefix": with_cell(b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><x:v>1</x:v></x:c>'),
    "in a part of another name": with_cell(b'<c r="XFD1048576"><v>1</v></c>', path="xl/data.xml"),
}  # fmt: skip


@pytest.mark.parametrize("way", CLAIMS)
def test_a_sheet_that_claims_billions_of_cells_is_refused(way):
    with pytest.raises(Unreadable) as caught:
        read(CLAIMS[way])
    assert "machine" in str(caught.value.reason)


def test_formatted_but_empty_cells_at_the_end_of_a_sheet_are_ordinary():
    assert read(with_cell(b'<c r="XFD1048576" s="0"/>')).tables[0].frame.height == 1


def test_wide_and_long_tables_are_read():
    (table,) = read(with_cell(b'<c r="BC350000"><v>1</v></c>', row=b"350000")).tables
    assert table.frame["row"].to_list() == [2, 350_000]


def test_an_archive_that_would_burst_is_refused(monkeypatch):
    bomb = archive({"a.csv": b"0" * 500_000_000})
    assert len(bomb) < 1_000_000
    with pytest.raises(Unreadable):
        read(bomb)


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("banyan.people.collection.sources.LARGEST_FILE", 10)
    with pytest.raises(Unreadable):
        read(b"full_name,sex\nAung,M\n")


def test_attachments_that_are_too_much_together_are_left_out(monkeypatch):
    monkeypatch.setattr("banyan.people.collection.sources.LARGEST_MEDIA", 10)
    reading = read_files(
        [("a.csv", b"full_name,sex\nAung,M\n"), ("a.jpg", b"\xff\xd8\xff12"), ("b.jpg", b"\xff\xd8\xff1234")]
    )
    assert list(reading.media) == ["a.jpg"]


def locked(content: bytes) -> bytes:
    """The same archive, saying of every part that it is encrypted."""
    return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


@pytest.mark.parametrize(
    "content", [workbook(("A", [["full_name"], ["Aung"]])), archive({"a.csv": b"full_name,sex\nAung,M\n"})]
)
def test_encrypted_archives_are_explained(content):
    assert locked(content) != content
    with pytest.raises(Unreadable) as caught:
        read(locked(content))
    assert "password" in str(caught.value.reason)


def test_an_archive_with_a_damaged_part_is_refused():
    whole = bytearray(archive({"a.csv": b"full_name,sex\n" + b"Aung,M\n" * 500}))
    whole[60:70] = b"0123456789"
    with pytest.raises(Unreadable):
        read(bytes(whole))


def test_large_attachments_are_left_out(monkeypatch):
    monkeypatch.setattr("banyan.people.collection.sources.LARGEST_MEDIUM", 10)
    reading = read_files([("a.csv", b"full_name,sex\nAung,M\n"), ("a.jpg", b"\xff\xd8\xff" + b"x" * 20)])
    assert reading.media == {}
    assert [note.code for note in reading.notes] == ["collection.attachment_left"]


def test_letters():
    assert [letter_of(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
