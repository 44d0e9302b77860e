"""What providers report, taken in: kept as it came, read as rows. The same file again changes nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import polars as pl
import psycopg
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments import numbers, queries
from banyan.aid.payments.actions.refusing import require_sent, with_refusals
from banyan.aid.payments.models import Layout, Provider, StatementFile, StatementRow
from banyan.aid.payments.rules import answers, layouts, settling
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.arrays import array_text
from banyan.platform.kernel.problems import Problem, raise_all
from banyan.platform.kernel.uploads import Unreadable

RECONCILE = "payments.reconcile"
_COLUMNS = {
    "no": "int", "line_key": "uuid", "account_hash": "int8", "holder": "text", "amount": "numeric", "currency": "text",
    "day": "date", "outcome": "text", "reference": "text", "reason": "text", "message": "text", "key": "text", "why": "text",
}  # fmt: skip
_INSERT = f"""
INSERT INTO payments_statementrow (id, operation_id, scope_id, file_id, provider_id, cumulative, no, line_key, account_hash,
                                   holder, amount, currency, on_day, outcome, reference, reason, message, key, why)
SELECT banyan_new_id(), %s, %s, %s, %s, %s, no, line_key, account_hash, left(coalesce(holder, ''), 200), amount,
       left(coalesce(currency, ''), 3), day, outcome, left(coalesce(reference, ''), 140), left(coalesce(reason, ''), 140),
       left(coalesce(message, ''), 140), key, why
FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())}) AS said ({", ".join(_COLUMNS)})
"""  # noqa: S608 — the names stand above
_AT_ONCE = 50_000
_REASONS = {layouts.EMPTY: _("it has no rows"), layouts.LONG: _("it has more rows than one file can have")}


@action(RECONCILE)
def receive_statement(provider_id: UUID, *, by: Viewer, name: str, content: bytes) -> StatementFile:
    """Take in a file of a provider: read at once in the background, or, a table of a new layout, once it is mapped.

    The same content again is the file there is already. Raises Problem not_found, payments.statement_unreadable; plan_unsent when a
    bank answers to a file of which nobody has said yet that it was sent.
    """
    queries.provider(provider_id, seen_by=by)
    # One after the other: who comes second finds the file of who came first.
    provider = Provider.objects.select_for_update(no_key=True).get(pk=provider_id)
    checksum = hashlib.sha256(content).hexdigest()
    known = StatementFile.objects.filter(provider=provider, checksum=checksum).first()
    if known is not None:
        return known
    kind, headers = _looked_at(content, provider)
    mapping = None
    if kind == "table":
        layout = Layout.objects.filter(provider=provider, fingerprint=layouts.fingerprint(headers)).first()
        mapping = layout.mapping if layout and not layouts.faults(layout.mapping, headers) else None
    row = StatementFile.objects.create(
        operation_id=provider.operation_id, scope_id=provider.scope_id, provider=provider, name=name[:200], checksum=checksum,
        size=len(content), kept=vault.keep(content, folder="statements"), kind=kind, headers=headers, mapping=mapping,
        received_by=by.id, received_by_label=str(by.label)[:200],
    )  # fmt: skip
    return row if kind == "table" and mapping is None else _begin(row, by)


def _looked_at(content: bytes, provider: Provider) -> tuple[str, list[str]]:
    """What kind of file it is, and the headers of a table."""
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            answer = answers.read(content)
            require_sent(answer, provider)
            return answer.kind, []
        return "table", layouts.read_table(content).columns
    except (Unreadable, answers.NoAnswer) as error:
        raise Problem("payments.statement_unreadable", reason=_REASONS.get(str(error), str(error))) from None


def _begin(row: StatementFile, by: Viewer) -> StatementFile:
    row.job = jobs.start(
        "payments.read_statement", by=by, label=row.name, statement=str(row.pk), provider=str(row.provider_id)
    ).pk
    row.save(update_fields=["job", "mapping"])
    return row


@action(RECONCILE)
def map_statement(statement_id: UUID, *, by: Viewer, mapping: Mapping[str, Any]) -> StatementFile:
    """Say which column feeds which field; it is remembered for the provider's files with the same headers, and reading begins.

    mapping: {"columns": {field: header}, "words": {word: outcome}, "days": iso|dmy|mdy, "amounts": each|total}. Raises every
    Problem of the mapping at once, not_found, payments.statement_mapped.
    """
    queries.statement(statement_id, seen_by=by)
    row = StatementFile.objects.select_for_update().get(pk=statement_id)
    if row.kind != "table" or row.mapping is not None:
        raise Problem("payments.statement_mapped")
    raise_all(layouts.faults(mapping, row.headers))
    columns = {field: column for field, column in mapping["columns"].items() if column}
    words = {str(word)[:80]: meaning for word, meaning in (mapping.get("words") or {}).items()}
    row.mapping = {
        "columns": columns, "words": words, "days": mapping.get("days", "iso"), "amounts": mapping.get("amounts", "each"),
    }  # fmt: skip
    Layout.objects.update_or_create(
        provider_id=row.provider_id, fingerprint=layouts.fingerprint(row.headers),
        defaults={
            "mapping": row.mapping, "operation_id": row.operation_id, "scope_id": row.scope_id,
            "changed_by_label": str(by.label)[:200],
        },
    )  # fmt: skip
    return _begin(row, by)


@action(RECONCILE)
def read_rows(statement_id: UUID, *, by: Viewer) -> int:
    """Read a kept file into rows; how many. By set; nothing is decided yet."""
    row = StatementFile.objects.select_for_update(of=("self",)).select_related("provider").get(pk=statement_id)
    content = vault.fetch(row.kept)
    mapping = row.mapping or {}
    contradicted: set[str] = set()
    if row.kind == "table":
        said, iso = layouts.rows_of(layouts.read_table(content), mapping), False
    else:
        answer = answers.read(content)
        row.whole, iso = [list(one) for one in answer.whole], True
        said, contradicted = with_refusals(answer, row)
    # Accounts are needed only where no transfer is named; their numbers are not kept.
    nameless = said.filter(pl.col("line_key").is_null() & pl.col("account").is_not_null())
    cumulative = mapping.get("amounts") == "total"
    rows = settling.normal(
        said, numbers.hashes(nameless["account"].to_list()), provider=str(row.provider_id), each=not cumulative, iso=iso
    )
    doubted = pl.col("line_key").is_in(list(contradicted))
    rows = rows.with_columns(pl.when(doubted).then(pl.lit("said")).otherwise("why").alias("why"))
    with connection.cursor() as cursor:
        bound = psycopg.Cursor(cursor.cursor.connection)
        for chunk in rows.iter_slices(_AT_ONCE):
            columns = [array_text(chunk[name]) for name in _COLUMNS]
            bound.execute(_INSERT, [row.operation_id, row.scope_id, row.pk, row.provider_id, cumulative, *columns])
    row.rows = rows.height
    row.save(update_fields=["rows", "whole"])
    return rows.height


@action(RECONCILE)
def finish_statement(statement_id: UUID, *, by: Viewer) -> StatementFile:
    """Count what its rows came to. Only once all of them are settled is a file said to be reconciled."""
    row = StatementFile.objects.select_for_update().get(pk=statement_id)
    row.counts = queries.statement_counts(statement_id, seen_by=by)
    if not StatementRow.objects.filter(file=row, verdict="").exists():
        row.settled_at = row.settled_at or timezone.now()
    row.save(update_fields=["counts", "settled_at"])
    return row
