"""The submitter's own workbook, with what was found in it, made from the files as they came."""

import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import UUID

import orjson
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from banyan.people.collection import sources, wording
from banyan.people.collection.models import Batch, Finding, RawFile
from banyan.people.collection.queries.batches import batch, findings
from banyan.people.collection.queries.knowledge import form_knowledge
from banyan.people.collection.rules.shapes import EXTRA, Mapping, Reading
from banyan.people.collection.rules.workbook import Mark, Words, workbook
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

Report = Callable[[int, int], None]
_SHEETS = ("xlsx", "xls", "csv", "hope")


def reading_of(found: Batch, *, seen_by: Viewer) -> Reading:
    """All files of a batch, read anew. Raises Problem collection.files_destroyed, collection.file_unread."""
    if found.purged_at is not None:
        raise Problem("collection.files_destroyed", day=found.purged_at.date().isoformat())
    files, media = [], {}
    for name, stored, is_media in (
        RawFile.objects.filter(batch=found).order_by("position").values_list("name", "file", "is_media")
    ):
        if is_media:
            media[name] = b""
        else:
            files.append((name, vault.fetch(stored)))
    schema = form_knowledge(found, seen_by=seen_by).schema
    try:
        return sources.read_files(files, media, repeats=schema.repeats if schema is not None else ())
    except sources.Unreadable as error:
        raise Problem("collection.file_unread", file=found.name, reason=str(error.reason)) from None


def workbook_of(batch_id: UUID, *, seen_by: Viewer, report: Report) -> bytes:
    """The workbook as XLSX bytes, in the viewer's language. Raises the Problems of `reading_of`."""
    found = batch(batch_id, seen_by=seen_by)
    reading = reading_of(found, seen_by=seen_by)
    report(0, 3)
    with override(seen_by.language or "en"):
        cells = findings(batch_id, seen_by=seen_by).filter(settled="").order_by("sheet", "row", "letter", "pk")
        marks = list(marks_of(cells.iterator(chunk_size=5_000)))
        report(1, 3)
        headings = {code: (wording.heading_of(code), wording.mend_of(code)) for code in {mark.code for mark in marks}}
        stream = io.BytesIO()
        workbook(
            stream, reading.tables, marks, headings, _words(found), rows_are_lines=reading.kind in _SHEETS,
            feeding=feeding_of(found, reading),
        )  # fmt: skip
        return stream.getvalue()


def feeding_of(found: Batch, reading: Reading) -> dict[tuple[str, str], list[str]]:
    """For each (sheet, letter) the letters of all columns of that sheet that feed the same field or attribute."""
    headers = {table.name: table.headers for table in reading.tables}
    together: dict[tuple[str, str], list[str]] = {}
    for table in Mapping.from_json(found.mapping).tables:
        fed: dict[str, list[str]] = {}
        for header, target in zip(headers.get(table.table, ()), table.targets, strict=False):
            fed.setdefault(target.field or f"{EXTRA}{target.extra}", []).append(header.letter)
        together |= {(table.table, letter): letters for letters in fed.values() for letter in letters}
    return together


def marks_of(cells: Iterable[Finding]) -> Iterable[Mark]:
    """Findings as the workbook takes them, worded in the language now active."""

    @lru_cache(maxsize=20_000)
    def told(code: str, raw: str, proposed: str, parameters: bytes) -> tuple[str, str]:
        problem = wording.problem_of(code, raw=raw, proposed=proposed, parameters=orjson.loads(parameters))
        return problem.detail, problem.mend

    for each in cells:
        detail, mend = told(each.code, each.raw, each.proposed, orjson.dumps(each.parameters))
        yield Mark(
            each.sheet, each.row or 0, each.letter, each.severity, each.code, wording.field_label(each.field), each.raw,
            detail, mend,
        )  # fmt: skip


def _words(found: Batch) -> Words:
    counts = found.counts
    made = formats.date_format(timezone.localtime(), "DATETIME_FORMAT")
    lines = (
        (_("Batch"), found.name),
        (_("Submitted"), f"{formats.date_format(timezone.localtime(found.submitted_at), 'DATETIME_FORMAT')}, {found.submitted_label}"),
        (_("As of"), made),
        (_("Submissions"), str(counts.get("submissions", 0))),
        (_("With errors"), str(counts.get("errors", 0))),
        (_("People"), str(counts.get("people", 0))),
        (_("What to do"), _("Mend the coloured cells in your own file and upload it again. What is unchanged stays as it is.")),
    )  # fmt: skip
    return Words(
        summary=_("Summary"),
        findings=_("Findings"),
        title=_("What was found in these submissions"),
        lines=lines,
        severities={name: str(label) for name, label in wording.SEVERITY_LABELS.items()},
        heads=(_("Weight"), _("Problem"), _("Cells"), _("How to mend it"), _("First")),
        list_heads=(
            _("Weight"),
            _("Sheet"),
            _("Row"),
            _("Column"),
            _("Field"),
            _("Value"),
            _("What is wrong"),
            _("How to mend it"),
        ),
        nothing=_("Nothing was found."),
        shortened=_("Only the first {count} are listed."),
    )
