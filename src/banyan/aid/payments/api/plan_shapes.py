"""What programs send and get about payment plans. Amounts travel as text: a float would change money."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator


def _clean(text: object) -> object:
    """Text without what no column holds: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip() if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_clean), Field(max_length=300)]
Amount = Annotated[Decimal, Field(max_digits=19, decimal_places=4, ge=0)]
Rate = Annotated[Decimal, Field(max_digits=20, decimal_places=10, gt=0)]


class PaymentPlan(Schema):
    """A payment plan with its totals; nothing of whom it pays."""

    id: UUID
    reference: str
    name: str
    operation_id: UUID
    programme_id: UUID
    cycle_id: UUID
    run: UUID
    kind: str
    basis: str
    follow_up_of_id: UUID | None
    currency: str
    base_currency: str
    rate: Decimal
    rate_on: date | None
    provider: UUID | None
    provider_label: str
    mechanism: str
    pay_from: date
    pay_until: date
    state: str
    lines: int
    held: int
    amount: Decimal
    delivered_amount: Decimal
    returned_amount: Decimal
    lost_amount: Decimal
    excess_amount: Decimal
    round: int
    digest: str
    approvals_needed: int
    authorisations_needed: int
    made_by_label: str
    made_at: datetime
    generated_at: datetime | None
    job: UUID | None
    version: int


class PaymentPlans(Schema):
    """A page of plans; `after` continues it."""

    items: list[PaymentPlan]
    after: UUID | None


class PaymentStep(Schema):
    """A step somebody took."""

    verb: str
    duty: str
    round: int
    actor_label: str
    at: datetime
    note: str
    digest: str


class PaymentNext(Schema):
    """A step that fits the state; whether who asks may take it, and the Problem that stands in the way."""

    verb: str
    may: bool
    why: str


class PaymentCost(Schema):
    """What a plan costs: its transfers, what the provider takes for them beside the ledger, and both together."""

    amount: Decimal
    fees: Decimal
    whole: Decimal


class PaymentUnpayable(Schema):
    """How many lines the provider assigned would not pay: too small, too large, or, paid by number, without an account."""

    too_small: int
    too_large: int
    without_account: int


class PaymentPlanFull(Schema):
    """A plan with its steps, what comes next, and what stands in its ledger, by account.

    cost and unpayable: where a provider is assigned that the viewer may see, and whose lines.
    """

    plan: PaymentPlan
    steps: list[PaymentStep]
    next: list[PaymentNext]
    ledger: dict[str, Decimal]
    cost: PaymentCost | None
    unpayable: PaymentUnpayable | None


class PaymentLine(Schema):
    """A line: who gets what, and what became of it."""

    id: UUID
    no: int
    key: UUID
    household_id: UUID
    person_id: UUID | None
    collector_id: UUID | None
    alternate_id: UUID | None
    place_id: UUID | None
    amount: Decimal
    due: Decimal
    item: str
    unit: str
    state: str
    delivered_amount: Decimal
    returned_amount: Decimal
    lost_amount: Decimal
    excess_amount: Decimal
    settled_on: date | None


class PaymentLines(Schema):
    """A page of lines; `after` is the number of the last one."""

    items: list[PaymentLine]
    after: int | None


class PaymentBudget(Schema):
    """A budget line that pays up to a running total; the last one pays what is left."""

    budget_line: UUID
    until: Amount | None = None
    rate: Rate | None = None


class PaymentPlanNew(Schema):
    """Which approved entitlements are paid, when, and out of which budget lines."""

    run: UUID
    pay_from: date
    pay_until: date
    name: Text = ""
    basis: Annotated[str, Field(pattern="^(regular|top_up)$")] = "regular"
    budgets: Annotated[list[PaymentBudget], Field(max_length=50)] = []
    rate: Rate | None = None
    rate_on: date | None = None


class PaymentFollowUpNew(Schema):
    """When a plan of what did not arrive is paid."""

    pay_from: date
    pay_until: date
    name: Text = ""


class PaymentProviderChoice(Schema):
    """Who pays, and how; without a provider the organisation hands out itself."""

    provider: UUID | None = None
    mechanism: Annotated[str, BeforeValidator(_clean), Field(max_length=40)]
    version: int | None = None


class PaymentAgreement(Schema):
    """The digest of the plan as it was looked at, and a note."""

    digest: Annotated[str, BeforeValidator(_clean), Field(max_length=64)]
    note: Text = ""


class PaymentReason(Schema):
    """Why."""

    reason: Text


class PaymentLeaveOut(PaymentReason):
    """Which lines are left out, and why."""

    lines: Annotated[list[UUID], Field(max_length=10_000)]


class PaymentHoldNew(PaymentReason):
    """Who is held, why, and how long."""

    household: UUID
    person: UUID | None = None
    from_on: date | None = None
    until: date | None = None


class PaymentHold(Schema):
    """A hold."""

    id: UUID
    household_id: UUID
    person_id: UUID | None
    reason: str
    from_on: date
    until: date | None
    made_by_label: str
    made_at: datetime
    lifted_by_label: str
    lifted_at: datetime | None


class PaymentOutcome(Schema):
    """What happened to a line; the same cause counts once, for ever."""

    line: UUID
    outcome: Annotated[str, BeforeValidator(_clean), Field(max_length=9)]
    amount: Amount | None = None
    on_day: date
    provider_reference: Annotated[str, BeforeValidator(_clean), Field(max_length=140)] = ""
    cause_key: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=100)]


class PaymentOutcomes(Schema):
    """Many of them."""

    rows: Annotated[list[PaymentOutcome], Field(min_length=1, max_length=100_000)]


class PaymentRecorded(Schema):
    """How many causes were new, how many were known, and of how many lines the new ones tell."""

    new: int
    known: int
    lines: int
