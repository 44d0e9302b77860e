"""What the FROM of a criterion is made of."""

import pytest

from banyan.platform.criteria.declarations import Relation
from banyan.platform.criteria.queries.frames import MOST_SQL, Bound, all_of, any_of, equalities, held
from banyan.platform.kernel.problems import Problem


@pytest.mark.parametrize(
    ("join", "keys"),
    [
        ("{there}.a = {here}.b", ([("{here}.b", "{there}.a")], [])),
        ("{here}.b={there}.a and {there}.c AND {there}.d = 1", ([("{here}.b", "{there}.a")], ["{there}.c", "{there}.d = 1"])),
        ("{here}.a = {there}.a AND lower({here}.n) = lower({there}.n)",
         ([("{here}.a", "{there}.a"), ("lower({here}.n)", "lower({there}.n)")], [])),
        ("{there}.share %= 2 AND {there}.a = {here}.a", ([("{here}.a", "{there}.a")], ["{there}.share %%= 2"])),
        ("{there}.a < {here}.b", None),
        ("{there}.a = {here}.b AND {there}.c <> {here}.c", None),
        ("{there}.a = {here}.b + {there}.c", None),
        ("{there}.a = {here}.b OR {there}.c", None),
        ("{there}.a = {here}.b AND {there}.c = 'x'", None),
        ("{there}.a AND {here}.b", None),
        ("{here}.a = 1 AND {there}.b", None),
    ],
)  # fmt: skip
def test_only_equalities_are_grouped(join: str, keys: object) -> None:
    assert equalities(Relation("r", "r", "person", True, join)) == keys


def test_equal_values_are_bound_once_and_by_their_type() -> None:
    bound = Bound("z")
    places = [bound.place(value) for value in (1, True, "1", 1, [1, 2], [1, 2])]
    assert places == ["%(z1)s", "%(z2)s", "%(z3)s", "%(z1)s", "%(z4)s", "%(z4)s"]
    assert bound.values == {"z1": 1, "z2": True, "z3": "1", "z4": [1, 2]}


def test_what_decides_is_said_alone() -> None:
    assert all_of(["a", "TRUE", "a"]) == "a"
    assert all_of(["a", "FALSE"]) == any_of([]) == "FALSE"
    assert any_of(["a", "TRUE"]) == all_of([]) == "TRUE"
    assert any_of(["a", "FALSE", "b"]) == "(a OR b)"


def test_sql_does_not_grow_without_end() -> None:
    assert held("x" * MOST_SQL)
    with pytest.raises(Problem, match="too involved"):
        held("x" * (MOST_SQL + 1))
