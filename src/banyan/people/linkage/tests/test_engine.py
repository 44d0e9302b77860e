"""The engine: pairs within and between sets, few pairs at once, robust against what registers hold, the same every time."""

from random import Random

import polars as pl
import pytest

from banyan.people.linkage import engine
from banyan.people.linkage.rules import features

GIVEN = [
    "Aung",
    "Kyaw",
    "Moe",
    "Htun",
    "Win",
    "Zaw",
    "Min",
    "Naing",
    "Soe",
    "Thant",
    "Khin",
    "Mya",
    "Su",
    "Hla",
    "Nwe",
    "Sanda",
    "Thida",
    "Yamin",
    "Phyu",
    "Ei",
]
LISTS = {"phones": pl.List(pl.String), "documents": pl.List(pl.String)}


def wide(rows):
    given = [{"person": f"{number:05}", "full_name": "Aung Kyaw Moe", **row} for number, row in enumerate(rows)]
    return features.wide_of(pl.DataFrame(given, schema_overrides=LISTS, infer_schema_length=None))


def strangers(count, seed=1):
    """People who have nothing in common but common names, in households of four."""
    random = Random(seed)
    return [
        {
            "person": f"s{number:05}", "full_name": " ".join(random.sample(GIVEN, 3)), "sex": random.choice(("female", "male")),
            "birth_date": f"{random.randint(1940, 2020)}-{random.randint(1, 12):02}-{random.randint(2, 28):02}",
            "household": f"S{number // 4}", "place": f"A{number % 7}/B{number % 40}",
        }
        for number in range(count)
    ]  # fmt: skip


def pairs(found):
    return set(found.pairs.select("left", "right").iter_rows())


@pytest.fixture(scope="module")
def model():
    return engine.first_model()


@pytest.fixture(scope="module")
def crowd():
    return strangers(400)


AGAIN = {"full_name": "Maung Thet Paing Oo", "sex": "male", "birth_date": "1990-05-03", "place": "A1/B1"}


def test_who_is_registered_twice_is_found_and_nobody_else(model, crowd):
    frame = wide([*crowd, {**AGAIN, "person": "a"}, {**AGAIN, "person": "b", "full_name": "Oo Thet Paing"}])
    found = engine.pairs_within(frame, model)
    assert pairs(found) == {("a", "b")}
    row = found.pairs.row(0, named=True)
    assert row["probability"] > 0.99
    assert engine.zone(row["weight"], model) == "probable"
    assert len(row["levels"]) == len(engine.comparisons(model))
    assert "name+year" in row["keys"]
    assert not row["document"]
    assert found.report["zones"]["probable"] == 1


@pytest.mark.parametrize(
    "against", [{"sex": "female"}, {"birth_date": "1962-11-30"}, {"sex": "female", "birth_date": "1962-11-30"}]
)
def test_conflicts_count_against(model, crowd, against):
    """A name alone, or sums of agreement that nothing lowers, are what made peers accuse strangers."""
    both = wide([*crowd, {**AGAIN, "person": "a"}, {**AGAIN, "person": "b"}])
    apart = wide([*crowd, {**AGAIN, "person": "a"}, {**AGAIN, "person": "b", **against}])
    (same,), differing = _weight(both, model), _weight(apart, model)
    assert not differing or differing[0] < same - 4


def _weight(frame, model):
    found = engine.pairs_within(frame, model, floor=-60.0).pairs
    return found.filter((pl.col("left") == "a") & (pl.col("right") == "b"))["weight"].to_list()


def test_a_name_alone_is_never_probable(model, crowd):
    frame = wide([*crowd, {"person": "a", "full_name": "Thet Paing Oo"}, {"person": "b", "full_name": "Thet Paing Oo"}])
    assert all(weight < model.probable for weight in _weight(frame, model))


def test_a_document_in_common_is_told(model, crowd):
    papers = {"documents": ["nrc:MM:12OUKAMA1"]}
    other = {"person": "b", "full_name": "Khin Su", "sex": "female", "birth_date": "1970-02-02", **papers}
    frame = wide([*crowd, {**AGAIN, **papers, "person": "a"}, other])
    found = engine.pairs_within(frame, model, floor=-60.0).pairs.filter(pl.col("document"))
    assert found.select("left", "right").row(0) == ("a", "b")


@pytest.mark.parametrize("names", [("Hassan Omar Ali", "Hussein Omar Ali"), ("Aung Kyaw Htet", "Aung Zin Htet")])
def test_twins_are_two(model, crowd, names):
    twins = [{"person": f"t{n}", "full_name": name, "household": "T", "birth_date": "2015-04-09", "sex": "male", "place": "A1/B1",
              "phones": ["+95911"], "father_name": "Omar Ali"} for n, name in enumerate(names)]  # fmt: skip
    found = engine.pairs_within(wide([*crowd, *twins]), model)
    assert all(weight < model.probable for weight in found.pairs["weight"].to_list())


def test_father_and_son_of_one_name_are_two(model, crowd):
    family = [{"person": f"f{n}", "full_name": "Omar Hassan", "household": "T", "birth_date": birth, "sex": "male",
               "phones": ["+95911"], "place": "A1/B1"} for n, birth in enumerate(("1960-03-04", "1988-07-08"))]  # fmt: skip
    assert not engine.pairs_within(wide([*crowd, *family]), model).pairs.height


def test_a_whole_household_again_gives_each_their_own(model, crowd):
    names = ["Omar Hassan Ali", "Maryam Yusuf Said", "Idris Omar Hassan", "Salma Omar Hassan"]
    births = ["1980-03-04", "1984-05-06", "2010-02-03", "2012-04-05"]
    rows = [{"person": f"{home}{n}", "household": home, "full_name": name, "birth_date": births[n], "place": "A1/B1",
             "sex": "male" if n % 2 == 0 else "female"} for home in "xy" for n, name in enumerate(names)]  # fmt: skip
    assert pairs(engine.pairs_within(wide([*crowd, *rows]), model)) == {(f"x{n}", f"y{n}") for n in range(4)}


@pytest.mark.parametrize("times", [50, 300])
def test_one_person_many_times_is_one_group_and_the_cap_is_told(model, crowd, times):
    """Quadratic in one key would be 45,000 pairs: capped, told, and still everybody hangs together."""
    frame = wide([*crowd, *({**AGAIN, "person": f"m{number:03}"} for number in range(times))])
    found = engine.pairs_within(frame, model)
    group = {"m000"}
    for _turn in range(times):
        more = {end for pair in pairs(found) if group & set(pair) for end in pair} - group
        if not more:
            break
        group |= more
    assert group == {f"m{number:03}" for number in range(times)}
    assert bool(found.report["capped"]) == (times > 60)
    assert (found.report["capped_pairs_left_out"] > 0) == (times > 60)
    assert found.report["pairs_compared"] <= max(times * 50 / 2, times * 10) + 500


def test_everybody_twice(model):
    rows = strangers(150)
    frame = wide(
        [*rows, *({**row, "person": f"z{row['person']}", "household": f"Z{row['household']}"} for row in rows)]
    )
    found = pairs(engine.pairs_within(frame, model))
    assert {(row["person"], f"z{row['person']}") for row in rows} <= found


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"full_name": ""}],
        [{"full_name": ""}, {"full_name": ""}],
        [{"full_name": "!"}, {"full_name": "!", "phones": ["+951"]}],
        [{"full_name": "A"}, {"full_name": "A"}],
        [{"full_name": "Ali علي အလီ"}, {"full_name": "Ali علي အလီ", "birth_date": "1990~"}],
    ],
)
def test_odd_names_fail_nothing(model, rows):
    frame = wide(rows) if rows else wide([{}]).clear()
    assert engine.pairs_within(frame, model).pairs.columns == [
        "left",
        "right",
        "weight",
        "probability",
        "levels",
        "keys",
        "document",
    ]


def test_the_same_records_give_the_same_pairs_in_any_order(model, crowd):
    frame = wide([*crowd, *({**AGAIN, "person": f"m{number}"} for number in range(5))])
    one, other = (engine.pairs_within(each, model, floor=-10.0).pairs for each in (frame, frame.reverse()))
    assert (
        one.sort("left", "right")
        .select("left", "right", "levels")
        .equals(other.sort("left", "right").select("left", "right", "levels"))
    )


def test_new_records_meet_registered_ones_and_not_each_other(model, crowd):
    register = wide([*crowd, {**AGAIN, "person": "old"}])
    new = wide([{**AGAIN, "person": "n1"}, {**AGAIN, "person": "n2"}])
    found = engine.pairs_between(new, register, model)
    assert pairs(found) == {("n1", "old"), ("n2", "old")}
    few = engine.pairs_between(new, register.filter(pl.col("person") == "old"), model, population=len(register))
    assert pairs(few) == pairs(found)


def test_the_desk_weighs_as_splink_does(model, crowd):
    """One model, one weight: what the desk shows is what the night finds."""
    frame = wide([*crowd, *({**AGAIN, "person": f"m{n}", **more} for n, more in enumerate(
        ({}, {"birth_date": "1990~"}, {"full_name": "Thet Payng"}, {"sex": "female"}, {"place": "A9/B9", "phones": ["+9511"]})))])  # fmt: skip
    new = frame.filter(pl.col("person") == "m0")
    others = frame.filter(pl.col("person") != "m0")
    night = engine.pairs_between(new, others, model, population=5_000, floor=-60.0).pairs
    desk = engine.score(new, others, model, population=5_000, floor=-60.0)
    both = night.join(desk, on=["left", "right"], suffix="_desk")
    assert len(both) == len(night) >= 4
    assert both["levels"].equals(both["levels_desk"].alias("levels"))
    assert (both["weight"] - both["weight_desk"]).abs().max() < 1e-9
    named = engine.score_pairs(frame, both.select("left", "right"), model, population=5_000)
    assert (named.sort("right")["weight"] - both.sort("right")["weight"]).abs().max() < 1e-9


def test_the_desk_bears_nobody(model, crowd):
    frame = wide(crowd)
    assert engine.score(frame.clear(), frame.clear(), model, population=10).is_empty()
    assert engine.score(frame.head(1), frame.clear(), model, population=10).is_empty()


def test_levels_drift_is_counted(model, crowd):
    frame = wide([*crowd, {**AGAIN, "person": "a"}, {**AGAIN, "person": "b"}])
    found = engine.pairs_within(frame, model)
    told = engine.drift(frame, model, found)
    assert all(sum(counts) == len(found.pairs) for counts in told["levels"].values())
    assert told["missing"]["phones"] == 1.0
    assert list(told["levels"]) == engine.comparisons(model)


def test_zones_and_thresholds(model):
    other = model.with_thresholds(review=1.0, probable=7.5)
    assert [engine.zone(weight, other) for weight in (0.9, 1.0, 7.4, 7.5)] == [
        "unlikely",
        "possible",
        "possible",
        "probable",
    ]
    assert engine.Model.from_json(other.as_json()) == other


def test_prior_knows_the_size_of_the_register(model):
    assert model.prior(1_000) == pytest.approx(1000 * model.prior(1_000_000))
    assert model.prior(1) <= 0.5
    assert model.relative_prior(together=True) < model.relative_prior(together=False)


def test_first_model_fits_what_is_compared(model):
    names = engine.level_names(model)
    assert set(model.relatives) <= set(names)
    for name, levels in engine.weights(model).items():
        assert len(levels) == len(names[name])
    assert engine.weights(model)["sex"][0] < 0 > engine.weights(model)["birth"][0]
    assert engine.weights(model)["ties"][names["ties"].index("household")] == 0
    assert model.format == features.FORMAT
