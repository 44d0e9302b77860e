"""Changes in any order keep the register whole."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from banyan.people.registry.rules.changing import kinds
from banyan.people.registry.rules.changing.records import Edit
from banyan.people.registry.tests.change_worlds import H10, KNOWN, TODAY, minting, uid, world


class ChangingHouseholds(RuleBasedStateMachine):
    """Whatever is asked for in whatever order, what is written keeps the register whole."""

    def __init__(self) -> None:
        super().__init__()
        self.records = world()
        self.mint = minting()
        self.ended: list[tuple[str, str]] = []
        self.joined: dict[str, int] = {
            key: 1 if self.records.membership(key) else 0 for key in self.records.all("person")
        }

    def pick(self, data: st.DataObject, table: str) -> str:
        return data.draw(st.sampled_from(sorted(self.records.all(table))))

    def ask(self, kind: str, **given_: Any) -> None:
        asked, problems = kinds.read(kind, given_, KNOWN)
        if problems:
            return
        plan = kinds.plan(kind, asked, self.records, mint=self.mint, today=TODAY)
        if plan.problems:
            return
        for edit in plan.edits:
            if edit.table == "membership" and edit.kind == "add":
                key = edit.values["person"]
                self.joined[key] = self.joined.get(key, 0) + 1
            if edit.table == "membership" and edit.values.get("until"):
                row = self.records.row("membership", edit.id)
                assert row is not None, "only an open membership ends"
                self.ended.append((row["person"], row["household"]))
        named = [
            Edit("change", edit.table, edit.id, {"reference": "NEW"})
            for edit in plan.edits
            if edit.kind == "add" and edit.table in ("person", "household")
        ]
        self.records = self.records.after([*plan.edits, *named])

    @rule(data=st.data(), fresh=st.booleans())
    def add(self, data: st.DataObject, fresh: bool) -> None:
        given_: dict[str, Any] = {"household": self.pick(data, "household")}
        self.ask(
            "add_member",
            **given_,
            **({"fields": {"full_name": "New"}} if fresh else {"person": self.pick(data, "person")}),
        )

    @rule(data=st.data(), closing=st.booleans())
    def move(self, data: st.DataObject, closing: bool) -> None:
        self.ask(
            "transfer_member",
            person=self.pick(data, "person"),
            to=self.pick(data, "household"),
            new_head=self.pick(data, "person"),
            close_emptied=closing,
        )

    @rule(data=st.data(), closing=st.booleans())
    def take_out(self, data: st.DataObject, closing: bool) -> None:
        who = self.pick(data, "person")
        held = self.records.membership(who)
        self.ask(
            "remove_member",
            person=who,
            household=held[1]["household"] if held else H10,
            new_head=self.pick(data, "person"),
            close_emptied=closing,
        )

    @rule(data=st.data())
    def head(self, data: st.DataObject) -> None:
        self.ask("change_head", household=self.pick(data, "household"), person=self.pick(data, "person"))

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        where = self.pick(data, "household")
        people = [row["person"] for row in self.records.members(where).values()]
        if people:
            leaving = data.draw(st.lists(st.sampled_from(people), min_size=1, unique=True))
            self.ask(
                "split_household",
                household=where,
                members=leaving,
                head=leaving[0],
                new_head=data.draw(st.sampled_from(people)),
            )

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        self.ask("merge_households", household=self.pick(data, "household"), other=self.pick(data, "household"))

    @rule(data=st.data(), whole=st.booleans(), status=st.sampled_from(["closed", "inactive"]), emptied=st.booleans())
    def close(self, data: st.DataObject, whole: bool, status: str, emptied: bool) -> None:
        subject = {"household": self.pick(data, "household")} if whole else {"person": self.pick(data, "person")}
        self.ask(
            "close", **subject, ending="left", status=status, close_emptied=emptied, new_head=self.pick(data, "person")
        )

    @rule(data=st.data(), whole=st.booleans())
    def reopen(self, data: st.DataObject, whole: bool) -> None:
        self.ask(
            "reactivate",
            **({"household": self.pick(data, "household")} if whole else {"person": self.pick(data, "person")}),
        )

    @invariant()
    def nobody_is_in_two_households(self) -> None:
        people = [row["person"] for row in self.records.all("membership").values()]
        assert len(people) == len(set(people))

    @invariant()
    def every_living_household_has_one_head(self) -> None:
        for key, row in self.records.all("household").items():
            members = [each for each in self.records.all("membership").values() if each["household"] == key]
            if row["status"] in ("active", "inactive"):
                assert sum(each["is_head"] for each in members) == 1
                assert [each["relationship"] for each in members].count("head") == 1

    @invariant()
    def nobody_is_lost_and_history_is_whole(self) -> None:
        assert {uid(n) for n in range(1, 9)} <= set(self.records.all("person"))
        for key, joined in self.joined.items():
            still = 1 if self.records.membership(key) else 0
            left = sum(1 for who, _where in self.ended if who == key)
            assert joined == left + still, "every membership is open or ended, none vanished"

    @invariant()
    def sizes_are_those_of_the_reference(self) -> None:
        """The slow way: walk over everybody and ask where they belong."""
        reference: dict[str, int] = {}
        for key in self.records.all("person"):
            held = self.records.membership(key)
            if held:
                reference[held[1]["household"]] = reference.get(held[1]["household"], 0) + 1
        for key in self.records.all("household"):
            assert len(self.records.members(key)) == reference.get(key, 0)


TestChangingHouseholds = ChangingHouseholds.TestCase
TestChangingHouseholds.settings = settings(max_examples=20, stateful_step_count=15)
