"""Exports in JSON: KoBo's data API and hooks, ODK Central's OData, HXL in JSON."""

from typing import Any

import orjson
import polars as pl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.rules.shapes import Table
from banyan.people.collection.sources.keys import with_keys
from banyan.people.collection.sources.records import Submission, text_of
from banyan.people.collection.sources.sheets import ROW, table_of
from banyan.platform.kernel.uploads import Unreadable

_LISTS = ("results", "value", "data", "submissions")


def read_json(text: str) -> tuple[tuple[Table, ...], list[tuple[str, Submission]]]:
    """What an export holds: tables written as rows of cells, or submissions, each with the id of its form.

    A list, one submission, or a list under "results" or "value". Raises Unreadable.
    """
    try:
        document = orjson.loads(text.lstrip("\ufeff").encode())
    except (orjson.JSONDecodeError, UnicodeEncodeError, RecursionError) as error:
        raise Unreadable(format_lazy(_("it is not well-formed JSON: {reason}"), reason=error)) from None
    rows = _rows_of(document)
    if rows and all(isinstance(row, list) for row in rows):
        return _grid(rows), []
    found = [row for row in rows if isinstance(row, dict)]
    if not found or len(found) < len(rows):
        raise Unreadable(_("its JSON holds no list of submissions"))
    return (), [(str(row.get("_xform_id_string") or ""), Submission(row)) for row in found]


def _rows_of(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in _LISTS:
            if isinstance(document.get(name), list) and all(isinstance(row, dict) for row in document[name]):
                return list(document[name])
        return [document] if document else []
    raise Unreadable(_("its JSON holds no list of submissions"))


def _grid(rows: list[list[Any]]) -> tuple[Table, ...]:
    width = max(map(len, rows), default=0)
    cells = [[*map(text_of, row), *[None] * (width - len(row))] for row in rows]
    if not width:
        return ()
    frame = pl.DataFrame(cells, schema=[(f"x{index}", pl.String) for index in range(width)], orient="row")
    table = table_of("", frame.with_row_index(ROW, offset=1))
    return with_keys([table]) if table else ()
