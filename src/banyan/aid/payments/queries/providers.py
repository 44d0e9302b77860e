"""Providers, their templates, and accounts of people."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, UUIDField, Value, When

from banyan.aid.payments import numbers
from banyan.aid.payments.models import Account, Line, Plan, Provider, Template
from banyan.aid.payments.queries.accounts import merged_of, paid_to
from banyan.aid.payments.states import LineState
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.money import Rounding, decimals_of
from banyan.platform.kernel.problems import Problem

VIEW_PLAN, VIEW_LINE = "payments.view_plan", "payments.view_line"
VIEW_PROVIDER, VIEW_ACCOUNT = "payments.view_provider", "payments.view_account"


def providers(operation_id: UUID | None = None, *, seen_by: Viewer) -> QuerySet[Provider]:
    """Providers in use, by name; of one operation or of all in reach."""
    seen_by.require(VIEW_PROVIDER)
    rows = Provider.objects.filter(within(seen_by.reach(VIEW_PROVIDER)), retired_at=None).select_related("template")
    return (rows if operation_id is None else rows.filter(operation=operation_id)).order_by("name", "pk")


def provider(provider_id: UUID, *, seen_by: Viewer) -> Provider:
    """One provider, retired or not. Raises Problem not_found."""
    seen_by.require(VIEW_PROVIDER)
    rows = Provider.objects.filter(within(seen_by.reach(VIEW_PROVIDER)), pk=provider_id)
    found = rows.select_related("template", "organisation").first()
    if found is None:
        raise Problem("not_found")
    return found


def templates(operation_id: UUID | None = None, *, seen_by: Viewer) -> QuerySet[Template]:
    """Templates by name; of one operation or of all in reach."""
    seen_by.require(VIEW_PROVIDER)
    rows = Template.objects.filter(within(seen_by.reach(VIEW_PROVIDER)))
    return (rows if operation_id is None else rows.filter(operation=operation_id)).order_by("name", "pk")


def template(template_id: UUID, *, seen_by: Viewer) -> Template:
    """One template. Raises Problem not_found."""
    seen_by.require(VIEW_PROVIDER)
    found = Template.objects.filter(within(seen_by.reach(VIEW_PROVIDER)), pk=template_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def accounts_of(person_ids: Collection[UUID], *, seen_by: Viewer) -> "QuerySet[Account, Any]":
    """The accounts of these people and of the registrations merged into theirs, those in use first; numbers show their end only.

    `payee` is the one among these people who is paid there.
    """
    seen_by.require(VIEW_ACCOUNT)
    merged = merged_of(person_ids)
    rows = Account.objects.filter(within(seen_by.reach(VIEW_ACCOUNT)), person__in=[*person_ids, *merged])
    stands = (When(person=each, then=Value(survivor)) for each, survivor in merged.items())
    rows = rows.annotate(payee=Case(*stands, default=F("person"), output_field=UUIDField()))
    return rows.defer("number", "hash").order_by("-ended_at", "mechanism", "-since")


def account_number(account_id: UUID, *, seen_by: Viewer, purpose: str = "") -> str:
    """The number of an account in full: an entry in the log of reads. Raises Problem not_found."""
    seen_by.require(VIEW_ACCOUNT)
    found = Account.objects.filter(within(seen_by.reach(VIEW_ACCOUNT)), pk=account_id).first()
    if found is None:
        raise Problem("not_found")
    log_read(seen_by, kind="open", subject="payments.account", ids=[found.pk], purpose=purpose)
    return numbers.unlock(found.number, of=found.pk)


@dataclass(frozen=True)
class Unpayable:
    """Why lines of a plan do not pass a provider: below its smallest transfer, above its largest, without an account."""

    too_small: int
    too_large: int
    without_account: int


def unpayable(plan_id: UUID, provider_id: UUID, mechanism: str, *, seen_by: Viewer) -> Unpayable:
    """How many lines of a plan a provider would not take, by reason. A constant number of statements. Raises Problem not_found."""
    seen_by.require(VIEW_LINE)
    row = provider(provider_id, seen_by=seen_by)
    plan = Plan.objects.filter(within(seen_by.reach(VIEW_PLAN)), pk=plan_id).first()
    if plan is None:
        raise Problem("not_found")
    text, values = paid_to(plan, mechanism, seen_by=seen_by)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({text}) found WHERE account IS NULL AND state = 'pending'", values)  # noqa: S608
        without = cursor.fetchone()[0]
    small, large = outside(plan, row, seen_by=seen_by)
    return Unpayable(small, large, without)


def outside(plan: Plan, row: Provider, *, seen_by: Viewer) -> tuple[int, int]:
    """How many lines of a plan are below the smallest transfer of a provider, and how many above its largest. One statement."""
    seen_by.require(VIEW_LINE)
    lines = Line.objects.filter(within(seen_by.reach(VIEW_LINE)), plan=plan, state=LineState.PENDING)
    # What has no limit is compared with what every line lies above, and below.
    found = lines.aggregate(
        small=Count("pk", filter=Q(amount__lt=row.least if row.least is not None else 0)),
        large=Count("pk", filter=Q(amount__gt=row.most) if row.most is not None else Q(amount__lt=0)),
    )
    return found["small"], found["large"]


@dataclass(frozen=True)
class Cost:
    """What a plan costs: its transfers, what the provider takes for them, and both together, in the plan's currency."""

    amount: Decimal
    fees: Decimal
    whole: Decimal


def plan_cost(plan: Plan, *, seen_by: Viewer) -> Cost | None:
    """What a plan of money costs with the fees that its provider declares; None where nobody is assigned or known.

    Fees are charged beside the transfers: they stand in no account of the ledger.
    """
    seen_by.require(VIEW_PROVIDER)
    if plan.provider is None or not plan.is_money:
        return None
    row = Provider.objects.filter(within(seen_by.reach(VIEW_PROVIDER)), pk=plan.provider).first()
    if row is None:
        return None
    places = Decimal(1).scaleb(-decimals_of(plan.currency))
    fees = fee_of(row, plan.amount, plan.lines, seen_by=seen_by).quantize(places, rounding=Rounding.HALF_UP.value)
    return Cost(plan.amount, fees, plan.amount + fees)


def fee_of(provider_row: Provider, amount: Decimal, transfers: int, *, seen_by: Viewer) -> Decimal:
    """What a provider takes for so many transfers of so much together."""
    seen_by.require(VIEW_PROVIDER)
    fees: Decimal = provider_row.fee_fixed * transfers + amount * provider_row.fee_percent / 100
    return fees


def plan_provider(plan: Plan, *, seen_by: Viewer) -> Provider | None:
    """Who pays a plan; None where nobody is assigned."""
    return provider(plan.provider, seen_by=seen_by) if plan.provider else None
