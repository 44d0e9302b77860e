"""Notices about the use of data: given to people, and what they agreed to; withdrawn when they change their mind."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry import queries
from banyan.people.registry.models import Household, Notice, Person
from banyan.people.registry.queries.records import may_here
from banyan.people.registry.vocabulary import LEGAL_BASES, PURPOSES
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

MAY = "registry.register_person"


@action(MAY)
def give_notice(
    subject: str, record_id: UUID, *, by: Viewer, version: str, language: str, given_on: date,
    purposes: Mapping[str, bool], legal_basis: str,
) -> Notice:  # fmt: skip
    """Write down that a notice was given to a person or household, and which purposes they agreed to or refused.

    subject: "people" or "households". A purpose that is not named was not asked. Raises Problem not_found, not_allowed,
    registry.purpose_unknown, legal_basis_unknown, notice_date_ahead, record_withdrawn.
    """
    record = _record(subject, record_id, by)
    found = [
        Problem("registry.purpose_unknown", purpose=purpose, at=Location(field="purposes"))
        for purpose in purposes
        if purpose not in PURPOSES
    ]
    if legal_basis not in LEGAL_BASES:
        found.append(Problem("registry.legal_basis_unknown", basis=legal_basis, at=Location(field="legal_basis")))
    if given_on > timezone.localdate():
        found.append(Problem("registry.notice_date_ahead", date=given_on, at=Location(field="given_on")))
    raise_all(found)
    made = Notice.objects.create(
        person=record if isinstance(record, Person) else None,
        household=record if isinstance(record, Household) else None,
        scope_id=record.scope_id, version=version[:40], language=language[:12], given_on=given_on,
        purposes=dict(purposes), legal_basis=legal_basis,
    )  # fmt: skip
    _have_checked(made, by)
    return made


@action(MAY)
def withdraw_notice(notice_id: UUID, *, by: Viewer) -> Notice:
    """From today on nothing that was agreed to in this notice is agreed to any more.

    Raises Problem not_found, not_allowed, registry.notice_over.
    """
    notice = queries.notice(notice_id, seen_by=by)
    if not may_here(by, MAY, notice.scope_id):
        raise Problem("not_allowed")
    if notice.withdrawn_on is not None:
        raise Problem("registry.notice_over")
    notice.withdrawn_on = timezone.localdate()
    notice.save(update_fields=["withdrawn_on"])
    _have_checked(notice, by)
    return notice


def _have_checked(notice: Notice, by: Viewer) -> None:
    if notice.person_id:
        quality.moved("person", [notice.person_id], by=by)
    elif notice.household_id:
        quality.moved("household", [notice.household_id], by=by)


def _record(subject: str, record_id: UUID, by: Viewer) -> Person | Household:
    record: Person | Household
    if subject == "people":
        record = queries.person(record_id, seen_by=by)
    elif subject == "households":
        record = queries.household(record_id, seen_by=by)
    else:
        raise Problem("not_found")
    if not may_here(by, MAY, record.scope_id):
        raise Problem("not_allowed")
    if record.status == "withdrawn":
        raise Problem("registry.record_withdrawn", reference=record.reference)
    return record
