"""How far a viewer sees findings: where both findings and the records themselves are in reach."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from banyan.people.quality.declarations import Card, declared
from banyan.people.quality.queries.definitions import CheckInForce
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within

VIEW, SENSITIVE = "quality.view_findings", "quality.view_sensitive"


def operations(*, seen_by: Viewer) -> list[Any]:
    """The operations in which the viewer sees findings anywhere, by name."""
    return operations_within(VIEW, seen_by=seen_by)


def cards(subject: str, ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, Card]:
    """The records of these ids as lists show them, of those that the viewer may see."""
    shown = declared().records.get(subject)
    if shown is None or not seen_by.may(VIEW) or not ids:
        return {}
    return dict(shown.cards(list(ids), seen_by=seen_by))


def may_see(check: CheckInForce, *, seen_by: Viewer) -> bool:
    """Whether the viewer sees findings of this check anywhere."""
    return seen_by.may(VIEW) and (not check.protects or seen_by.may(SENSITIVE))


def reach_of(subject: str, *, seen_by: Viewer, protects: bool = False) -> Q:
    """The condition on scope_id within which the viewer sees findings: where findings and the records are both in reach.

    protects: of checks whose findings are sensitive, so that reach has to hold for these too.
    """
    shown = declared().records.get(subject)
    wanted = [VIEW, *([SENSITIVE] if protects else []), *([shown.permission] if shown else [])]
    condition = Q()
    for permission in wanted:
        condition &= within(seen_by.reach(permission))
    return condition
