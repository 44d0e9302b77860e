"""What the API of data quality gives and takes. Names are the room's own: the description knows schemas by name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

# Text that no column can hold is refused by its shape, not by the database.
Plain = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Long = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_]*$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 1, 1))]
By = Literal["place", "site", "interviewer", "source"]
Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
Weight = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=5_000)]


class QualityCheck(Schema):
    """A check as it holds in an operation: its words, its CEL, its target."""

    key: str
    number: int
    version: int
    label: str
    about: str
    dimension: str
    subject: str
    eligible: str
    predicate: str
    gate: bool
    protects: bool
    own: bool
    enabled: bool
    target: Decimal
    weight: Decimal


class QualityDefinition(Schema):
    """One version of a check, as it was computed between two days."""

    version: int
    eligible: str
    failed: str
    state: str
    since: date
    until: date | None


class QualityScore(Schema):
    """The score of one check. Counts and score are null where the viewer may not know them.

    filled: how many in 100 of the mandatory fields are filled in, for the check that is made of them.
    """

    key: str
    dimension: str
    eligible: int | None
    failed: int | None
    waived: int | None
    unknown: int | None
    score: Decimal | None
    target: Decimal
    weight: Decimal
    met: bool | None
    hidden: bool
    filled: Decimal | None = None


class QualityScores(Schema):
    """The scores of an operation on a day, within reach."""

    day: date | None
    composite: Decimal | None
    worst: str | None
    dimensions: dict[str, Decimal | None]
    checks: list[QualityScore]


class QualityPoint(Schema):
    """A day of a series, with control limits; signal: chance alone does not explain it."""

    day: date
    version: int
    eligible: int
    failed: int
    waived: int
    score: Decimal | None
    target: Decimal | None
    low: float | None
    high: float | None
    signal: bool


class QualityGroup(Schema):
    """The score of a group big enough to be compared."""

    value: str
    name: str
    eligible: int
    failed: int
    score: Decimal


class QualityGroups(Schema):
    """Groups of one kind, worst first; and how many are too small to show."""

    groups: list[QualityGroup]
    too_small: int


class QualityAges(Schema):
    """How well ages of a group of 200 people or more are known."""

    value: str
    name: str
    people: int
    whipple: float
    myers: float
    january: float
    grade: str
    score: Decimal


class QualityFinding(Schema):
    """A record that fails a check. label and url are null where the record itself is out of reach."""

    record_id: UUID
    reference: str | None
    label: str | None
    first_seen: date | None
    waived_until: date | None
    assignee: UUID | None
    due_on: date | None
    place: UUID | None
    site: str
    interviewer: str
    source: str


class QualityFindings(Schema):
    """A page of findings in the order of the records' ids; continue with `after`. count: all that fail."""

    items: list[QualityFinding]
    after: UUID | None
    count: int


class QualityAssign(Schema):
    """Put findings on somebody's list."""

    records: Ids
    assignee: UUID
    due_on: Day | None = None
    note: Plain = ""


class QualityRecords(Schema):
    """Some records."""

    records: Ids


class QualityWaive(Schema):
    """Findings that are right as they stand, or cannot be mended."""

    records: Ids
    reason: Plain
    expires_on: Day


class QualityDone(Schema):
    """On how many findings it was done."""

    done: int


class QualityMend(Schema):
    """A better value for what a check found wrong."""

    value: Plain
    reason: Plain


class QualityMended(Schema):
    """done: at once; else proposed, for somebody else to approve at `url`."""

    done: bool
    url: str


class QualityStop(Schema):
    """A check that stops a record from getting its document."""

    key: str
    label: str
    about: str


class QualityOverrideIn(Schema):
    """Ask that a gate be opened for a record."""

    subject: Key
    record_id: UUID
    reason: Plain
    days: Annotated[int, Field(ge=1, le=30)] = 7


class QualityOverride(Schema):
    """A gate asked to be opened for a record, and the decision."""

    id: UUID
    subject: str
    record_id: UUID
    operation_id: UUID
    checks: list[str]
    state: str
    reason: str
    asked_by_label: str
    asked_at: datetime
    days: int
    decided_by_label: str
    decided_at: datetime | None
    answer: str
    expires_at: datetime | None


class QualityAnswer(Schema):
    """Why a gate is opened or stays closed."""

    answer: Plain = ""


class QualityTarget(Schema):
    """Target and weight of a check from a day on."""

    valid_from: Day
    target: Percent
    weight: Weight = Decimal(1)


class QualitySetting(Schema):
    """What an operation sets about a check; what is left out stays."""

    enabled: bool | None = None
    params: dict[Key, Any] | None = None
    fields_wanted: list[Plain] | None = None


class QualityPredicate(Schema):
    """A predicate to be tried, in CEL."""

    subject: Key
    eligible: Long = ""
    failed: Long
    protects: bool = False


class QualityBench(Schema):
    """What a predicate finds within reach, with a sample of records."""

    eligible: int
    failed: int
    unknown: int
    failing: list[UUID]
    passing: list[UUID]


class QualityOwnCheckIn(QualityPredicate):
    """An operation's own check."""

    key: Key
    label: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    about: Long = ""
    dimension: Literal["completeness", "validity", "consistency", "uniqueness", "timeliness", "accuracy"]
    target: Percent = Decimal(95)
    weight: Weight = Decimal(1)
    gate: bool = False


class QualityOwnVersion(Schema):
    """One version of an own check."""

    id: UUID
    number: int
    state: str
    label: str
    about: str
    eligible: str
    failed: str
    target: Decimal
    weight: Decimal
    gate: bool
    protects: bool
    made_by_label: str
    made_at: datetime
    live_at: datetime | None
    retired_at: datetime | None


class QualityOwnCheck(Schema):
    """An operation's own check with its versions, the newest first."""

    id: UUID
    key: str
    subject: str
    dimension: str
    versions: list[QualityOwnVersion]
