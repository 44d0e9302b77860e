"""What a page of another room needs to offer the builder over a text of its own (criteria/part_builder.html)."""

from typing import Any
from uuid import UUID

from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries
from banyan.platform.criteria.views import VIEW, labels_of
from banyan.platform.criteria.views.checking import allowed
from banyan.platform.criteria.views.editing import vocabulary_for_script


def builder_of(subject: str, *, seen_by: Viewer, operation_id: UUID, purpose: str) -> dict[str, Any] | None:
    """What the builder may ask of a subject; None for who may not see criteria: to them the text alone is offered."""
    if not seen_by.may(VIEW):
        return None
    known = allowed(queries.vocabulary(subject, seen_by=seen_by, operation_id=operation_id, purpose=purpose))
    return {
        "vocabulary": vocabulary_for_script(subject, known, labels_of(known, seen_by)),
        "operation_id": str(operation_id),
        "purpose": purpose,
    }
