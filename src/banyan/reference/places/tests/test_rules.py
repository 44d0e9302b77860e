"""Rules of place tables: headers, levels, rows, keys, checks."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.problems import Problem
from banyan.reference.places import states
from banyan.reference.places.rules import checking, countries, guessing, headers, levels, naming
from banyan.reference.places.rules.rows import OTHERS_SCHEMA, SCHEMA, rows_of

NOTHING = pl.DataFrame(schema=checking.KNOWN_SCHEMA)


def frame(*rows):
    width = max(len(row) for row in rows)
    return pl.DataFrame(
        [[number, *row, *[None] * (width - len(row))] for number, row in enumerate(rows, 2)],
        schema={"row": pl.Int32, **{str(index): pl.String for index in range(width)}},
        orient="row",
    )


def checked(titles, *rows, country="MMR", known=NOTHING):
    shape = headers.recognise(titles, rows)
    return checking.check(rows_of(0, frame(*rows), shape, country).places, known)


def codes(result):
    return sorted(set(result.findings["code"]))


class TestHeaders:
    @pytest.mark.parametrize(
        ("header", "meaning"),
        [
            ("SR_Pcode", "code@state_region"),
            ("SR Name_Eng", "name:en@state_region"),
            ("District/SAZ_Pcode", "code@district"),
            ("SAD/SAZ_Name_MMR", "name:my@self_administered_area"),
            ("Township_Name_MMR", "name:my@township"),
            ("VT_Pcode", "code@village_tract"),
            ("village_tract_pcode", "code@village_tract"),
            ("village_mya_mmr3", "name:my@village"),
            ("Town", "name:en@town"),
            ("ADM2_PCODE", "code@adm2"),
            ("ADM1_AR", "name:ar@adm1"),
            ("admin2Name_fr", "name:fr@adm2"),
            ("ADM3ALT1_EN", "alias:en@adm3"),
            ("ADM1_REF", "-"),
            ("Previous_Village_Tract_Name_Eng", "former:en"),
            ("Previous_Village_Tract", "-"),
            ("P-Code", "code"),
            ("Parent P-Code", "parent"),
            ("Valid from date", "since"),
            ("MIMU_Town_Mapping_Status", "status"),
            ("GAD_Town_Status", "-"),
            ("Change_Type", "-"),
            ("District notes", "-"),
            ("Something else", "-"),
            ("", "-"),
        ],
    )
    def test_spellings(self, header, meaning):
        assert headers.meaning_of(header) == meaning

    def test_values_decide_where_the_header_names_only_the_kind(self):
        assert headers.meaning_of("SR", ["MMR001"]) == "code@state_region"
        assert headers.meaning_of("SR", ["Kachin"]) == "name:en@state_region"

    def test_header_below_a_title(self):
        rows = [["List of places", ""], ["", ""], ["P-code", "Name"], ["X1", "n"]]
        assert headers.header_row(rows) == 2
        assert headers.header_row([["a", "b"], ["c", "d"]]) is None

    def test_shapes(self):
        assert headers.recognise(["a", "b"]).form == "other"
        assert headers.recognise(["P-code", "Name"]).form == "list"
        assert headers.recognise(["P-code"]).missing == ("name",)
        assert headers.recognise(["Ward_Pcode", "Town_Pcode"]).own == "ward"
        assert headers.recognise(["Ward_Pcode", "Town_Pcode"]).missing == ("name",)

    def test_every_offered_meaning_is_a_meaning(self):
        assert all(headers.check_meaning(meaning) for meaning in headers.meanings())
        for wrong in ("code@nowhere", "name:xx", "code:en", "lon@town", "dance", "name"):
            assert not headers.check_meaning(wrong)

    @given(st.text(max_size=60))
    def test_any_header_has_a_meaning(self, header):
        assert headers.check_meaning(headers.meaning_of(header)), header


def test_kinds():
    assert levels.kind_of_level(0).name == "country"
    assert levels.kind_named("adm4").level == 4
    with pytest.raises(KeyError):
        levels.kind_named("adm99")


def test_countries():
    assert countries.iso3("mm") == countries.iso3(" MMR ") == "MMR"
    assert countries.iso3("ZZ") is None
    assert countries.country_names("IRQ")["ar"] == "العراق"
    assert countries.country_names("IRQ", ("en", "qqq")) == {"en": "Iraq"}, (
        "a language that CLDR does not know is left out"
    )
    assert countries.country_name("IRQ", "tlh") == "Iraq"
    assert countries.country_name("ZZZ") == "ZZZ"


def test_guesses():
    assert guessing.country_of_codes(["MMR001", "MMR002"]) == "MMR"
    assert guessing.country_of_codes(["IQG01"]) == "IRQ"
    assert guessing.country_of_codes(["150004", "ZZ1"]) == ""
    assert guessing.authority_of(["mimu_pcodes_9.6_towns.csv"]) == "MIMU"
    assert guessing.authority_of(["irq_cod_ab.xlsx"]) == "OCHA"
    assert guessing.authority_of(["x.csv"]) == ""
    assert guessing.label_of(["mimu_pcodes_9.6_towns.csv"]) == "9.6"
    assert guessing.label_of(["cod-2019-06.xlsx"]) == "2019-06"
    assert guessing.label_of(["x"]) == ""


class TestKeys:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("Hpa-An", "hpa an"), ("Hpa-An", "HPAAN"), ("Kyun Nyo Gyi", "nyo"), ("Puta-O", "puta"), ("الأنبار", "الانبار"),
            ("ရပ်စောက်", "ရပ်"), ("Côte d’Or", "cote d'or"), ("No (1) Ward", "no 1"), ("Al-Anbar", "anbar"),
        ],
    )  # fmt: skip
    def test_found_by_the_beginning_of_any_word(self, name, typed):
        assert any(key.startswith(naming.question(typed)) for key in naming.keys_of(name))

    def test_common_endings_find_nothing(self):
        assert "ward" not in naming.keys_of("No (1) Ward")

    @given(st.text(max_size=80))
    def test_a_name_is_found_by_itself(self, name):
        typed = naming.question(name)
        assert not typed or any(key.startswith(typed) for key in naming.keys_of(name))

    @given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
    def test_arrays_hold_the_same_keys(self, names):
        arrays = naming.key_arrays(pl.DataFrame({"name": names}, schema={"name": pl.String}))
        for name, array in zip(names, arrays, strict=True):
            assert array.startswith("{")
            assert {part for part in array[1:-1].replace('"', "").split(",") if part} == set(naming.keys_of(name))

    def test_tidy(self):
        assert naming.tidy("  A \x07 b\n") == "A b"
        assert naming.language_code("ksw")
        assert not naming.language_code("Burmese!")


class TestChecks:
    TITLES = ("P-code", "Name", "Parent P-code", "Level")

    def test_good_rows_are_taken(self):
        result = checked(self.TITLES, ["A1", "One", "", "1"], ["A1B", "Two", "A1", "2"])
        assert result.findings.is_empty()
        assert result.taken.select("pcode", "parent", "level", "kind").rows() == [
            ("A1", "MMR", 1, "adm1"),
            ("A1B", "A1", 2, "adm2"),
        ]

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (["", "Nameless code", "A1", "2"], "code_missing"),
            (["A 1;", "Bad", "A1", "2"], "code_malformed"),
            (["A1" + "x" * 40, "Long", "A1", "2"], "code_malformed"),
            (["A1B", "", "A1", "2"], "name_missing"),
            (["A1B", "x" * 201, "A1", "2"], "name_too_long"),
            (["A1B", "Two", "A1", "two"], "level_malformed"),
            (["A1B", "Two", "A1", "42"], "level_malformed"),
            (["A1B", "Two", "", "2"], "parent_missing"),
            (["A1B", "Two", "ZZ9", "2"], "parent_unknown"),
            (["A1B", "Two", "A1", "1"], "parent_level"),
            (["#REF!", "Two", "A1", "2"], "cell_error"),
            (["A1B", "#NAME?", "A1", "2"], "cell_error"),
        ],
    )
    def test_what_is_refused(self, row, code):
        result = checked(self.TITLES, ["A1", "One", "", "1"], row)
        assert codes(result) == [f"places.{code}"]
        assert result.findings.row(0, named=True)["row"] == 3
        assert result.taken["pcode"].to_list() == ["A1"]

    def test_all_errors_at_once(self):
        result = checked(
            self.TITLES, ["", "a", "", "1"], ["A1", "", "", "1"], ["A2", "b", "A9", "2"], ["A3", "c", "", "x"]
        )
        assert result.findings.height == 4
        assert result.taken.is_empty()

    def test_two_places_with_one_code(self):
        result = checked(self.TITLES, ["A1", "One", "", "1"], ["A1", "Other", "", "1"], ["A1B", "Child", "A1", "2"])
        assert codes(result) == ["places.code_repeated", "places.parent_not_taken"]
        assert result.taken.is_empty()

    def test_the_same_row_twice_is_only_a_warning(self):
        result = checked(self.TITLES, ["A1", "One", "", "1"], ["A1", "One", "", "1"])
        assert codes(result) == ["places.row_repeated"]
        assert result.taken.height == 1

    def test_refusal_goes_down_the_tree(self):
        result = checked(self.TITLES, ["A1", "", "", "1"], ["A1B", "Two", "A1", "2"], ["A1BC", "Three", "A1B", "3"])
        assert codes(result) == ["places.name_missing", "places.parent_not_taken"]
        assert result.findings.height == 3

    def test_the_deepest_hierarchy_is_looked_through_up_to_the_country(self):
        chain = [
            [f"B{level}", f"Place {level}", f"B{level - 1}" if level > 1 else "MMR", str(level)]
            for level in range(1, 10)
        ]
        result = checked(self.TITLES, ["MM", "Land", "MM", "0"], *chain)
        assert result.taken.height == 10
        assert codes(result) == ["places.code_outside_parent"], "a country that names itself as parent ends the way"
        assert result.findings.height == 8
        broken = checked(self.TITLES, ["B1", "", "", "1"], *chain[1:])
        assert broken.taken.is_empty()
        assert broken.findings.height == 9

    def test_known_places_are_parents_and_keep_their_level(self):
        known = pl.DataFrame([("MMR", "A1", 1), ("MMR", "B1", 3)], schema=checking.KNOWN_SCHEMA, orient="row")
        result = checked(self.TITLES, ["A1B", "Two", "A1", "2"], ["B1", "Other", "A1", "2"], known=known)
        assert codes(result) == ["places.code_outside_parent", "places.level_differs"] or codes(result) == [
            "places.level_differs"
        ]
        assert result.taken["pcode"].to_list() == ["A1B"]

    def test_a_column_that_no_row_reaches_says_nothing(self):
        result = checked((*self.TITLES, "Alias"), ["A1", "One", "", "1"])
        assert result.taken["pcode"].to_list() == ["A1"]

    def test_rows_by_levels_may_say_their_country(self):
        titles = ("ADM0_PCODE", "ADM1_PCODE", "ADM1_EN")
        result = checked(titles, ["MM", "A1", "One"], ["", "A2", "Two"], ["TH", "T1", "Third"])
        assert result.taken.select("country", "pcode", "parent").rows() == [
            ("MMR", "A1", "MMR"), ("MMR", "A2", "MMR"), ("THA", "T1", "THA"),
        ]  # fmt: skip

    def test_levels_follow_from_parents(self):
        result = checked(
            ("P-code", "Name", "Parent P-code"), ["A1B", "Two", "A1"], ["A1", "One", ""], ["MM", "Land", ""]
        )
        assert dict(result.taken.select("pcode", "level").rows()) == {"A1B": 2, "A1": 1, "MMR": 0}

    def test_cycles_are_told(self):
        result = checked(
            ("P-code", "Name", "Parent P-code"), ["A", "a", "B"], ["B", "b", "A"], ["C", "c", "A"], ["D", "d", "Z"]
        )
        by_row = dict(result.findings.select("row", "code").rows())
        assert by_row[2] == by_row[3] == "places.parent_cycle"
        assert by_row[4] == "places.parent_not_taken"
        assert by_row[5] == "places.parent_unknown"

    def test_unknown_country(self):
        result = checked(("Location", *self.TITLES), ["MM", "A1", "One", "", "1"], ["XX", "B1", "Two", "", "1"])
        assert codes(result) == ["places.country_unknown"]
        assert result.taken["country"].to_list() == ["MMR"]

    def test_mimu_levels_in_columns(self):
        titles = (
            "SR_Pcode",
            "SR_Name_Eng",
            "District/SAZ_Pcode",
            "District/SAZ_Name_Eng",
            "Tsp_Pcode",
            "Township_Name_Eng",
            "Longitude",
            "Latitude",
            "Start_Date",
        )
        rows = [
            ["MMR001", "Kachin", "MMR001D001", "Myitkyina", "MMR001001", "Myitkyina", "97.4", "25.4", "6-Sep-18"],
            ["MMR001", "Kachin!", "MMR001D001", "Myitkyina", "MMR001002", "Waingmaw", "25.4", "97.5", "soon"],
            ["MMR001", "Kachin", "MMR001D001", "Myitkyina", "MMR009003", "Elsewhere", "x", "1", "26/3/2009"],
        ]
        result = checked(titles, *rows)
        assert codes(result) == [
            "places.code_outside_parent", "places.coordinate_malformed", "places.coordinate_swapped",
            "places.date_malformed", "places.name_contradicted",
        ]  # fmt: skip
        found = {row["pcode"]: row for row in result.taken.rows(named=True)}
        assert found["MMR001D001"]["parent"] == "MMR001"
        assert found["MMR001001"]["parent"] == "MMR001D001"
        assert (found["MMR001001"]["lon"], found["MMR001002"]["lon"]) == (97.4, None)
        assert str(found["MMR001001"]["since"]) == "2018-09-06"

    def test_repeated_names_under_one_parent(self):
        result = checked(self.TITLES, ["A1", "One", "", "1"], ["A11", "Same", "A1", "2"], ["A12", "Same", "A1", "2"])
        assert codes(result) == ["places.name_repeated"]

    def test_numbers_as_codes_lose_the_point_of_spreadsheets(self):
        result = checked(self.TITLES, ["150004.0", "A", "", "1.0"])
        assert result.taken["pcode"].to_list() == ["150004"]

    def test_a_table_without_places(self):
        rows = rows_of(0, frame(["a", "b"]), headers.recognise(["x", "y"]), "MMR")
        assert rows.places.schema == SCHEMA
        assert rows.others.schema == OTHERS_SCHEMA

    def test_further_names(self):
        titles = ("VT_Pcode", "Village_Tract_Name_Eng", "Previous_Village_Tract_Name_Eng", "ADM9ALT1_EN")
        rows = rows_of(0, frame(["V1", "New", "Old", "other"]), headers.recognise(titles), "MMR")
        assert rows.others.select("pcode", "relation", "language", "text").rows() == [("V1", "former", "en", "Old")]

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["", "A1", "A2", "A3", "b 1", "#REF!"]), st.sampled_from(["", "x", "y"]),
                st.sampled_from(["", "A1", "A2", "A3", "ZZ"]), st.sampled_from(["", "0", "1", "2", "3", "q"]),
            ),
            max_size=12,
        )
    )  # fmt: skip
    def test_what_is_taken_is_a_tree_and_every_other_row_is_told(self, rows):
        if not rows:
            return
        result = checked(self.TITLES, *[list(row) for row in rows])
        taken = {row["pcode"]: row for row in result.taken.rows(named=True)}
        assert len(taken) == result.taken.height
        for row in taken.values():
            if row["level"] > 0 and row["parent"] != "MMR":
                assert taken[row["parent"]]["level"] < row["level"]
        told = set(result.findings.filter(pl.col("severity") == "error")["row"]) | set(
            result.findings.filter(pl.col("code") == "places.row_repeated")["row"]
        )
        assert told | set(result.taken["row"]) == set(range(2, len(rows) + 2))
        assert not set(result.findings.filter(pl.col("severity") == "error")["row"]) & set(result.taken["row"])


class TestStates:
    def test_steps(self):
        assert states.after("uploaded", "check") == "checked"
        assert states.after("accepted", "undo") == "undone"
        assert states.verbs("undone") == []
        with pytest.raises(Problem) as caught:
            states.after("accepted", "take")
        assert caught.value.code == "places.batch_state"
