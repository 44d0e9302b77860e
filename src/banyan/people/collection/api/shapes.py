"""What goes in and out of the API of collection."""

from typing import Any
from uuid import UUID

from ninja import Schema


class CollectedBatchOut(Schema):
    """A batch of submissions: where it stands and what was counted."""

    id: UUID
    operation: str
    name: str
    kind: str
    state: str
    version: int
    submitted_by: str
    submitted_at: str
    counts: dict[str, Any]
    job: UUID | None


class CollectedComparisonOut(Schema):
    """How far the people of a batch were compared, and how many of its submissions hold somebody who looks known.

    state: "running", "done" or "failed". `known`: like somebody registered; `twice`: like another row of the batch.
    """

    state: str
    people: int
    known: int
    twice: int


class CollectedBatchRecordOut(CollectedBatchOut):
    """A batch, and how far its people were compared; null when nobody compares them."""

    comparison: CollectedComparisonOut | None


class CollectedMatchOut(Schema):
    """Whom a row of a submission may be. Everything but row, likeness and zone is empty for somebody you may not see."""

    row: UUID
    likeness: str
    zone: str
    person: UUID | None
    label: str
    reference: str
    why: list[str]


class CollectedBatchesOut(Schema):
    """Batches, the latest first, and the id to continue after."""

    items: list[CollectedBatchOut]
    after: UUID | None


class CollectedUploadIn(Schema):
    """Where files belong, and what is known about them. `area` is a P-code, empty for the whole operation."""

    operation: UUID
    area: str = ""
    form_version: UUID | None = None
    source: UUID | None = None
    name: str = ""


class CollectedSubmissionOut(Schema):
    """A submission of a batch."""

    id: UUID
    ordinal: int
    uid: str
    number: str
    decision: str
    outcome: str
    errors: int
    warnings: int
    people: int


class CollectedSubmissionsOut(Schema):
    """Submissions in the order in which they came, and the ordinal to continue after."""

    items: list[CollectedSubmissionOut]
    after: int | None


class CollectedCellOut(Schema):
    """One value of a submission: clean, as it came (where that differs), hidden when it is sensitive."""

    field: str
    clean: str
    raw: str
    hidden: bool


class CollectedRowOut(Schema):
    """A household or person of a submission."""

    id: UUID
    subject: str
    sheet: str
    row: int | None
    cells: list[CollectedCellOut]


class CollectedDetailOut(CollectedSubmissionOut):
    """A submission with all its values."""

    rows: list[CollectedRowOut]


class CollectedFindingOut(Schema):
    """What was found at a cell. Sensitive values are hidden without the permission to see them."""

    id: UUID
    submission: UUID
    row_id: UUID
    severity: str
    code: str
    field: str
    sheet: str
    row: int | None
    column: str
    value: str
    proposed: str
    detail: str
    mend: str
    settled: str


class CollectedDecisionIn(Schema):
    """Accept, reject or reopen submissions: these ids, or all with a problem; `everything` must be said.

    `version` is the batch's as you saw it; a decision on an older one is refused. `uncompared` says why accepting cannot
    wait until the people were compared with the register.
    """

    verb: str
    version: int | None = None
    reason: str = ""
    submissions: list[UUID] = []
    code: str = ""
    field: str = ""
    outcome: str = ""
    everything: bool = False
    uncompared: str = ""


class CollectedReasonIn(Schema):
    """Why a batch is taken back."""

    reason: str


class CollectedCorrectionIn(Schema):
    """Another text for one field of a row; an empty one takes the value away."""

    row: UUID
    field: str
    text: str
    reason: str = ""
