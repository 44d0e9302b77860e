"""Tables of linkage: what is compared, what looks alike, what people decide, and the models that find it."""

from banyan.people.linkage.models.cases import Case, CaseMember, CaseTargets, Decision
from banyan.people.linkage.models.features import Feature, Key
from banyan.people.linkage.models.models import LinkageModel
from banyan.people.linkage.models.pairs import Pair, Run, RunKind, Zone

__all__ = [
    "Case",
    "CaseMember",
    "CaseTargets",
    "Decision",
    "Feature",
    "Key",
    "LinkageModel",
    "Pair",
    "Run",
    "RunKind",
    "Zone",
]
