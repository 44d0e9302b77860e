"""What the API says of models and samples."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

# Text that no column can hold is refused by its shape, not by the database.
Note = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]


class LinkageModelOut(Schema):
    """One version of the model."""

    id: UUID
    version: int
    state: str
    operation: UUID | None = Field(None, alias="operation_id", description="None: for all that have none of their own")
    note: str
    origin: str
    based_on: int | None = Field(None, description="The version it was made from; 0 is the one that comes with Banyan")
    review: float = Field(description="From this weight on (log2 of the odds) somebody looks")
    probable: float
    trained_by_label: str
    trained_at: datetime | None
    approved_by_label: str
    approved_at: datetime | None
    live_at: datetime | None
    retired_at: datetime | None


class LinkageModelReport(LinkageModelOut):
    """One version with what was learnt and how."""

    settings: dict[str, Any]
    report: dict[str, Any]


class LinkageTraining(Schema):
    """On whose records a version is trained."""

    operation: UUID | None = None
    note: Note = ""
    seed: int = Field(1, ge=0, le=2**31 - 1)


class LinkageThresholds(Schema):
    """Weights of the two thresholds."""

    review: float
    probable: float
    note: Note = ""


class LinkageSample(Schema):
    """One sample of pairs."""

    id: UUID
    label: str
    model_version: int
    seed: int
    wanted: int
    review: float
    probable: float
    strata: list[dict[str, Any]]
    made_at: datetime
    made_by_label: str
    drawn_at: datetime | None
    closed_at: datetime | None


class LinkageEstimate(Schema):
    """A figure and where it lies with 95 % certainty."""

    value: float
    low: float
    high: float


class LinkageFigures(Schema):
    """Figures at one threshold; null where they cannot be told."""

    threshold: float
    pairs: int
    judged: int
    open: int
    precision: LinkageEstimate | None
    recall: LinkageEstimate | None


class LinkageQuality(Schema):
    """What a labelled sample says."""

    review: LinkageFigures
    probable: LinkageFigures
    kappa: LinkageEstimate | None = Field(None, description="Agreement of two labellers beyond chance")
