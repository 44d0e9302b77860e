"""Suspected duplicates."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.people.registry import actions, queries
from banyan.people.registry.api import shapes
from banyan.people.registry.models import SuspectedPair
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["registry"])


def _told(pair: SuspectedPair) -> dict[str, Any]:
    names = ("id", "first_id", "second_id", "since", "reason", "noted_by_label", "resolution", "resolved_on")
    return {name: getattr(pair, name) for name in names}


@router.get(
    "/people/{uuid:person_id}/pairs", response=list[shapes.RegistryPair], operation_id="registry_pairs",
    summary="Suspected duplicates of a person",
)  # fmt: skip
@needs("registry.view_person")
def pairs(request: HttpRequest, person_id: UUID) -> Any:
    """Open ones first."""
    viewer = request.viewer
    person = queries.person(person_id, seen_by=viewer)
    log_read(viewer, kind="open", subject="registry.person", ids=[person.pk], purpose="duplicates")
    return [_told(each.pair) for each in queries.pairs_of(person.pk, seen_by=viewer)]


@router.post(
    "/people/{uuid:person_id}/pairs", response={201: shapes.RegistryPair}, operation_id="registry_pair_note",
    summary="Note a suspected duplicate",
)  # fmt: skip
@needs("registry.propose_change")
def note(request: HttpRequest, person_id: UUID, given: shapes.RegistryPairIn) -> Any:
    """Two registrations that may be one person. Noting a pair again changes nothing."""
    return Status(201, _told(actions.note_pair(person_id, given.other, by=request.viewer, reason=given.reason)))


@router.post(
    "/pairs/{uuid:pair_id}/decide", response=shapes.RegistryPair, operation_id="registry_pair_decide",
    summary="Decide on a suspected duplicate",
)  # fmt: skip
@needs("registry.approve_change")
def decide(request: HttpRequest, pair_id: UUID, given: shapes.RegistryPairDecision) -> Any:
    """Either "same" or "different". Nothing is merged by it."""
    return _told(actions.decide_pair(pair_id, given.resolution, by=request.viewer))
