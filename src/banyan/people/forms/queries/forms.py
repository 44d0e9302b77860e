"""Forms and their versions, within the operations a viewer reaches."""

from uuid import UUID

from django.db.models import QuerySet

from banyan.people.forms.models import Form, FormVersion
from banyan.people.forms.rules.schema import Schema
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

VIEW = "forms.view_form"


def forms(*, seen_by: Viewer, permission: str = VIEW) -> QuerySet[Form]:
    """Forms of the operations in which the viewer holds the permission."""
    seen_by.require(permission)
    return Form.objects.filter(operation__in=[each.pk for each in operations_within(permission, seen_by=seen_by)])


def form(form_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> Form:
    """One form, with its operation. Raises Problem not_found outside of the viewer's operations."""
    found = forms(seen_by=seen_by, permission=permission).select_related("operation").filter(pk=form_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def versions(form_id: UUID, *, seen_by: Viewer) -> QuerySet[FormVersion]:
    """The versions of a form, without their long columns. Raises Problem not_found."""
    found = form(form_id, seen_by=seen_by)
    return FormVersion.objects.filter(form=found).defer("xform", "schema", "itemsets", "findings", "offers", "advice")


def version(version_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> FormVersion:
    """One version, with its form and operation. Raises Problem not_found outside of the viewer's operations."""
    rows = FormVersion.objects.filter(form__in=forms(seen_by=seen_by, permission=permission).values("pk"))
    found = rows.select_related("form__operation").filter(pk=version_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def schema(version_id: UUID, *, seen_by: Viewer) -> Schema:
    """What a version asks. Raises Problem not_found; forms.not_converted while it could not be read at all."""
    found = version(version_id, seen_by=seen_by)
    if not found.schema:
        raise Problem("forms.not_converted")
    return Schema.from_json(found.schema)


def current_version(form_id: UUID, *, seen_by: Viewer) -> FormVersion | None:
    """The version that is to be filled now; None when none was published. Raises Problem not_found."""
    found = form(form_id, seen_by=seen_by)
    return version(found.current_version_id, seen_by=seen_by) if found.current_version_id else None
