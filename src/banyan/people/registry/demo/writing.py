"""Recorded households as files, in the ways they reach an office: KoBo's JSON, KoBo's two-sheet workbook, one flat CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import orjson
import xlsxwriter

from banyan.people.registry.demo.recording import Submission, Truth


def kobo_json(rows: Sequence[Submission]) -> bytes:
    """As KoBo's API v2 gives data: results with nested repeats."""
    results = [
        {
            "_id": number, "_uuid": row.uid, "meta/instanceID": f"uuid:{row.uid}", "_xform_id_string": "household_registration",
            "_submission_time": row.at.isoformat(), **row.answers,
        }
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    return orjson.dumps({"count": len(results), "next": None, "previous": None, "results": results})


def workbook(rows: Sequence[Submission]) -> bytes:
    """As KoBo exports a form with one repeat: a sheet of households, a sheet of members joined by _parent_index."""
    tops = _columns(row.answers for row in rows)
    belows = _columns(member for row in rows for member in row.answers["member"])
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    upper, lower = book.add_worksheet("Household registration"), book.add_worksheet("member")
    upper.write_row(0, 0, [*tops, "_uuid", "_submission_time", "_index"])
    lower.write_row(0, 0, [*belows, "_index", "_parent_index", "_submission__uuid"])
    line = 0
    for number, row in enumerate(rows, 1):
        upper.write_row(number, 0, [*(row.answers.get(name, "") for name in tops), row.uid, row.at.isoformat(), number])
        for member in row.answers["member"]:
            line += 1
            lower.write_row(line, 0, [*(member.get(name, "") for name in belows), line, number, row.uid])
    book.close()
    return buffer.getvalue()


def flat_csv(rows: Sequence[Submission], *, delimiter: str = ",") -> bytes:
    """One line per person with its household's columns repeated, as offices keep lists; UTF-8 with a mark for Excel."""
    tops = _columns(row.answers for row in rows)
    belows = _columns(member for row in rows for member in row.answers["member"])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["_uuid", *(name.rpartition("/")[2] for name in (*tops, *belows))])
    for row in rows:
        head = [row.uid, *(row.answers.get(name, "") for name in tops)]
        writer.writerows([*head, *(member.get(name, "") for name in belows)] for member in row.answers["member"])
    return text.getvalue().encode("utf-8-sig")


def truth_csv(truths: Sequence[Truth]) -> str:
    """Which recorded people are the same: person, household, submission, ordinal, kind, planted fault."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["person", "household", "submission", "ordinal", "kind", "planted"])
    writer.writerows([t.person, t.household, t.submission, t.ordinal, t.kind, t.planted] for t in truths)
    return text.getvalue()


def _columns(rows: Any) -> list[str]:
    """The question paths in the order in which they first appear, repeats left out."""
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(name for name, value in row.items() if not isinstance(value, list)))
    return list(found)
