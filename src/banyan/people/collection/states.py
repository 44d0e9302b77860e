"""The lifecycle of a batch of submissions, which people move. How far its job is, the job tells."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class BatchState(StrEnum):
    """Where a batch stands."""

    RECEIVED = "received"
    READING = "reading"
    MAPPING = "mapping"
    CHECKING = "checking"
    REVIEW = "review"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REJECTED = "rejected"
    UNDONE = "undone"


_SUBMIT, _REVIEW, _UNDO = "collection.submit_batch", "collection.review_batch", "collection.undo_batch"
_S = BatchState

BATCH_STEPS = (
    # A refused file may become readable when its mapping, its form or the program is mended.
    Step(frozenset({_S.RECEIVED, _S.REFUSED}), "read", _S.READING, _SUBMIT),
    Step(frozenset({_S.READING}), "ask", _S.MAPPING, _SUBMIT),
    # A mapping may be put right while nothing was decided yet.
    Step(frozenset({_S.READING, _S.MAPPING, _S.REVIEW}), "check", _S.CHECKING, _SUBMIT),
    Step(frozenset({_S.CHECKING}), "stage", _S.REVIEW, _SUBMIT),
    Step(frozenset({_S.READING, _S.CHECKING}), "refuse", _S.REFUSED, _SUBMIT),
    Step(frozenset({_S.MAPPING, _S.REVIEW, _S.REFUSED}), "reject", _S.REJECTED, _REVIEW),
    # What was left over (mended later) is accepted from an accepted batch in the same way.
    Step(frozenset({_S.REVIEW, _S.ACCEPTED}), "accept", _S.ACCEPTING, _REVIEW),
    Step(frozenset({_S.ACCEPTING}), "finish", _S.ACCEPTED, _REVIEW),
    Step(frozenset({_S.ACCEPTED}), "undo", _S.UNDONE, _UNDO),
)

LABELS: dict[str, Promise] = {
    _S.RECEIVED: _("received"),
    _S.READING: _("being read"),
    _S.MAPPING: _("columns to confirm"),
    _S.CHECKING: _("being checked"),
    _S.REVIEW: _("to review"),
    _S.ACCEPTING: _("being registered"),
    _S.ACCEPTED: _("accepted"),
    _S.REFUSED: _("could not be read"),
    _S.REJECTED: _("rejected"),
    _S.UNDONE: _("undone"),
}

OPEN: frozenset[str] = frozenset({_S.REVIEW, _S.ACCEPTED})
"""States in which submissions that wait may still be corrected, rejected or accepted."""

STAGED: frozenset[str] = frozenset({_S.REVIEW, _S.ACCEPTING, _S.ACCEPTED})
"""States of batches whose submissions are waiting, or may be opened again."""

ARRIVING: frozenset[str] = frozenset({_S.RECEIVED, _S.READING, _S.CHECKING, _S.ACCEPTING})
"""States in which a worker is at a batch, or soon will be."""

OVER: frozenset[str] = frozenset({_S.REFUSED, _S.REJECTED, _S.UNDONE})
"""States of batches that brought nothing: their files may come again."""

BATCH = Lifecycle(BATCH_STEPS, LABELS, "collection.batch_state")
advance, verbs, permission_for = BATCH.after, BATCH.verbs, BATCH.permission_for
