"""What confirming a proposal would join, and what undoing a merge would bring back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.queries.showing import CaseView, Side, case
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.linkage.states import CaseState
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer


@dataclass(frozen=True)
class ClusterPreview:
    """Records that become one: which stays, which lead to it, whose values are taken, and how much moves, by what it is."""

    survivor: Side
    losers: Sequence[Side]
    take: Mapping[str, str]
    moves: Mapping[str | Promise, int]


def preview(case_id: UUID, *, seen_by: Viewer) -> list[ClusterPreview]:
    """What the proposal of a case would join; nothing when nothing is proposed. Raises Problem not_found."""
    view = case(case_id, seen_by=seen_by)
    if view.proposal is None:
        return []
    sides = {side.person.pk: side for side in view.records}
    clusters = [Cluster.from_json(one) for one in view.proposal.partition]
    return [_previewed(one, sides, view) for one in clusters if one.losers and set(one.ids) <= sides.keys()]


def _previewed(cluster: Cluster, sides: Mapping[UUID, Side], view: CaseView) -> ClusterPreview:
    losers = [sides[one] for one in cluster.losers]
    place = {side.person.pk: number for number, side in enumerate(view.records)}
    fields = {row.key: row for row in view.fields}
    take = {
        str(fields[key].label): fields[key].values[place[one]] for key, one in cluster.take.items() if key in fields
    }
    moves: dict[str | Promise, int] = {
        _("Documents"): sum(len(side.documents) for side in losers),
        _("Telephones"): sum(len(side.phones) for side in losers),
        _("Memberships of households"): sum(side.household is not None for side in losers),
    }
    return ClusterPreview(sides[cluster.survivor], losers, take, moves)


def undo_preview(case_id: UUID, *, seen_by: Viewer) -> list[Any]:
    """The merges of the register that undoing a case would take back, the last first."""
    view = case(case_id, seen_by=seen_by)
    if view.case.state != CaseState.MERGED:
        return []
    done = next(each for each in view.decisions if each.verb == "confirm")
    merges = registry.merges_of(view.person_ids, seen_by=seen_by)
    return [each for each in merges if each.undone_at is None and str(each.pk) in done.merges]
