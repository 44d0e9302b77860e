"""The rules of merging as values: what is written, and what undoing it restores. No database."""

from typing import Any

from banyan.people.registry.rules.parting import Parting, came_since, part, reopened, revived, stood_without
from banyan.people.registry.rules.uniting import Change, Held, Home, changes_of, unite

TODAY = "2026-05-01"
DECIDED = {"resolved_on": TODAY, "resolved_by": "me", "resolved_by_label": "Me"}


def person(key: str, **values: Any) -> dict[str, Any]:
    row = {"id": key, "scope_id": 1, "place": None, "status": "active", "status_reason": "", "status_since": None,
           "merged_into": None, "odd_codes": "", "full_name": key, "birth_date": "1990", "education": "none"}  # fmt: skip
    return row | values


def stay(who: str, where: str, **values: Any) -> dict[str, Any]:
    row = {"person": who, "household": where, "scope_id": 1, "relationship": "child", "said": "", "is_head": False,
           "is_collector": False, "is_alternate": False, "since": "2026-01-01", "until": None, "reason": ""}  # fmt: skip
    return row | values


def held(key: str, parts: dict[str, Any] | None = None, **values: Any) -> Held:
    return Held(key, person(key, **values), parts or {})


def home(others: int = 0, status: str = "active", scope: int = 2) -> Home:
    return Home({"scope_id": scope, "status": status, "status_reason": "", "status_since": None}, others)


def united(one: Held, two: Held, take: tuple[str, ...] = (), **more: Any) -> dict[tuple[str, str], dict[str, Any]]:
    given: dict[str, Any] = {"homes": {}, "aliases": {}, "pairs": {}, "requests": {}} | more
    return {each.key: dict(each.after) for each in unite(one, two, take=take, today=TODAY, decided=DECIDED, **given)}


def test_of_two_alone_only_the_second_is_written() -> None:
    after = united(held("A"), held("B"), aliases={"C": person("C", status="withdrawn", merged_into="B")})
    assert after == {
        ("person", "B"): {"status": "withdrawn", "status_reason": "merged", "status_since": TODAY, "merged_into": "A"},
        ("person", "C"): {"merged_into": "A"},
    }


def test_a_membership_that_began_today_ends_no_earlier() -> None:
    two = held("B", {"membership": {"m2": stay("B", "H2", since="2026-06-01")}})
    after = united(
        held("A", {"membership": {"m1": stay("A", "H1")}}), two, homes={"H1": home(), "H2": home(status="closed")}
    )
    assert after["membership", "m2"] == {"until": "2026-06-01", "reason": "merged", "person": "A", "scope_id": 2}
    assert ("household", "H2") not in after, "closed for a reason of its own"


def test_the_household_of_whoever_has_one() -> None:
    past = stay("B", "H3", until="2026-02-01")
    two = held("B", {"membership": {"m2": stay("B", "H2"), "m3": past}})
    after = united(held("A"), two, homes={"H2": home()})
    assert after["membership", "m2"] == {"person": "A", "scope_id": 2}
    assert after["membership", "m3"] == {"person": "A", "scope_id": 2}
    assert after["person", "A"] == {"scope_id": 2}


def test_in_one_household_the_chosen_relationship() -> None:
    one = held("A", {"membership": {"m1": stay("A", "H", relationship="child")}})
    two = held("B", {"membership": {"m2": stay("B", "H", relationship="spouse", is_alternate=True)}})
    homes = {"H": home(1, scope=1)}
    assert united(one, two, homes=homes)["membership", "m1"] == {"is_alternate": True}
    taken = united(one, two, take=("household",), homes=homes)
    assert taken["membership", "m1"] == {"is_alternate": True, "relationship": "spouse"}


def test_values_and_marks_that_are_taken() -> None:
    two = held("B", education="primary", odd_codes="education relationship", place="P", scope_id=5)
    after = united(held("A", odd_codes="language"), two, take=("education", "place"))
    assert after["person", "A"] == {
        "education": "primary",
        "place": "P",
        "odd_codes": "language education",
        "scope_id": 5,
    }


def test_what_was_noted_can_be_read_again() -> None:
    change = Change("person", "A", {"sex": "male"}, {"sex": "female"})
    assert changes_of([change.as_json()]) == (change,)


class TestParting:
    def test_a_value_goes_back_unless_somebody_changed_it(self) -> None:
        change = Change(
            "person", "A", {"sex": "m", "full_name": "x", "scope_id": 1}, {"sex": "f", "full_name": "y", "scope_id": 2}
        )
        undone = part([change], {("person", "A"): {"sex": "f", "full_name": "z", "scope_id": 3}}, {})
        assert undone.values == {("person", "A"): {"sex": "m"}}
        assert undone.kept == [{"table": "person", "id": "A", "field": "full_name", "how": "changed"}]

    def test_what_is_not_there_any_more(self) -> None:
        undone = part([Change("phone", "p", {"person": "B"}, {"person": "A"})], {}, {})
        assert undone.kept == [{"table": "phone", "id": "p", "field": "", "how": "removed"}]

    def test_written_over_by_a_later_merge(self) -> None:
        mine = Change("person", "A", {"sex": "m", "full_name": "x"}, {"sex": "f", "full_name": "y"})
        over = Change("person", "A", {"sex": "f", "full_name": "corrected"}, {"sex": "o", "full_name": "z"})
        undone = part(
            [mine], {("person", "A"): {"sex": "o", "full_name": "z"}}, {"later": [Change("need", "n", {}, {}), over]}
        )
        assert undone.values == {}
        assert undone.later["later"][1].before == {"sex": "m", "full_name": "corrected"}
        assert [each["field"] for each in undone.kept] == ["full_name"], "somebody corrected it between the two"

    def test_nobody_comes_back_into_a_second_household(self) -> None:
        stays = {"old": stay("A", "H1", until="2026-03-01", reason="merged"), "new": stay("A", "H2")}
        undone = Parting({("membership", "old"): {"until": None, "reason": ""}})
        reopened(undone, stays, {})
        assert undone.values == {("membership", "old"): {}}
        assert undone.kept[0]["field"] == "until"

    def test_a_household_keeps_its_present_head(self) -> None:
        stays = {"m": stay("B", "H", until="2026-03-01", is_head=True)}
        undone = Parting({("membership", "m"): {"until": None}})
        reopened(undone, stays, {"H": "other"})
        assert undone.values["membership", "m"] == {"until": None, "is_head": False, "relationship": "unknown"}

    def test_a_head_who_steps_down_with_it_is_in_nobodys_way(self) -> None:
        stays = {"m": stay("B", "H", until="2026-03-01", is_head=True), "s": stay("A", "H", is_head=True)}
        undone = Parting({("membership", "m"): {"until": None}, ("membership", "s"): {"is_head": False}})
        reopened(undone, stays, {"H": "s"})
        assert undone.values["membership", "m"] == {"until": None}
        assert not undone.kept

    def test_households_are_there_again_for_whoever_comes_back(self) -> None:
        closed = {"status": "inactive", "status_reason": "merged", "status_since": TODAY}
        closing = Change("household", "H", {"status": "active", "status_reason": "", "status_since": None}, closed)
        undone = Parting({("membership", "m"): {"until": None}}, later={"one": (), "two": (closing,)})
        stays = {"m": stay("B", "H", until=TODAY), "x": stay("C", "G", until=TODAY)}
        revived(undone, {"H": closed, "G": closed, "N": {**closed, "status_reason": "left"}}, stays)
        assert undone.values["household", "H"] == closing.before
        assert undone.later == {"one": (), "two": ()}
        assert ("household", "G") not in undone.values

    def test_a_household_that_nobody_knows_the_reason_of_stays(self) -> None:
        closed = {"status": "inactive", "status_reason": "merged", "status_since": TODAY}
        undone = Parting({("membership", "m"): {"until": None}})
        revived(undone, {"H": closed}, {"m": stay("B", "H", until=TODAY)})
        assert ("household", "H") not in undone.values

    def test_later_merges_would_have_found_another_survivor(self) -> None:
        changes = [Change("person", "A", {"sex": "m", "place": None}, {"sex": "f", "place": "P"})]
        later: list[Any] = [
            ("one", [Change("person", "B", {}, {})], {"sex": "f", "place": "Q"}),
            ("two", [Change("person", "A", {"sex": "f"}, {"sex": "o"})], {"sex": "o", "place": "P"}),
        ]
        assert stood_without(changes, "A", later) == {
            "one": {"sex": "m", "place": "Q"},
            "two": {"sex": "o", "place": None},
        }
        assert stood_without(changes, "B", later) == {}

    def test_what_came_since(self) -> None:
        mine = [Change("person", "A", {"sex": "m"}, {"sex": "f"})]
        undone = Parting(
            later={"one": (Change("person", "A", {"place": None}, {"place": "P"}), Change("need", "n1", {}, {}))}
        )
        survivor = person("A", sex="o", place="P", education="x", full_name="A")
        stood = {"sex": "f", "place": None, "education": "none", "full_name": "A", "scope_id": 9}
        now: dict[str, Any] = {"need": {"n0": {}, "n1": {}, "n2": {}}, "phone": {"p": {}}}
        came_since(undone, survivor, stood, {"need": ["n0"]}, now, mine)
        assert [(each["table"], each["field"] or each["id"], each["how"]) for each in undone.kept] == [
            ("person", "education", "changed"), ("need", "n2", "added"), ("phone", "p", "added"),
        ]  # fmt: skip
