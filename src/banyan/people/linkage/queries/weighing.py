"""One pair with the model that weighed it, so that its weight can be told step by step."""

from dataclasses import dataclass
from uuid import UUID

from banyan.people.linkage import engine
from banyan.people.linkage.models import LinkageModel, Pair
from banyan.people.linkage.queries.models import as_weighing
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW = "linkage.view_case"
# How many people a prior is told for when no run says how many there were.
_PEOPLE = 100_000


@dataclass(frozen=True)
class WeighedPair:
    """A pair as a model saw it; people: among how many it was found."""

    operation_id: UUID
    case_id: UUID | None
    levels: list[int]
    weight: float
    probability: float
    zone: str
    version: int
    model: engine.Model
    people: int


def weighed_pair(pair_id: UUID, *, seen_by: Viewer) -> WeighedPair:
    """A pair of which both records are in reach. Raises Problem not_found, linkage.model_outdated."""
    seen_by.require(VIEW)
    reach = seen_by.reach(VIEW)
    rows = Pair.objects.filter(within(reach) & within(reach, scope="second_scope_id"), pk=pair_id)
    pair = rows.select_related("run").first()
    if pair is None:
        raise Problem("not_found")
    # Whoever sees a case need not see models; what weighed the pair belongs to the pair.
    row = LinkageModel.objects.filter(pk=pair.model_id).first() if pair.model_id else None
    weighing = as_weighing(row, seen_by=seen_by)
    people = (pair.run.counts or {}).get("people") if pair.run else None
    return WeighedPair(
        operation_id=pair.operation_id, case_id=pair.case_id, levels=list(pair.levels), weight=pair.weight,
        probability=pair.probability, zone=pair.zone, version=weighing.version, model=weighing.model,
        people=int(people or _PEOPLE),
    )  # fmt: skip
