"""Labels of the register fields that questions feed, for pages that compare."""

from uuid import UUID

from banyan.people.forms.declarations import register_fields
from banyan.people.forms.queries.binding import binding
from banyan.platform.access.viewers import Viewer


def field_labels(version_id: UUID, *, seen_by: Viewer) -> dict[str, str]:
    """By question path, the label of the register field it feeds; questions kept as further attributes are left out.

    Raises Problem not_found.
    """
    fields = register_fields()
    bonds = binding(version_id, seen_by=seen_by)
    return {bond.question_path: str(fields[bond.field].label) for bond in bonds if bond.field in fields}
