"""What the API says of distributions and verifications. Quantities travel as text: a float would change them."""

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator, StringConstraints

Note = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Quantity = Annotated[Decimal, Field(max_digits=19, decimal_places=4, ge=0)]
WhoWord = Literal["collector", "alternate", "proxy"]
MethodWord = Literal["visit", "phone", "sms", "list"]
AnswerWord = Literal["received", "less", "nothing", "unreached", "refused"]
SettledWord = Literal["explained", "confirmed"]
DayWord = Literal["", "planned", "open", "closed", "cancelled"]


def _decoded(text: object) -> object:
    """The bytes of a picture, sent as base64."""
    if not isinstance(text, str):
        return text
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None


# Larger ones are refused by the photo itself, with a word about it; far larger ones are not even read.
Picture = Annotated[
    bytes, BeforeValidator(_decoded), Field(max_length=30_000_000, json_schema_extra={"format": "byte"})
]


class PaymentStock(Schema):
    """What lies at a site of one item."""

    item: str
    unit: str
    quantity: Decimal


class PaymentSite(Schema):
    """Where goods lie and are handed out."""

    id: UUID
    code: str
    name: str
    place_id: UUID | None
    closed_at: datetime | None


class PaymentSiteFull(Schema):
    """A site and what lies there."""

    site: PaymentSite
    stock: list[PaymentStock]


class PaymentDistribution(Schema):
    """A day of handing out; nothing of who stands on its list."""

    id: UUID
    plan_id: UUID
    site_id: UUID
    day: date
    state: str
    note: str
    lines: int
    households: int
    made_by_label: str
    opened_at: datetime | None
    closed_at: datetime | None
    closed_by_label: str


class PaymentNeed(Schema):
    """How much of an item the day takes, what was handed out, what lies at the site, and what has to be brought."""

    item: str
    unit: str
    granted: Decimal
    handed: Decimal
    on_hand: Decimal
    missing: Decimal


class PaymentDistributionFull(Schema):
    """A day with how many households are done, begun and waiting, and what it still takes."""

    distribution: PaymentDistribution
    households: dict[str, int]
    needs: list[PaymentNeed]


class PaymentDistributionNew(Schema):
    """Where and when, for which places and all below them, and how many households fit into the day."""

    site: UUID
    day: date
    places: Annotated[list[UUID], Field(max_length=1000)] = []
    most: int = 5000
    note: Note = ""


class PaymentDistributionClose(Schema):
    """Whether who did not come at all is recorded as not having claimed it."""

    unclaimed: bool = False


class PaymentWhoMayCome(Schema):
    """A person who may come for a household."""

    person: UUID
    name: str
    reference: str


class PaymentDue(Schema):
    """What a line grants, what was handed out of it, and what is left."""

    line: UUID = Field(alias="key")
    item: str
    unit: str
    granted: Decimal
    handed: Decimal
    left: Decimal


class PaymentListed(Schema):
    """A household on the list of a day."""

    position: int
    household: UUID
    reference: str
    collector: PaymentWhoMayCome | None
    alternate: PaymentWhoMayCome | None
    dues: list[PaymentDue]
    done: bool


class PaymentListedPage(Schema):
    """A page of a list; `after` is the number of its last household."""

    items: list[PaymentListed]
    after: int | None


class PaymentGiven(Schema):
    """How much of a line is handed out."""

    line: UUID
    quantity: Quantity


class PaymentHandoutNew(Schema):
    """What a household takes and who came. key: made by whoever sends it; the same key again hands out nothing more."""

    household: UUID
    key: UUID
    quantities: Annotated[list[PaymentGiven], Field(min_length=1, max_length=200)]
    who: WhoWord = "collector"
    name: Note = ""
    signature: Picture = b""
    photo: Picture = b""


class PaymentHandout(Schema):
    """What was handed out at once, and whether it came back. The pictures themselves are shown on the page only."""

    id: UUID
    household_id: UUID
    key: UUID
    who: str
    collector_id: UUID | None
    name: str
    handed_by_label: str
    handed_at: datetime
    back_at: datetime | None
    back_by_label: str
    back_reason: str


class PaymentVerification(Schema):
    """An exercise over one plan. The seed draws the same lines again."""

    id: UUID
    plan_id: UUID
    label: str
    method: str
    whole: bool
    seed: int
    confidence: int
    margin: Decimal
    population: int
    size: int
    due_on: date | None
    made_by_label: str
    made_at: datetime
    closed_at: datetime | None
    closed_by_label: str


class PaymentEstimate(Schema):
    """A figure, and between what it lies with the confidence asked for."""

    value: float
    low: float
    high: float


class PaymentFinding(Schema):
    """What the answers say of all lines: shares of lines, numbers of lines, and the share of the amount that arrived."""

    answered: int
    unreached: int
    refused: int
    waiting: int
    shares: dict[str, PaymentEstimate]
    lines: dict[str, PaymentEstimate]
    amount: PaymentEstimate | None


class PaymentVerificationFull(Schema):
    """A verification, how far it is within the viewer's reach, and what it says of the whole plan."""

    verification: PaymentVerification
    progress: dict[str, int]
    finding: PaymentFinding


class PaymentVerificationNew(Schema):
    """Every line, or so many that shares are known to ± margin (per cent) with this confidence (per cent)."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    method: MethodWord
    whole: bool = False
    confidence: int = 95
    margin: Annotated[Decimal, Field(max_digits=4, decimal_places=1)] = Decimal(5)
    seed: Annotated[int, Field(ge=0, le=2**62)] | None = None
    due_on: date | None = None


class PaymentVerificationItem(Schema):
    """A line that is asked about: what is recorded, what people say, what a mismatch turned out to be."""

    id: UUID
    position: int
    line_id: UUID
    household_id: UUID
    recorded: Decimal
    unit: str
    asked_at: datetime | None
    outcome: str
    said: Decimal | None
    note: str
    answered_by_label: str
    answered_at: datetime | None
    settled: str
    settled_note: str
    settled_by_label: str
    settled_at: datetime | None


class PaymentVerificationItems(Schema):
    """A page of lines; `after` is the number of the last one."""

    items: list[PaymentVerificationItem]
    after: int | None


class PaymentAnswer(Schema):
    """What came of asking; said: how much they say they got, where that is less than recorded."""

    outcome: AnswerWord
    said: Quantity | None = None
    note: Note = ""


class PaymentSettlement(Schema):
    """What a mismatch turned out to be, and how it is known."""

    settled: SettledWord
    note: Reason
