"""Learning a model without labels: from what a register holds, bounded, repeatable, and never failing on what it lacks."""

from random import Random

import polars as pl
import pytest

from banyan.people.linkage import engine
from banyan.people.linkage.rules import features
from banyan.people.linkage.tests.test_engine import LISTS, strangers


def register(people=900, again=180, *, seed=5, documents=True, households=True):
    """Strangers, a fifth of them registered again with what clerks make of them."""
    random = Random(seed)
    rows = strangers(people, seed)
    for number, row in enumerate(rows):
        row["documents"] = [f"nrc:MM:{number}"] if documents and number % 2 else []
        if not households:
            row["household"] = None
    for number, row in enumerate(random.sample(rows, again)):
        words = row["full_name"].split()
        if number % 3 == 0:
            words.reverse()
        if number % 4 == 0:
            words[0] = words[0][:1] + words[0][2:]
        birth = row["birth_date"][:4] + "-01-01" if number % 5 == 0 else row["birth_date"]
        rows.append({**row, "person": f"a{number:04}", "full_name": " ".join(words), "birth_date": birth,
                     "household": f"N{number // 3}" if households else None})  # fmt: skip
    if not rows:
        return features.wide_of(pl.DataFrame(schema={"person": pl.String, "full_name": pl.String}))
    return features.wide_of(pl.DataFrame(rows, schema_overrides=LISTS, infer_schema_length=None))


@pytest.fixture(scope="module")
def trained():
    return engine.train(register(), seed=3)


def test_agreement_speaks_for_and_conflict_against(trained):
    weights = engine.weights(trained.model)
    for name in ("names", "birth", "sex", "document"):
        assert weights[name][-1] > 0 > weights[name][0], name


def test_it_learns_and_reports(trained):
    report = trained.report
    assert report["people"] == 1080
    assert 0.02 < trained.model.duplicates < 0.6
    assert trained.model.companions > 1
    assert {"document", "birthday"} <= {name for name, each in report["rules"].items() if "skipped" not in each}
    assert set(report["comparisons"]) == set(engine.comparisons(trained.model))
    assert report["missing"]["phones"] == 1.0


def test_the_same_seed_gives_the_same_model(trained):
    again = engine.train(register().reverse(), seed=3)
    assert engine.weights(again.model) == engine.weights(trained.model)
    assert again.model.relatives == trained.model.relatives


def test_what_it_learnt_finds_them(trained):
    frame = register(seed=6)
    found = engine.pairs_within(frame, trained.model).pairs.filter(pl.col("weight") >= trained.model.probable)
    assert len(found) > 120


@pytest.mark.parametrize("people", [0, 1, 2, 40])
def test_a_register_that_teaches_nothing_fails_nothing(people):
    """Rules that find no pairs make EM fail: they are left out, told, and the start stands."""
    frame = register(people, 0, documents=False, households=False)
    done = engine.train(frame, start=engine.first_model())
    assert {each["rule"] for each in done.report["skipped"]} == set(done.report["rules"])
    assert done.model.relatives == engine.first_model().relatives
    assert engine.pairs_within(frame, done.model).pairs.height == 0


def test_without_a_start_what_nobody_has_is_no_evidence():
    done = engine.train(register(300, 60, documents=False, households=False))
    assert set(engine.weights(done.model)["document"]) == {0.0}
    assert done.model.relatives == {}


def test_large_registers_are_learnt_from_in_part_with_households_whole():
    frame = register()
    done = engine.train(frame, sample=400)
    assert 300 <= done.report["people"] <= 500


def test_labels_teach_too():
    frame = register()
    same = frame.filter(pl.col("person").str.starts_with("a")).select(left="person", name="sound_bag", birth="born")
    others = frame.filter(pl.col("person").str.starts_with("s")).select(right="person", name="sound_bag", birth="born")
    pairs = same.join(others, on=["name", "birth"])
    done = engine.train_known(frame, pairs)
    assert done.report["pairs"] == len(pairs)
    assert engine.weights(done.model)["names"][-1] > 5
