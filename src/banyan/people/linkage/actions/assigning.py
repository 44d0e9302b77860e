"""Who looks at which case, and in how many days an operation wants it decided."""

from uuid import UUID

from django.db.models import F

from banyan.people.linkage import queries
from banyan.people.linkage.models import Case, CaseTargets
from banyan.people.linkage.states import CONFIRM, DECIDE, CaseState
from banyan.platform.access import queries as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.kernel.problems import Problem

TARGETS = ("probable_days", "possible_days", "confirm_days", "shelf_days")


@action(DECIDE)
def assign(case_id: UUID, account_id: UUID | None, *, by: Viewer) -> Case:
    """Put a case on somebody's list; None takes it off. Raises Problem not_found, linkage.case_state, assignee_unfit."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    if case.state not in (CaseState.OPEN, CaseState.PROPOSED, CaseState.SHELVED):
        raise Problem("linkage.case_state", state=CaseState(case.state).label)
    names = {} if account_id is None else dict(queries.assignees(case.pk, seen_by=by))
    if account_id is not None and not (account_id in names and _reaches(account_id, case)):
        raise Problem("linkage.assignee_unfit")
    case.assignee = account_id
    case.assignee_label = names[account_id][:200] if account_id is not None else ""
    case.save(update_fields=["assignee", "assignee_label"])
    return case


@action(DECIDE)
def take_next(*, by: Viewer, operation_id: UUID | None = None) -> Case:
    """Give `by` the open case that comes first and is nobody's; two who ask at once get two. Raises Problem linkage.nothing_waiting."""
    rows = queries.cases(seen_by=by, operation_id=operation_id).filter(state=CaseState.OPEN, assignee=None)
    case = rows.order_by(F("priority").desc(), "pk").select_for_update(skip_locked=True).first()
    if case is None:
        raise Problem("linkage.nothing_waiting")
    case.assignee, case.assignee_label = by.id, str(by.label)[:200]
    case.save(update_fields=["assignee", "assignee_label"])
    return case


@action(CONFIRM)
def set_targets(
    operation_id: UUID, *, by: Viewer, probable_days: int, possible_days: int, confirm_days: int, shelf_days: int
) -> CaseTargets:
    """In how many days cases of an operation are to be decided, by zone. Raises Problem not_found, linkage.days_odd."""
    if all(each.pk != operation_id for each in access.operations_within(CONFIRM, seen_by=by)):
        raise Problem("not_found")
    said = dict(zip(TARGETS, (probable_days, possible_days, confirm_days, shelf_days), strict=True))
    for days in said.values():
        if not 1 <= days <= 365:
            raise Problem("linkage.days_odd", days=days, most=365)
    made, _new = CaseTargets.objects.update_or_create(
        operation_id=operation_id, defaults={**said, "changed_by_label": str(by.label)[:200]}
    )
    return made


def _reaches(account_id: UUID, case: Case) -> bool:
    """Whether somebody may decide wherever a record of the case lies."""
    with viewing(system_viewer("linkage")) as reader:
        reach = viewer_of(access.account_by_id(account_id, seen_by=reader)).reach(DECIDE)
    return all(scope in reach for scope in case.scope_ids)
