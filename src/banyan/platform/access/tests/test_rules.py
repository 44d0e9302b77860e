"""Rules of access: reach, seals, dates, lineages."""

from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.access import rules
from banyan.platform.access.rules import Part, Reach

ONE, TWO = UUID(int=1), UUID(int=2)
parts = st.builds(
    Part,
    permissions=st.frozensets(st.sampled_from(["a.view", "a.change", "b.view"])),
    everything=st.booleans(),
    scopes=st.frozensets(st.integers(1, 9)),
    organisation=st.sampled_from([None, ONE, TWO]),
    clearance=st.integers(0, 3),
)


@given(st.lists(parts, max_size=5), st.integers(1, 9))
def test_a_scope_is_in_reach_when_a_part_says_so(held: list[Part], scope: int) -> None:
    reach = rules.reach_of(held, "a.view")
    mine = [part for part in held if "a.view" in part.permissions]
    assert (scope in reach) == any(part.everything or scope in part.scopes for part in mine)
    assert bool(reach) == any(part.everything or part.scopes for part in mine)
    assert (reach.organisations is None) == any(part.organisation is None for part in mine)
    assert reach.clearance == max([part.clearance for part in mine], default=0)
    assert reach.parts == tuple(mine)


def test_organisations_are_gathered_when_every_part_is_limited() -> None:
    held = [Part(frozenset({"a"}), organisation=ONE), Part(frozenset({"a"}), organisation=TWO)]
    assert rules.reach_of(held, "a").organisations == {ONE, TWO}
    assert rules.reach_of([], "a").organisations == frozenset()


def test_reach_is_written_shortly_and_without_empty_permissions() -> None:
    reaches = {"b.view": Reach(scopes=frozenset({18, 17, 3})), "a.view": Reach(everything=True), "c.view": Reach()}
    assert rules.reach_text(reaches) == "a.view=(,);b.view=[3,3],[17,18]"


@given(st.frozensets(st.integers(1, 40)))
def test_ranges_hold_the_same_numbers_in_as_few_runs_as_can_be(scopes: frozenset[int]) -> None:
    found = rules.ranges(scopes)
    assert {number for first, last in found for number in range(first, last + 1)} == scopes
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("key", ["short", "k" * 64, "k" * 65, "ключ" * 40])
def test_pads_make_the_same_seal_as_hmac(key: str) -> None:
    import hashlib

    inner, outer = rules.seal_pads(key)
    message = b"7|me|a=0"
    composed = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).hexdigest()
    assert rules.seal(key, actor="me", reach="a=0", expires=7) == f"7.{composed}"


@pytest.mark.parametrize(
    ("role", "held", "other"),
    [
        ("maker", ["approver"], "approver"),
        ("approver", ["x", "maker"], "maker"),
        ("maker", ["maker", "x"], None),
        ("x", ["maker", "approver"], None),
    ],
)
def test_roles_exclude_each_other_both_ways(role: str, held: list[str], other: str | None) -> None:
    assert rules.excluded_by(role, held, {frozenset({"maker", "approver"})}) == other


@pytest.mark.parametrize(
    ("first", "last", "stands"),
    [(1, None, True), (5, None, True), (6, None, False), (1, 5, True), (1, 4, False), (5, 5, True)],
)
def test_both_days_of_a_grant_count(first: int, last: int | None, stands: bool) -> None:
    until = date(2026, 1, last) if last else None
    assert rules.stands_on(date(2026, 1, first), until, date(2026, 1, 5)) is stands


def test_lineages_go_from_the_root_down_whatever_the_order() -> None:
    found = rules.lineages({"c": "b", "a": None, "b": "a", "x": "not here"})
    assert found == {"a": ("a",), "b": ("a", "b"), "c": ("a", "b", "c"), "x": ("not here", "x")}


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"x": "a", "a": "b", "b": "c", "c": "a"}])
def test_an_area_within_itself_is_refused(parents: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match=r"[abc]"):
        rules.lineages(parents)


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 29), max_size=30))
def test_lineages_follow_parents(given_parents: dict[int, int]) -> None:
    parents = {str(key): (str(parent) if parent else None) for key, parent in given_parents.items() if parent < key}
    for key, chain in rules.lineages(parents).items():
        assert chain[-1] == key
        assert all(parents[below] == above for above, below in pairwise(chain))
        assert parents.get(chain[0]) is None


@pytest.mark.parametrize(
    ("own", "scopes", "allowed"),
    [
        (Reach(everything=True), None, True),
        (Reach(everything=True), frozenset(), True),
        (Reach(scopes=frozenset({1, 2})), frozenset({1}), True),
        (Reach(scopes=frozenset({1, 2})), frozenset({1, 3}), False),
        (Reach(scopes=frozenset({1, 2})), frozenset(), False),
        (Reach(scopes=frozenset({1, 2})), None, False),
        (Reach(), None, False),
    ],
)
def test_nobody_gives_more_than_they_reach(own: Reach, scopes: frozenset[int] | None, allowed: bool) -> None:
    assert rules.may_give(own, scopes) is allowed


def test_what_was_resolved_stands_until_the_next_change() -> None:
    now, soon, later = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))
    assert rules.until(now, [later, now, soon]) == soon
    assert rules.until(later, [now, soon]) is None


def test_tokens_are_stored_as_hashes() -> None:
    assert rules.token_digest("x") != rules.token_digest("y")
    assert len(rules.token_digest("x")) == 64
