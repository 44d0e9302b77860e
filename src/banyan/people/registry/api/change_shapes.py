"""What programs send and get about change requests."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from banyan.people.registry.actions.changing.proposing import Attached
from banyan.platform.kernel.problems import Location, Problem


def without_nul(text: str) -> str:
    """Text without what no column holds: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


class ChangeEvidenceIn(Schema):
    """A file (base64) or a note that supports a change."""

    name: str = Field("", max_length=120)
    content: str = Field("", max_length=14_000_000)
    note: str = Field("", max_length=2000)

    def attached(self, position: int) -> Attached:
        """The file itself. Raises Problem registry.change_value_malformed."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            field = f"evidence.{position}.content"
            raise Problem("registry.change_value_malformed", field=field, at=Location(field=field)) from None
        return Attached(without_nul(self.name), content, without_nul(self.note))


class ChangeIn(Schema):
    """A change: its kind, what it asks for by the names of the kind's inputs, why, and what the asker saw."""

    kind: str = Field(max_length=40)
    asked: dict[str, Any]
    reason: str = Field("", max_length=2000)
    evidence: list[ChangeEvidenceIn] = Field([], max_length=10)
    seen: dict[str, Any] | None = None


class ChangeLineOut(Schema):
    """One value before and after. `drift`: moved, gone, wider, done, when the register has moved away from it."""

    name: str
    label: str
    before: str
    after: str
    kind: str
    hidden: bool
    drift: str
    now: str
    shared: bool


class ChangedRecordOut(Schema):
    """A record that a change touches."""

    table: str
    label: str
    note: str
    lines: list[ChangeLineOut]


class ChangeProblemOut(Schema):
    """What stands against a change."""

    code: str
    detail: str
    mend: str
    field: str


class ForeseenFlawOut(Schema):
    """A check of data quality that a change would make a record fail, or no longer fail, and what the record is called."""

    key: str
    label: str
    record: str


class ChangePreviewOut(Schema):
    """What a change would do today, and who else asks for something there."""

    records: list[ChangedRecordOut]
    problems: list[ChangeProblemOut]
    needs_approval: bool
    clashes: list[str]
    conflicts: list[UUID]
    flaws_made: list[ForeseenFlawOut]
    flaws_mended: list[ForeseenFlawOut]


class ChangeRequestOut(Schema):
    """A request and where it stands."""

    id: UUID
    reference: str
    kind: str
    state: str
    operation_id: UUID
    person_id: UUID | None
    household_id: UUID | None
    reason: str
    needs_approval: bool
    proposed_by_label: str
    proposed_at: datetime
    decided_by_label: str
    decided_at: datetime | None
    decision_reason: str
    applied_at: datetime | None
    submission: UUID | None


class ChangeRequestsOut(Schema):
    """A page of requests, oldest first; continue with `after`."""

    items: list[ChangeRequestOut]
    after: UUID | None


class ChangeViewOut(ChangeRequestOut):
    """A request with its values, and whether it can be written as it stands."""

    records: list[ChangedRecordOut]
    problems: list[ChangeProblemOut]
    conflicts: list[UUID]
    is_overtaken: bool
    may_approve: bool
    why_not: str


class ChangeRequestFilter(Schema):
    """Which requests, and where to continue."""

    state: str = ""
    kind: str = ""
    person: UUID | None = None
    household: UUID | None = None
    operation: UUID | None = None
    waiting: bool = False
    after: UUID | None = None


class ChangeReasonIn(Schema):
    """Why it was decided so."""

    reason: str = Field("", max_length=2000)


class ChangeRenewIn(Schema):
    """What to ask for instead; nothing for the same again."""

    asked: dict[str, Any] | None = None


class ChangeInputOut(Schema):
    """One thing that a kind of change asks for."""

    name: str
    kind: str
    codes: str
    required: bool


class ChangeKindOut(Schema):
    """A kind of change and what it asks for."""

    code: str
    subject: str
    inputs: list[ChangeInputOut]


class ChangeRuleOut(Schema):
    """Who proposes and who approves a kind of change; no roles mean whoever holds the permission."""

    kind: str
    needs_approval: bool
    proposers: list[str]
    approvers: list[str]
    needs_evidence: bool
    is_own: bool


class ChangeRuleIn(Schema):
    """A rule to set."""

    needs_approval: bool
    proposers: list[str] = Field([], max_length=50)
    approvers: list[str] = Field([], max_length=50)
    needs_evidence: bool = False
