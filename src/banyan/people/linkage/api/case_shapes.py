"""What programs send and get about suspected duplicates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from banyan.people.linkage.rules.deciding import Cluster


def clean(text: str) -> str:
    """Text without what no column holds: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()


class LinkageCase(Schema):
    """A case: registrations that may be one person."""

    id: UUID
    reference: str
    operation_id: UUID
    across: bool
    state: str
    size: int
    split: bool
    zone: str
    probability: float
    weight: float
    exact_document: bool
    noted: bool
    due_on: date | None
    assignee: UUID | None
    assignee_label: str
    opened_at: datetime
    proposed_by_label: str
    confirmed_by_label: str
    decided_at: datetime | None
    shelved_until: date | None
    version: int


class LinkageCases(Schema):
    """A page of cases; `after` continues it."""

    items: list[LinkageCase]
    after: UUID | None


class LinkageField(Schema):
    """One field of all records, in words."""

    key: str
    label: str
    values: list[str]
    state: str
    takeable: bool


class LinkageReason(Schema):
    """One comparison of two records in words, with how much it says for them being one person, or against."""

    comparison: str
    words: str
    weight: float


class LinkagePair(Schema):
    """Two records of a case, and how alike they are."""

    first: UUID
    second: UUID
    probability: float
    weight: float
    zone: str
    exact_document: bool
    noted: bool
    decision: str
    reasons: list[LinkageReason]


class LinkageStep(Schema):
    """One step of a case. `partition`: groups of records with the one that stays; who stands in none could not be judged."""

    id: UUID
    verb: str
    by: UUID | None
    by_label: str
    at: datetime
    reason: str
    until: date | None
    partition: list[dict[str, Any]]


class LinkageRecord(Schema):
    """One record of a case."""

    person: UUID
    reference: str
    household: UUID | None
    merged_into: UUID | None


class LinkageCaseFull(Schema):
    """A case with its records side by side."""

    case: LinkageCase
    records: list[LinkageRecord]
    fields: list[LinkageField]
    pairs: list[LinkagePair]
    decisions: list[LinkageStep]
    verbs: list[str]


class LinkageCluster(Schema):
    """Records that are one person: all of them, the one that stays, and whose value is taken for a field."""

    ids: list[UUID] = Field(min_length=1, max_length=12)
    survivor: UUID
    take: dict[str, UUID] = Field(default_factory=dict, max_length=60)

    def cluster(self) -> Cluster:
        """As the action takes it."""
        return Cluster(tuple(self.ids), self.survivor, {clean(key)[:60]: one for key, one in self.take.items()})


class LinkageProposal(Schema):
    """Which records are one person, and why."""

    clusters: list[LinkageCluster] = Field(max_length=12)
    reason: str = Field(max_length=2000)
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class LinkageWhy(Schema):
    """Why; and the version of the case that was looked at."""

    reason: str = Field("", max_length=2000)
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class LinkageShelf(LinkageWhy):
    """Why it cannot be said yet, and until when."""

    until: date | None = None


class LinkageUndoing(Schema):
    """Why the merge is taken back, and what they are then: "different", or "open" to be decided anew."""

    reason: str = Field(max_length=2000)
    verdict: str = Field("different", max_length=20)


class LinkageAssignment(Schema):
    """Whose list the case is put on; null takes it off."""

    account: UUID | None


class LinkageTake(Schema):
    """Of which operation the next case is taken."""

    operation: UUID | None = None


class LinkageRun(Schema):
    """A comparison and what came of it."""

    id: UUID
    kind: str
    operation_id: UUID | None
    batch: UUID | None
    whole: bool
    job: UUID | None
    asked_by_label: str
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, Any]


class LinkageRunStart(Schema):
    """Which operation is compared, and whether everybody in it or only who is new or changed."""

    operation: UUID
    whole: bool = True
