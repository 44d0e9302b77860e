"""The engine of linkage: Splink on DuckDB. It knows no tables and no Django; frames come in, frames go out."""

from banyan.people.linkage.engine.drifting import drift
from banyan.people.linkage.engine.matching import Found, pairs_between, pairs_within, pairs_within_parts
from banyan.people.linkage.engine.model import (
    Model,
    comparisons,
    first_model,
    level_names,
    relative_weights,
    weights,
    zone,
)
from banyan.people.linkage.engine.scoring import score, score_pairs
from banyan.people.linkage.engine.training import Trained, missing, train, train_known

__all__ = [
    "Found",
    "Model",
    "Trained",
    "comparisons",
    "drift",
    "first_model",
    "level_names",
    "missing",
    "pairs_between",
    "pairs_within",
    "pairs_within_parts",
    "relative_weights",
    "score",
    "score_pairs",
    "train",
    "train_known",
    "weights",
    "zone",
]
