"""The engine of linkage: Splink on DuckDB. It knows no tables and no Django; frames come in, frames go out."""

from banyan.people.linkage.engine.matching import Found, pairs_between, pairs_within
from banyan.people.linkage.engine.model import (
    Model,
    comparisons,
    first_model,
    level_names,
    relative_weights,
    weights,
    zone,
)
from banyan.people.linkage.engine.training import Trained, train

__all__ = [
    "Found",
    "Model",
    "Trained",
    "comparisons",
    "first_model",
    "level_names",
    "pairs_between",
    "pairs_within",
    "relative_weights",
    "train",
    "weights",
    "zone",
]
