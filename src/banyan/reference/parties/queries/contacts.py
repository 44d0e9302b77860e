"""Reads of contacts. Row-level security shows those within one's scopes; values are shown only when asked for."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties.models import Contact
from banyan.reference.parties.rules import mask

_VIEW = "parties.view_contact"


def contacts(*, seen_by: Viewer) -> QuerySet[Contact]:
    """The contacts this person may see, present ones first."""
    seen_by.require(_VIEW)
    return Contact.objects.filter(within(seen_by.reach(_VIEW))).select_related("organisation", "scope__area")


def contacts_of(organisation_id: UUID, *, seen_by: Viewer) -> list[dict[str, Any]]:
    """Contacts of an organisation with names masked and nothing else personal; empty for those who may see none."""
    if not seen_by.may(_VIEW):
        return []
    today = timezone.localdate()
    found = contacts(seen_by=seen_by).filter(organisation=organisation_id).order_by("post", "id")
    return [
        {
            "id": row.id,
            "post": row.post,
            "name": mask(row.name),
            "area": row.scope.area.label if row.scope.area else "",
            "until": row.until,
            "present": row.until is None or row.until > today,
        }
        for row in found
    ]


def contact(contact_id: UUID, *, seen_by: Viewer) -> Contact:
    """One contact, for changing it. Raises Problem not_found."""
    found = contacts(seen_by=seen_by).filter(id=contact_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def revealed(contact_id: UUID, *, seen_by: Viewer, purpose: str = "") -> Contact:
    """One contact with its values, and an entry in the log of reads. Raises Problem not_found."""
    found = contact(contact_id, seen_by=seen_by)
    log_read(seen_by, kind="open", subject="parties.contact", ids=[found.id], purpose=purpose)
    return found
