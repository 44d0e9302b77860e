"""Statements of providers, read and settled in the background."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.aid.payments import actions, queries
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job
from banyan.platform.jobs.progress import Progress

# Rows settled in one transaction: enough to work by sets, few enough to lose little when the machine goes down.
AT_ONCE: Final = 25_000


@job(
    "payments.read_statement",
    label=_("Reconcile a statement"),
    retry=Backoff(attempts=4),
    lock="payments:provider:{provider}",
)
def read_statement(progress: Progress, *, by: Viewer, statement: str, provider: str) -> Outcome:
    """Read a file into rows, settle them stretch by stretch, and count; each of these once, however often it is begun."""
    key = UUID(statement)
    with progress.once("read") as first:
        if first:
            actions.read_rows(key, by=by)
    with viewing(by):
        rows = queries.statement(key, seen_by=by).rows
    # Rows of a table are numbered as a spreadsheet shows them, from 2.
    for start in range(1, rows + 2, AT_ONCE):
        with progress.once(f"settle {start}") as first:
            if first:
                actions.settle_rows(key, start, start + AT_ONCE - 1, by=by)
        progress.report(min(start + AT_ONCE - 1, rows), rows)
    with progress.once("finish") as first:
        if first:
            actions.finish_statement(key, by=by)
    with viewing(by):
        counts = queries.statement_counts(key, seen_by=by)
    return Outcome(
        summary=_("The statement was reconciled."),
        counts={_("Rows"): rows, _("Wait for a person"): counts.get("doubtful", 0)},
    )
