"""Access tokens and sessions: what actions do and what they refuse."""

from typing import Any

import pytest
from django.utils import timezone

from banyan.platform.access import actions, queries
from banyan.platform.access.models import ApiToken
from banyan.platform.access.testing import PASSWORD
from banyan.platform.access.tests.refusals import refused
from banyan.platform.access.tokens import token_viewer
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import new_id

pytestmark = pytest.mark.django_db


# Tokens


def test_a_token_carries_a_part_of_the_permissions(administrator: Viewer) -> None:
    token, text = actions.make_token("export", ["access.view_account"], 30, by=administrator)
    assert text.startswith(token.start)
    assert text not in token.digest
    _found, viewer = token_viewer(text)
    assert viewer.may("access.view_account")
    assert viewer.may("access.sign_in")
    assert not viewer.may("access.change_account")
    assert not viewer.reach("access.change_account")
    with refused("kernel.not_allowed"):
        actions.make_token("more", ["access.view_account"], 30, by=viewer)
    actions.revoke_token(token.pk, by=administrator)
    actions.revoke_token(token.pk, by=administrator)
    with refused("access.token_invalid"):
        token_viewer(text)
    with refused("access.token_invalid"):
        token_viewer("bny_nonsense")


def test_all_that_is_wrong_with_a_token_is_told_at_once(reader: Viewer) -> None:
    with refused("kernel.field_invalid", "access.token_scope", "access.token_scope", "access.token_expiry"):
        actions.make_token(" ", ["access.change_account", "no.permission"], 400, by=reader)
    with refused("kernel.field_invalid", "access.token_expiry"):
        actions.make_token("x", [], 0, by=reader)


def test_tokens_expire_and_others_cannot_revoke_them(
    administrator: Viewer, reader: Viewer, information_manager: Viewer
) -> None:
    token, text = actions.make_token("export", ["access.sign_in"], 1, by=reader)
    with refused("kernel.not_found"):
        actions.revoke_token(token.pk, by=information_manager)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    with refused("access.token_invalid"):
        token_viewer(text)
    actions.revoke_token(token.pk, by=administrator)
    with refused("kernel.not_found"):
        actions.revoke_token(new_id(), by=administrator)


def test_sessions_are_ended(administrator: Viewer, client: Any, make_account: Any) -> None:
    account = make_account("reader", password=PASSWORD)
    answer = client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    (session,) = queries.sessions(account.pk, seen_by=administrator)
    actions.revoke_session(session.pk, by=administrator)
    assert queries.sessions(account.pk, seen_by=administrator) == []
    with refused("kernel.not_found"):
        actions.revoke_session(0, by=administrator)
