"""Records as they are compared: names, births, households, keys, and the form that is kept."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.linkage.rules import features
from banyan.people.linkage.rules.features.hashing import kind_of, mixed, number_of
from banyan.people.linkage.rules.features.naming import named, sounds_of

LISTS = {"phones": pl.List(pl.String), "documents": pl.List(pl.String)}


def wide(*rows, **common):
    """Rows given by what matters for the test."""
    given = [{"person": str(number), "full_name": "Aung Kyaw Moe", **common, **row} for number, row in enumerate(rows)]
    return features.wide_of(pl.DataFrame(given, schema_overrides=LISTS, infer_schema_length=None))


def kinds_shared(frame):
    """The kinds of keys that the first two rows share."""
    one, other = (set(keys) for keys in frame["keys"].to_list()[:2])
    shared = pl.DataFrame({"key": sorted(one & other)}, schema={"key": pl.Int64})
    return set(features.kinds(shared.select(kind_of(pl.col("key")))["key"].to_list()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aung Kyaw Moe", "Moe Aung Kyaw"),
        ("U Aung Kyaw Moe", "Aung Kyaw Moe"),
        ("ဦးအောင်ကျော်မိုး", "အောင်ကျော်မိုး"),
        ("Mohammed Ali", "Muhammad Aly"),
        ("محمد علي", "Mohammed Ali"),
    ],
)
def test_order_address_spelling_and_script_give_one_name_by_sound(one, other):
    assert len(set(named(pl.Series([one, other])).struct.field("sound_bag"))) == 1


def test_a_name_keeps_its_own_script_beside_latin_letters():
    frame = wide(
        {"full_name": "Aung Kyaw", "name_original": "အောင်ကျော်"}, {"full_name": "အောင်ကျော်"}, {"full_name": "José"}
    )
    assert frame["original"].to_list() == ["အောင်ကျော်", "အောင်ကျော်", None]
    assert frame["script"].to_list() == ["latin", "burmese", "latin"]
    assert frame["bag"].to_list() == ["aung kyaw", "aung kyaw", "jose"]


@pytest.mark.parametrize("name", ["", "!", "٠١", "-", "  "])
def test_a_name_without_letters_is_no_name_and_no_error(name):
    frame = wide({"full_name": name, "phones": ["+951"]})
    assert (frame["bag"][0], frame["words"].to_list(), frame["sounds"].to_list()) == (None, [[]], [[]])


@pytest.mark.parametrize("name", ["A", "ဦ", "م", "Ali علي အလီ"])
def test_short_and_mixed_names_have_keys(name):
    assert len(wide({"full_name": name, "birth_date": "1990-05-03"})["keys"][0])


@pytest.mark.parametrize(
    ("text", "born", "days", "year"),
    [
        ("1990-05-03", "1990-05-03", 0, 1990),
        ("1990-01-01", None, 364, 1990),  # written where only the year is known
        ("1990", None, 364, 1990),
        ("1990-02", None, 27, 1990),
        ("1990-05-03~", None, 2 * 366, 1990),
        ("1990~", None, 364 + 2 * 366, 1990),
        ("1990-13-45", None, None, None),
        ("soon", None, None, None),
        (None, None, None, None),
    ],
)
def test_what_somebody_judged_is_a_span_and_no_day(text, born, days, year):
    row = wide({"birth_date": text}).row(0, named=True)
    assert (row["born"], row["year"]) == (born, year)
    assert (None if row["birth_lo"] is None else row["birth_hi"] - row["birth_lo"]) == days


def test_what_the_own_name_holds_of_a_father_is_no_evidence_of_its_own():
    frame = wide(
        {"full_name": "Ahmed Mohammed", "father_name": "Mohammed Ali"}, {"father_name": ""}, {"father_name": None}
    )
    assert frame["fathers"].to_list() == [sounds_of(pl.Series(["Ali"])).to_list()[0], [], []]


def test_documents_are_compared_by_number_and_by_kind():
    frame = wide({"documents": ["nrc:MM:12A", "passport::X1", "nrc:MM:12A"]})
    assert frame["document_numbers"].to_list() == [["12A", "X1"]]
    assert frame["document_types"].to_list() == [["nrc", "passport"]]


def test_places_are_villages_in_areas():
    frame = wide({"place": "MMR001/MMR001002/MMR001002003"}, {"place": "MMR001"}, {"place": None})
    assert frame["village"].to_list() == ["MMR001002003", "MMR001", None]
    assert frame["area"].to_list() == ["MMR001002", None, None]


def test_who_lives_with_whom_is_known_of_households_but_not_of_crowds():
    family = [{"full_name": name, "household": "H"} for name in ("Aung Ko Ko", "Mya Mya", "Su Su")]
    camp = [{"full_name": f"Person {number}", "household": "C"} for number in range(31)]
    frame = wide(*family, *camp, {"household": None}, {"full_name": "Alone", "household": "X"})
    assert frame["peers"].list.len().to_list() == [2, 2, 2, *([0] * 33)]


def test_the_order_of_rows_changes_nothing():
    rows = [
        {"person": str(n), "full_name": f"Name {n}", "household": f"H{n // 3}", "birth_date": "1990-05-03"}
        for n in range(9)
    ]
    frame = pl.DataFrame(rows)
    assert features.wide_of(frame.reverse()).sort("person").equals(features.wide_of(frame).sort("person"))


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ({"documents": ["nrc:MM:12A"]}, {"full_name": "Su Su", "documents": ["passport::12A"]}, "document"),
        ({"phones": ["+951"]}, {"full_name": "Moe Than", "phones": ["+951"]}, "phone"),
        ({"birth_date": "1990-05-03"}, {"birth_date": "1991-07-01"}, "name+year"),
        ({"birth_date": "1990~"}, {"birth_date": "1992-07-01"}, "name+year"),
        ({"full_name": "Thu Zar", "birth_date": "1990-05-03"}, {"full_name": "Thuzar", "birth_date": "1990-05-09"}, "written+month"),
        ({"birth_date": "1990-05-03"}, {"full_name": "Aung Moe", "birth_date": "1990-05-09"}, "words+month"),
        ({"birth_date": "1990-05-03"}, {"full_name": "Moe Than", "birth_date": "1990-05-03"}, "word+birthday"),
        ({"place": "A/B"}, {"full_name": "Aung Moe", "place": "A/B"}, "words+village"),
        ({"place": "A/B", "birth_date": "1990~"}, {"full_name": "Moe", "place": "A/B", "birth_date": "1991-02-02"}, "word+village+year"),
        ({"place": "A/B", "birth_date": "1990-02-02"}, {"full_name": "Su", "place": "A/C", "birth_date": "1990-02-02"}, "birthday+area"),
        ({"address": "12 Long Road"}, {"full_name": "Moe Than", "address": "Long Road"}, "address+word"),
        ({}, {"full_name": "Moe Kyaw Aung"}, "name"),
        ({"birth_date": "1990-05-03"}, {"birth_date": "1970-05-03"}, "name+day"),
        ({"birth_date": "1990-05-03"}, {"full_name": "Ang Kaw Mue", "birth_date": "1990-05-03"}, "initials+birthday"),
    ],
)  # fmt: skip
def test_each_kind_of_key_brings_its_pairs(one, other, kind):
    assert kind in kinds_shared(wide(one, other))


def test_a_household_met_again_elsewhere_brings_its_people():
    people = [("Aung Ko", "H"), ("Aung Ko Ko", "A"), ("Mya Mya", "H"), ("Mya Mya", "A")]
    frame = wide(*({"full_name": name, "household": home, "birth_date": "1990-05-03"} for name, home in people))
    assert "household" in kinds_shared(frame)


def test_either_script_finds_who_is_written_in_two():
    frame = wide(
        {"full_name": "Kyawt Oung", "name_original": "ကျော်အောင်", "birth_date": "1990-05-03"},
        {"full_name": "ကျော်အောင်", "birth_date": "1990-01-01"},
    )
    assert "name+year" in kinds_shared(frame)


def test_keys_are_numbers_that_never_change():
    """They are kept in tables: another release of Polars or Python must give the same."""
    assert number_of("Aung") == 318502594364064192
    mixture = mixed(2, [pl.lit(1, dtype=pl.UInt64), pl.lit(1990)])
    assert pl.select(mixture).item() == -1265429597965725886


def test_keys_stand_once_and_in_order():
    keys = wide({"birth_date": "1990-05-03", "place": "A/B", "phones": ["+951"]})["keys"][0].to_list()
    assert keys == sorted(set(keys))


def test_what_is_kept_gives_back_what_is_compared():
    frame = wide(
        {"birth_date": "1990-05-03", "household": "H", "documents": ["nrc:MM:12A"], "scope_id": 4, "operation": "O"},
        {"full_name": "", "household": "H", "scope_id": 4},
    )
    kept = features.features_of(pl.DataFrame(_as_given(), schema_overrides=LISTS))
    assert kept.columns == ["person", "operation", "scope_id", "household", "packed", "digest", "keys"]
    assert features.unpacked(kept).equals(features.wide_of(pl.DataFrame(_as_given(), schema_overrides=LISTS)))
    assert frame.columns == ["person", "operation", "scope_id", "household", *features.PACKED]


def _as_given():
    return [
        {"person": "a", "full_name": "Aung", "household": "H", "birth_date": "1990", "documents": ["nrc:MM:12A"]},
        {"person": "b", "full_name": "", "household": "H", "birth_date": None, "documents": []},
    ]


def test_the_digest_is_of_the_person_and_not_of_who_lives_with_them():
    alone, with_others = (
        features.features_of(pl.DataFrame([{"person": "a", "full_name": "Aung", "household": "H"}, *more]))["digest"][0]
        for more in ([], [{"person": "b", "full_name": "Mya", "household": "H"}])
    )
    other = features.features_of(pl.DataFrame([{"person": "a", "full_name": "Aung", "birth_date": "1990"}]))["digest"][
        0
    ]
    assert alone == with_others != other


def test_nobody_is_nothing():
    nobody = pl.DataFrame(schema={"person": pl.String, "full_name": pl.String})
    assert features.features_of(nobody).is_empty()
    assert features.unpacked(features.features_of(nobody)).columns[4:] == list(features.PACKED)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=24)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(WORDS, WORDS, WORDS, st.sampled_from(["1990-05-03", "1990~", "x", None])), min_size=1, max_size=5
    )
)
def test_nothing_that_people_write_fails(rows):
    given = [
        {"person": str(n), "full_name": name, "name_original": other, "father_name": name, "address": address, "birth_date": birth,
         "household": "H", "place": address or None, "phones": [other], "documents": [f"nrc:MM:{name}"]}
        for n, (name, other, address, birth) in enumerate(rows)
    ]  # fmt: skip
    kept = features.features_of(pl.DataFrame(given, schema_overrides=LISTS, infer_schema_length=None))
    assert features.unpacked(kept).height == len(rows)


@settings(max_examples=40, deadline=None)
@given(st.permutations(["Aung", "Kyaw", "Moe", "Htun"]))
def test_names_have_no_order(words):
    frame = wide({"full_name": " ".join(words)}, {"full_name": "Aung Kyaw Moe Htun"})
    assert frame["keys"][0].equals(frame["keys"][1]) or "name" in kinds_shared(frame)
    assert frame["bag"][0] == frame["bag"][1]
