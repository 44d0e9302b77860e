"""Who is enrolled, who waits, who was found in two programmes, who appeals: within the viewer's reach."""

from uuid import UUID

from django.db.models import F, QuerySet

from banyan.aid.programmes.models import Appeal, Enrolment, Overlap
from banyan.aid.programmes.queries.programmes import VIEW_ENROLMENT, one_of
from banyan.aid.programmes.states import EnrolmentState
from banyan.platform.access.viewers import Viewer, within


def enrolments(
    *,
    seen_by: Viewer,
    programme_id: UUID | None = None,
    household_id: UUID | None = None,
    state: str | None = None,
    permission: str = VIEW_ENROLMENT,
) -> QuerySet[Enrolment]:
    """Enrolments, the newest first; of one programme, household (with those of its people) or state. Each with programme."""
    seen_by.require(permission)
    rows = Enrolment.objects.filter(within(seen_by.reach(permission))).select_related("programme")
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    if household_id is not None:
        rows = rows.filter(household=household_id)
    if state is not None:
        rows = rows.filter(state=state)
    return rows.order_by("-id")


def enrolment(enrolment_id: UUID, *, seen_by: Viewer) -> Enrolment:
    """One enrolment with programme, household, person and place. Raises Problem not_found."""
    rows = enrolments(seen_by=seen_by).select_related("household", "person", "place")
    return one_of(rows, enrolment_id, seen_by=seen_by)


def waiting_list(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[Enrolment]:
    """Who waits, in the order in which they are admitted: the highest score, then who waits longest."""
    rows = enrolments(seen_by=seen_by, programme_id=programme_id, state=EnrolmentState.WAITING)
    return rows.order_by(F("score").desc(nulls_last=True), "since", "id")


def overlaps(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[Overlap]:
    """Who was found in another programme of the same purpose, the newest first; each with `other` and household."""
    seen_by.require(VIEW_ENROLMENT)
    rows = Overlap.objects.filter(within(seen_by.reach(VIEW_ENROLMENT)), programme=programme_id)
    return rows.select_related("other", "household", "person").order_by("-id")


def appeals(
    *,
    seen_by: Viewer,
    programme_id: UUID | None = None,
    household_id: UUID | None = None,
    state: str | None = None,
) -> QuerySet[Appeal]:
    """Appeals, the newest first, each with programme, household and person."""
    seen_by.require(VIEW_ENROLMENT)
    rows = Appeal.objects.filter(within(seen_by.reach(VIEW_ENROLMENT)))
    rows = rows.select_related("programme", "household", "person")
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    if household_id is not None:
        rows = rows.filter(household=household_id)
    if state is not None:
        rows = rows.filter(state=state)
    return rows.order_by("-id")


def appeal(appeal_id: UUID, *, seen_by: Viewer) -> Appeal:
    """One appeal. Raises Problem not_found."""
    return one_of(appeals(seen_by=seen_by), appeal_id, seen_by=seen_by)
