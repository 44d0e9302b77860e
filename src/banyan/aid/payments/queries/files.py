"""Files to providers: what goes into one, and which were made."""

from decimal import Decimal
from uuid import UUID

import polars as pl
from django.db.models import QuerySet

from banyan.aid.payments import numbers
from banyan.aid.payments.models import BY_ACCOUNT, Account, Line, PaymentFile, Plan, Provider
from banyan.aid.payments.rules.sources import ANSWERS, SOURCES
from banyan.aid.payments.states import LineState
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.money import Rounding, decimals_of
from banyan.platform.kernel.problems import Problem

VIEW_PLAN, VIEW_LINE, MAKE_FILE = "payments.view_plan", "payments.view_line", "payments.make_file"
# What a provider is asked to pay: neither held nor cancelled, and nothing of it came back yet.
PAYABLE = (LineState.PENDING, LineState.SENT)
_READ = (
    "key", "no", "household__reference", "size", "place__name", "collector__reference", "collector__full_name",
    "alternate__full_name", "account", "amount",
)  # fmt: skip


def payment_files(plan_id: UUID, *, seen_by: Viewer) -> QuerySet[PaymentFile]:
    """The files that were made of a plan, the newest first."""
    seen_by.require(VIEW_PLAN)
    rows = PaymentFile.objects.filter(within(seen_by.reach(VIEW_PLAN)), plan=plan_id)
    return rows.select_related("provider").order_by("-made_at", "-pk")


def payment_file(file_id: UUID, *, seen_by: Viewer) -> PaymentFile:
    """One file as it was recorded, without its content. Raises Problem not_found."""
    seen_by.require(VIEW_PLAN)
    rows = PaymentFile.objects.filter(within(seen_by.reach(VIEW_PLAN)), pk=file_id)
    found = rows.select_related("provider", "plan").first()
    if found is None:
        raise Problem("not_found")
    return found


def transfers(plan: Plan, provider: Provider, *, seen_by: Viewer) -> pl.DataFrame:
    """The lines of a plan that are to be paid, one text column for each source of `rules.sources`. Two queries.

    Accounts are those written on the lines, which were approved with them. Raises Problem payments.lines_unseen where the viewer
    does not reach every line and collector, payments.accounts_missing where somebody cannot be paid by number.
    """
    seen_by.require(MAKE_FILE)
    rows = list(
        Line.objects.filter(within(seen_by.reach(VIEW_LINE)), plan=plan.pk, state__in=PAYABLE)
        .order_by("no")
        .values_list(*_READ)
    )
    unseen = plan.lines - sum(1 for row in rows if row[6] is not None)
    if unseen > 0:
        raise Problem("payments.lines_unseen", count=unseen)
    accounts = _accounts(plan)
    paid_to = [accounts.get(row[8]) for row in rows]
    if plan.mechanism in BY_ACCOUNT:
        without = [row for row, account in zip(rows, paid_to, strict=True) if account is None]
        if without:
            raise Problem("payments.accounts_missing", count=len(without), first=without[0][5])
    decimals = decimals_of(plan.currency)
    common = {
        "plan": plan.reference,
        "mechanism": plan.mechanism,
        "provider": provider.name,
        "currency": plan.currency,
        "pay_from": plan.pay_from.isoformat(),
        "pay_until": plan.pay_until.isoformat(),
    }
    frame = pl.DataFrame(
        {
            "line": [str(row[0]) for row in rows],
            "number": [str(row[1]) for row in rows],
            "household": [row[2] for row in rows],
            "size": [None if row[3] is None else str(row[3]) for row in rows],
            "place": [row[4] for row in rows],
            "collector": [row[5] for row in rows],
            "collector_name": [row[6] for row in rows],
            "alternate_name": [row[7] for row in rows],
            "holder": [account[1] if account else None for account in paid_to],
            "account": [account[0] if account else None for account in paid_to],
            "amount": [f"{row[9]:.{decimals}f}" for row in rows],
            "amount_base": [_in_base(row[9], plan) for row in rows],
        },
        schema=dict.fromkeys(
            (name for name in SOURCES if name not in common and name not in ANSWERS), pl.String
        ),
    )  # fmt: skip
    return frame.with_columns(pl.lit(value, pl.String).alias(name) for name, value in common.items())


def _in_base(amount: Decimal, plan: Plan) -> str:
    places = Decimal(1).scaleb(-decimals_of(plan.base_currency))
    return f"{(amount * plan.rate).quantize(places, rounding=Rounding.HALF_UP.value):f}"


def _accounts(plan: Plan) -> dict[UUID, tuple[str, str]]:
    """(number, holder) of the accounts written on the lines: those that were approved, whatever changed since."""
    lines = Line.objects.filter(plan=plan.pk, state__in=PAYABLE).exclude(account=None)
    rows = Account.objects.filter(operation=plan.operation_id, pk__in=lines.values("account"))
    return {
        pk: (numbers.unlock(locked, of=pk), holder) for pk, locked, holder in rows.values_list("pk", "number", "holder")
    }
