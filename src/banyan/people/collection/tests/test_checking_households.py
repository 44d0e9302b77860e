"""What the check says of households, of rows against each other, of documents, of what is forbidden, of the form."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.collection.rules.checking.documents import NATIONAL, luhn, turkish, verhoeff
from banyan.people.collection.rules.checking.forbidden import LOOKS
from banyan.people.collection.rules.shapes import EXTRA, ListedCode
from banyan.people.collection.tests.checks import checked, codes_of, person, told

H1 = {"key": "H1"}
WIFE = {"full_name": "Su Su", "sex": "female", "birth_date": "1985-05-05", "relationship": "spouse"}
CHILD = {"full_name": "Min Min", "birth_date": "2010-05-05", "relationship": "child"}

HOUSEHOLDS: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], list[str]]] = [
    ("as it should be", [person(), person(**WIFE), person(**CHILD)], [H1], []),
    ("alone without a relationship", [person(relationship=None)], [H1], []),
    ("nobody is head", [person(relationship="child", birth_date="2001")], [H1], ["head_missing"]),
    ("two heads", [person(), person(**WIFE | {"relationship": "head"})], [H1], ["heads_several", "heads_several"]),
    ("head told by a column", [person(relationship=None, is_head="yes"), person(**WIFE | {"is_head": "no"})], [H1],
     []),
    ("head contradicted", [person(is_head="no"), person(**WIFE)], [H1], ["head_contradicted"]),
    ("spouse marked as head", [person(relationship="sibling"), person(**WIFE | {"is_head": "yes"})], [H1], ["head_contradicted"]),
    ("relationship missing", [person(), person(**WIFE | {"relationship": None})], [H1], ["relationship_missing"]),
    ("relationship not understood", [person(), person(**WIFE | {"relationship": "friend of a friend"})], [H1], ["choice_unknown"]),
    ("person without household", [person(), person(**WIFE) | {"key": "H9"}], [H1], ["household_unknown"]),
    ("household without members", [person()], [H1, {"key": "H2"}], ["household_empty"]),
    ("household twice", [person()], [H1, H1], ["household_repeated", "household_repeated"]),
    ("size fits", [person()], [H1 | {"household.size_reported": "1"}], []),
    ("size differs", [person()], [H1 | {"household.size_reported": "3"}], ["size_differs"]),
    ("size is no number", [person()], [H1 | {"household.size_reported": "Three"}], ["no_number"]),
    ("nobody at all", [person()], [H1 | {"household.size_reported": "0"}], ["out_of_range"]),
    ("child as head", [person(birth_date="2015-01-01")], [H1], ["head_is_child"]),
    ("perhaps of age", [person(birth_date="2008")], [H1], []),
    ("mother of eight years", [person(), person(**CHILD | {"birth_date": "1988"})], [H1], ["gap_unlikely"]),
    ("mother of twelve", [person(), person(**CHILD | {"birth_date": "1992"})], [H1], []),
    ("father younger than the head", [person(), person(**CHILD | {"relationship": "parent", "birth_date": "1990"})], [H1],
     ["gap_unlikely"]),
    ("grandmother", [person(), person(**CHILD | {"relationship": "grandparent", "birth_date": "1930"})], [H1], []),
    ("two wives", [person(), person(**WIFE), person(**WIFE | {"full_name": "Hla Hla"})], [H1], ["spouses_several"]),
    ("a husband who is a woman", [person(), person(**WIFE | {"relationship": "husband"})], [H1], ["sex_contradicted"]),
    ("a mother who is a man", [person(), person(full_name="U Ba", relationship="mother", birth_date="1950")], [H1],
     ["sex_contradicted"]),
    ("the same person twice", [person(), person(full_name=" aung  KO", relationship="sibling")], [H1],
     ["people_alike", "people_alike"]),
    ("arrived before birth", [person(arrived_on="1979")], [H1], ["dates_in_wrong_order"]),
    ("arrived in the year of birth", [person(arrived_on="1980")], [H1], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("people", "households", "codes"), [case[1:] for case in HOUSEHOLDS], ids=[case[0] for case in HOUSEHOLDS]
)
def test_households(people: list[dict[str, Any]], households: list[dict[str, Any]], codes: list[str]) -> None:
    assert sorted(codes_of(checked(people, households))) == sorted(codes)


def test_messages_name_the_rows() -> None:
    result = checked([person(), person(**WIFE | {"relationship": "head"})])
    assert result.findings["params"].to_list()[0] == '{"count":"2","rows":"2, 3"}'


def test_a_file_that_only_says_who_the_head_is_can_be_registered() -> None:
    people = [person(is_head="YES"), person(**WIFE) | {"person.is_head": "NO"}]
    for one in people:
        del one["person.relationship"]
    result = checked(people)
    assert told(result) == [("warning", "relationship_missing", "person.relationship")]
    assert result.people["person.relationship"].to_list() == ["head", None]


def test_people_without_any_table_of_households_are_no_lost_people() -> None:
    assert codes_of(checked([person()], [])) == []
    assert codes_of(checked([person(relationship="child", birth_date="2001")], [])) == ["head_missing"]


def test_the_same_submission_twice() -> None:
    households = [{"key": "H1", "uid": "u1"}, {"key": "H2", "uid": "u1"}]
    people = [person(), person(full_name="Ko Ko") | {"key": "H2"}]
    assert codes_of(checked(people, households)) == ["submission_repeated", "submission_repeated"]


def test_the_same_number_of_a_person_twice() -> None:
    people = [person() | {"number": "7"}, person(**WIFE) | {"number": "7"}]
    assert [code for _s, code, _f in told(checked(people))] == ["person_repeated", "person_repeated"]


def test_the_same_document_twice_but_not_of_two_issuers() -> None:
    number = {"document__passport__number": "MB 123456"}
    people = [person(**number), person(**WIFE | {"document__passport__number": "mb123456"})]
    assert codes_of(checked(people)) == ["document_repeated", "document_repeated"]
    people = [
        person(**number, document__passport__issuer="MMR"),
        person(**WIFE | number | {"document__passport__issuer": "THA"}),
    ]
    assert codes_of(checked(people)) == []


CARDS = [
    ("TUR", "10000000146", True), ("TUR", "10000000147", False), ("THA", "1101700230708", True), ("THA", "1101700230706", False),
    ("ZAF", "8001015009087", True), ("ZAF", "8001015009088", False), ("IND", "2363 4567 8903", None), ("BRA", "529.982.247-25", None),
    ("BRA", "52998224725", True), ("BRA", "52998224726", False), ("BRA", "11111111111", False), ("CHL", "12345678-5", True),
    ("CHL", "12345678-6", False), ("CHL", "6-K", None), ("ECU", "1710034065", True), ("ECU", "1710034066", False),
    ("POL", "44051401359", True), ("POL", "44051401358", False), ("JOR", "1234567890", True), ("JOR", "123", None),
]  # fmt: skip


@pytest.mark.parametrize(("country", "number", "right"), CARDS)
def test_national_cards_by_issuing_country(country: str, number: str, right: bool | None) -> None:
    result = checked([person(document__national_id__number=number, document__national_id__issuer=country)])
    if right is not None:
        assert codes_of(result) == ([] if right else ["document_mistyped"])
    else:
        assert codes_of(result) in (["document_odd"], ["document_mistyped"])


@given(st.text("0123456789", min_size=2, max_size=18), st.data())
def test_check_digits_find_every_single_slip(number: str, data: st.DataObject) -> None:
    for test in (luhn, verhoeff):
        right = [number[:-1] + digit for digit in "0123456789" if test(number[:-1] + digit)]
        assert len(right) == 1
        place = data.draw(st.integers(0, len(number) - 1))
        other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[0][place]]))
        assert not test(right[0][:place] + other + right[0][place + 1 :])


def test_turkish_numbers_and_shapes() -> None:
    assert turkish("10000000146")
    assert not turkish("10000000156")
    assert all(shape.startswith("^") for shape, _test in NATIONAL.values())


FORBIDDEN = frozenset({"gps", "religion"})
POSITIONS = [
    ("16.8661 96.1951", True), ("16.8661,96.1951", True), ("-1.28333, 36.81667", True), ("lat 16.8661 lon 96.1951", False),
    ("near 16.866123, 96.195132 behind the school", True), ("6P5RVM9W+GF", True), ("https://maps.google.com/maps?q=1,2", True),
    ("https://www.openstreetmap.org/#map=1", True), ("12.5, 13.5", False), ("Block 12", False), ("09 420 123 456", False),
    ("2.999 kyat", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "taken"), POSITIONS)
def test_positions_are_known_by_their_looks(text: str, taken: bool) -> None:
    result = checked([person(address=text)], forbidden=FORBIDDEN)
    assert told(result) == ([("quarantine", "forbidden", "person.address")] if taken else [])
    assert result.people["person.address"].to_list() == [None if taken else text]


def test_what_is_forbidden_stands_nowhere_in_the_outcome() -> None:
    secret = "16.866123 96.195132"
    people = [person(address=f"at {secret}") | {f"{EXTRA}faith": "Buddhist", f"{EXTRA}notes": "x" * 300}]
    households = [{"key": "H1", "household.geopoint": secret}]
    result = checked(people, households, forbidden=FORBIDDEN, kinds={f"{EXTRA}faith": frozenset({"religion"})})
    whole = "".join(str(frame.to_dicts()) for frame in (result.households, result.people, result.findings))
    assert secret not in whole
    assert "Buddhist" not in whole
    assert sorted(field for _severity, _code, field in told(result)) == [
        f"{EXTRA}faith",
        "household.geopoint",
        "person.address",
    ]
    assert result.people[f"{EXTRA}notes"].to_list() == ["x" * 300]


@given(st.floats(-90, 90).map(lambda value: f"{value:.5f}"), st.floats(-180, 180).map(lambda value: f"{value:.5f}"),
       st.sampled_from([" ", ",", ", ", ";", "/"]), st.text("abc ", max_size=10))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_position_gets_through(lat: str, lon: str, between: str, around: str) -> None:
    text = f"{around} {lat}{between}{lon} {around}"
    assert pl.Series([text]).str.contains(LOOKS["gps"])[0]


class Checker:
    """A form's checker that says what it is told to say."""

    def __init__(self, *faults: tuple[str, int, str, str, str]) -> None:
        self.faults = faults
        self.seen: dict[str, list[str | None]] = {}

    def check_frame(self, households: pl.DataFrame, people: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
        self.columns = columns
        self.seen = {name: people[name].to_list() for name in people.columns}
        schema = {"subject": pl.String, "index": pl.Int64, "path": pl.String, "kind": pl.String, "message": pl.String}
        return pl.DataFrame(list(self.faults), schema=schema, orient="row")


def test_the_form_s_own_conditions_are_told_at_the_cell() -> None:
    paths = {"group/sex": "person.sex", "group/roof": f"{EXTRA}roof"}
    checker = Checker(
        ("person", 0, "group/sex", "constraint", "Only women."), ("person", 0, "group/roof", "required", "Ask."),
        ("person", 0, "group/roof", "relevant", ""), ("person", 0, "group/roof", "unchecked", "too deep"),
        ("person", 0, "group/sex", "type", ""), ("person", 0, "group/roof", "type", "A number."),
        ("person", 0, "group/roof", "choice", ""),
    )  # fmt: skip
    choices = {"person.sex": (ListedCode("2", ("Male",)),)}
    choices[f"{EXTRA}wall"] = (ListedCode("b", ("Bamboo",)),)
    answers = {f"{EXTRA}roof": "tin", f"{EXTRA}wall": "Bamboo"}
    result = checked([person(sex="Male") | answers], paths=paths, checker=checker, choices=choices)
    assert told(result) == [
        ("error", "answer_refused", "person.sex"), ("error", "answer_missing", f"{EXTRA}roof"),
        ("warning", "answer_unasked", f"{EXTRA}roof"), ("warning", "answer_uncheckable", f"{EXTRA}roof"),
        ("error", "answer_refused", f"{EXTRA}roof"),
    ]  # fmt: skip
    # as the form itself would have written them
    assert (checker.seen["person.sex"], checker.seen[f"{EXTRA}wall"]) == (["2"], ["b"])


def test_of_what_is_forbidden_the_form_is_not_asked() -> None:
    checker = Checker()
    checked([person(phone="09420123456")], paths={"phone": "person.phone", "sex": "person.sex"}, checker=checker,
            forbidden=frozenset({"phone"}))  # fmt: skip
    assert checker.columns == {"sex": "person.sex"}
