"""Cases within the viewer's reach: lists, counts, who works on them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from banyan.people.linkage.models import Case, CaseMember, CaseTargets
from banyan.people.linkage.states import CONFIRM, DECIDE, CaseState
from banyan.people.registry import queries as registry
from banyan.platform.access.queries import operations_within, who_may
from banyan.platform.access.viewers import Reach, Viewer, system_viewer

VIEW = "linkage.view_case"
_OVER = (CaseState.MERGED, CaseState.SEPARATE, CaseState.UNDONE, CaseState.LAPSED)


def operations(*, seen_by: Viewer) -> list[Any]:
    """The operations in which the viewer sees cases anywhere, by name."""
    return operations_within(VIEW, seen_by=seen_by)


def cases(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Case]:
    """The cases of which the viewer reaches every record, those first that are to be looked at first."""
    seen_by.require(VIEW)
    rows = Case.objects.filter(_within(seen_by.reach(VIEW)))
    if not seen_by.may("linkage.match_across"):
        rows = rows.filter(across=False)
    if operation_id is not None:
        there = CaseMember.objects.filter(case=OuterRef("pk"), operation=operation_id)
        rows = rows.filter(Q(operation=operation_id) | Q(Exists(there), across=True))
    return rows.order_by("-priority", "id")


def _within(reach: Reach) -> Q:
    """Every scope of the case lies within the reach of one grant or another."""
    if reach.everything:
        return Q()
    return Q(scope_ids__contained_by=sorted(reach.scopes))


def counts(operation_id: UUID | None, *, seen_by: Viewer) -> dict[str, int]:
    """How many cases stand where: open, mine, waiting, waiting_for_me, shelved, decided, overdue. One query."""
    rows = cases(seen_by=seen_by, operation_id=operation_id)
    working = Q(state__in=[CaseState.OPEN, CaseState.PROPOSED])
    waits = Q(state=CaseState.PROPOSED)
    theirs = waits & ~Q(proposed_by=seen_by.id) if seen_by.may(CONFIRM) else Q(pk__in=[])
    found: dict[str, int] = rows.order_by().aggregate(
        open=Count("pk", filter=Q(state=CaseState.OPEN)),
        mine=Count("pk", filter=working & Q(assignee=seen_by.id)),
        waiting=Count("pk", filter=waits),
        waiting_for_me=Count("pk", filter=theirs),
        shelved=Count("pk", filter=Q(state=CaseState.SHELVED)),
        decided=Count("pk", filter=Q(state__in=_OVER)),
        overdue=Count("pk", filter=working & Q(due_on__lt=timezone.localdate())),
    )
    return found


def people_of_cases(case_ids: Collection[UUID], *, seen_by: Viewer) -> Mapping[UUID, list[Any]]:
    """The people of these cases, with their places, in the order of their ids. Whoever left a case that is over is shown all the same.

    Two queries.
    """
    seen_by.require(VIEW)
    over = Q(case__state__in=_OVER)
    rows = list(
        CaseMember.objects.filter(Q(left_on=None) | over, case__in=case_ids)
        .order_by("person_id")
        .values_list("case_id", "person_id")
    )
    people = registry.people(seen_by=seen_by).select_related("place").in_bulk([person for _case, person in rows])
    found: dict[UUID, list[Any]] = {case: [] for case in case_ids}
    for case, person in rows:
        if person in people:
            found[case].append(people[person])
    return found


def targets(operation_id: UUID, *, seen_by: Viewer) -> CaseTargets:
    """In how many days an operation wants cases decided; the standard where nobody set anything."""
    seen_by.require(VIEW)
    return CaseTargets.objects.filter(operation=operation_id).first() or CaseTargets(operation_id=operation_id)


def assignees(about: UUID, *, seen_by: Viewer) -> list[tuple[UUID, str]]:
    """Who may be given cases of an operation, or this case, by name: (account, name)."""
    seen_by.require(DECIDE)
    case = Case.objects.filter(pk=about).values_list("operation_id", flat=True).first()
    # Colleagues may know each other's names, whatever they may see of accounts.
    found = who_may(DECIDE, operation_id=case or about, seen_by=system_viewer("linkage"))
    return sorted({(one.account_id, one.name) for one in found}, key=lambda one: one[1])
