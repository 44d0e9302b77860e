"""Who may, who may not, what two people do at once, and what a set of submissions proposes: on a real database."""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from banyan.people.registry import actions, queries
from banyan.people.registry.models import (
    ChangeLine,
    ChangeRequest,
    Household,
    Membership,
    NameKey,
    OperationChangeRules,
    Person,
    Phone,
    Presence,
)
from banyan.people.registry.queries.changing.presence import draft, present
from banyan.people.registry.queries.changing.previews import preview, request_view
from banyan.people.registry.queries.changing.requests import decidable
from banyan.people.registry.queries.changing.ruling import holds_role
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import Family, make_family
from banyan.people.registry.tests.test_changing import CLERK, composition
from banyan.platform.access.viewers import Viewer, viewer_of, viewing
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(country: Field) -> Family:
    return make_family(country, "Aung", "Khin", "Su")


@pytest.fixture
def clerk(country: Field, viewer_with: Any) -> Viewer:
    return viewer_with(*CLERK)


@pytest.fixture
def officer(country: Field, viewer_with: Any) -> Viewer:
    return country.officer(viewer_with, more=("places.view_place",))


def seen(by: Viewer, query: Any, *args: Any, **more: Any) -> Any:
    """What a query shows to a viewer, as a page would ask it."""
    with viewing(by):
        found = query(*args, seen_by=by, **more)
        return list(found) if hasattr(found, "iterator") else found


def refused(call: Any) -> str:
    """The code of the Problem that a call raises."""
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code.removeprefix("registry.").removeprefix("kernel.")


def named(family: Family, name: str = "New name", who: str = "Aung") -> tuple[str, dict[str, Any]]:
    return "correct_identity", {"person": family[who].pk, "fields": {"full_name": name}}


class TestWhoMay:
    def test_nobody_decides_on_their_own(
        self, family: Family, officer: Viewer, viewer_with: Any, clerk: Viewer
    ) -> None:
        made = actions.propose_change(*named(family), by=officer)
        assert refused(lambda: actions.approve_change(made.pk, by=officer)) == "change_own"
        assert refused(lambda: actions.reject_change(made.pk, by=officer, reason="x")) == "change_own"
        assert refused(lambda: actions.approve_change(made.pk, by=clerk)) == "not_allowed"
        view = seen(officer, request_view, made.pk)
        assert view.why_not_decide is not None
        assert view.may_withdraw
        with viewing(SYSTEM), pytest.raises(Exception, match="registry_change_two_people"):
            # Whatever the application gets wrong, the database holds.
            ChangeRequest.objects.filter(pk=made.pk).update(state="applied", decided_by=officer.id)

    def test_whoever_renews_takes_part(
        self, family: Family, clerk: Viewer, officer: Viewer, viewer_with: Any, country: Field
    ) -> None:
        first = actions.propose_change(*named(family, "One"), by=clerk)
        second = actions.propose_change(*named(family, "Two"), by=clerk)
        assert refused(lambda: actions.renew_change(first.pk, by=officer)) == "change_state", "nothing has moved"
        actions.approve_change(first.pk, by=officer)
        stale = actions.approve_change(second.pk, by=officer)
        assert (stale.state, stale.moved[0]["drift"]) == ("stale", "moved")
        assert refused(lambda: actions.approve_change(second.pk, by=officer)) == "change_state"
        renewed = actions.renew_change(second.pk, by=officer)
        assert (renewed.state, renewed.moved) == ("proposed", [])
        assert refused(lambda: actions.approve_change(second.pk, by=officer)) == "change_own"
        other = country.officer(viewer_with, more=("places.view_place",))
        assert actions.approve_change(second.pk, by=other).state == "applied"
        assert refused(lambda: actions.withdraw_change(second.pk, by=clerk)) == "change_state"

    def test_only_who_took_part_takes_back(self, family: Family, clerk: Viewer, officer: Viewer) -> None:
        made = actions.propose_change(*named(family), by=clerk)
        assert refused(lambda: actions.withdraw_change(made.pk, by=officer)) == "not_allowed"
        assert refused(lambda: actions.reject_change(made.pk, by=officer, reason=" ")) == "change_value_missing"
        assert actions.withdraw_change(made.pk, by=clerk, reason="Mistake").state == "withdrawn"
        assert refused(lambda: actions.approve_change(made.pk, by=officer)) == "change_state"

    def test_rules_name_roles_and_ask_for_evidence(
        self, family: Family, country: Field, make_account: Any, viewer_with: Any
    ) -> None:
        chief = viewer_with("registry.change_rules")
        operation = country.operation.pk
        assert (
            refused(lambda: actions.set_change_rule(operation, "dance", by=chief, needs_approval=True))
            == "change_field_unknown"
        )
        assert refused(lambda: actions.set_change_rule(new_id(), "close", by=chief, needs_approval=True)) == "not_found"
        assert (
            refused(
                lambda: actions.set_change_rule(operation, "close", by=chief, needs_approval=True, approvers=["dancer"])
            )
            == "value_unknown"
        )
        actions.set_change_rule(
            operation, "correct_identity", by=chief, needs_approval=True, proposers=["registration-clerk"], approvers=["protection-officer"],
        )  # fmt: skip
        clerk, officer, protector = (
            viewer_of(make_account(role, operation=country.operation))
            for role in ("registration-clerk", "registration-officer", "protection-officer")
        )
        assert refused(lambda: actions.propose_change(*named(family), by=officer)) == "change_role"
        made = actions.propose_change(*named(family), by=clerk)
        assert refused(lambda: actions.approve_change(made.pk, by=officer)) == "change_role"
        assert seen(officer, decidable, ChangeRequest.objects.all()) == []
        assert seen(protector, queries.changes_waiting)[0].count == 1
        assert actions.approve_change(made.pk, by=protector).state == "applied"
        with viewing(SYSTEM):
            row = OperationChangeRules.objects.get()
        assert len(seen(SYSTEM, timeline, OperationChangeRules, row.pk)) == 1
        assert holds_role(SYSTEM, ["dancer"], 1)
        assert seen(clerk, queries.change_rule, operation, "close").needs_approval

    def test_out_of_reach_is_not_found(self, family: Family, country: Field, viewer_with: Any, clerk: Viewer) -> None:
        made = actions.propose_change(*named(family), by=clerk)
        outside = country.officer(viewer_with, "XX02", "XX0201")
        for call in (
            lambda: actions.propose_change(*named(family), by=outside),
            lambda: actions.approve_change(made.pk, by=outside),
            lambda: actions.renew_change(made.pk, by=outside),
            lambda: seen(outside, queries.change_request, made.pk),
            lambda: seen(outside, preview, *named(family)),
            lambda: actions.note_presence("person", family["Aung"].pk, by=outside),
            lambda: actions.save_draft("close", "person", family["Aung"].pk, {}, by=outside),
        ):
            assert refused(call) == "not_found"
        assert list(seen(outside, queries.change_requests)) == []
        assert seen(outside, queries.open_requests_for, "person", family["Aung"].pk) == []
        with viewing(outside), connection.cursor() as cursor:  # past every filter of ours, the database still holds
            for table in ("changerequest", "changeline", "presence", "changedraft"):
                cursor.execute(f"SELECT count(*) FROM registry_{table}")
                assert cursor.fetchone() == (0,)

    def test_nobody_is_moved_where_the_decider_reaches_nothing(
        self, family: Family, country: Field, viewer_with: Any, clerk: Viewer
    ) -> None:
        far = str(country.places["XX020101"].pk)
        made = actions.propose_change(
            "correct_household", {"household": family.household.pk, "fields": {"place": far}}, by=clerk
        )
        near = country.officer(viewer_with, "XX01", "XX0101", more=("places.view_place",))
        assert refused(lambda: actions.approve_change(made.pk, by=near)) == "place_out_of_reach"
        with viewing(SYSTEM):
            assert ChangeRequest.objects.get(pk=made.pk).state == "proposed", "nothing half written"
        wide = country.officer(viewer_with, more=("places.view_place",))
        assert actions.approve_change(made.pk, by=wide).state == "applied"
        scope = country.scopes["XX0201"]
        with viewing(SYSTEM):
            for model in (Person, Membership, NameKey):
                assert set(model.objects.values_list("scope_id", flat=True)) == {scope}

    def test_sensitive_values_are_not_approved_blindly(
        self, family: Family, country: Field, viewer_with: Any, clerk: Viewer
    ) -> None:
        made = actions.propose_change(
            "correct_identity", {"person": family["Aung"].pk, "fields": {"legal_status": "refugee"}}, by=clerk
        )
        blind = viewer_with("registry.view_person", "registry.approve_change")
        assert refused(lambda: actions.approve_change(made.pk, by=blind)) == "not_allowed"
        view = seen(blind, request_view, made.pk)
        assert view.records[0].lines[0].after == "•••"
        assert view.why_not_decide is not None

    def test_history_names_who_decided(self, family: Family, clerk: Viewer, make_account: Any, country: Field) -> None:
        """Written by a clerk without the right to write at large, under the clerk's own name."""
        by = viewer_of(make_account("registration-clerk", operation=country.operation))
        actions.propose_change("change_phone", {"person": family["Aung"].pk, "number": "+95912345678"}, by=by)
        entry = seen(SYSTEM, timeline, Person, family["Aung"].pk)[0]
        assert (entry.actor, entry.action) == (str(by.id), "registry.propose_change")
        with viewing(by):
            assert Phone.objects.filter(person=family["Aung"].pk).update(number="x") == 0, "and only through the rules"


class TestEvidence:
    def test_kinds_sizes_and_numbers(self, family: Family, clerk: Viewer, officer: Viewer) -> None:
        for bad in ([actions.Attached("x", b"MZ\xff\xfe")], [actions.Attached("x", b"a" * 10_000_001)], [actions.Attached(note="x")] * 11,
                    [actions.Attached("x", b"RIFF0000WAVE\xff")], [actions.Attached("x", b"\x00\x01")]):  # fmt: skip
            assert (
                refused(lambda bad=bad: actions.propose_change(*named(family), by=clerk, evidence=bad))
                == "change_evidence"
            )
        made = actions.propose_change(
            *named(family),
            by=clerk,
            evidence=[actions.Attached("a.txt", b"seen"), actions.Attached("b", b"RIFF0000WEBP"), actions.Attached()],
        )
        assert [item["type"] for item in made.evidence] == ["text/plain", "image/webp"]
        assert (
            refused(lambda: actions.add_evidence(made.pk, [actions.Attached(note="x")] * 9, by=clerk))
            == "change_evidence"
        )
        assert len(actions.add_evidence(made.pk, [actions.Attached(note="x")], by=officer).evidence) == 3


class TestTwoAtOnce:
    def test_seen_values_are_compared(self, family: Family, clerk: Viewer, officer: Viewer) -> None:
        kind, given = named(family, "Mine")
        with viewing(SYSTEM):
            Person.objects.filter(pk=family["Aung"].pk).update(full_name="Theirs", occupation="Tailor")
        before = {"full_name": "Aung", "occupation": ""}
        assert refused(lambda: actions.propose_change(kind, given, by=clerk, seen=before)) == "change_moved"
        found = seen(clerk, lambda **who: preview(kind, given, seen=before, **who))
        assert [clash.field for clash in found.comparison.clashes] == ["full_name"]
        given["fields"] |= {"occupation": "", "email": "a@b.org"}
        made = actions.propose_change(kind, given, by=clerk, seen={**before, "full_name": "Theirs", "email": ""})
        assert made.asked["fields"] == {"full_name": "Mine", "email": "a@b.org"}
        number = actions.propose_change(
            "change_phone", {"person": family["Aung"].pk, "number": "+95912345678"}, by=clerk
        )
        assert number.state == "applied"
        with viewing(SYSTEM):
            phone = str(Phone.objects.get().pk)
        part = {"person": family["Aung"].pk, "part": phone, "number": "+95912345670"}
        assert (
            refused(lambda: actions.propose_change("change_phone", part, by=clerk, seen={"number": "+95912345600"}))
            == "change_moved"
        )

    def test_conflicts_are_shown_on_both(self, family: Family, clerk: Viewer) -> None:
        first = actions.propose_change(*named(family, "One"), by=clerk)
        second = actions.propose_change(*named(family, "Two"), by=clerk)
        actions.propose_change(
            "correct_identity", {"person": family["Aung"].pk, "fields": {"occupation": "x"}}, by=clerk
        )
        head = actions.propose_change(
            "change_head", {"household": family.household.pk, "person": family["Su"].pk}, by=clerk
        )
        gone = actions.propose_change(
            "remove_member", {"household": family.household.pk, "person": family["Khin"].pk}, by=clerk
        )
        for one, other in ((first, second), (second, first), (head, gone), (gone, head)):
            found = seen(clerk, request_view, one.pk).conflicts
            assert [each.pk for each, _topics in found] == [other.pk]
        assert len(seen(clerk, queries.open_requests_for, "person", family["Aung"].pk)) == 4
        assert len(seen(clerk, queries.open_requests_for, "household", family.household.pk)) == 2

    def test_presence_ends_by_itself(self, family: Family, clerk: Viewer, officer: Viewer) -> None:
        key = family["Aung"].pk
        actions.note_presence("person", key, by=clerk, editing="close")
        actions.note_presence("person", key, by=clerk)
        actions.note_presence("household", family.household.pk, by=clerk)
        actions.note_presence("person", key, by=SYSTEM)
        assert [(each.label, each.editing) for each in seen(officer, present, key)] == [("Somebody", "")]
        assert seen(clerk, present, key) == []
        with viewing(SYSTEM), connection.cursor() as cursor:
            cursor.execute("UPDATE registry_presence SET seen_at = seen_at - interval '1 minute'")
        assert seen(officer, present, key) == []
        actions.note_presence("person", key, by=officer)
        with viewing(SYSTEM):
            assert Presence.objects.filter(record=key).count() == 1
        actions.end_presence(key, by=officer)
        assert seen(clerk, present, key) == []
        assert refused(lambda: actions.note_presence("dog", key, by=clerk)) == "not_found"

    def test_drafts(self, family: Family, clerk: Viewer) -> None:
        key = family["Aung"].pk
        actions.save_draft("close", "person", key, {"a": "1"}, by=clerk)
        actions.save_draft("close", "person", key, {"a": "2"}, by=clerk)
        actions.save_draft("close", "person", key, {"a": "2"}, by=SYSTEM)
        found = seen(clerk, draft, "close", key)
        assert found is not None
        assert found.typed == {"a": "2"}
        assert seen(SYSTEM, draft, "close", key) is None
        actions.drop_draft("close", key, by=clerk)
        assert seen(clerk, draft, "close", key) is None


class TestUpdates:
    def update(self, family: Family, name: str, **more: Any) -> actions.ProposedUpdate:
        return actions.ProposedUpdate(
            new_id(), family.household.pk, {family.household.pk: {"address": "B", "place": "XX010101"}},
            {family["Aung"].pk: {"full_name": name}}, **more,
        )  # fmt: skip

    def test_a_set_of_submissions_in_constant_statements(
        self, country: Field, officer: Viewer, viewer_with: Any
    ) -> None:
        families = [make_family(country, "Aung", "Khin") for _number in range(6)]
        operation = country.operation.pk
        few = [self.update(families[0], "A")]
        many = [self.update(each, "A", added=[({"full_name": "Baby"}, "child")]) for each in families[1:]]
        with viewing(officer), CaptureQueriesContext(connection) as one:
            actions.propose_updates(few, by=officer, operation_id=operation)
        with viewing(officer), CaptureQueriesContext(connection) as five:
            outcomes = actions.propose_updates(
                many, by=officer, operation_id=operation, batch_id=new_id(), proposer=(new_id(), "Sender")
            )
        announced = 2 * (len(many) - len(few))  # the fact of each request, with its savepoint
        assert len(five) <= len(one) + announced + 2
        again = actions.propose_updates(many, by=officer, operation_id=operation)
        assert [each.request_id for each in again] == [each.request_id for each in outcomes], (
            "repeating it changes nothing"
        )
        made = outcomes[0].request_id
        assert made is not None
        assert actions.approve_change(made, by=officer).state == "applied", (
            "its proposer is who sent it, not who accepted it"
        )
        assert set(composition(families[1])) == {"A", "Khin", "Baby"}
        assert refused(lambda: actions.approve_change(actions.propose_update(self.update(families[0], "C"), by=officer, operation_id=operation).request_id, by=officer)) == "change_own"  # fmt: skip

    def test_what_says_nothing_new_and_what_cannot_be_written(
        self, country: Field, officer: Viewer, family: Family
    ) -> None:
        operation = country.operation.pk
        same = actions.ProposedUpdate(new_id(), None, people={family["Aung"].pk: {"full_name": "Aung"}})
        assert actions.propose_update(same, by=officer, operation_id=operation).request_id is None
        with viewing(SYSTEM):
            Household.objects.filter(pk=family.household.pk).update(status="closed", status_reason="left")
        made = actions.propose_update(self.update(family, "A"), by=officer, operation_id=operation).request_id
        assert made is not None
        request = seen(officer, queries.change_request, made)
        assert (request.state, request.moved[0]["code"]) == ("stale", "registry.change_record_closed")
        nobody = actions.ProposedUpdate(new_id(), new_id())
        assert refused(lambda: actions.propose_update(nobody, by=officer, operation_id=operation)) == "not_found"


@pytest.mark.django_db(transaction=True)
class TestConcurrently:
    def test_two_conflicting_approvals_one_wins_the_other_is_overtaken(self, country: Field, viewer_with: Any) -> None:
        family = make_family(country, "Aung", "Khin", "Su")
        clerk = viewer_with(*CLERK)
        officers = [country.officer(viewer_with, more=("places.view_place",)) for _number in range(2)]
        requests = [
            actions.propose_change(
                "remove_member",
                {"household": family.household.pk, "person": family["Aung"].pk, "new_head": family[name].pk},
                by=clerk,
            )
            for name in ("Khin", "Su")
        ]
        states = self.together(
            [
                lambda r=r, by=by: actions.approve_change(r.pk, by=by).state
                for r, by in zip(requests, officers, strict=True)
            ]
        )
        assert sorted(states) == ["applied", "stale"]
        assert sum(head for _relationship, head in composition(family).values()) == 1
        with viewing(SYSTEM):
            assert sorted(ChangeRequest.objects.values_list("state", flat=True)) == ["applied", "stale"]

    def test_the_same_request_is_approved_once(self, country: Field, viewer_with: Any) -> None:
        family = make_family(country, "Aung", "Khin")
        made = actions.propose_change(
            "add_member", {"household": family.household.pk, "fields": {"full_name": "Hla"}}, by=viewer_with(*CLERK)
        )
        officers = [country.officer(viewer_with, more=("places.view_place",)) for _number in range(2)]
        states = self.together([lambda by=by: actions.approve_change(made.pk, by=by).state for by in officers])
        assert sorted(states) == ["applied", "change_state"]
        assert len(composition(family)) == 3

    def together(self, calls: list[Any]) -> list[str]:
        """Run calls in threads that start together; the states or problems they end with."""
        gate, found = threading.Barrier(len(calls)), []

        def run(call: Any) -> None:
            gate.wait()
            try:
                found.append(str(call()))
            except Problem as problem:
                found.append(problem.code.removeprefix("registry."))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return found


def test_lines_lie_where_their_records_lie(country: Field, clerk: Viewer, viewer_with: Any) -> None:
    near, far = make_family(country, "Aung", "Khin"), make_family(country, "Min", area="XX020101")
    made = actions.propose_change("transfer_member", {"person": near["Khin"].pk, "to": far.household.pk}, by=clerk)
    with viewing(SYSTEM):
        assert set(ChangeLine.objects.filter(request=made.pk).values_list("scope_id", flat=True)) == {
            near.household.scope_id
        }
        assert ChangeLine.objects.filter(request=made.pk, household=UUID(str(far.household.pk))).exists()
