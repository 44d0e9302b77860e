"""Mending what a check found: by a change request like any other, or, for a verification, at once."""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.quality.declarations import Mended
from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.actions.changing.proposing import propose_change
from banyan.people.registry.models import Person
from banyan.people.registry.states import PROPOSE, ChangeState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, viewing, within

VERIFIED = "verified_on"
Table = Literal["person", "household"]
_KINDS = {"person": "correct_identity", "household": "correct_household"}


@action(PROPOSE)
def mend(table: Table, record_id: UUID, field: str, value: str, *, by: Viewer, reason: str) -> Mended:
    """Write one field of a record as the operation's rules about changes have it: at once, or as a request that waits.

    A day of verification is written at once: it says what its writer saw. Raises what propose_change raises.
    """
    if table == "person" and field == VERIFIED and value in ("", timezone.localdate().isoformat()):
        verify_people([record_id], by=by)
        return Mended(done=True)
    request = propose_change(_KINDS[table], {table: str(record_id), "fields": {field: value}}, by=by, reason=reason)
    return Mended(done=request.state == ChangeState.APPLIED, url=reverse("registry:change", args=[request.pk]))


@action(PROPOSE)
def verify_people(ids: Collection[UUID], *, by: Viewer) -> int:
    """Note that what is written about these people was confirmed today. Returns how many are within reach of `by`."""
    writer = _lent(by, PROPOSE)
    with viewing(writer, cause="", action="registry.verify_people"):
        done = (
            Person.objects.filter(within(by.reach(PROPOSE)), pk__in=list(ids), status="active")
            .exclude(verified_on=timezone.localdate())
            .update(verified_on=timezone.localdate())
        )
    quality.moved("person", list(ids), by=by)
    return done
