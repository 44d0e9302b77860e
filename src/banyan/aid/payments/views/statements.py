"""What providers report: uploading it, saying what its columns hold, what every row came to, and rows that wait for a person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.statements import DecideRowForm, MappingForm, StatementForm
from banyan.aid.payments.models import StatementFile, Verdict
from banyan.aid.payments.views.framing import LINES, STATEMENTS, Text, at, frame, progress_of, trail
from banyan.aid.payments.views.wording import money
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

TONES = {
    Verdict.MATCHED: "good", Verdict.PARTIAL: "warn", Verdict.OVER: "bad", Verdict.LATE: "warn", Verdict.RETURNED: "bad",
    Verdict.FAILED: "bad", Verdict.UNCLAIMED: "warn", Verdict.DUPLICATE: "plain", Verdict.NOTED: "plain",
    Verdict.UNKNOWN: "bad", Verdict.DOUBTFUL: "warn",
}  # fmt: skip
WHYS: dict[str, Text] = {
    "said": gettext_lazy("The provider said something else of this transfer before."),
    "amount": gettext_lazy("The amount cannot be read."),
    "outcome": gettext_lazy("What the row says has happened is not known."),
    "day": gettext_lazy("The day cannot be read."),
    "no_line": gettext_lazy("It names no transfer of ours."),
    "account": gettext_lazy("Only its amount and account fit a transfer."),
    "ambiguous": gettext_lazy("It fits several transfers."),
    "currency": gettext_lazy("It is in another currency than the transfer."),
    "plan": gettext_lazy("The plan of the transfer was not sent, or is closed."),
    "held": gettext_lazy("The transfer is held or was cancelled."),
    "settled": gettext_lazy("All is known of the transfer already."),
    "excess": gettext_lazy("More was paid than the transfer asked for."),
}
_SAMPLE = 5
# Somebody may say which transfer these are about.
_OPEN = (Verdict.DOUBTFUL, Verdict.UNKNOWN)
# What could not be read of a row, and so is asked of whoever decides.
_UNREAD = ("amount", "outcome", "day")


def listing(operation_id: UUID) -> Listing:
    """Files that providers sent, the newest first."""
    return Listing(
        key="statements",
        title=gettext_lazy("Statements"),
        columns=[
            Column("name", gettext_lazy("File"), link=lambda row: reverse("payments:statement", args=[row["id"]])),
            Column("provider__name", gettext_lazy("Provider")),
            Column("received_at", gettext_lazy("Received"), kind="datetime", wide_only=True),
            Column("rows", gettext_lazy("Rows"), kind="number"),
            Column(
                "doubtful", gettext_lazy("Waiting for a person"), kind="number", computed=True, sortable=False,
                show=lambda row: (row["counts"] or {}).get(Verdict.DOUBTFUL, 0),
            ),
            Column("settled_at", gettext_lazy("Reconciled"), kind="datetime", wide_only=True),
        ],
        filters=[
            Filter("q", gettext_lazy("Name begins with"), where="name__istartswith", primary=True),
            Filter("received", gettext_lazy("Received"), kind="dates", where="received_at__date"),
        ],
        sort="-received_at",
        extra=["counts"],
        empty=gettext_lazy("No statement yet"),
        empty_next=gettext_lazy("Load a statement"),
        empty_url=at("payments:statement-new", operation_id),
    )  # fmt: skip


def rows_listing(*, of_all: bool) -> Listing:
    """Rows of one statement, or of all, in the order of the file."""
    second = Column("reference", gettext_lazy("Reference of the provider"), wide_only=True)
    if of_all:
        second = Column("file__name", gettext_lazy("File"), wide_only=True)

    def amount(row: Any) -> Any:
        return money(row["amount"], row["currency"]) if row["currency"] else row["amount"]

    def asked(row: Any) -> str | None:
        return reverse("payments:statement-row", args=[row["id"]]) if row["verdict"] in _OPEN else None

    return Listing(
        key="rows",
        title=gettext_lazy("Rows"),
        columns=[
            Column("no", gettext_lazy("Row"), kind="number", link=asked),
            second,
            Column("amount", gettext_lazy("Amount"), show=amount),
            Column("on_day", gettext_lazy("Day"), kind="date", wide_only=True),
            Column("verdict", gettext_lazy("Came to"), kind="badge", choices=dict(Verdict.choices), tones=TONES),
            Column("why", gettext_lazy("Why"), sortable=False, show=lambda row: WHYS.get(row["why"], row["reason"])),
            Column("decided_by_label", gettext_lazy("Decided by"), wide_only=True),
        ],
        filters=[
            Filter("verdict", gettext_lazy("Came to"), kind="choice", choices=Verdict.choices, primary=True),
            Filter("row", gettext_lazy("Row"), kind="numbers", where="no"),
        ],
        sort="no",
        extra=["currency", "reason"],
        empty=gettext_lazy("No row of this kind"),
    )  # fmt: skip


@require_GET
@needs(STATEMENTS)
def statement_list(request: HttpRequest) -> HttpResponseBase:
    """Statements of one operation, and how many rows wait for a person."""
    operation, operations = operations_here(request, STATEMENTS)
    if operation is None:
        raise Problem("not_found")
    viewer = request.viewer
    context = {
        **frame(request, "statements", operation, operations),
        "doubtful": queries.doubtful_rows(operation.pk, seen_by=viewer).count() if viewer.may(LINES) else 0,
        "doubtful_url": at("payments:doubtful", operation.pk),
        "new_url": at("payments:statement-new", operation.pk),
    }
    rows = queries.statements(operation.pk, seen_by=viewer)
    return respond(request, listing(operation.pk), rows, "payments/statements.html", context)


@require_http_methods(["GET", "POST"])
@needs(STATEMENTS)
def statement_new(request: HttpRequest) -> HttpResponse:
    """Load a file of a provider; the same file again leads to the first and changes nothing."""
    viewer = request.viewer
    operation, _all = operations_here(request, STATEMENTS)
    if operation is None:
        raise Problem("not_found")
    known = [(each.pk, each.name) for each in queries.providers(operation.pk, seen_by=viewer).order_by("name")]
    form = StatementForm(
        request.POST or None, request.FILES or None, providers=known, initial={"provider": request.GET.get("provider")}
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            statement = actions.receive_statement(
                form.cleaned_data["provider"], by=viewer, name=file.name, content=file.read()
            )
        except Problem as problem:
            problems = problems_of(problem)
        else:
            return redirect("payments:statement-map" if _unmapped(statement) else "payments:statement", statement.pk)
    context = {
        "form": form, "problems": problems, "submit": _("Load"), "cancel_url": at("payments:statements", operation.pk),
        "trail": _trail(operation.pk), "heading": _("Load a statement"),
        "lead": _("Nothing is paid or taken back by it: it says what has become of transfers that were sent."),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)


def _unmapped(statement: StatementFile) -> bool:
    """Whether nobody has said yet what the columns hold."""
    return statement.kind == "table" and statement.mapping is None


def _trail(operation_id: UUID, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    return trail(operation_id, (gettext_lazy("Statements"), at("payments:statements", operation_id)), *more)


@require_http_methods(["GET", "POST"])
@needs(STATEMENTS)
def statement_map(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Say what the columns hold; it is remembered for the provider's next file with the same columns."""
    viewer = request.viewer
    statement = queries.statement(statement_id, seen_by=viewer)
    headers, sample, suggested = queries.suggested_mapping(statement.pk, seen_by=viewer)
    form = MappingForm(request.POST if request.method == "POST" else None, headers=headers, mapping=suggested)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.map_statement(statement.pk, by=viewer, mapping=form.mapping())
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The rows are being matched now."))
            return redirect("payments:statement", statement.pk)
    log_read(viewer, kind="open", subject="payments.statement", ids=[statement.pk], purpose="columns")
    here = reverse("payments:statement", args=[statement.pk])
    context = {
        "statement": statement, "form": form, "problems": problems, "headers": headers, "sample": sample[:_SAMPLE],
        "submit": _("Match the rows"), "cancel_url": here, "trail": _trail(statement.operation_id, (statement.name, here)),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/statement_map.html", context, status=status)


@require_GET
@needs(STATEMENTS)
def statement_page(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """One statement: what its rows came to, each of them with the reason."""
    viewer = request.viewer
    statement = queries.statement(statement_id, seen_by=viewer)
    job = progress_of(statement.job, viewer) if statement.settled_at is None else None
    counts = queries.statement_counts(statement.pk, seen_by=viewer)
    context = {
        "statement": statement,
        "job": job,
        "poll_url": reverse("jobs:progress", args=[statement.job]) if job else "",
        "waits": _unmapped(statement),
        "map_url": reverse("payments:statement-map", args=[statement.pk]),
        "facts": _facts(statement),
        "counts": [(verdict.value, verdict.label, counts[verdict], TONES[verdict]) for verdict in Verdict if counts.get(verdict)],
        "trail": _trail(statement.operation_id),
    }  # fmt: skip
    rows = queries.statement_rows(statement.pk, seen_by=viewer)
    return respond(
        request, rows_listing(of_all=False), rows, "payments/statement.html", context,
        on_list=lambda ids: _note(viewer, ids),
    )  # fmt: skip


def _note(viewer: Viewer, ids: list[Any]) -> None:
    log_read(viewer, kind="list", subject="payments.statementrow", ids=ids, purpose="statement")


def _facts(statement: StatementFile) -> list[tuple[Any, Any]]:
    settled = date_format(statement.settled_at, "DATETIME_FORMAT") if statement.settled_at else ""
    return [
        (_("Provider"), statement.provider.name),
        (_("Kind"), _("table") if statement.kind == "table" else statement.kind),
        (_("Received"), f"{date_format(statement.received_at, 'DATETIME_FORMAT')} · {statement.received_by_label}"),
        (_("Rows"), statement.rows),
        (_("Reconciled"), settled),
        (
            _("Said of the whole file"),
            "; ".join(" ".join(str(part) for part in one if part) for one in statement.whole),
        ),
        (_("Checksum"), statement.checksum[:16]),
    ]


@require_GET
@needs(STATEMENTS)
def doubtful(request: HttpRequest) -> HttpResponseBase:
    """Rows of all statements that wait for a person."""
    viewer = request.viewer
    operation, _all = operations_here(request, STATEMENTS)
    if operation is None:
        raise Problem("not_found")
    context = {
        **frame(request, "statements", operation),
        "heading": _("Rows that wait for a person"),
        "lead": _("Nothing is recorded of a transfer until somebody has said which one a row is about."),
        "trail": _trail(operation.pk),
    }
    rows = queries.doubtful_rows(operation.pk, seen_by=viewer)
    return respond(
        request,
        rows_listing(of_all=True),
        rows,
        "payments/list.html",
        context,
        on_list=lambda ids: _note(viewer, ids),
    )


@require_http_methods(["GET", "POST"])
@needs(STATEMENTS)
def row_page(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """One doubtful row beside the transfers it may be about."""
    viewer = request.viewer
    row = queries.statement_row(row_id, seen_by=viewer)
    candidates = list(queries.row_candidates(row.pk, seen_by=viewer))
    form = DecideRowForm(
        request.POST if request.method == "POST" else None,
        candidates=[(line.pk, _line_words(line)) for line in candidates],
        unread=row.why in _UNREAD,
        initial={"line": str(row.line_id or ""), "outcome": row.outcome, "amount": row.amount, "on_day": row.on_day},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_row(row.pk, by=viewer, **form.said())
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Decided."))
            return redirect(at("payments:doubtful", row.operation_id))
    _note(viewer, [row.pk])
    context = {
        "row": row, "form": form, "problems": problems, "submit": _("Decide"),
        "is_open": row.verdict in _OPEN and row.decided_at is None,
        "why": WHYS.get(row.why, ""),
        "verdict": _verdict(row.verdict),
        "facts": _row_facts(row),
        "cancel_url": at("payments:doubtful", row.operation_id),
        "trail": _trail(row.operation_id, (row.file.name, reverse("payments:statement", args=[row.file_id]))),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/statement_row.html", context, status=status)


def _verdict(code: str) -> tuple[Text, str]:
    return (Verdict(code).label, TONES[Verdict(code)]) if code else (_("not settled yet"), "plain")


def _line_words(line: Any) -> str:
    return _("%(plan)s, line %(no)s: %(household)s, %(amount)s, %(state)s") % {
        "plan": line.plan.reference, "no": line.no, "household": line.household.reference,
        "amount": money(line.amount, line.plan.currency), "state": line.get_state_display(),
    }  # fmt: skip


def _row_facts(row: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Amount"), money(row.amount, row.currency) if row.currency and row.amount is not None else row.amount),
        (_("Day"), date_format(row.on_day) if row.on_day else ""),
        (_("Said"), row.outcome),
        (_("Name"), row.holder),
        (_("Reference of the provider"), row.reference),
        (_("Reason"), row.reason),
        (_("Decided by"), row.decided_by_label),
        (_("Note"), row.note),
    ]
