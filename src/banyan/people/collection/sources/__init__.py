"""From bytes to tables of text, whatever a file is called: workbooks, delimited text, KoBo's JSON, submissions in XML.

Nothing is interpreted here: every cell is text as a person would read it, every row keeps the number its file shows.
"""

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.problems import FILE_PROBLEMS  # noqa: F401 — noted below, so declared before
from banyan.people.collection.rules.recognition.wording import normal
from banyan.people.collection.rules.shapes import Reading, Table
from banyan.people.collection.sources.delimited import read_delimited
from banyan.people.collection.sources.exports import read_json
from banyan.people.collection.sources.keys import with_keys
from banyan.people.collection.sources.records import Submission, tables_of
from banyan.people.collection.sources.submissions import (
    Element,
    form_of,
    looks_like_xml,
    read_elements,
    repeats_of,
    submission_of,
)
from banyan.people.collection.sources.workbooks import read_workbook
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.uploads import ARCHIVE, COMPOUND, UTF16_MARKS, Unreadable, check_archive, decoded

__all__ = ["LARGEST_FILE", "Unreadable", "read", "read_files"]

LARGEST_FILE = 200_000_000
LARGEST_MEDIUM = 20_000_000
LARGEST_MEDIA = 400_000_000
_MEDIA = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"%PDF", b"OggS", b"ID3", b"#!AMR", b"\x1aE\xdf\xa3")
_OLD_WORKBOOKS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # BIFF without a container


def read(
    content: bytes, name: str = "", media: dict[str, bytes] | None = None, *, repeats: Collection[str] = ()
) -> Reading:
    """One file, or an archive of several, as tables of text.

    `media` are attachments that came beside it, by file name; `repeats` the paths the form is known to repeat (an XML
    in which a repeat occurs once cannot tell). Raises Unreadable with a plain reason.
    """
    return read_files([(name, content)], media, repeats=repeats)


def read_files(
    files: Sequence[tuple[str, bytes]], media: dict[str, bytes] | None = None, *, repeats: Collection[str] = ()
) -> Reading:
    """Files of one delivery as one reading: several submissions, several sheets, photos beside them.

    A file among several that cannot be read becomes a note; when none can, Unreadable is raised with the first reason.
    """
    parcel = _Parcel(media=dict(media or {}))
    for name, content in files:
        _unpack(parcel, name, content)
    found = _Found()
    for name, content in parcel.files:
        try:
            _read_one(found, name, content, alone=len(parcel.files) == 1)
        except Unreadable as error:
            found.refused.append(error)
            found.notes.append(Problem("collection.file_unread", file=name, reason=error.reason))
    tables = _named_apart([*found.tables, *_submitted(found, repeats)])
    if not tables:
        raise found.refused[0] if found.refused else Unreadable(_("it holds no rows of data"))
    return Reading(
        tables=tables,
        kind="hope" if _is_hope(tables) else found.kind,
        media=parcel.media,
        encoding=found.encoding,
        delimiter=found.delimiter,
        form_hint=next((form for form in [*found.records, *found.elements] if form), ""),
        notes=(*parcel.notes, *found.notes),
    )


@dataclass
class _Found:
    """What the files of a delivery held so far. Submissions are gathered by the form they name, over all files."""

    tables: list[Table] = field(default_factory=list)
    records: dict[str, list[Submission]] = field(default_factory=dict)
    elements: dict[str, list[tuple[str, Element]]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    refused: list[Unreadable] = field(default_factory=list)
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""


class _Parcel:
    """What a delivery unpacks to: files to read, attachments, and notes about what was left."""

    def __init__(self, media: dict[str, bytes]) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.media = media
        self.notes: list[Problem] = []


def _unpack(parcel: _Parcel, name: str, content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise Unreadable(format_lazy(_("it is larger than {limit} MB"), limit=LARGEST_FILE // 1_000_000))
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unreadable(_("it is empty"))
    if content.startswith(_MEDIA):
        _keep_medium(parcel, name, content)
        return
    if not content.startswith(ARCHIVE):
        parcel.files.append((name, content))
        return
    check_archive(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "mimetype" in names or "META-INF/manifest.xml" in names:
            raise Unreadable(_("it is an OpenDocument file; save it as XLSX and upload that"))
        if any(each.startswith("xl/") for each in names):
            parcel.files.append((name, content))
            return
        if any(each.startswith(("word/", "ppt/")) for each in names):
            raise Unreadable(_("it is a document, not a table"))
        for part in archive.infolist():
            base = part.filename.rpartition("/")[2]
            if part.is_dir() or not base or base.startswith(".") or "__MACOSX" in part.filename:
                continue
            if part.flag_bits & 1:
                raise Unreadable(_("it is protected by a password; remove the password and upload it again"))
            try:
                inner = archive.read(part)
            except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
                raise Unreadable(str(error)) from None
            if looks_like_xml(inner) or base.lower().endswith(
                (".csv", ".tsv", ".txt", ".json", ".xlsx", ".xls", ".xml")
            ):
                if inner.strip():
                    parcel.files.append((base, inner))
            else:
                _keep_medium(parcel, base, inner)


def _keep_medium(parcel: _Parcel, name: str, content: bytes) -> None:
    reason = None
    if len(content) > LARGEST_MEDIUM:
        reason = format_lazy(_("it is larger than {limit} MB"), limit=LARGEST_MEDIUM // 1_000_000)
    elif sum(map(len, parcel.media.values())) + len(content) > LARGEST_MEDIA:
        reason = _("the attachments together are too large")
    elif parcel.media.get(name, content) != content:
        reason = _("another attachment has the same name")
    if reason:
        parcel.notes.append(Problem("collection.attachment_left", value=name, reason=reason))
    else:
        parcel.media[name] = content


def _read_one(found: _Found, name: str, content: bytes, *, alone: bool) -> None:
    if looks_like_xml(content):
        elements, notes = read_elements(content, name)
        for element in elements:
            found.elements.setdefault(form_of(element), []).append((name, element))
        found.notes += notes
        found.kind = found.kind or "xml"
        return
    if content.startswith((ARCHIVE, COMPOUND, *_OLD_WORKBOOKS)):
        tables, notes = read_workbook(content)
        if _is_form(tables):
            raise Unreadable(_("it is the definition of a form, not the answers to it; upload forms under Forms"))
        found.tables += with_keys(tables)
        found.notes += notes
        found.kind = found.kind or ("xlsx" if content.startswith(ARCHIVE) else "xls")
        return
    text, encoding = decoded(content)
    if encoding:
        found.notes.append(Problem("collection.encoding_guessed", value=encoding))
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        grids, submissions = read_json(text)
        found.tables += grids
        for form, submission in submissions:
            found.records.setdefault(form, []).append(submission)
        found.kind = found.kind or "kobo-json"
    else:
        table, delimiter = read_delimited(text)
        if table is None:
            raise Unreadable(_("it holds no rows of data"))
        found.tables += with_keys([table if alone else replace(table, name=name)])
        found.delimiter = found.delimiter or delimiter
        found.kind = found.kind or "csv"
    plain = "utf-16" if content.startswith(UTF16_MARKS) else "utf-8"
    found.encoding = found.encoding or encoding or (plain if found.kind == "csv" else "")


def _is_form(tables: Sequence[Table]) -> bool:
    """Whether a workbook is an XLSForm: no export of answers has sheets of these names beside each other."""
    names = {table.name.strip().casefold() for table in tables}
    return "survey" in names and not names.isdisjoint({"choices", "settings"})


def _submitted(found: _Found, repeats: Collection[str]) -> list[Table]:
    """The tables of all submissions, form by form."""
    tables: list[Table] = []
    for form in dict.fromkeys([*found.records, *found.elements]):
        elements = found.elements.get(form, [])
        known = frozenset(repeats) | repeats_of([element for _name, element in elements])
        submissions = found.records.get(form, []) + [
            submission_of(element, known, found.notes, name) for name, element in elements
        ]
        tables += tables_of(submissions)
    return tables


def _named_apart(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Tables of several files may bear the same name; mappings tell tables by theirs."""
    seen: dict[str, int] = {}
    apart = []
    for table in tables:
        seen[table.name] = seen.get(table.name, 0) + 1
        count = seen[table.name]
        apart.append(table if count == 1 else replace(table, name=f"{table.name} ({count})"))
    return tuple(apart)


def _is_hope(tables: Sequence[Table]) -> bool:
    """Whether the columns are named as in HOPE's templates (full_name_i_c, size_h_c, pp_index_id)."""
    names = [header.name for table in tables for header in table.headers]
    marked = sum(name.endswith(("_i_c", "_h_c", "_i_f", "_h_f")) or name.startswith("pp_") for name in names)
    sheets = {normal(table.name) for table in tables}
    return marked > len(names) * 0.3 or (marked > 1 and sheets >= {"households", "individuals"})
