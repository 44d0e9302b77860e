"""Change requests: lists, one with its lines, what is open about a record, what waits for a viewer."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.people.registry.models import ChangeLine, ChangeRequest
from banyan.people.registry.queries.changing.ruling import change_rules, holds_role, took_part
from banyan.people.registry.queries.people import VIEW
from banyan.people.registry.rules.changing.records import PERSON, Line
from banyan.people.registry.states import APPROVE, OPEN, PROPOSE, ChangeState
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.listing import Waiting
from banyan.platform.kernel.problems import Problem

_MOST_WAITING = 500


def change_requests(*, seen_by: Viewer) -> QuerySet[ChangeRequest]:
    """Requests about records within the viewer's reach."""
    seen_by.require(VIEW)
    return ChangeRequest.objects.filter(within(seen_by.reach(VIEW)))


def change_request(request_id: UUID, *, seen_by: Viewer) -> ChangeRequest:
    """One request with operation, person and household. Raises Problem not_found, also for one out of reach."""
    rows = change_requests(seen_by=seen_by).select_related("operation", "person", "household")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def request_for_change(request_id: UUID, *, seen_by: Viewer) -> ChangeRequest:
    """The same, locked until the transaction ends: two decisions about one request come one after the other."""
    found = change_requests(seen_by=seen_by).select_for_update().filter(pk=request_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def lines_of(request: ChangeRequest) -> list[Line]:
    """The lines of a request that the database shows to whoever is looking, as the rules know them, in order. One query."""
    return [
        Line(
            row.kind, row.table, str(row.row), row.field, row.before, row.after, str(row.person or ""),  # type: ignore[arg-type]
            str(row.household or ""), row.topic,
        )
        for row in ChangeLine.objects.filter(request=request).order_by("position")
    ]  # fmt: skip


def hidden_lines(request: ChangeRequest, *, seen_by: Viewer) -> int:
    """How many values of a request may not be shown to this viewer: sensitive ones."""
    if may_see_sensitive(seen_by, request.scope_id):
        return 0
    return sum(1 for line in lines_of(request) if is_sensitive(line.table, line.field))


# What is masked on the page of a person is masked in requests about it.
_SENSITIVE = frozenset(
    {
        ("person", "legal_status"), ("person", "difficulties"), ("person", "extras"), ("person", "email"),
        ("person", "status_decided_on"), ("person", "biometric_status"),
        ("household", "extras"), ("household", "phone"), ("document", "number"), ("phone", "number"),
    }
)  # fmt: skip


def is_sensitive(table: str, name: str) -> bool:
    """Whether a value is masked for who may not see what is sensitive."""
    return table == "need" or (table, name) in _SENSITIVE


def may_see_sensitive(viewer: Viewer, scope_id: int) -> bool:
    """Whether the viewer may see sensitive values of records that lie there."""
    return scope_id in viewer.reach("registry.view_sensitive")


def open_requests_for(kind: str, record_id: UUID, *, seen_by: Viewer) -> list[ChangeRequest]:
    """Open requests that touch a person or a household ("person", "household"), oldest first."""
    touched = Q(lines__person=record_id) if kind == PERSON else Q(lines__household=record_id)
    about = Q(person=record_id) if kind == PERSON else Q(household=record_id)
    rows = change_requests(seen_by=seen_by).filter(state__in=OPEN)
    keys = set(rows.filter(touched).values_list("pk", flat=True)) | set(rows.filter(about).values_list("pk", flat=True))
    return list(rows.filter(pk__in=keys).order_by("proposed_at", "pk")) if keys else []


def conflicting(
    lines: Iterable[Line], *, seen_by: Viewer, besides: UUID | None = None
) -> list[tuple[ChangeRequest, tuple[str, ...]]]:
    """Other open requests that touch what these lines touch, each with the topics they share. Two queries."""
    seen_by.require(VIEW)
    people: dict[str, set[str]] = {}
    households: dict[str, set[str]] = {}
    for line in lines:
        if line.person:
            people.setdefault(line.topic, set()).add(line.person)
        if line.household:
            households.setdefault(line.topic, set()).add(line.household)
    condition = Q(pk__in=[])
    for topic, keys in people.items():
        condition |= Q(topic=topic, person__in=keys)
    for topic, keys in households.items():
        condition |= Q(topic=topic, household__in=keys)
    rows = ChangeLine.objects.filter(condition, request__state__in=OPEN)
    if besides is not None:
        rows = rows.exclude(request=besides)
    shared: dict[UUID, set[str]] = {}
    for key, topic in rows.values_list("request_id", "topic"):
        shared.setdefault(key, set()).add(topic)
    found = change_requests(seen_by=seen_by).filter(pk__in=shared).order_by("proposed_at", "pk")
    return [(each, tuple(sorted(shared[each.pk]))) for each in found]


def decidable(rows: "QuerySet[ChangeRequest]", *, seen_by: Viewer) -> list[ChangeRequest]:
    """Of these requests those that the viewer may decide on by permission, role and distance from them; oldest first."""
    if not seen_by.may(APPROVE):
        return []
    waiting = rows.filter(within(seen_by.reach(APPROVE)), state=ChangeState.PROPOSED).order_by("proposed_at", "pk")
    rules: dict[UUID, dict[str, Any]] = {}
    found = []
    for request in waiting[:_MOST_WAITING]:
        rule = rules.setdefault(request.operation_id, change_rules(request.operation_id, seen_by=seen_by))
        if not took_part(request, seen_by) and holds_role(seen_by, rule[request.kind].approvers, request.scope_id):
            found.append(request)
    return found


def changes_waiting(*, seen_by: Viewer) -> list[Waiting]:
    """What waits for this viewer: requests to decide on, and own ones that another change has overtaken."""
    if not seen_by.may(VIEW):
        return []
    found = []
    mine = decidable(change_requests(seen_by=seen_by), seen_by=seen_by)
    if mine:
        url = reverse("registry:changes") + "?waiting=yes"
        found.append(Waiting(_("Changes of the register to decide on"), url, len(mine), mine[0].proposed_at))
    if seen_by.may(PROPOSE) and seen_by.id is not None:
        stale = change_requests(seen_by=seen_by).filter(state=ChangeState.STALE, proposed_by=seen_by.id)
        dates: Collection[datetime] = stale.order_by("proposed_at").values_list("proposed_at", flat=True)[
            :_MOST_WAITING
        ]
        if dates:
            url = reverse("registry:changes") + "?state=stale&own=yes"
            found.append(Waiting(_("Your proposals that another change has overtaken"), url, len(dates), dates[0]))  # type: ignore[index]
    return found
