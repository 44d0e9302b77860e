"""Tables of linkage: what is compared, what looks alike, what people decide, and the models that find it."""

from banyan.people.linkage.models.cases import Case, CaseMember, CaseTargets, Decision
from banyan.people.linkage.models.features import Feature, Key
from banyan.people.linkage.models.incoming import Arrival, Incoming
from banyan.people.linkage.models.models import LinkageModel
from banyan.people.linkage.models.pairs import Pair, Run, RunKind, Zone
from banyan.people.linkage.models.samples import ModelComparison, Sample, SampleItem, SampleLabel
from banyan.people.linkage.models.screening import (
    HitZone,
    ListedParty,
    ListSource,
    ListVersion,
    RunReason,
    Screened,
    ScreeningHit,
    ScreeningRun,
    ScreeningStep,
)

__all__ = [
    "Arrival",
    "Case",
    "CaseMember",
    "CaseTargets",
    "Decision",
    "Feature",
    "HitZone",
    "Incoming",
    "Key",
    "LinkageModel",
    "ListSource",
    "ListVersion",
    "ListedParty",
    "ModelComparison",
    "Pair",
    "Run",
    "RunKind",
    "RunReason",
    "Sample",
    "SampleItem",
    "SampleLabel",
    "Screened",
    "ScreeningHit",
    "ScreeningRun",
    "ScreeningStep",
    "Zone",
]
