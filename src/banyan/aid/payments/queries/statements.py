"""What providers reported, row by row, and what waits for a person."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from banyan.aid.payments.models import Account, Line, StatementFile, StatementRow, Verdict
from banyan.aid.payments.rules import layouts
from banyan.aid.payments.rules.sources import standard_columns
from banyan.aid.payments.states import NOT_SENT, UNDERWAY, LineState
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

VIEW_PLAN, VIEW_LINE, RECONCILE = "payments.view_plan", "payments.view_line", "payments.reconcile"
_SAMPLE = 5
_MOST_CANDIDATES = 50


def statements(
    operation_id: UUID | None = None, *, seen_by: Viewer, provider_id: UUID | None = None
) -> QuerySet[StatementFile]:
    """Statements of an operation, of a provider, or all in reach, the newest first."""
    seen_by.require(VIEW_PLAN)
    rows = StatementFile.objects.filter(within(seen_by.reach(VIEW_PLAN))).select_related("provider")
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    if provider_id is not None:
        rows = rows.filter(provider=provider_id)
    return rows.order_by("-received_at", "-pk")


def statement(statement_id: UUID, *, seen_by: Viewer) -> StatementFile:
    """One statement with its provider. Raises Problem not_found."""
    found = statements(seen_by=seen_by).filter(pk=statement_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def statement_rows(statement_id: UUID, *, seen_by: Viewer, verdict: str = "") -> QuerySet[StatementRow]:
    """The rows of a statement in its order, with their lines; of one verdict, or all."""
    seen_by.require(VIEW_LINE)
    rows = StatementRow.objects.filter(within(seen_by.reach(VIEW_LINE)), file=statement_id)
    rows = rows.select_related("file", "line", "line__plan", "line__household")
    return (rows.filter(verdict=verdict) if verdict else rows).order_by("no")


def doubtful_rows(operation_id: UUID | None = None, *, seen_by: Viewer) -> QuerySet[StatementRow]:
    """Rows that wait for a person, by file and place."""
    seen_by.require(VIEW_LINE)
    rows = StatementRow.objects.filter(within(seen_by.reach(VIEW_LINE)), verdict=Verdict.DOUBTFUL)
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    return rows.select_related("file", "line", "line__plan", "line__household").order_by("file", "no")


def statement_row(row_id: UUID, *, seen_by: Viewer) -> StatementRow:
    """One row with its file and line. Raises Problem not_found."""
    seen_by.require(VIEW_LINE)
    rows = StatementRow.objects.filter(within(seen_by.reach(VIEW_LINE)), pk=row_id)
    found = rows.select_related("file", "file__provider", "line", "line__plan", "line__household").first()
    if found is None:
        raise Problem("not_found")
    return found


def row_candidates(row_id: UUID, *, seen_by: Viewer) -> list[Line]:
    """Lines that a row may mean: the one proposed, those of its account, those of its amount that are still open; at most 50."""
    row = statement_row(row_id, seen_by=seen_by)
    lines = Line.objects.filter(
        within(seen_by.reach(VIEW_LINE)), plan__provider=row.provider_id, plan__state__in=UNDERWAY
    ).exclude(state__in=NOT_SENT)  # fmt: skip
    same = Q(pk=row.line_id) | (Q(key=row.line_key) if row.line_key else Q(pk=None))
    if row.account_hash is not None:
        same |= Q(account__in=Account.objects.filter(hash=row.account_hash).values("pk"))
    found = list(lines.filter(same).select_related("plan", "household")[:_MOST_CANDIDATES])
    if not found and row.amount is not None:
        open_still = lines.filter(amount=row.amount, state=LineState.SENT).select_related("plan", "household")
        found = list(open_still.order_by("plan", "no")[:_MOST_CANDIDATES])
    return sorted(found, key=lambda line: (line.pk != row.line_id, line.amount != row.amount, line.no))


def statement_counts(statement_id: UUID, *, seen_by: Viewer) -> dict[str, int]:
    """How many rows came to what. One query."""
    seen_by.require(VIEW_LINE)
    rows = StatementRow.objects.filter(within(seen_by.reach(VIEW_LINE)), file=statement_id)
    return dict(rows.values_list("verdict").annotate(rows=Count("pk")).order_by("verdict"))


def suggested_mapping(statement_id: UUID, *, seen_by: Viewer) -> tuple[list[str], list[list[str]], dict[str, Any]]:
    """Headers of a table, its first rows, and a mapping to be looked at: what was said of it, or else what is likely."""
    seen_by.require(RECONCILE)
    row = statement(statement_id, seen_by=seen_by)
    if row.kind != "table":
        return [], [], {}
    frame = layouts.read_table(vault.fetch(row.kept)).head(_SAMPLE)
    template = row.provider.template.columns if row.provider.template else standard_columns()
    shown = [["" if cell is None else str(cell) for cell in cells] for cells in frame.iter_rows()]
    return list(row.headers), shown, row.mapping or layouts.suggest(row.headers, template)
