"""What happened to batches and submissions, as their pages tell it: in words, without bookkeeping."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from banyan.people.collection.models import Batch
from banyan.people.collection.states import LABELS
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, TimelineEntry, timeline

# Figures stand above the story as they are now; the rest is of use to programs only.
_SILENT = (
    "version", "counts", "mapping", "detected", "columns", "notes", "files_read", "job", "kind", "operation", "uid", "key",
    "digest", "ordinal", "file_position", "earlier", "errors", "warnings", "settled", "registered_at", "submitted_by",
    "submitted_label", "submitted_at", "decided_by", "decided_label", "decided_at", "finished_at", "purged_by", "people", "number",
)  # fmt: skip
TOLD: Final = {
    **{name: Telling(left_out=True) for name in _SILENT},
    "state": Telling(words=lambda state: str(LABELS.get(state, state))),
}


def story(model: Any, record_id: UUID, viewer: Viewer) -> Sequence[TimelineEntry]:
    """The latest changes of a batch, without those of its thousands of submissions; or of one submission."""
    return timeline(model, record_id, seen_by=viewer, limit=20, told=TOLD, parts=model is not Batch)
