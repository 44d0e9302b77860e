"""What names a submission, what its content is compared by, and how lean JSON is written: against slow, obvious ways."""

import json
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.collection.rules import identity
from banyan.people.collection.rules.comparing import Row, differing, name_of
from banyan.people.collection.rules.outcomes import Waiting, changed_outcomes
from banyan.people.collection.rules.rechecking import Staged, canonical_again
from banyan.people.collection.rules.shapes import FINDING_COLUMNS, Checked, Mapping, TableMapping, Target

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
TRICKY = st.sampled_from(['a","b":null,"', '{"', '":null', ',"x":null', "\\", '\\"', ",", "null", "\n", "အောင်", "{}"])
VALUE = st.none() | TEXT | TRICKY
NAMES = ("person.full_name", "person.sex", "household.place")


@given(st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=6))
def test_lean_json_is_json_without_nulls(rows: list[tuple[str | None, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    written = identity.lean_json(frame, {name: name for name in NAMES})
    wanted = [{name: value for name, value in zip(NAMES, row, strict=True) if value is not None} for row in rows]
    assert [json.loads(text) for text in written] == wanted
    assert not any("\n" in text for text in written)


def test_no_columns_make_empty_objects() -> None:
    assert identity.lean_json(pl.DataFrame({"a": ["x", "y"]}), {}).to_list() == ["{}", "{}"]


def checked(households: list[dict[str, Any]], people: list[dict[str, Any]]) -> Checked:
    structure = {"key": pl.String, "uid": pl.String, "sheet": pl.String, "row": pl.Int32, "number": pl.String,
                 "submitted_at": pl.String}  # fmt: skip
    frames = []
    for rows in (households, people):
        names = sorted({name for row in rows for name in row} - structure.keys())
        frames.append(pl.DataFrame(rows, schema={**structure, **dict.fromkeys(names, pl.String)}))
    return Checked(frames[0], frames[1], pl.DataFrame(schema=FINDING_COLUMNS))


HOME = {"key": "1", "uid": "u1", "sheet": "H", "row": 2, "number": "7", "household.place": "MMR001"}
HEAD = {"key": "1", "sheet": "P", "row": 2, "number": "p1", "person.full_name": "Aung", "person.is_head": "true"}
CHILD = {"key": "1", "sheet": "P", "row": 3, "person.given_name": "Su", "person.family_name": "Su", "extra:toy": "ball"}
ALONE = {"key": "9", "sheet": "P", "row": 4, "number": "p9", "person.full_name": "Ma Hla"}


def test_a_submission_is_a_household_with_its_people_in_the_order_of_the_file() -> None:
    bundle = identity.bundle(checked([HOME], [CHILD, HEAD, ALONE]), first=5)
    told = bundle.submissions.select("ordinal", "uid", "number", "label", "people").rows()
    assert told == [(5, "u1", "7", "Aung", 2), (6, None, "person p9", "Ma Hla", 1)]
    assert bundle.rows.select("submission", "subject", "row").rows() == [
        (0, "household", 2), (0, "person", 3), (0, "person", 2), (1, "person", 4)
    ]  # fmt: skip
    assert json.loads(bundle.rows["extras"][1]) == {"toy": "ball"}


def test_without_a_head_the_first_person_names_the_submission() -> None:
    assert identity.bundle(checked([HOME], [CHILD])).submissions["label"].to_list() == ["Su Su"]
    assert identity.bundle(checked([HOME], [])).submissions["label"].to_list() == [None]


@given(st.permutations([HEAD, CHILD, {**CHILD, "row": 9, "person.given_name": "Mya"}]))
def test_content_does_not_depend_on_the_order_or_place_of_people(people: list[dict[str, Any]]) -> None:
    one = identity.bundle(checked([HOME], people)).submissions["digest"][0]
    other = identity.bundle(
        checked([{**HOME, "row": 77, "sheet": "X"}], [HEAD, CHILD, {**CHILD, "person.given_name": "Mya"}])
    )
    assert one == other.submissions["digest"][0]


@pytest.mark.parametrize(
    "change",
    [{"household.place": "MMR002"}, {"extra:roof": "tin"}, {"household.place": None}, {"household.address": "x"}],
)
def test_every_value_counts(change: dict[str, Any]) -> None:
    before = identity.bundle(checked([HOME], [HEAD])).submissions["digest"][0]
    assert identity.bundle(checked([{**HOME, **change}], [HEAD])).submissions["digest"][0] != before


def test_keys_over_batches() -> None:
    submissions = pl.DataFrame(
        {"uid": ["u", None, None, None], "number": ["1", " 2\n3 ", None, None], "digest": ["a", "b", "c", "c"]}
    )
    assert identity.keys_over_batches(submissions, "form").to_list() == ["u:u", "n:form:2 3", "d:c:1", "d:c:2"]


def test_numbers_become_values_where_no_column_was_mapped_to_them() -> None:
    numbered = identity.numbered(checked([HOME], [{**HEAD, "person.number": "other"}]))
    assert numbered.households["household.number"].to_list() == ["7"]
    assert numbered.people["person.number"].to_list() == ["other"]
    assert "household.number" not in identity.numbered(checked([{**HOME, "number": None}], [HEAD])).households.columns


@pytest.mark.parametrize(
    ("targets", "agreed"),
    [
        ([Target("person.sex", why="remembered"), Target("@household", why="name")], True),
        ([Target("person.sex", why="binding")], True),
        ([Target("person.sex", why="name")], False),
        ([Target("", "roof"), Target("person.sex", why="binding")], False),
        ([Target("@household", why="name")], False),
        ([], False),
    ],
)
def test_a_mapping_is_settled_when_people_confirmed_all_of_it(targets: list[Target], agreed: bool) -> None:
    ignored = TableMapping("notes", "ignore", (Target("", "x"),))
    assert identity.settled(Mapping((TableMapping("t", "person", tuple(targets)), ignored))) is agreed
    assert not identity.settled(Mapping((ignored,)))


# Outcomes

KEYS = st.sampled_from(["a", "b", "c"])
DIGESTS = st.sampled_from(["1", "2"])


@given(
    st.lists(st.tuples(st.integers(0, 1), KEYS, DIGESTS), max_size=8),
    st.dictionaries(KEYS, st.tuples(st.uuids(), DIGESTS)),
)
def test_outcomes_agree_with_their_definition(
    rows: list[tuple[int, str, str]], before: dict[str, tuple[UUID, str]]
) -> None:
    waiting = [
        Waiting(UUID(int=batch), UUID(int=100 + number), key, digest, "new", None)
        for number, (batch, key, digest) in enumerate(sorted(rows, key=lambda row: row[0]))
    ]
    told = {found: (outcome, earlier) for found, outcome, earlier in changed_outcomes(waiting, before)}
    for index, each in enumerate(waiting):
        outcome, earlier = told.get(each.id, ("new", None))
        repeated = any(former.batch == each.batch and former.key == each.key for former in waiting[:index])
        known = before.get(each.key)
        assert earlier == (known[0] if known else None)
        if repeated:
            assert outcome == "repeated"
        elif known is None:
            assert outcome == "new"
        else:
            assert outcome == ("unchanged" if known[1] == each.digest else "changed")


# Differences


def person(**values: str) -> Row:
    return Row("person", {f"person.{name}": value for name, value in values.items()})


def test_who_is_who_in_two_submissions() -> None:
    old = [
        Row("household", {"household.place": "A"}), person(number="1", full_name="Aung"), person(full_name="Su", birth_date="1990"),
        person(full_name="Mya"), person(birth_date="2000", sex="male", full_name="Ko Ko"), person(full_name="Gone"),
    ]  # fmt: skip
    new = [
        Row("household", {"household.place": "B", "extra:roof": "tin"}), person(full_name="Mya", sex="female"),
        person(number="1", full_name="Aung Aung"), person(full_name="Su", birth_date="1990"),
        person(birth_date="2000", sex="male", full_name="Ko Ko Oo"), person(given_name="New", family_name="Born"),
    ]  # fmt: skip
    found = [(each.subject, each.field, each.old, each.new) for each in differing(old, new)]
    assert found == [
        ("household", "household.place", "A", "B"),
        ("household", "extra:roof", "", "tin"),
        ("person", "person.sex", "", "female"),
        ("person", "person.full_name", "Aung", "Aung Aung"),
        ("person", "person.full_name", "Ko Ko", "Ko Ko Oo"),
        ("person", "came", "", "New Born"),
        ("person", "went", "Gone", ""),
    ]


@given(st.lists(st.dictionaries(st.sampled_from(["full_name", "sex", "birth_date"]), TEXT, max_size=3), max_size=4))
def test_a_submission_does_not_differ_from_itself(people: list[dict[str, str]]) -> None:
    rows = [person(**values) for values in people]
    found = differing(rows, rows)
    # People without any sign come and go: nothing says that they are the same.
    assert all(
        each.field in ("came", "went") and not (name_of(rows[each.new_index or each.old_index or 0].values))
        for each in found
    )


# Checked again


def test_a_correction_wins_over_what_came_and_that_over_what_was_clean() -> None:
    row = Staged("r", "s", "u", "", "", "person", "P", 3, {"person.sex": "male", "person.full_name": "Aung"}, {"person.sex": "M"},
                 {"toy": "ball"}, {"person.full_name": "Aung Ko", "person.email": ""})  # fmt: skip
    columns = {"person": ["person.sex", "person.full_name"], "person_extras": ["extra:toy"], "cells": {"person.sex": ["P", "B"]},
               "paths": {"g/sex": "person.sex"}}  # fmt: skip
    shaped, ids = canonical_again([row], columns)
    assert ids == {("person", 0): "r"}
    assert shaped.people.row(0, named=True) == {
        "key": "s", "uid": "u", "sheet": "P", "row": 3, "number": None, "submitted_at": None, "person.sex": "M",
        "person.full_name": "Aung Ko", "extra:toy": "ball", "person.email": None,
    }  # fmt: skip
    assert shaped.households.height == 0
    assert (shaped.cells, shaped.paths) == ({"person.sex": ("P", "B")}, {"g/sex": "person.sex"})
