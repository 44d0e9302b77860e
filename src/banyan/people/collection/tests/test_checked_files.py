"""What must come out of the check for real files that nobody here wrote: which rows are refused and why."""

from collections import Counter

import polars as pl
import pytest

from banyan.people.collection.rules.canonical import canonical
from banyan.people.collection.rules.checking import check
from banyan.people.collection.rules.recognition import guess
from banyan.people.collection.rules.shapes import Checked, KnownPlace
from banyan.people.collection.sources import read
from banyan.people.collection.tests.checks import lookups
from banyan.people.forms.declarations import register_fields

AFGHAN = {code: KnownPlace(code, code, code, (code,), 2, "active") for code in ("AF0105", "AF0110", "AF0111", "AF1115")}


def checked_file(shared_data, name: str, **changes) -> Checked:
    reading = read((shared_data / "registration-samples" / f"{name}.xlsx").read_bytes(), f"{name}.xlsx")
    shaped = canonical(reading, guess(reading, register_fields()))
    return check(shaped, lookups(country="AFG", places=AFGHAN, **changes))


def errors(result: Checked) -> set[tuple[str, int, str, str]]:
    rows = result.findings.filter(pl.col("severity") == "error").select("sheet", "row", "code", "raw").rows()
    return {(sheet, row, code.removeprefix("collection."), raw or "") for sheet, row, code, raw in rows}


def warned(result: Checked) -> Counter[str]:
    rows = result.findings.filter(pl.col("severity") == "warning")["code"].to_list()
    return Counter(code.removeprefix("collection.") for code in rows)


def test_the_rows_that_hope_itself_calls_invalid_are_refused(shared_data):
    result = checked_file(shared_data, "hope_rdi_invalid_rows")
    found = errors(result)
    assert {each for each in found if each[2] != "choice_unknown" or each[0] == "Individuals"} == {
        ("Households", 5, "no_yes_or_no", "Other"),
        ("Households", 5, "no_number", "Three"),
        ("Households", 21, "household_empty", "Some Text"),
        ("Individuals", 8, "household_unknown", "TEXT"),
        ("Individuals", 8, "choice_unknown", "CHOICE"),
        ("Individuals", 29, "household_unknown", "52"),
    }
    # Words of an old list of HOPE that ours does not have: whoever reviews says once what they mean.
    statuses = {(row, raw) for sheet, row, code, raw in found if code == "choice_unknown" and sheet == "Households"}
    assert {raw for _row, raw in statuses} <= {"MIGRANT", "OTHER", "CITIZEN", "Citizen"}
    assert (5, "Citizen") in statuses


def test_an_age_stands_in_for_a_date_that_cannot_be_read(shared_data):
    result = checked_file(shared_data, "hope_rdi_invalid_rows")
    person = result.people.filter(pl.col("row") == 8).row(0, named=True)
    assert (person["person.birth_date"], person["raw:person.birth_date"]) == ("1991~", "35")
    assert result.people.filter(pl.col("row") == 3)["person.birth_date"].to_list() == ["1980-10-24"]


def test_ages_of_hope_were_reckoned_years_ago_and_that_is_no_contradiction(shared_data):
    assert "age_differs" not in warned(checked_file(shared_data, "hope_rdi_invalid_rows"))


def test_fifty_households_are_whole(shared_data):
    result = checked_file(shared_data, "hope_rdi_50hh_208ind")
    assert errors(result) == set()
    heads = result.people.filter(pl.col("person.is_head") == "true").group_by("key").len()
    assert (result.households.height, result.people.height) == (50, 208)
    assert (heads.height, heads["len"].max()) == (50, 1)
    told = warned(result)
    # Made-up names and numbers: sizes that say 1 everywhere, numbers nobody can call, registered before they were born.
    assert told["size_differs"] == 44
    assert told["no_phone"] == 154
    assert told["dates_in_wrong_order"] == 96
    assert set(told) == {
        "size_differs",
        "no_phone",
        "dates_in_wrong_order",
        "head_is_child",
        "gap_unlikely",
        "spouses_several",
    }
    assert set(result.people["person.sex"]) == {"male", "female"}
    assert result.people["person.disability.seeing"].drop_nulls().is_in(["some", "a-lot", "cannot", "none"]).all()


def test_positions_of_fifty_households_are_quarantined_where_an_operation_collects_none(shared_data):
    result = checked_file(shared_data, "hope_rdi_50hh_208ind", forbidden=frozenset({"gps"}))
    quarantined = result.findings.filter(pl.col("severity") == "quarantine")
    assert quarantined.height == 50
    assert quarantined["raw"].null_count() == 50
    assert "65.887182" not in str(result.households.to_dicts())


def test_people_who_only_collect_are_no_heads(shared_data):
    result = checked_file(shared_data, "hope_rdi_people")
    assert errors(result) == {
        ("People", 3, "head_missing", ""), ("People", 4, "head_missing", ""),  # they collect for the others
        ("Individuals", 3, "name_missing", ""), ("Individuals", 3, "sex_missing", ""), ("Individuals", 3, "birth_missing", ""),
    }  # fmt: skip
    assert warned(result)["document_repeated"] >= 5


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("openspp_group_registry", {("Contacts", 2, "household_empty", "")}),
        ("openspp_individual_registry", {("Contacts", 2, "sex_missing", "")}),
    ],
)
def test_lists_that_lack_what_a_register_needs_say_what_is_missing(shared_data, name, refused):
    assert errors(checked_file(shared_data, name)) == refused
