"""Grants, and "who can do this?" in both directions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from banyan.platform.access.declarations import SIGNED_IN, declared, permission
from banyan.platform.access.models import Area, Grant, Operation, Scope
from banyan.platform.access.queries.accounts import account_by_id
from banyan.platform.access.viewers import Viewer

Text = str | Promise


@dataclass(frozen=True)
class Holder:
    """Somebody who may do a thing, through which role and where. `partly`: only in a part of the area asked about."""

    account_id: UUID
    name: str
    role: Text
    operation: str
    area: str
    organisation_id: UUID | None
    until: date | None
    partly: bool
    grant_id: UUID


@dataclass(frozen=True)
class Right:
    """Something an account may do, through which role and where."""

    permission: str
    label: Text
    kind: str
    role: Text
    operation: str
    area: str
    organisation_id: UUID | None
    until: date | None
    grant_id: UUID


def _within(seen_by: Viewer) -> Q:
    reach = seen_by.reach("access.view_grant")
    if reach.everything:
        return Q()
    return Q(area__in=Scope.objects.filter(pk__in=sorted(reach.scopes)).values("area"))


def grants(*, seen_by: Viewer) -> QuerySet[Grant]:
    """Grants, standing, future and ended, that `seen_by` may see. Raises Problem not_allowed."""
    seen_by.require("access.view_grant")
    return Grant.objects.filter(_within(seen_by)).select_related("account", "operation", "area")


def _standing(seen_by: Viewer) -> QuerySet[Grant]:
    today = timezone.now().date()
    return grants(seen_by=seen_by).filter(
        Q(valid_until=None) | Q(valid_until__gte=today), ended_at=None, valid_from__lte=today, account__is_active=True
    )


def who_may(
    codename: str, *, seen_by: Viewer, operation_id: UUID | None = None, area_id: int | None = None
) -> list[Holder]:
    """Everybody who holds a permission, in an operation and area if given; who holds it only in a part is marked.

    Raises Problem not_allowed.
    """
    permission(codename)
    roles = {role.code: role.label for role in declared().roles_with(codename)}
    found = _standing(seen_by).filter(role__in=roles)
    area = Area.objects.filter(pk=area_id).first() if area_id is not None else None
    if operation_id is not None:
        found = found.filter(Q(operation=None) | Q(operation=operation_id))
    if area is not None:
        found = found.filter(Q(area=None) | Q(area__in=area.lineage) | Q(area__lineage__contains=[area.pk]))
    return [
        Holder(
            grant.account_id,
            grant.account.name,
            roles[grant.role],
            grant.operation.name if grant.operation else "",
            grant.area.label if grant.area else "",
            grant.organisation_id,
            grant.valid_until,
            grant.area is not None and (area is None or grant.area_id not in area.lineage),
            grant.pk,
        )
        for grant in found.order_by("account__name", "account_id", "role")
    ]


def holders_of_role(code: str, *, seen_by: Viewer) -> QuerySet[Grant]:
    """Standing grants of a role. Raises Problem not_allowed."""
    return _standing(seen_by).filter(role=code).order_by("account__name", "id")


def what_may(account_id: UUID, *, seen_by: Viewer) -> list[Right]:
    """Everything an account may do now, by permission. Asking about oneself is always allowed.

    Raises Problem not_found, not_allowed.
    """
    if account_id == seen_by.id:
        today = timezone.now().date()
        held: Iterable[Any] = Grant.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=today), account=account_id, ended_at=None, valid_from__lte=today
        ).select_related("operation", "area")
    else:
        account_by_id(account_id, seen_by=seen_by)
        held = _standing(seen_by).filter(account=account_id)
    known = declared()
    rights = [
        Right(
            codename,
            known.permissions[codename].label,
            known.permissions[codename].kind,
            known.roles[grant.role].label,
            grant.operation.name if grant.operation else "",
            grant.area.label if grant.area else "",
            grant.organisation_id,
            grant.valid_until,
            grant.pk,
        )
        for grant in held
        if grant.role in known.roles
        for codename in dict.fromkeys(known.roles[grant.role].permissions)
        if codename != SIGNED_IN
    ]
    return sorted(rights, key=lambda right: (right.permission, str(right.role), right.area))


def operations(*, seen_by: Viewer) -> QuerySet[Operation]:
    """All operations; their names are no secret to signed-in people."""
    seen_by.require(SIGNED_IN)
    return Operation.objects.order_by("name", "id")


def areas_found(text: str, *, seen_by: Viewer, limit: int = 20) -> list[Area]:
    """Areas whose name or code begins with the text, for pickers; within the reach of who may give roles there."""
    seen_by.require(SIGNED_IN)
    text = text.strip()
    found = Area.objects.filter(Q(label__istartswith=text) | Q(key__istartswith=text))
    reach = seen_by.reach("access.change_grant")
    if reach and not reach.everything:
        found = found.filter(pk__in=Scope.objects.filter(pk__in=sorted(reach.scopes)).values("area"))
    return list(found.select_related("parent").order_by("label", "id")[:limit])
