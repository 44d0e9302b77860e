"""What happened to forms, their versions and bindings, as their pages tell it: in words, without bookkeeping."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from banyan.people.forms.declarations import register_fields
from banyan.people.forms.states import VERSION_LABELS
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, TimelineEntry, timeline

# What a version holds stands on its page; as a change it would be pages of XML.
_SILENT = (
    "file", "size", "digest", "mended_file", "xform", "itemsets", "schema", "counts", "mends", "findings", "offers", "advice",
    "job", "made_by", "made_at", "published_at", "is_confirmed", "subject", "created_at",
)  # fmt: skip


def _field(key: str) -> str:
    field = register_fields().get(key)
    return str(field.label) if field else key


TOLD: Final = {
    **{name: Telling(left_out=True) for name in _SILENT},
    "state": Telling(words=lambda state: str(VERSION_LABELS.get(state, state))),
    "field": Telling(words=_field),
}


def story(model: Any, record_id: UUID, viewer: Viewer, *, limit: int = 20) -> Sequence[TimelineEntry]:
    """The latest changes of a form, or of a version with its binding."""
    return timeline(model, record_id, seen_by=viewer, limit=limit, told=TOLD)
