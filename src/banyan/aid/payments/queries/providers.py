"""Providers, their templates, and accounts of people."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from banyan.aid.payments import numbers
from banyan.aid.payments.models import Account, Line, Plan, Provider, Template
from banyan.aid.payments.states import LineState
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW_PROVIDER, VIEW_ACCOUNT, VIEW_LINE = "payments.view_provider", "payments.view_account", "payments.view_line"


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


def accounts_of(person_ids: Collection[UUID], *, seen_by: Viewer) -> QuerySet[Account]:
    """The accounts of these people, those in use first; numbers show their end only."""
    seen_by.require(VIEW_ACCOUNT)
    rows = Account.objects.filter(within(seen_by.reach(VIEW_ACCOUNT)), person__in=person_ids).defer("number", "hash")
    return rows.select_related("person").order_by("-ended_at", "mechanism", "-since")


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
    """How many lines of a plan a provider would not take, by reason. Two queries."""
    seen_by.require(VIEW_LINE)
    row = provider(provider_id, seen_by=seen_by)
    lines = Line.objects.filter(within(seen_by.reach(VIEW_LINE)), plan=plan_id, state=LineState.PENDING)
    small = Q(amount__lt=row.least) if row.least is not None else Q(amount__lt=Decimal(0))
    large = Q(amount__gt=row.most) if row.most is not None else Q(amount__lt=Decimal(0))
    known = Account.objects.filter(mechanism=mechanism, ended_at=None).values("person")
    return Unpayable(
        lines.filter(small).count(), lines.filter(large).count(), lines.exclude(collector__in=known).count()
    )


def fee_of(provider_row: Provider, amount: Decimal, transfers: int, *, seen_by: Viewer) -> Decimal:
    """What a provider takes for so many transfers of so much together."""
    seen_by.require(VIEW_PROVIDER)
    fees: Decimal = provider_row.fee_fixed * transfers + amount * provider_row.fee_percent / 100
    return fees


def plan_provider(plan: Plan, *, seen_by: Viewer) -> Provider | None:
    """Who pays a plan; None where nobody is assigned."""
    return provider(plan.provider, seen_by=seen_by) if plan.provider else None
