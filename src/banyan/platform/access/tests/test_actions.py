"""Accounts, grants, tokens, emergencies: what actions do and what they refuse."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.platform.access import actions, queries
from banyan.platform.access.models import Account, AccountInvitation, Area, Grant
from banyan.platform.access.testing import PASSWORD
from banyan.platform.access.tests.refusals import refused
from banyan.platform.access.tokens import token_viewer
from banyan.platform.access.viewers import Viewer, current_viewer, system_viewer, viewer_of, viewing, within
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


# Accounts


def test_an_invited_person_sets_a_password_once(administrator: Viewer, system: Viewer) -> None:
    account, secret = actions.invite_account(" Aye@Example.org ", "Daw Aye", by=administrator)
    assert account.email == "aye@example.org"
    assert not account.has_usable_password()
    assert secret not in AccountInvitation.objects.get().digest
    actions.accept_invitation(secret, PASSWORD, by=system)
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)
    with refused("access.invitation_spent"):
        actions.accept_invitation(secret, PASSWORD, by=system)


def test_a_new_link_ends_the_old_one(administrator: Viewer, system: Viewer) -> None:
    account, old = actions.invite_account("aye@example.org", "Daw Aye", by=administrator)
    new = actions.renew_invitation(account.pk, by=administrator)
    with refused("access.invitation_spent"):
        actions.accept_invitation(old, PASSWORD, by=system)
    AccountInvitation.objects.filter(used_at=None).update(expires_at=timezone.now())
    with refused("access.invitation_spent"):
        actions.accept_invitation(new, PASSWORD, by=system)


def test_weak_passwords_are_refused(administrator: Viewer, system: Viewer) -> None:
    _account, secret = actions.invite_account("aye@example.org", "Daw Aye", by=administrator)
    with refused("access.password_weak", "access.password_weak"):
        actions.accept_invitation(secret, "password", by=system)
    with refused("access.password_weak"):
        actions.accept_invitation(secret, "aye@example.org", by=system)


def test_everything_wrong_with_an_invitation_is_told_at_once(administrator: Viewer, make_account: Any) -> None:
    make_account(email="taken@example.org")
    with refused("kernel.field_invalid", "kernel.field_invalid"):
        actions.invite_account("no address", " ", by=administrator)
    with refused("kernel.field_invalid", "access.account_exists"):
        actions.invite_account("TAKEN@example.org", "", by=administrator)


def test_a_closed_account_is_out_at_once(administrator: Viewer, make_account: Any) -> None:
    account = make_account("reader")
    _token, text = actions.make_token("script", ["access.sign_in"], 5, by=viewer_of(account))
    actions.renew_invitation(account.pk, by=administrator)
    assert token_viewer(text)
    actions.close_account(account.pk, by=administrator)
    account.refresh_from_db()
    assert not viewer_of(account).roles
    with refused("access.token_invalid"):
        token_viewer(text)
    with refused("kernel.not_found"):
        actions.renew_invitation(account.pk, by=administrator)
    actions.reopen_account(account.pk, by=administrator)
    account.refresh_from_db()
    assert viewer_of(account).roles == {"reader"}
    with refused("access.token_invalid"):
        token_viewer(text)


def test_accounts_are_changed_and_found_or_not(administrator: Viewer, make_account: Any) -> None:
    account = make_account()
    actions.change_account(account.pk, name=" U Ba ", language="my", by=administrator)
    account.refresh_from_db()
    assert (account.name, account.language) == ("U Ba", "my")
    with refused("kernel.field_invalid"):
        actions.change_account(account.pk, name=" ", language="my", by=administrator)
    with refused("kernel.not_found"):
        actions.change_account(new_id(), name="x", language="", by=administrator)
    with refused("access.own_account"):
        actions.close_account(administrator.id, by=administrator)  # type: ignore[arg-type]
    actions.set_language("ar", by=viewer_of(account))
    account.refresh_from_db()
    assert account.language == "ar"


def test_a_limited_administrator_touches_only_accounts_of_its_area(
    kachin: Area, rakhine: Area, make_account: Any
) -> None:
    administrator = viewer_of(make_account("administrator", area=kachin))
    inside, outside = make_account("reader", area=kachin), make_account("reader", area=rakhine)
    both = make_account("reader", area=kachin)
    with viewing(system_viewer("tests")):
        Grant.objects.create(account=both, role="information-manager", valid_from=date(2026, 1, 1))
    actions.close_account(inside.pk, by=administrator)
    for account in (outside, both):
        with refused("kernel.not_found"):
            actions.close_account(account.pk, by=administrator)
    invited, _secret = actions.invite_account("new@example.org", "New", by=administrator)
    seen = set(queries.accounts(seen_by=administrator).values_list("pk", flat=True))
    assert {inside.pk, invited.pk} <= seen
    assert not seen & {outside.pk, both.pk}
    assert {grant.account_id for grant in queries.grants(seen_by=administrator)} <= {
        administrator.id,
        inside.pk,
        both.pk,
    }


def test_the_first_administrator_has_a_password(system: Viewer) -> None:
    account = actions.make_administrator("root@example.org", "Root", PASSWORD, by=system)
    assert account.check_password(PASSWORD)
    assert viewer_of(account).may("access.change_grant")
    with refused("access.password_weak"):
        actions.make_administrator("other@example.org", "Other", "short pass", by=system)


# Grants


@pytest.fixture
def kachin(system: Viewer) -> Area:
    actions.register_areas([("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR")], by=system)
    return Area.objects.get(key="MMR001")


@pytest.fixture
def rakhine(system: Viewer, kachin: Area) -> Area:
    actions.register_areas([("MMR012", "Rakhine", "MMR", "MMR")], by=system)
    return Area.objects.get(key="MMR012")


def test_a_granted_role_counts_at_once_and_ends_at_once(administrator: Viewer, make_account: Any, kachin: Area) -> None:
    account = make_account()
    assert not viewer_of(account).may("access.register_area")
    grant = actions.give_role(account.pk, "information-manager", by=administrator, area_id=kachin.pk)
    viewer = viewer_of(account)
    assert viewer.may("access.register_area")
    assert len(viewer.reach("access.register_area").scopes) == 1
    actions.end_role(grant.pk, by=administrator)
    actions.end_role(grant.pk, by=administrator)
    assert not viewer_of(account).may("access.register_area")
    with pytest.raises(Problem):
        viewer_of(account).require("access.register_area")


def test_all_that_stands_against_a_grant_is_told_at_once(administrator: Viewer, make_account: Any) -> None:
    account = make_account("administrator", "reader")
    with refused("access.role_unknown", "access.grant_dates"):
        actions.give_role(
            account.pk, "king", by=administrator, valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 1)
        )
    with refused("access.roles_incompatible"):
        actions.give_role(account.pk, "auditor", by=administrator)
    with refused("access.grant_exists"):
        actions.give_role(account.pk, "reader", by=administrator)
    with refused("kernel.not_found"):
        actions.give_role(new_id(), "reader", by=administrator)


def test_roles_that_exclude_each_other_may_follow_each_other(administrator: Viewer, make_account: Any) -> None:
    account = make_account()
    today = timezone.now().date()
    ends, begins = today + timedelta(days=5), today + timedelta(days=6)
    actions.give_role(account.pk, "administrator", by=administrator, valid_until=ends)
    actions.give_role(account.pk, "auditor", by=administrator, valid_from=begins)
    with refused("access.roles_incompatible"):
        actions.give_role(account.pk, "data-protection-officer", by=administrator, valid_from=ends)
    assert viewer_of(account).roles == {"administrator"}


def test_nobody_gives_more_than_they_hold(make_account: Any, kachin: Area, rakhine: Area) -> None:
    limited = viewer_of(make_account("administrator", area=kachin))
    account = make_account()
    grant = actions.give_role(account.pk, "reader", by=limited, area_id=kachin.pk)
    for place in (None, rakhine.pk, kachin.parent_id):
        with refused("access.grant_beyond_own"):
            actions.give_role(account.pk, "information-manager", by=limited, area_id=place)
    with viewing(system_viewer("tests")):
        wide = Grant.objects.create(account=account, role="auditor", valid_from=date(2026, 1, 1))
    with refused("access.grant_beyond_own"):
        actions.end_role(wide.pk, by=limited)
    actions.end_role(grant.pk, by=limited)


def test_one_administrator_remains(administrator: Viewer) -> None:
    own = Grant.objects.get(account=administrator.id)
    with refused("access.own_account"):
        actions.end_role(own.pk, by=administrator)
    with refused("kernel.not_found"):
        actions.end_role(new_id(), by=administrator)


def test_operations_are_added_and_changed(administrator: Viewer) -> None:
    operation = actions.add_operation("mmr1", "Myanmar operation", "mmr", by=administrator)
    assert (operation.code, operation.country) == ("MMR1", "MMR")
    with refused("access.operation_exists"):
        actions.add_operation("MMR1", "Again", "MMR", by=administrator)
    actions.change_operation(operation.pk, name="Myanmar", is_active=False, by=administrator)
    operation.refresh_from_db()
    assert (operation.name, operation.is_active) == ("Myanmar", False)
    with refused("kernel.not_found"):
        actions.change_operation(new_id(), name="x", is_active=True, by=administrator)


# The frame


def test_actions_need_a_viewer_and_a_permission(reader: Viewer) -> None:
    with pytest.raises(TypeError, match="needs by"):
        actions.add_operation("A", "B", "C")  # type: ignore[call-arg]
    with refused("kernel.not_allowed"):
        actions.add_operation("A", "B", "C", by=reader)
    assert current_viewer() is None


def test_within_keeps_grants_apart() -> None:
    from banyan.platform.access.rules import Part, reach_of

    one, two = new_id(), new_id()
    held = [
        Part(frozenset({"p"}), scopes=frozenset({1}), organisation=one, clearance=3),
        Part(frozenset({"p"}), scopes=frozenset({2})),
    ]
    condition = str(within(reach_of(held, "p"), organisation="organisation_id", sensitivity="class"))
    assert str(one) in condition
    assert "scope_id__in" in condition
    assert "class__lte" in condition
    assert str(two) not in condition
    assert not within(reach_of([Part(frozenset({"p"}), everything=True)], "p"))
    assert "pk__in" in str(within(reach_of([], "p")))


def test_a_reopened_account_must_exist_and_sessions_end_with_a_new_password(
    administrator: Viewer, system: Viewer, client: Any, make_account: Any
) -> None:
    account = make_account("reader", password=PASSWORD)
    assert client.post("/accounts/login/", {"login": account.email, "password": PASSWORD}).status_code == 302
    assert client.get("/access/roles/").status_code == 200
    secret = actions.renew_invitation(account.pk, by=administrator)
    actions.accept_invitation(secret, "another long passphrase", by=system)
    assert client.get("/access/roles/").status_code == 302
    with refused("kernel.not_found"):
        actions.reopen_account(new_id(), by=administrator)


def test_a_closed_account_is_signed_out_everywhere(administrator: Viewer, signed_in: Any) -> None:
    client = signed_in("reader")
    assert client.get("/access/roles/").status_code == 200
    actions.close_account(client.account.pk, by=administrator)
    assert client.get("/access/roles/").status_code == 302


def test_search_and_own_rights(administrator: Viewer, make_account: Any) -> None:
    account = make_account("reader", name="Daw Khin Khin")
    (hit,) = queries.search("khin", seen_by=administrator)
    assert str(account.pk) in hit.url
    assert queries.search("k", seen_by=administrator) == []
    assert all(right.role for right in queries.what_may(account.pk, seen_by=viewer_of(account)))
    with refused("kernel.not_allowed"):
        queries.what_may(administrator.id, seen_by=viewer_of(account))  # type: ignore[arg-type]


def test_grants_begin_and_end_by_themselves(administrator: Viewer, make_account: Any, monkeypatch: Any) -> None:
    from datetime import UTC, datetime

    from banyan.platform.access import resolving

    account = make_account()
    today = datetime.now(UTC).date()
    first, last = today + timedelta(days=2), today + timedelta(days=4)
    actions.give_role(account.pk, "reader", by=administrator, valid_from=first, valid_until=last)
    version = resolving.access_version()
    moment = [datetime.now(UTC)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return moment[0]

    monkeypatch.setattr(resolving, "datetime", Clock)
    for day, roles in [(0, set()), (1, set()), (2, {"reader"}), (4, {"reader"}), (5, set())]:
        moment[0] = datetime.combine(today + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=23)
        assert resolving.standing(account.pk, version).roles == roles, day
