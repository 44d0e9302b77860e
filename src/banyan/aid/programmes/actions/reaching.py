"""Rows of the design, locked, where somebody reaches them."""

from typing import TypeVar
from uuid import UUID

from banyan.aid.programmes.models import Cycle, Package, PriceList, Programme
from banyan.aid.programmes.states import DESIGN, ProgrammeState
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

M = TypeVar("M", Programme, Cycle, Package, PriceList)


def own(model: type[M], row_id: UUID, permission: str, *, by: Viewer) -> M:
    """A row of the design, locked, where `by` reaches it by this permission. Raises Problem not_found."""
    row = model.objects.select_for_update().filter(pk=row_id).first()
    if row is None or row.scope_id not in by.reach(permission):
        raise Problem("not_found")
    return row


def working(programme_id: UUID, *, by: Viewer) -> Programme:
    """A programme that is not closed, locked: what belongs to it is written one after the other.

    Raises Problem not_found, programmes.programme_state.
    """
    row = own(Programme, programme_id, DESIGN, by=by)
    if row.state == ProgrammeState.CLOSED:
        raise Problem("programmes.programme_state", state=ProgrammeState.CLOSED.label)
    return row
