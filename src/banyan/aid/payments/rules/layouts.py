"""Answers of providers as tables, in any layout: XLSX or CSV, read by a mapping that is remembered for its headers.

A mapping says which column feeds which field, which words mean what, how days are written, and whether an amount is one
payment ("each") or all that was paid of a transfer so far ("total").
"""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import fastexcel
import polars as pl

from banyan.aid.payments.rules.answers import SCHEMA, key_of
from banyan.platform.kernel.problems import Location, Problem
from banyan.platform.kernel.uploads import ARCHIVE, Unreadable, check_archive, decoded

FIELDS: Final = ("line", "account", "holder", "amount", "currency", "on_day", "outcome", "reference", "reason")
OUTCOMES: Final = ("delivered", "returned", "failed", "unclaimed", "noted")
DAYS: Final = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
# Headers as files in use call them; the first that a file has is proposed, and a person looks at it.
_CALLED: Final = {
    "line": ("line", "payment_id", "request_id", "end_to_end_id", "endtoendid", "transfer_id", "transaction_id"),
    "account": ("account", "account_number", "payee_identifier", "msisdn", "phone_number", "iban", "card_number"),
    "holder": ("holder", "account_holder", "collector_name", "beneficiary_name"),
    "amount": ("delivered", "delivered_quantity", "delivered_amount", "amount_paid", "paid_amount", "paid"),
    "currency": ("currency", "ccy"),
    "on_day": ("delivered_on", "delivery_date", "payment_date", "completed_timestamp", "date"),
    "outcome": ("outcome",),
    "reference": ("reference", "provider_reference", "transaction_reference", "receipt_number"),
    "reason": ("reason", "reason_for_unsuccessful_payment", "failure_reason", "error"),
}
# Taken for the amount or the outcome only where the file has nothing better: in lists that came from here they are what was asked.
_OTHERWISE: Final = {"amount": ("amount",), "outcome": ("status", "payment_status", "transaction_status")}
_SO_FAR: Final = ("delivered", "delivered_quantity", "delivered_amount")
_WORDS: Final = {
    "delivered": "delivered", "paid": "delivered", "success": "delivered", "successful": "delivered", "completed": "delivered",
    "distribution successful": "delivered", "returned": "returned", "reversed": "returned", "failed": "failed", "error": "failed",
    "rejected": "failed", "not distributed": "failed", "unclaimed": "unclaimed", "not collected": "unclaimed", "expired": "unclaimed",
    "pending": "noted", "sent": "noted", "accepted": "noted", "in progress": "noted", "": "noted",
}  # fmt: skip
_DELIMITERS: Final = (",", ";", "\t", "|")
MOST_ROWS: Final = 1_000_000
# Why a table is not read; actions say it in the reader's language.
EMPTY: Final = "empty"
LONG: Final = "long"


def read_table(content: bytes) -> pl.DataFrame:
    """The first sheet with data, or the text, as text columns under its headers. Raises Unreadable."""
    frame = _workbook(content) if content.startswith(ARCHIVE) else _delimited(content)
    if frame is None or not frame.width or not frame.height:
        raise Unreadable(EMPTY)
    if frame.height > MOST_ROWS:
        raise Unreadable(LONG)
    trimmed = [pl.col(name).str.strip_chars().replace("", None) for name in frame.columns]
    frame = frame.with_columns(trimmed)
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _workbook(content: bytes) -> pl.DataFrame | None:
    check_archive(content)
    try:
        book = fastexcel.read_excel(content)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            if sheet.height > 1 and sheet.width:
                return _headed(sheet)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise Unreadable(str(error).splitlines()[0][:200]) from None
    return None


def _headed(sheet: pl.DataFrame) -> pl.DataFrame:
    """The row with most cells among the first ten is the header: titles and notes above it have fewer."""
    filled = [sum(bool((cell or "").strip()) for cell in row) for row in sheet.head(10).iter_rows()]
    place = filled.index(max(filled))
    headers = [str(cell or "").strip() for cell in sheet.row(place)]
    body = sheet.slice(place + 1)
    body.columns = _unique(headers)
    return body.with_columns(pl.all().str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$", "$1"))


def _unique(headers: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    named = []
    for place, header in enumerate(headers, 1):
        name = header or f"({place})"
        seen[name] += 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _delimited(content: bytes) -> pl.DataFrame | None:
    text, _guessed = decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        return None
    delimiter = max(_DELIMITERS, key=first.count)
    headers = _unique([cell.strip() for cell in next(csv.reader([first.rstrip("\r")], delimiter=delimiter))])
    try:
        return pl.read_csv(
            text.lstrip("\r\n").encode(), separator=delimiter, has_header=False, skip_rows=1,
            schema=dict.fromkeys(headers, pl.String), raise_if_empty=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise Unreadable(str(error).splitlines()[0][:200]) from None


def fingerprint(headers: Sequence[str]) -> str:
    """By which a layout is known again: its headers, whatever their order and case."""
    return hashlib.sha256("\x1f".join(sorted(header.casefold() for header in headers)).encode()).hexdigest()


def suggest(headers: Sequence[str], template: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """A mapping for these headers, to be looked at: by the provider's own template first, then by what files call them."""
    by_name = {_plain(header): header for header in headers}
    # What went out as the amount asked for is not what was paid.
    ours = {column["header"]: "" if column["source"] == "amount" else column["source"] for column in template}
    columns = {}
    for field, names in _CALLED.items():
        field_source = {"amount": "delivered", "on_day": "delivered_on"}.get(field, field)
        own = next((header for header in headers if ours.get(header) == field_source), None)
        called = next((by_name[name] for name in names if name in by_name), None)
        columns[field] = own or called or ""
    paid = bool(columns["amount"])
    for field, names in _OTHERWISE.items():
        if not paid and not columns[field]:
            columns[field] = next((by_name[name] for name in names if name in by_name), "")
    # Lists that are filled in say what was paid of a transfer so far; anything else says one payment a row.
    total = columns["amount"] != "" and (ours.get(columns["amount"]) or _plain(columns["amount"])) in _SO_FAR
    return {
        "columns": {field: column for field, column in columns.items() if column},
        "words": {},
        "days": "iso",
        "amounts": "total" if total else "each",
    }


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


def faults(mapping: Mapping[str, Any], headers: Sequence[str]) -> list[Problem]:
    """Everything that keeps a mapping from being used on a file with these headers."""
    columns = mapping.get("columns") or {}
    found = [
        Problem("payments.column_absent", column=column, at=Location(field=f"columns.{field}"))
        for field, column in columns.items()
        if field not in FIELDS or column not in headers
    ]
    if not columns.get("line") and not columns.get("account"):
        found.append(Problem("payments.mapping_without_key", at=Location(field="columns.line")))
    if not columns.get("amount") and not columns.get("outcome"):
        found.append(Problem("payments.mapping_without_outcome", at=Location(field="columns.amount")))
    found += [
        Problem("payments.word_unknown", word=meaning, known=", ".join(OUTCOMES), at=Location(field=f"words.{word}"))
        for word, meaning in (mapping.get("words") or {}).items()
        if meaning not in OUTCOMES
    ]
    if mapping.get("days", "iso") not in DAYS or mapping.get("amounts", "each") not in ("each", "total"):
        found.append(Problem("payments.mapping_odd", days=", ".join(DAYS), at=Location(field="days")))
    return found


def rows_of(frame: pl.DataFrame, mapping: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of a table in the shape of `answers.COLUMNS`. What a row does not say stays empty."""
    columns = mapping["columns"]
    rows = frame.select(
        *(
            (pl.col(columns[field]) if columns.get(field) else pl.lit(None, pl.String)).alias(name)
            for field, name in (
                ("line", "line_text"), ("account", "account"), ("holder", "holder"), ("amount", "amount"),
                ("currency", "currency"), ("on_day", "on_day"), ("outcome", "said"), ("reference", "reference"), ("reason", "reason"),
            )
        )
    ).with_row_index("no", offset=2)  # fmt: skip
    keys = {text: key_of(text) for text in rows["line_text"].unique() if text}
    known = rows["line_text"].replace_strict(keys, default=None, return_dtype=pl.String)
    # A number in the transfer's column that is none of ours is kept as the provider's reference, so that people see it.
    rows = rows.with_columns(known.alias("line_key")).with_columns(
        pl.coalesce("reference", pl.when(pl.col("line_key").is_null()).then("line_text")).alias("reference"),
        _day(mapping.get("days", "iso")).alias("on_day"),
        _outcome(mapping).alias("outcome"),
        pl.lit(None, pl.String).alias("message"),
        pl.col("no").cast(pl.Int64),
    )
    return rows.select(*SCHEMA)


def _day(kind: str) -> pl.Expr:
    """ISO text of the day; what cannot be read stays as it is, and the row waits for a person."""
    text = pl.col("on_day").str.replace(r"[T ][0-9]{1,2}:[0-9]{2}.*$", "")
    parsed = text.str.replace_all(r"[.\-]", "/").str.to_date(DAYS[kind].replace("-", "/"), strict=False)
    return pl.coalesce(parsed.dt.to_string("%Y-%m-%d"), pl.col("on_day"))


def _outcome(mapping: Mapping[str, Any]) -> pl.Expr:
    """What a row says: by its word where words are mapped, otherwise by its amount (0 and less: it was not paid)."""
    if mapping["columns"].get("outcome"):
        words = {**_WORDS, **{word.casefold(): meaning for word, meaning in (mapping.get("words") or {}).items()}}
        word = pl.col("said").fill_null("").str.to_lowercase()
        return word.replace_strict(words, default="", return_dtype=pl.String)
    amount = pl.col("amount")
    return (
        pl.when(amount.is_null())
        .then(pl.lit("noted"))
        .when(amount.str.contains(r"^(-.*|0+([.,]0*)?)$"))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("delivered"))
    )
