"""What entitlements look like to programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class EntitlementRunIn(Schema):
    """A computation to be begun."""

    package: UUID
    day: date | None = None


class EntitlementAmendmentIn(Schema):
    """Enrolments to be computed again, or whose entitlement is taken back, and why."""

    enrolments: list[UUID] = Field(max_length=10_000)
    reason: str = Field(max_length=300)
    package: UUID | None = None
    day: date | None = None
    withdraw: bool = False


class EntitlementRefusal(Schema):
    """Why a proposal is sent back."""

    reason: str = Field("", max_length=300)


class EntitlementAlternativeIn(Schema):
    """Other formulas, by item; in cash the item is empty. Without a rounding, rounding, step and cap are those of the run."""

    label: str = Field(max_length=200)
    formulas: dict[str, str]
    rounding: str = ""
    step: Decimal | None = None
    cap: Decimal | None = None


class EntitlementRunOut(Schema):
    """A computation with its terms and what it came to."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    cycle: UUID = Field(alias="cycle_id")
    package: UUID = Field(alias="package_id")
    package_code: str
    kind: str
    subject: str
    lines: list[dict[str, Any]]
    rounding: str
    step: Decimal | None
    cap: Decimal | None
    currency: str
    day: date
    state: str
    totals: dict[str, Any]
    job: UUID | None
    amends: UUID | None = Field(alias="amends_id")
    reason: str
    made_by: str = Field(alias="made_by_label")
    made_at: datetime
    proposed_by: str = Field(alias="proposed_by_label")
    approved_by: str = Field(alias="approved_by_label")


class EntitlementOut(Schema):
    """What one household or person is entitled to."""

    id: UUID
    enrolment: UUID = Field(alias="enrolment_id")
    household: UUID | None = Field(alias="household_id")
    person: UUID | None = Field(alias="person_id")
    place: UUID | None = Field(alias="place_id")
    size: int | None
    item: str
    unit: str
    amount: Decimal | None
    currency: str
    quantity: Decimal | None
    verdict: str
    cause: str
    stands: bool
    replaces: UUID | None
    replaced_by: UUID | None


class EntitlementPage(Schema):
    """Some of the entitlements of a computation; `after` begins the next page."""

    items: list[EntitlementOut]
    after: UUID | None


class EntitlementSumOut(Schema):
    """Entitlements that have something in common, added up."""

    key: UUID | int | str | None
    rows: int
    due: int
    undecided: int
    people: int
    amount: Decimal | None
    quantity: Decimal | None


class EntitlementCost(Schema):
    """What formulas come to for the people of a computation. Counts are of rows: one for each enrolment and item."""

    label: str
    amount: Decimal
    item_sums: dict[str, Decimal]
    due: int
    nothing: int
    undecided: int
    more: int
    less: int
    same: int


class EntitlementPart(Schema):
    """One part of a formula: what it is, how much, or whether it was so."""

    text: str
    value: str
    verdict: bool | None = None
    parts: list["EntitlementPart"] = []


class EntitlementWhy(Schema):
    """Why it came to this: the formula in words with its figures, and the steps to what is due."""

    formula: str
    working: EntitlementPart | None
    steps: list[str]
