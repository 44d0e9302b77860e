"""Which of allauth's pages a signed-in person can open. A page that a new version of allauth adds fails here first."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.architecture.guards.view_permissions import walk

from banyan.config.urls import CLOSED
from banyan.platform.access.testing import PASSWORD, make_account

OPEN = {
    "accounts/logout/": "asks before it signs out",
    "accounts/inactive/": "what the holder of a closed account reads",
    "accounts/reauthenticate/": "the password again, before one's factors are changed",
    "accounts/password/change/": "one's own password, knowing the old one",
    "accounts/password/reset/": "a link by mail to the address an administrator wrote; no account, no mail",
    "accounts/password/reset/done/": "says that the link was sent, whether or not there is an account",
    "accounts/password/reset/key/done/": "says that the new password counts",
    "accounts/2fa/": "one's own factors",
    "accounts/2fa/totp/activate/": "one's own authenticator",
    "accounts/2fa/recovery-codes/generate/": "one's own recovery codes, and why there are none before a factor",
    "accounts/2fa/webauthn/": "one's own passkeys",
    "accounts/2fa/webauthn/add/": "a passkey more",
    "accounts/3rdparty/login/cancelled/": "what is read after turning back at the sign-on provider",
    "accounts/sessions/": "where one is signed in",
}


@pytest.fixture
def reader(db: None) -> Client:
    """A reader who has just given the password again, so that nothing asks for it."""
    make_account("reader", email="reader@example.org", password=PASSWORD)
    client = Client()
    answer = client.post("/accounts/login/", {"login": "reader@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def test_a_reader_can_open_these_account_pages_and_no_others(reader: Client) -> None:
    addresses = {route for route, _view in walk(get_resolver().url_patterns) if route.startswith("accounts/")}
    plain = {address for address in addresses if not set("<^(") & set(address)}
    assert len(plain) > len(OPEN)
    assert {address for address in plain if reader.get(f"/{address}").status_code == 200} == OPEN.keys()


@pytest.mark.parametrize("address", CLOSED)
def test_closed_pages_do_not_exist_for_anybody(reader: Client, address: str) -> None:
    target = "/accounts/" + address.replace("<path:_rest>", "connections/")
    form = {"email": "other@example.org", "action_add": "", "password1": PASSWORD, "password2": PASSWORD}
    for client in (reader, Client()):
        assert client.get(target).status_code == 404
        assert client.post(target, form).status_code == 404


def test_strangers_get_no_mail_by_asking_for_a_new_password(reader: Client, mailoutbox: list[Any]) -> None:
    for address in ("stranger@example.org", "reader@example.org"):
        answer = Client().post("/accounts/password/reset/", {"email": address})
        assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert [mail.to for mail in mailoutbox] == [["reader@example.org"]]
