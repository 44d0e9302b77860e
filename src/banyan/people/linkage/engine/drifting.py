"""How far what is found today has moved from what the model was learnt from."""

from typing import Any

import polars as pl

from banyan.people.linkage.engine.matching import Found
from banyan.people.linkage.engine.model import Model, level_names
from banyan.people.linkage.engine.training import missing


def drift(frame: pl.DataFrame, model: Model, found: Found) -> dict[str, Any]:
    """Of the pairs found, how many reached each level (unknown first); of the records, what share lacks each column."""
    return {
        "levels": {
            name: _counted(found.pairs, place, len(levels))
            for place, (name, levels) in enumerate(level_names(model).items())
        },
        "pairs": len(found.pairs),
        "people": len(frame),
        "missing": {name: round(share, 4) for name, share in missing(frame).items()},
    }


def _counted(pairs: pl.DataFrame, place: int, levels: int) -> list[int]:
    reached = pairs.select(pl.col("levels").list.get(place)).to_series().value_counts()
    counts = dict(reached.iter_rows())
    return [counts.get(level, 0) for level in range(-1, levels)]
