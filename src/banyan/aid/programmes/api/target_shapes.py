"""What the API says of targeting."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

# Text that no column can hold is refused by its shape, not by the database.
Name = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
Note = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Number = Annotated[Decimal, Field(max_digits=16, decimal_places=4)]


class TargetingRule(Schema):
    """One of the alternative rules."""

    label: Name
    text: Text = Field(description="A condition of the rule language, on a household or a person")
    key: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z0-9_]*$")] = ""
    criterion: UUID | None = Field(None, description="The saved criterion that the text was taken from")
    version: int = Field(0, ge=0, le=2**31 - 1)


class TargetingLine(Schema):
    """One line of the score: a formula of the rule language, so much for each."""

    label: Name
    formula: Text
    weight: Number


class TargetingIn(Schema):
    """A targeting as it is written."""

    name: Name
    rules: list[TargetingRule] = []
    score: list[TargetingLine] = []
    threshold: Number | None = None
    cycle_id: UUID | None = None


class TargetingOut(Schema):
    """A targeting."""

    id: UUID
    programme_id: UUID
    cycle_id: UUID | None
    number: int
    name: str
    rules: list[Any]
    score: list[Any]
    threshold: Decimal | None
    state: str
    run_id: UUID | None = Field(description="The run that was proposed")
    note: str
    made_by_label: str
    proposed_by_label: str
    decided_by_label: str


class TargetingRunIn(Schema):
    """On which day the register is looked at."""

    day: date | None = Field(None, description="Today when not said")


class TargetingProposal(Schema):
    """The run that is proposed."""

    run_id: UUID


class TargetingReason(Schema):
    """Why."""

    reason: Note = ""


class TargetingRunOut(Schema):
    """A run, and what it found in short."""

    id: UUID
    targeting_id: UUID
    number: int
    day: date
    for_whom: str
    rules: list[Any]
    score: list[Any]
    threshold: Decimal | None
    counts: dict[str, Any]
    job: UUID | None
    started_by_label: str
    started_at: datetime
    done_at: datetime | None


class TargetingListed(Schema):
    """Somebody on a list."""

    reference: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
    reason: Note = ""


class TargetingList(Schema):
    """Several who are to be included, or left out."""

    kind: Literal["include", "exclude"]
    entries: list[TargetingListed] = Field(max_length=10_000)
    source: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class TargetingAdded(Schema):
    """How many came onto the list, and how many stood there already."""

    added: int
    known: int


class TargetingTally(Schema):
    """Households or people of a programme, and how many people these are."""

    records: int
    people: int


class TargetingPlace(Schema):
    """A place: chosen, the people that these are, undecided, all."""

    place_id: UUID | None
    chosen: int
    people: int
    unknown: int
    records: int


class TargetingRuleTally(Schema):
    """How many meet a rule, and how many meet no other."""

    key: str
    label: str
    met: int
    unknown: int
    refuted: int
    only: int


class TargetingCut(Schema):
    """What another threshold would come to."""

    threshold: Decimal
    records: int
    people: int
    unknown: int
    change: int


class TargetingPicture(Schema):
    """What a run found, from its frozen rows."""

    verdicts: dict[str, TargetingTally]
    chosen: TargetingTally
    places: list[TargetingPlace]
    female: list[int] = Field(description="Women and girls chosen: 0-4, 5-11, 12-17, 18-59, 60 and older")
    male: list[int]
    unknown: int = Field(description="Of those chosen, whose sex or age is not known")
    rules: list[TargetingRuleTally]
    thresholds: list[TargetingCut]


class TargetingComparison(Schema):
    """Two runs beside each other."""

    both: TargetingTally
    first: TargetingTally = Field(description="Chosen by the first alone")
    second: TargetingTally
    neither: TargetingTally


class TargetingRowOut(Schema):
    """One record of a run."""

    household_id: UUID | None
    person_id: UUID | None
    place_id: UUID | None
    size: int
    verdict: str
    score: Decimal | None


class TargetingPart(Schema):
    """A part of a rule in words: c met, u cannot be decided, r not met."""

    text: str
    mark: str
    parts: list["TargetingPart"] = []


class TargetingRuleReason(Schema):
    """A rule, and how it was graded."""

    key: str
    label: str
    mark: str
    told: TargetingPart


class TargetingLineReason(Schema):
    """A line of the score, and the points it gave."""

    label: str
    words: str
    weight: Decimal
    points: Decimal | None


class TargetingReasons(Schema):
    """Why a record is in or out."""

    verdict: str
    score: Decimal | None
    reason: str = Field("", description="What the list said that decided")
    source: str = ""
    rules: list[TargetingRuleReason]
    lines: list[TargetingLineReason]
