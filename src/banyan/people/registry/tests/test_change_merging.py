"""Two people's values: merged, asked about, overtaken; and the lifecycle of a request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry import states
from banyan.people.registry.rules.changing import kinds, merging
from banyan.people.registry.rules.changing.records import Line, Records
from banyan.people.registry.tests.change_worlds import (
    H10,
    H20,
    KNOWN,
    P1,
    P2,
    TODAY,
    home,
    member,
    minting,
    person,
    uid,
    world,
)
from banyan.platform.kernel.problems import Problem


class TestMerging:
    """Before, now, typed: what is written, what is left to the other, what is asked about."""

    @pytest.mark.parametrize(
        ("seen", "now", "typed", "mine", "theirs", "clashes"),
        [
            ("a", "a", "a", {}, {}, 0),
            ("a", "a", "b", {"f": "b"}, {}, 0),
            ("a", "c", "a", {}, {"f": "c"}, 0),
            ("a", "c", "c", {}, {"f": "c"}, 0),
            ("a", "c", "b", {}, {}, 1),
            ("", None, "", {}, {}, 0),
            (None, "", "b", {"f": "b"}, {}, 0),
        ],
    )
    def test_one_field(self, seen: Any, now: Any, typed: Any, mine: Any, theirs: Any, clashes: int) -> None:
        found = merging.compared({"f": seen}, {"f": now}, {"f": typed})
        assert (found.mine, found.theirs, len(found.clashes)) == (mine, theirs, clashes)

    def test_fields_that_were_not_typed(self) -> None:
        found = merging.compared({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {})
        assert (found.mine, found.theirs) == ({}, {"a": "2"})
        assert merging.compared({}, {"a": "1"}, {"a": "2"}).mine == {"a": "2"}, "what was not seen counts as it is"

    @given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), min_size=3), st.data())
    def test_nothing_of_either_is_lost(self, seen: dict[str, str], data: st.DataObject) -> None:
        now, typed = (
            data.draw(st.fixed_dictionaries({key: st.sampled_from(["", "1", "2"]) for key in seen})) for _ in range(2)
        )
        found = merging.compared(seen, now, typed)
        asked = {clash.field for clash in found.clashes}
        for key in seen:
            result = {**now, **found.mine}[key]
            if key in asked:
                assert len({seen[key], now[key], typed[key]}) == 3
            else:
                assert result in (now[key], typed[key])
                assert result != seen[key] or seen[key] == now[key] == typed[key] or seen[key] in (now[key], typed[key])
                if typed[key] != seen[key]:
                    assert result == typed[key]
                elif now[key] != seen[key]:
                    assert result == now[key]

    def proposed(self, kind: str = "correct_identity", **given_: Any) -> tuple[tuple[Line, ...], dict[str, Any]]:
        asked, _problems = kinds.read(kind, given_, KNOWN)
        return kinds.plan(kind, asked, world(), mint=minting(), today=TODAY).lines, asked

    def drift(self, kind: str, given_: dict[str, Any], now: Records) -> list[str]:
        proposed, asked = self.proposed(kind, **given_)
        again = kinds.plan(kind, asked, now, mint=minting(), today=TODAY)
        moved = merging.overtaken(proposed, again, now)
        assert all(set(each.as_key()) == {"drift", "table", "row", "field"} for each in moved)
        return sorted({each.drift for each in moved}), merging.stands_in_the_way(moved), bool(again.problems)  # type: ignore[return-value]

    def test_how_the_register_moves_away(self) -> None:
        named = {"person": P1, "fields": {"full_name": "A", "occupation": "Tailor"}}
        assert self.drift("correct_identity", named, world()) == ([], False, False)
        other = world(person={P1: person(1, address="moved")})
        assert self.drift("correct_identity", named, other) == ([], False, False)
        theirs = world(person={P1: person(1, full_name="B")})
        assert self.drift("correct_identity", named, theirs) == (["moved"], True, False)
        done = world(person={P1: person(1, full_name="A")})
        assert self.drift("correct_identity", named, done) == (["done"], False, False)
        merge = {"household": H10, "other": H20}
        wider = world(membership={uid(105): member(5, 20)})
        assert "wider" in self.drift("merge_households", merge, wider)[0]
        left = world(membership={uid(104): member(4, 10)})
        assert self.drift("merge_households", merge, left)[1]
        gone = Records({"person": {P1: person(1)}, "phone": {}})
        assert self.drift("change_phone", {"person": P1, "part": uid(301), "end": True}, gone) == (["gone"], True, True)

    def test_what_a_new_row_takes_over_may_move(self) -> None:
        before = world(household={H10: home(10, address="Old street")})
        asked, _none = kinds.read("split_household", {"household": H10, "members": [P2], "head": P2}, KNOWN)
        proposed = kinds.plan("split_household", asked, before, mint=minting(), today=TODAY).lines
        now = world(household={H10: home(10, address="New street")})
        again = kinds.plan("split_household", asked, now, mint=minting(), today=TODAY)
        assert {each.drift for each in merging.overtaken(proposed, again, now)} == {"moved"}

    def test_typed_over(self) -> None:
        records = world()
        asked = {"person": P1, "fields": {"full_name": "A"}}
        assert kinds.typed_over("correct_identity", asked, records)[0] == {"full_name": "A"}
        part = {"person": P1, "part": uid(201), "number": "B", "end": True}
        typed, now = kinds.typed_over("change_document", part, records)
        assert (typed, now["number"]) == ({"number": "B"}, "A 1")
        assert kinds.narrowed("change_document", part, {}) == {"person": P1, "part": uid(201), "end": True}
        assert kinds.narrowed("correct_identity", asked, {}) == {"person": P1, "fields": {}}
        assert kinds.typed_over("close", {"person": P1}, records) == ({}, {})


class TestStates:
    def test_the_table_is_the_lifecycle(self) -> None:
        for state in states.ChangeState.values:
            for verb in {step.verb for step in states.STEPS}:
                wanted = [step.target for step in states.STEPS if step.verb == verb and state in step.sources]
                if wanted:
                    assert states.advance(state, verb) == wanted[0]
                else:
                    with pytest.raises(Problem) as caught:
                        states.advance(state, verb)
                    assert caught.value.code == "registry.change_state"

    def test_verbs_follow_permissions(self) -> None:
        assert states.verbs("proposed", {states.APPROVE}) == ["approve", "reject"]
        assert set(states.verbs("stale", {states.PROPOSE})) == {"overtake", "renew", "withdraw"}
        assert states.verbs("applied", {states.PROPOSE, states.APPROVE}) == []
        assert set(states.TONES) == set(states.ChangeState.values)
