"""Groups of pairs, and what is said about them."""

from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from banyan.people.linkage.rules.deciding import Cluster, best_filled, faults, priority, stays_apart, verdicts
from banyan.people.linkage.rules.grouping import Edge, Group, grouped

P = [UUID(int=number) for number in range(1, 61)]
CASE, OTHER = UUID(int=1001), UUID(int=1002)


def edge(one: int, other: int, weight: float = 10.0) -> Edge:
    return Edge(*sorted((P[one], P[other])), weight)


def test_what_hangs_together_is_one_group() -> None:
    assert grouped([edge(0, 1), edge(1, 2), edge(4, 5)], {}) == [Group((P[0], P[1], P[2])), Group((P[4], P[5]))]
    assert grouped([], {}) == []


def test_a_case_grows_and_two_become_one() -> None:
    assert grouped([edge(1, 2)], {CASE: [P[0], P[1]]}) == [Group((P[0], P[1], P[2]), CASE)]
    units = {OTHER: [P[2], P[3], P[4]], CASE: [P[0], P[1]]}
    assert grouped([edge(1, 2)], units) == [Group((P[0], P[1], P[2], P[3], P[4]), OTHER, (CASE,))]
    alike = {OTHER: [P[2], P[3]], CASE: [P[0], P[1]]}
    assert grouped([edge(1, 2)], alike) == [Group((P[0], P[1], P[2], P[3]), CASE, (OTHER,))]


def test_a_group_that_is_too_large_parts_where_it_hangs_together_least() -> None:
    found = grouped([edge(0, 1, 20), edge(1, 2, 3), edge(2, 3, 20)], {}, most=3)
    assert found == [Group((P[0], P[1]), split=True), Group((P[2], P[3]), split=True)]
    # Whom nothing else joins to anybody is in no group; the one that is full says that it was parted.
    full = grouped([edge(0, 1, 20), edge(1, 2, 20), edge(2, 3, 3)], {}, most=3)
    assert full == [Group((P[0], P[1], P[2]), split=True)]


def test_one_person_fifty_times_becomes_groups_that_can_be_looked_at() -> None:
    found = grouped([edge(one, other) for one, other in combinations(range(50), 2)], {})
    assert sum(len(group.members) for group in found) == 50
    assert max(len(group.members) for group in found) <= 12
    assert all(group.split for group in found)


@given(
    st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25), st.floats(-5, 30)), max_size=60),
    st.dictionaries(
        st.sampled_from([CASE, OTHER]), st.sets(st.sampled_from(P[:20]), min_size=2, max_size=5), max_size=2
    ),
)
def test_groups_never_overlap_never_tear_a_case_and_are_never_too_large(links: list, units: dict) -> None:
    edges = [edge(one, other, weight) for one, other, weight in links if one != other]
    found = grouped(edges, units, most=12)
    everybody = [one for group in found for one in group.members]
    assert len(everybody) == len(set(everybody))
    assert {one for link in edges for one in (link.first, link.second)} | set().union(*units.values()) >= set(everybody)
    for group in found:
        assert 2 <= len(group.members) <= 12
    for people in units.values():
        assert any(set(people) <= set(group.members) for group in found)
    held = [case for group in found for case in (group.keeps, *group.joins) if case]
    assert sorted(held) == sorted(units)
    # Whoever is linked stands together, unless it was said that the group is split.
    for link in edges:
        one, other = (next((g for g in found if p in g.members), None) for p in (link.first, link.second))
        assert one == other or all(each is None or each.split for each in (one, other))
    assert grouped(list(reversed(edges)), units, most=12) == found


A, B, C, D = P[:4]


def test_a_partition_says_something_of_every_two() -> None:
    clusters = [Cluster((A, B), A, {"sex": B}), Cluster((C,), C)]
    assert list(verdicts(clusters, [A, B, C, D])) == [
        (A, B, "same"), (A, C, "different"), (A, D, "unsure"), (B, C, "different"), (B, D, "unsure"), (C, D, "unsure"),
    ]  # fmt: skip
    assert list(stays_apart(clusters)) == [(A, C)]
    assert clusters[0].losers == (B,)
    assert Cluster.from_json(clusters[0].as_json()) == clusters[0]


def test_every_fault_of_a_partition_is_told() -> None:
    assert faults([Cluster((A, B), A, {"sex": B})], [A, B, C], {"sex"}) == []
    found = faults([Cluster((A,), B, {"shoe": A}), Cluster((A,), A), Cluster((D,), D, {"sex": C})], [A, B, C], {"sex"})
    assert [one.code for one in found] == [
        "partition_strangers", "partition_twice", "partition_apart", "survivor_elsewhere", "field_unknown", "survivor_elsewhere",
    ]  # fmt: skip


def test_the_same_document_comes_before_a_note_and_a_note_before_likeness() -> None:
    def of(**said: object) -> int:
        return priority(**{"probability": 0.5, "size": 2, "exact_document": False, "noted": False} | said)  # type: ignore[arg-type]

    assert of(exact_document=True, probability=0) > of(noted=True, probability=0.99) > of(probability=0.99) > of()
    assert of(size=3) > of(size=2)


def test_the_better_filled_value_is_proposed() -> None:
    assert best_filled(["Aung", "Aung Kyaw"]) == 1
    assert best_filled(["", "x"]) == 1
    assert best_filled(["x", None]) == 0
    assert best_filled(["x", "x"]) is None
    assert best_filled(["", None]) is None
