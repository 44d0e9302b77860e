"""Who may, who may not, what two people do at once, and what a set of submissions proposes: on a real database."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from banyan.people.registry import actions, queries
from banyan.people.registry.models import (
    ChangeLine,
    ChangeRequest,
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
from banyan.people.registry.tests.test_changing import CLERK
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

    def test_the_installation_itself_may(self, family: Family, clerk: Viewer) -> None:
        made = actions.propose_change(*named(family), by=clerk)
        assert actions.approve_change(made.pk, by=SYSTEM).state == "applied"
        alone = actions.propose_change("change_phone", {"person": family["Su"].pk, "number": "+95912345678"}, by=SYSTEM)
        assert alone.state == "applied"
        actions.drop_draft("close", family["Su"].pk, by=SYSTEM)
        actions.end_presence(family["Su"].pk, by=SYSTEM)
        assert refused(lambda: actions.save_draft("dance", "person", family["Su"].pk, {}, by=clerk)) == "not_found"

    def test_renewing_asks_for_the_role_too(
        self, family: Family, country: Field, clerk: Viewer, officer: Viewer, viewer_with: Any
    ) -> None:
        first = actions.propose_change(*named(family, "One"), by=clerk)
        second = actions.propose_change(*named(family, "Two"), by=clerk)
        actions.approve_change(first.pk, by=officer)
        chief = viewer_with("registry.change_rules")
        actions.set_change_rule(
            country.operation.pk, "correct_identity", by=chief, needs_approval=True, proposers=["registration-clerk"]
        )
        assert refused(lambda: actions.renew_change(second.pk, by=officer)) == "change_role"

    def test_people_with_a_place_of_their_own_stay_where_they_are(
        self, family: Family, country: Field, clerk: Viewer, officer: Viewer
    ) -> None:
        own = str(country.places["XX010101"].pk)
        given = {"person": family["Su"].pk, "fields": {"place": own}}
        assert (
            actions.approve_change(actions.propose_change("correct_identity", given, by=clerk).pk, by=officer).state
            == "applied"
        )
        far = make_family(country, "Min", area="XX020101")
        given = {"household": far.household.pk, "other": family.household.pk}
        assert (
            actions.approve_change(actions.propose_change("merge_households", given, by=clerk).pk, by=officer).state
            == "applied"
        )
        with viewing(SYSTEM):
            found = {row.full_name: row.scope_id for row in Person.objects.all()}
        assert found["Su"] == country.scopes["XX0101"]
        assert found["Aung"] == country.scopes["XX0201"]


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


def test_lines_lie_where_their_records_lie(country: Field, clerk: Viewer, viewer_with: Any) -> None:
    near, far = make_family(country, "Aung", "Khin"), make_family(country, "Min", area="XX020101")
    made = actions.propose_change("transfer_member", {"person": near["Khin"].pk, "to": far.household.pk}, by=clerk)
    with viewing(SYSTEM):
        assert set(ChangeLine.objects.filter(request=made.pk).values_list("scope_id", flat=True)) == {
            near.household.scope_id
        }
        assert ChangeLine.objects.filter(request=made.pk, household=UUID(str(far.household.pk))).exists()
