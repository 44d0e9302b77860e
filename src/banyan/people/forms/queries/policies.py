"""What an operation does not collect, and which forms ask it all the same."""

from uuid import UUID

from banyan.people.forms.models import CollectionPolicy, FormVersion
from banyan.people.forms.queries.binding import data_kinds, report_of
from banyan.people.forms.queries.forms import VIEW, forms
from banyan.people.forms.rules.policy import Asked, asked_in
from banyan.people.forms.rules.schema import Schema
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


def policy(operation_id: UUID, *, seen_by: Viewer) -> frozenset[str]:
    """Codes of the kinds of data an operation does not collect (`declarations.KINDS_OF_DATA`); empty when all may be."""
    seen_by.require(VIEW)
    found = CollectionPolicy.objects.filter(operation=operation_id).values_list("forbidden", flat=True).first()
    return frozenset(found or ())


def policy_record(operation_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> CollectionPolicy:
    """The policy of an operation; an unsaved, empty one where nobody set it. Raises Problem not_found out of reach."""
    operation = next((each for each in operations_within(permission, seen_by=seen_by) if each.pk == operation_id), None)
    if operation is None:
        raise Problem("not_found")
    rows = CollectionPolicy.objects.filter(operation=operation_id).select_related("operation")
    return rows.first() or CollectionPolicy(operation=operation)


def asking(operation_id: UUID, kinds: frozenset[str], *, seen_by: Viewer) -> dict[FormVersion, list[Asked]]:
    """The published versions of an operation whose questions collect any of these kinds."""
    rows = FormVersion.objects.filter(
        form__in=forms(seen_by=seen_by).filter(operation=operation_id).values("pk"), state="published"
    ).select_related("form")
    found = {each: asked_by(each, kinds) for each in rows.order_by("form__title", "number")} if kinds else {}
    return {each: asked for each, asked in found.items() if asked}


def asked_by(version: FormVersion, kinds: frozenset[str]) -> list[Asked]:
    """The questions of a version, already read, that collect any of these kinds."""
    if not version.schema or not kinds:
        return []
    return asked_in(Schema.from_json(version.schema), kinds, data_kinds(report_of(version).bonds))
