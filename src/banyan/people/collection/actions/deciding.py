"""Decisions about submissions: accepted, rejected, open again; by people who may, on what they have seen."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from banyan.people.collection import queries, states
from banyan.people.collection.actions import comparing
from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.actions.recognising import require_compared
from banyan.people.collection.facts import BatchAccepted, BatchUndone
from banyan.people.collection.models import Batch, Decision, Finding, Submission
from banyan.people.collection.queries.batches import acceptable
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which submissions of a batch a decision is about: these ids, or all with a finding of this code (and field).

    Nothing chosen means nobody: all of them are chosen by `everything`.
    """

    ids: Collection[UUID] = ()
    code: str = ""
    field: str = ""
    outcome: str = ""
    everything: bool = False

    def within(self, batch: Batch) -> QuerySet[Submission]:
        """The submissions chosen, one condition on top of the other."""
        rows = Submission.objects.filter(batch=batch)
        if self.ids:
            rows = rows.filter(id__in=list(self.ids))
        if self.code or self.field:
            found = Finding.objects.filter(batch=batch, settled="")
            if self.code:
                found = found.filter(code=self.code)
            if self.field:
                found = found.filter(field=self.field)
            rows = rows.filter(id__in=found.values("submission_id"))
        if self.outcome:
            rows = rows.filter(outcome=self.outcome)
        if not (self.ids or self.code or self.field or self.outcome or self.everything):
            return rows.none()
        return rows


EVERYTHING = Chosen(everything=True)


@action("collection.review_batch")
def accept_batch(
    batch_id: UUID, *, by: Viewer, version: int | None = None, chosen: Chosen = EVERYTHING, reason: str = "",
    uncompared: str = "",
) -> Batch:  # fmt: skip
    """Accept what is chosen and good: waiting, without errors, new or changed. The register then takes it over.

    version: of the batch as the person saw it. uncompared: why it cannot wait until its people were compared. Raises
    Problem collection.batch_state, collection.own_batch (separate duties), collection.review_stale, collection.comparing,
    collection.nothing_to_accept.
    """
    batch = _opened(batch_id, version, by)
    batch.state = states.advance(batch.state, "accept")
    rules = queries.rules_of(batch.operation_id, seen_by=by)
    if rules.separate_duties and by.id is not None and by.id == batch.submitted_by:
        raise Problem("collection.own_batch")
    require_compared(batch, uncompared, by=by)
    good = chosen.within(batch).filter(acceptable(rules))
    now = timezone.now()
    why = "; ".join(filter(None, (reason.strip(), uncompared.strip())))
    accepted = good.update(
        decision=Decision.ACCEPTED, decided_by=by.id, decided_label=str(by.label), decided_at=now, reason=why
    )
    if not accepted:
        raise Problem("collection.nothing_to_accept")
    batch.decided_by, batch.decided_label, batch.decided_at = by.id, str(by.label), now
    batch.save()
    comparing.compare_others(batch, [Decision.ACCEPTED])
    comparing.compare([batch.id], batch.operation_id)
    announce(BatchAccepted(batch_id=batch.id, operation_id=batch.operation_id), by=by)
    return comparing.count(batch)


@action("collection.review_batch")
def reject_submissions(batch_id: UUID, chosen: Chosen, *, by: Viewer, reason: str, version: int | None = None) -> Batch:
    """Put waiting submissions aside with a reason; they can be opened again.

    Raises Problem collection.batch_state, collection.reason_missing, collection.review_stale.
    """
    batch = _opened(batch_id, version, by)
    _require_open(batch)
    if not reason.strip():
        raise Problem("collection.reason_missing", at=Location(field="reason"))
    chosen.within(batch).filter(decision=Decision.PENDING).update(
        decision=Decision.REJECTED, decided_by=by.id, decided_label=str(by.label), decided_at=timezone.now(),
        reason=reason.strip(),
    )  # fmt: skip
    comparing.compare([batch.id], batch.operation_id)
    return comparing.count(batch)


@action("collection.review_batch")
def reopen_submissions(batch_id: UUID, chosen: Chosen, *, by: Viewer, version: int | None = None) -> Batch:
    """Let rejected submissions wait again. Raises Problem collection.batch_state, collection.review_stale."""
    batch = _opened(batch_id, version, by)
    _require_open(batch)
    chosen.within(batch).filter(decision=Decision.REJECTED).update(
        decision=Decision.PENDING, decided_by=None, decided_label="", decided_at=None, reason=""
    )
    comparing.compare([batch.id], batch.operation_id)
    return comparing.count(batch)


@action("collection.review_batch")
def reject_batch(batch_id: UUID, *, by: Viewer, reason: str) -> Batch:
    """Put a whole batch aside with a reason. Its files may come again. Raises Problem collection.batch_state."""
    batch = _opened(batch_id, None, by)
    if not reason.strip():
        raise Problem("collection.reason_missing", at=Location(field="reason"))
    batch.state = states.advance(batch.state, "reject")
    now = timezone.now()
    Submission.objects.filter(batch=batch, decision=Decision.PENDING).update(
        decision=Decision.REJECTED, decided_by=by.id, decided_label=str(by.label), decided_at=now, reason=reason.strip()
    )
    batch.decided_by, batch.decided_label, batch.decided_at = by.id, str(by.label), now
    batch.reason = reason.strip()
    batch.save()
    return comparing.count(batch)


@action("collection.undo_batch")
def undo_batch(batch_id: UUID, *, by: Viewer, reason: str) -> Batch:
    """Take an accepted batch back: the register withdraws the people it brought whom nothing else touched.

    Its submissions may come again as new. Raises Problem collection.batch_state, collection.reason_missing.
    """
    batch = _opened(batch_id, None, by, "collection.undo_batch")
    if not reason.strip():
        raise Problem("collection.reason_missing", at=Location(field="reason"))
    batch.state = states.advance(batch.state, "undo")
    Submission.objects.filter(batch=batch, decision=Decision.ACCEPTED).update(
        decision=Decision.WITHDRAWN, decided_by=by.id, decided_label=str(by.label), decided_at=timezone.now(),
        reason=reason.strip(),
    )  # fmt: skip
    batch.decided_by, batch.decided_label, batch.decided_at = by.id, str(by.label), timezone.now()
    batch.reason = reason.strip()
    batch.save()
    comparing.compare_others(batch, [Decision.WITHDRAWN])
    announce(BatchUndone(batch_id=batch.id, operation_id=batch.operation_id), by=by)
    return comparing.count(batch)


def _opened(batch_id: UUID, version: int | None, by: Viewer, permission: str = "collection.review_batch") -> Batch:
    batch = locked(batch_id, deciding=True)
    if batch.scope_id not in by.reach(permission):
        raise Problem("not_found")
    if version is not None and version != batch.version:
        raise Problem("collection.review_stale")
    return batch


def _require_open(batch: Batch) -> None:
    if batch.state not in states.OPEN:
        raise Problem("collection.batch_state", state=states.LABELS[batch.state])


__all__ = [
    "EVERYTHING",
    "Chosen",
    "accept_batch",
    "reject_batch",
    "reject_submissions",
    "reopen_submissions",
    "undo_batch",
]
