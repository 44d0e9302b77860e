"""The ledger entry by entry, with the balance of its accounts above it: of an operation, or of a plan, programme or budget line."""

from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.aid.payments import queries
from banyan.aid.payments.models import Book
from banyan.aid.payments.views.framing import LINES, PREPARE, at, trail
from banyan.aid.payments.views.stepping import plan_trail
from banyan.aid.payments.views.wording import exact, money
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import id_from
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

TONES = {
    Book.BUDGET: "plain", Book.COMMITTED: "info", Book.RELEASED: "info", Book.DELIVERED: "good", Book.RETURNED: "warn",
    Book.LOST: "bad",
}  # fmt: skip


def listing(plans: list[tuple[str, str]], programmes: list[tuple[str, str]], lines: list[tuple[str, str]]) -> Listing:
    """Entries of the ledger, the latest first."""
    return Listing(
        key="ledger",
        title=gettext_lazy("Ledger"),
        columns=[
            Column("at", gettext_lazy("Day"), kind="datetime"),
            Column("plan__reference", gettext_lazy("Plan"), kind="code", link=lambda row: reverse("payments:plan", args=[row["plan"]])),
            Column("line__no", gettext_lazy("No."), kind="number", wide_only=True, sortable=False,
                   link=lambda row: reverse("payments:line", args=[row["line"]]) if row["line"] else None),
            Column("budget_line__code", gettext_lazy("Budget line"), kind="code", wide_only=True),
            Column("account", gettext_lazy("Account"), kind="badge", choices=dict(Book.choices), tones=TONES),
            Column("amount", gettext_lazy("Amount"), kind="money", show=lambda row: exact(row["amount"], row["currency"])),
            Column("currency", gettext_lazy("Currency"), kind="code", sortable=False),
            Column("actor_label", gettext_lazy("Who"), wide_only=True, sortable=False),
            Column("transaction", gettext_lazy("Transaction"), export_only=True, sortable=False),
        ],
        filters=[
            Filter("account", gettext_lazy("Account"), kind="choice", choices=Book.choices, primary=True),
            Filter("plan", gettext_lazy("Plan"), kind="choice", choices=plans, primary=True),
            Filter("programme", gettext_lazy("Programme"), kind="choice", choices=programmes, primary=True),
            Filter("budget_line", gettext_lazy("Budget line"), kind="choice", choices=lines),
            Filter("at", gettext_lazy("Day"), kind="dates", where="at__date"),
        ],
        sort="-at",
        extra=["plan", "line"],
        empty=gettext_lazy("Nothing is booked yet."),
    )  # fmt: skip


@require_GET
@needs(LINES)
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Everything that was booked in an operation, by plan, programme, budget line and account. Listing and exporting are logged."""
    viewer = request.viewer
    operation, operations = operations_here(request, LINES)
    if operation is None:
        raise Problem("not_found")
    rows = queries.ledger_entries(operation.pk, seen_by=viewer)
    about = {name: id_from(request.GET.get(name, "")) for name in ("plan", "programme", "budget_line")}
    plan = queries.plan(about["plan"], seen_by=viewer) if about["plan"] else None
    narrow = queries.ledger_entries(operation.pk, seen_by=viewer, **about)

    def note(kind: Literal["list", "export"]) -> Any:
        return lambda ids: log_read(viewer, kind=kind, subject="payments.entry", ids=ids, purpose="ledger")

    context = {
        "operation": operation,
        "operations": operations,
        "heading": _("Ledger"),
        "lead": _("Every booking stands in two accounts, so that all of them together come to nothing."),
        "trail": plan_trail(plan) if plan else trail(operation.pk, (gettext_lazy("Payment plans"), at("payments:plans", operation.pk))),
        "balances": [
            {"whole": money(each.whole, each.currency), "entries": each.entries,
             "books": [money(each.books[book], each.currency) for book in Book]}
            for each in queries.balances(narrow, seen_by=viewer)
        ],
        "books": [book.label for book in Book],
    }  # fmt: skip
    known = listing(*_choices(operation.pk, rows, viewer))
    return respond(
        request, known, rows, "payments/ledger.html", context, may_export=viewer.may(PREPARE), on_list=note("list"),
        on_export=note("export"),
    )  # fmt: skip


def _choices(operation_id: UUID, rows: QuerySet[Any], viewer: Viewer) -> list[list[tuple[str, str]]]:
    """Plans, programmes and budget lines of which something is booked: those that plans of the operation name."""
    plans = queries.plans(seen_by=viewer, operation_id=operation_id).order_by("-made_at")
    named = list(plans.values_list("pk", "reference", "programme", "programme__name"))
    programmes = sorted({(str(key), name) for _pk, _reference, key, name in named}, key=lambda one: one[1])
    lines = rows.order_by().values_list("budget_line", "budget_line__code", "budget_line__name").distinct()
    return [
        [(str(key), reference) for key, reference, _programme, _name in named],
        programmes,
        sorted(((str(key), f"{code} {name}") for key, code, name in lines), key=lambda one: one[1]),
    ]
