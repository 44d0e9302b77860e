"""Marks that are set as rows are written: codes in no list, and when they go again."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry.actions.registering import codes_in_force, sensitive_needs
from banyan.people.registry.rules.marks import CODED, codes_used, odd_after, odd_codes
from banyan.people.registry.tests.conftest import SYSTEM
from banyan.platform.access.viewers import viewing

KNOWN = {"education": {"none", "primary"}, "marital-status": {"single"}}
value = st.sampled_from(["", None, "none", "primary", "single", "primry", "x"])


def marks(people: list[dict[str, str | None]], known: dict[str, set[str]]) -> list[str]:
    frame = pl.DataFrame(people, schema=dict.fromkeys(people[0], pl.String))
    return frame.select(odd_codes(frame, known).alias("mark"))["mark"].to_list() if known else []


@given(st.lists(st.fixed_dictionaries({"person.education": value, "person.marital_status": value}), min_size=1))
def test_a_column_is_marked_just_when_its_code_is_in_no_list(people: list[dict[str, str | None]]) -> None:
    wanted = [
        " ".join(
            column
            for column in ("marital_status", "education")
            if (code := row[f"person.{column}"]) and code not in KNOWN[CODED[column]]
        )
        for row in people
    ]
    assert marks(people, KNOWN) == wanted


def test_a_list_that_is_not_loaded_judges_nobody() -> None:
    frame = pl.DataFrame({"person.education": ["primry"]})
    assert frame.select(odd_codes(frame, {}).alias("mark")).item() == ""
    assert codes_used(frame) == {"education": {"primry"}}
    assert codes_used(pl.DataFrame({"person.education": ["", None]})) == {}
    assert codes_used(pl.DataFrame({"person.full_name": ["U Ba"]})) == {}


def test_before_any_list_is_loaded_no_code_is_odd_and_no_need_sensitive(db: None) -> None:
    with viewing(SYSTEM):
        assert codes_in_force({"education": {"primry"}}, seen_by=SYSTEM) == {}
        assert sensitive_needs(seen_by=SYSTEM) == frozenset()


def test_what_is_written_anew_loses_its_mark() -> None:
    assert odd_after("education relationship", ["education", "full_name"]) == "relationship"
    assert odd_after("", ["education"]) == ""
