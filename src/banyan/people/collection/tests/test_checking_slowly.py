"""The check by columns against slow and obvious readings, row by row; and hostile input that must not break it."""

from collections import Counter
from datetime import date
from typing import Any

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.collection.rules.checking import check
from banyan.people.collection.rules.checking.dates import (
    earliest_day,
    judge_date,
    latest_day,
    order_of,
    plain_dates,
    years_between,
)
from banyan.people.collection.rules.checking.ledger import STRUCTURE, Verdict
from banyan.people.collection.rules.checking.phones import e164, home_pattern, plain_phones
from banyan.people.collection.rules.checking.texts import _NO_NAMES, judge_name, surely_name
from banyan.people.collection.rules.checking.vocabulary import one_slip
from banyan.people.collection.rules.shapes import FINDING_COLUMNS, RAW, Canonical
from banyan.people.collection.tests.checks import PERSON, checked, codes_of, frame, lookups, person
from banyan.platform.kernel.dates import DayFirst, PartialDate

TODAY = date(2026, 11, 22)
MESSY = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.sampled_from(["", " ", "n/a", "male", "1990", "03/04/1990", "=cmd|' /C calc'!A1", "1e9", "ေအာင္"]),
)
FIELDS = ["person.full_name", "person.sex", "person.birth_date", "person.age", "person.relationship", "person.phone", "person.email",
          "person.is_head", "person.nationality", "person.document.national_id.number", "person.needs", "person.place", "extra:x"]  # fmt: skip


@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(FIELDS, MESSY) | {"key": st.sampled_from(["H1", "H2", "H3"])}), max_size=8
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_the_rows_comes_back_whole(rows: list[dict[str, Any]]) -> None:
    people = frame(rows, "People")
    households = frame([{"key": "H1", "household.size_reported": "2"}, {"key": "H2"}], "Households")
    result = check(Canonical(households, people), lookups(forbidden=frozenset({"gps"})))
    assert (result.people.height, result.households.height) == (people.height, 2)
    assert result.people["row"].to_list() == people["row"].to_list()
    assert dict(result.findings.schema) == FINDING_COLUMNS
    assert result.findings["index"].is_between(0, max(people.height, 2) - 1).all()
    for name in people.columns:
        if name in STRUCTURE:
            continue
        # Nothing is lost: a value is either clean, or stands raw beside, or was only empty or invisible.
        raw = result.people.get_column(RAW + name, default=pl.Series([None] * people.height, dtype=pl.String))
        for came, clean, kept in zip(people[name], result.people[name], raw, strict=True):
            if came is not None and came.strip() and clean is None and kept is None:
                assert not any(character.isalnum() for character in came), (name, came)


@given(st.permutations([person(), person(full_name="Su", sex="F", birth_date="03/04/1985", relationship="wife"),
                        person(full_name="Min", birth_date="12-11-2010", relationship="son"),
                        person(full_name="x", birth_date=None, age="7", relationship="child")]))  # fmt: skip
@settings(max_examples=24, deadline=None)
def test_the_order_of_rows_changes_nothing(people: list[dict[str, Any]]) -> None:
    result = checked(people)
    assert Counter(codes_of(result)) == Counter(["date_ambiguous", "date_ambiguous", "name_placeholder"])
    by_name = dict(zip(result.people["person.full_name"], result.people["person.birth_date"], strict=True))
    assert by_name == {"Aung Ko": "1980-02-03", "Su": "1985", "Min": "2010", "x": "2019~"}


@given(st.lists(st.fixed_dictionaries({
    "key": st.sampled_from("ABC"), "person.relationship": st.sampled_from(["head", "spouse", "child", None]),
    "person.is_head": st.sampled_from(["true", "false", None]),
}), max_size=9))  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_heads_as_one_would_count_them_by_hand(rows: list[dict[str, Any]]) -> None:
    people = [PERSON | {"person.full_name": f"Person {chr(65 + number)}x", "person.birth_date": None, "person.age": "30"} | row
              for number, row in enumerate(rows)]  # fmt: skip
    keys = sorted({row["key"] for row in rows})
    result = checked(people, [{"key": key} for key in keys])
    expected: Counter[str] = Counter()
    for key in keys:
        own = [row for row in rows if row["key"] == key]
        heads = [row for row in own if row["person.is_head"] == "true" or row["person.relationship"] == "head"]
        if len(own) == 1 and own[0]["person.is_head"] is None and own[0]["person.relationship"] is None:
            heads = own
        if not heads:
            expected["head_missing"] += 1
        if len(heads) > 1:
            expected["heads_several"] += len(heads)
    counted = Counter(code for code in codes_of(result) if code in ("head_missing", "heads_several"))
    assert counted == expected


@given(st.text("0123456789+- ()9", max_size=16))
@settings(max_examples=400, deadline=None)
@pytest.mark.parametrize("region", ["MM", "AF", "KE", "SS"])
def test_telephone_numbers_by_columns_as_the_library_reads_them(region: str, text: str) -> None:
    plain, refused = plain_phones("phone", region)
    if plain is None or refused is None:
        assert home_pattern(region) is None
        return
    row = pl.DataFrame({"phone": [text]}).select(plain.alias("plain"), refused.alias("refused")).row(0)
    if row[0] is not None:
        assert row[0] == e164(text, region)
    if row[1]:
        assert e164(text, region) is None


@pytest.mark.parametrize("region", ["MM", "AF", "KE", "BD", "UA", "TR"])
def test_numbers_that_surely_exist_are_read(region: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
            text = phonenumbers.format_number(example, form)
            result = checked([person(phone=text)], codes={"iso-3166-1": _country(region)}, country="XXX")
            assert result.people["person.phone"].to_list() == [
                phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            ]


def _country(region: str) -> Any:
    from banyan.people.collection.rules.shapes import ListedCode

    return (ListedCode("XXX", ("Somewhere", region)),)


PARTIAL = st.builds(
    lambda day, known, estimated: str(
        PartialDate(day.year, day.month if known else None, day.day if known > 1 else None, estimated)
    ),
    st.dates(date(1910, 1, 1), TODAY), st.integers(0, 2), st.booleans(),
)  # fmt: skip


@given(PARTIAL)
@settings(max_examples=150, deadline=None)
def test_days_and_ages_by_columns_as_the_kernel_reckons_them(text: str) -> None:
    found = PartialDate.from_text(text)
    row = pl.DataFrame({"d": [text]}).select(
        earliest_day("d").alias("early"), latest_day("d").alias("late"),
        years_between(earliest_day("d"), pl.lit(TODAY)).alias("oldest"),
    ).row(0)  # fmt: skip
    ages = found.age_on(TODAY)
    assert row == (found.earliest, found.latest, ages.oldest)


@given(st.one_of(st.dates(date(1850, 1, 1), date(2100, 1, 1)).map(str), st.text("0123456789-", max_size=10)))
@settings(max_examples=150, deadline=None)
def test_plain_dates_are_those_that_a_closer_look_leaves_alone(text: str) -> None:
    plain = pl.DataFrame({"person.birth_date": [text]}).select(plain_dates("person.birth_date", TODAY)).item()
    if plain is not None:
        verdict = judge_date(text, DayFirst.UNKNOWN, TODAY, birth=True)
        assert (verdict.clean, verdict.code) == (plain, "")


@given(st.lists(st.dates(date(1950, 1, 1), date(2020, 1, 1)), min_size=1), st.booleans())
def test_the_order_of_a_column_is_never_told_wrongly(days: list[date], day_first: bool) -> None:
    texts = [f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}" for day in days]
    told = order_of(texts)
    decides = any(day.day > 12 for day in days)
    assert told is (DayFirst.UNKNOWN if not decides else DayFirst.YES if day_first else DayFirst.NO)


def _slips(text: str) -> set[str]:
    found = {text[:at] + text[at + 1 :] for at in range(len(text))}
    found |= {text[:at] + sign + text[at:] for at in range(len(text) + 1) for sign in "ab"}
    found |= {text[:at] + sign + text[at + 1 :] for at in range(len(text)) for sign in "ab"}
    found |= {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
    return found - {text}


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_one_slip_is_what_one_slip_makes(left: str, right: str) -> None:
    assert one_slip(left, right) == (right in _slips(left))


def test_every_region_of_the_library_is_read_alike() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number(region)
        plain, _refused = plain_phones("phone", region)
        if plain is None or example is None:
            continue
        text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
        found = pl.DataFrame({"phone": [text]}).select(plain).item()
        assert found in (None, e164(text, region)), region
    assert home_pattern("") is None


_SHORT = st.one_of(
    st.sampled_from(sorted(_NO_NAMES)),
    st.sampled_from(sorted(_NO_NAMES)).map(str.upper),
    st.text("aAbBxX  -.1éင", max_size=16),
    st.lists(st.sampled_from(["Ko", "Aung", "Mg", "xx", "baby", "A", "no", "name"]), max_size=3).map(" ".join),
).filter(lambda text: 0 < len(text) <= 16)


@given(st.lists(_SHORT, min_size=1, max_size=20))
def test_what_is_surely_a_name_has_no_fault(values):
    """Against the judgment of each."""
    rows = pl.DataFrame({"name": values}).filter(surely_name(pl.col("name")))
    assert [judge_name(value) for value in rows["name"]] == [Verdict(value) for value in rows["name"]]


def test_ordinary_names_are_surely_names():
    rows = pl.DataFrame({"name": ["Aung Ko", "Mya", "Daw Hla Hla", "Mg", "xxx", "Baby", "Aung2", "A", "Ko  Ko"]})
    assert rows.select(surely_name(pl.col("name"))).to_series().to_list() == [True] * 3 + [False] * 6
