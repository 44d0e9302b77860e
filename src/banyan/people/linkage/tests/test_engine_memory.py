"""The engine keeps little in memory: sets that come part by part, and nothing of few pairs once they are weighed."""

from concurrent.futures import ThreadPoolExecutor
from os import getpid

import polars as pl
import pytest

from banyan.people.linkage import engine
from banyan.people.linkage.engine import scoring
from banyan.people.linkage.rules import features
from banyan.people.linkage.rules.features import people
from banyan.people.linkage.tests.test_engine import LISTS, strangers


@pytest.fixture(scope="module")
def model():
    return engine.first_model()


@pytest.fixture(scope="module")
def made():
    """A hundred strangers, each of whom comes twice: in no order."""
    rows = strangers(100)
    again = [row | {"person": f"t{number:05}", "household": None} for number, row in enumerate(rows)]
    return features.features_of(
        pl.DataFrame([*again, *rows], schema_overrides=LISTS, infer_schema_length=None).reverse()
    )


def test_what_comes_part_by_part_gives_what_the_whole_gives(made, model, monkeypatch):
    monkeypatch.setattr(people, "_AT_ONCE", 30)
    parts = list(features.unpacked_parts(made))
    assert [part.height for part in parts] == [30] * 6 + [20]
    assert pl.concat(parts)["person"].to_list() == sorted(made["person"].to_list())
    whole = engine.pairs_within(features.unpacked(made), model, population=5_000)
    found = engine.pairs_within_parts(iter(parts), model, population=5_000)
    assert found.pairs.height >= 100
    assert found.pairs.equals(whole.pairs)
    assert found.report | {"seconds": 0} == whole.report | {"seconds": 0}


def test_nobody_is_left_in_memory(made, model):
    frame = features.unpacked(made.head(20))
    assert engine.score(frame, frame, model, population=5_000, floor=-200).height == 20 * 19
    remaining = scoring._database(getpid()).execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert remaining == []


def test_several_ask_at_once_and_see_their_own_people_only(made, model):
    slices = [features.unpacked(made.slice(start, 12)) for start in range(0, 96, 12)]
    alone = [engine.score(each, each, model, population=5_000, floor=-200) for each in slices]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda each: engine.score(each, each, model, population=5_000, floor=-200), slices))
    assert all(one.equals(other) for one, other in zip(alone, together, strict=True))
