"""Adding, changing and ending contacts."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from banyan.platform.access.acting import action
from banyan.platform.access.queries import reference_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.reference.parties import queries
from banyan.reference.parties.models import Contact, Organisation
from banyan.reference.parties.rules import tidy


@action("parties.change_contact")
def add_contact(
    *, by: Viewer, organisation_id: UUID, name: str, post: str = "", email: str = "", phone: str = "",
    note: str = "", area: str = "",
) -> Contact:  # fmt: skip
    """Add a contact. area: code of the area the person works in; without one only those who see everywhere see it.

    Raises Problem not_found, and Problems for every value that cannot be taken.
    """
    if not Organisation.objects.filter(id=organisation_id).exists():
        raise Problem("not_found")
    values = _checked({"name": name, "post": post, "email": email, "phone": phone, "note": note})
    return Contact.objects.create(organisation_id=organisation_id, scope_id=_scope(area, by), **values)


@action("parties.change_contact")
def change_contact(*, by: Viewer, contact_id: UUID, **values: Any) -> Contact:
    """Change name, post, email, phone or note. Raises Problem not_found, and Problems for the values."""
    row = queries.contact(contact_id, seen_by=by)
    known = {name: getattr(row, name) for name in ("name", "post", "email", "phone", "note")}
    for name, value in _checked({**known, **values}).items():
        setattr(row, name, value)
    row.save(update_fields=list(known))
    return row


@action("parties.change_contact")
def end_contact(*, by: Viewer, contact_id: UUID, until: date) -> Contact:
    """Say that the person left. Raises Problem not_found."""
    row = queries.contact(contact_id, seen_by=by)
    row.until = until
    row.save(update_fields=["until"])
    return row


def _checked(values: dict[str, str]) -> dict[str, str]:
    taken = {name: tidy(value) for name, value in values.items()}
    faults: list[Problem] = []
    if not taken["name"]:
        faults.append(Problem("parties.name_missing", at=Location(field="name")))
    if not taken["email"] and not taken["phone"]:
        faults.append(Problem("parties.contact_unreachable", at=Location(field="email")))
    if taken["email"]:
        try:
            validate_email(taken["email"])
        except ValidationError as error:
            faults.append(Problem("field_invalid", message=error.messages[0], at=Location(field="email")))
    limits = {"name": 200, "post": 200, "phone": 40, "note": 300}
    faults += [
        Problem("field_invalid", message=f"{len(taken[name])} > {limit}", at=Location(field=name))
        for name, limit in limits.items()
        if len(taken[name]) > limit
    ]
    raise_all(faults)
    return taken


def _scope(area: str, by: Viewer) -> int:
    """The scope of the area. Outside of what `by` may change the database refuses the row; told here in words."""
    scope = reference_scope(area, seen_by=by)
    if scope not in by.reach("parties.change_contact"):
        raise Problem("not_allowed")
    return scope
