"""What programmes, their packages and who is in them look like to programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator

# No column can hold a NUL.
Words = Annotated[str, BeforeValidator(lambda said: said.replace("\x00", "") if isinstance(said, str) else said)]
Amount = Annotated[Decimal, Field(max_digits=19, decimal_places=4)]


class ProgrammeIn(Schema):
    """A programme to be designed. `area`: code of the area it works in; empty for the whole operation."""

    operation: UUID
    area: Words = ""
    code: Words
    name: Words
    purpose: Words
    currency: Words
    starts_on: date
    ends_on: date | None = None
    goal: Words = ""
    sector: Words = ""
    for_whom: Words = "household"
    restriction: Words = "internal"
    overlap: Words = "forbid"


class ProgrammeChange(Schema):
    """What is to be said otherwise; what is not named stays. `version`: the one that was read."""

    version: int
    name: Words | None = None
    purpose: Words | None = None
    currency: Words | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    goal: Words | None = None
    sector: Words | None = None
    for_whom: Words | None = None
    restriction: Words | None = None
    overlap: Words | None = None


class ProgrammeReason(Schema):
    """Why."""

    reason: Words = Field("", max_length=2000)


class ProgrammeOut(Schema):
    """A programme."""

    id: UUID
    operation: UUID = Field(alias="operation_id")
    code: str
    name: str
    goal: str
    sector: str
    purpose: str
    for_whom: str
    currency: str
    starts_on: date
    ends_on: date | None
    restriction: str
    overlap: str
    state: str
    state_reason: str
    made_by: str = Field(alias="made_by_label")
    approved_by: str = Field(alias="approved_by_label")
    approved_at: datetime | None
    version: int


class ProgrammePage(Schema):
    """A page of programmes; ask for the next one with `after`."""

    items: list[ProgrammeOut]
    after: UUID | None


class BudgetLineIn(Schema):
    """Money given for a programme; a line with this code is changed."""

    code: Words
    name: Words
    amount: Amount
    currency: Words = ""
    donor: UUID | None = None


class BudgetLineOut(Schema):
    """A budget line."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    code: str
    name: str
    amount: Decimal
    currency: str
    donor: UUID | None = Field(alias="donor_id")


class CycleIn(Schema):
    """A cycle to be planned."""

    name: Words
    starts_on: date
    ends_on: date


class CycleOut(Schema):
    """A cycle."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    number: int
    name: str
    starts_on: date
    ends_on: date
    state: str


class QuotaIn(Schema):
    """How many a place may have enrolled; null lifts the quota."""

    number: int | None = Field(None, ge=0, le=2_000_000_000)


class QuotaOut(Schema):
    """How far a quota is taken, as far as you reach."""

    place: UUID = Field(alias="place_id")
    place_name: str
    number: int
    taken: int
    waiting: int


class PackageItemIn(Schema):
    """One thing in a package in kind."""

    code: Words
    name: Words
    unit: Words
    formula: Words


class PackageIn(Schema):
    """A package to be written; the draft with this code is written anew."""

    code: Words
    name: Words
    kind: Words
    formula: Words = ""
    items: list[PackageItemIn] = Field([], max_length=100)
    currency: Words = ""
    rounding: Words = "ROUND_HALF_UP"
    step: Amount | None = None
    cap: Amount | None = None
    note: Words = ""


class PackageOut(Schema):
    """One version of a package."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    code: str
    version: int
    name: str
    kind: str
    currency: str
    formula: str
    rounding: str
    step: Decimal | None
    cap: Decimal | None
    note: str
    state: str
    made_by: str = Field(alias="made_by_label")
    approved_by: str = Field(alias="approved_by_label")


class PackageWhole(PackageOut):
    """One version of a package with what is in it."""

    contents: list[PackageItemIn]


class PriceListIn(Schema):
    """A price list: formulas ask for it as extras.price_<code>."""

    operation: UUID
    area: Words = ""
    code: Words
    name: Words
    currency: Words


class PriceListOut(Schema):
    """A price list."""

    id: UUID
    operation: UUID = Field(alias="operation_id")
    code: str
    name: str
    currency: str


class PriceIn(Schema):
    """What it costs in a place, and in all places in it, from a day on."""

    place: UUID
    amount: Amount
    from_on: date


class PriceOut(Schema):
    """A price as it was written."""

    id: UUID
    place: UUID = Field(alias="place_id")
    amount: Decimal
    from_on: date


class EnrolmentIn(Schema):
    """A household, or in a programme for people one person, to be enrolled by hand."""

    household: UUID | None = None
    person: UUID | None = None
    reason: Words = Field(max_length=300)


class EnrolmentsMove(Schema):
    """Enrolments to be moved by one verb, with a reason."""

    enrolments: list[UUID] = Field(max_length=10_000)
    reason: Words = Field(max_length=300)


class EnrolmentOut(Schema):
    """An enrolment."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    household: UUID | None = Field(alias="household_id")
    person: UUID | None = Field(alias="person_id")
    place: UUID | None = Field(alias="place_id")
    state: str
    since: date
    until: date | None
    reason: str
    score: Decimal | None
    targeting_run: UUID | None
    overlap: bool


class EnrolmentPage(Schema):
    """A page of enrolments; ask for the next one with `after`."""

    items: list[EnrolmentOut]
    after: UUID | None


class EnrolmentsMoved(Schema):
    """How many were moved."""

    count: int


class EnrolmentJob(Schema):
    """The job that enrols."""

    job: UUID


class OverlapOut(Schema):
    """Somebody found in another programme of the same purpose."""

    household: UUID | None = Field(alias="household_id")
    person: UUID | None = Field(alias="person_id")
    other: UUID = Field(alias="other_id")
    ruling: str
    targeting_run: UUID | None
    found_at: datetime


class AppealIn(Schema):
    """Somebody says they were left out, or put out, wrongly."""

    household: UUID | None = None
    person: UUID | None = None
    targeting_run: UUID | None = None
    enrolment: UUID | None = None
    reason: Words = Field(max_length=2000)


class AppealDecision(Schema):
    """Why it is decided so."""

    decision: Words = Field(max_length=2000)


class AppealOut(Schema):
    """An appeal."""

    id: UUID
    programme: UUID = Field(alias="programme_id")
    household: UUID | None = Field(alias="household_id")
    person: UUID | None = Field(alias="person_id")
    reason: str
    state: str
    asked_by: str = Field(alias="asked_by_label")
    asked_at: datetime
    decision: str
    decided_by: str = Field(alias="decided_by_label")
    decided_at: datetime | None


def page_of(rows: Any, size: int) -> dict[str, Any]:
    """A page of rows in the order of their ids, and where the next one begins."""
    found = list(rows.order_by("pk")[: size + 1])
    return {"items": found[:size], "after": found[size - 1].pk if len(found) > size else None}
