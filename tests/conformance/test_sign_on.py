"""Sign-on, against an OpenID Connect provider that somebody else wrote (the npm package oidc-provider)."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from banyan.config.frontend import find_npm
from banyan.config.reporting import Report
from banyan.platform.access.models import Account
from banyan.platform.access.testing import PASSWORD, make_account

FOLDER = Path(__file__).parent / "oidc"
START, ARRIVE = "/accounts/oidc/oidc/login/", "/accounts/oidc/oidc/login/callback/"
PEOPLE = {
    "known": {"email": "Known@example.org", "email_verified": True, "name": "Known"},
    "unknown": {"email": "unknown@example.org", "email_verified": True},
    "unverified": {"email": "known@example.org", "email_verified": False},
    "wordy": {"email": "known@example.org", "email_verified": "false"},
    "silent": {"email": "known@example.org"},
    "nameless": {},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Address of a running provider. Without npm or its registry these tests are left out, except in CI."""
    environment = dict(os.environ)
    try:
        npm = find_npm(Report())
        environment["PATH"] = f"{Path(npm[0]).parent}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
            cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        trouble = done.stderr[-500:] if done.returncode else ""
    except (OSError, subprocess.SubprocessError) as error:
        trouble = str(error)
    if trouble:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the provider cannot be fetched by npm: {trouble}")
    node = shutil.which("node", path=environment["PATH"])
    assert node is not None
    command = [node, "provider.mjs", json.dumps(PEOPLE), f"http://testserver{ARRIVE}"]
    with subprocess.Popen(
        command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


@pytest.fixture
def overrides(settings: Any, provider: str) -> dict[str, str]:
    """Sign-on is configured as the environment would; what a test puts in here replaces what the provider publishes."""
    changed: dict[str, str] = {}
    app = {
        "provider_id": "oidc",
        "name": "Headquarters",
        "client_id": "banyan",
        "secret": "only-for-tests",
        "settings": {"server_url": provider, "openid_configuration_overrides": changed},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return changed


@pytest.fixture
def account(db: None, overrides: dict[str, str]) -> Account:
    return make_account("reader", email="known@example.org", password=PASSWORD)


def to_provider(browser: Client, start: str = START) -> str:
    """The provider's address that our page leads to."""
    answer = browser.get(start)
    assert answer.status_code == 302, answer.content
    return str(answer.headers["Location"])


def at_provider(address: str, person: str) -> str:
    """Sign in there; the address on our side that the provider sends the browser back to."""
    with requests.Session() as session:
        address += "&" + urlencode({"login_hint": person})
        for _step in range(6):
            answer = session.get(address, allow_redirects=False, timeout=10)
            assert answer.is_redirect, answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith("http://testserver"):
                return address.removeprefix("http://testserver")
    raise AssertionError("the provider does not come back")


def sign_on(browser: Client, person: str, start: str = START) -> Any:
    return browser.get(at_provider(to_provider(browser, start), person))


def is_signed_in(browser: Client) -> bool:
    return browser.get("/api/v1/access/me").status_code == 200


def test_a_known_address_signs_in_and_nothing_else_changes(account: Account) -> None:
    for browser in (Client(), Client()):
        answer = sign_on(browser, "known")
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
        assert browser.get("/api/v1/access/me").json()["email"] == "known@example.org"
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exists()


def test_the_sign_in_page_leads_there_by_a_plain_link(account: Account) -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert "Headquarters" in page
    assert f'href="{START}?' in page


@pytest.mark.parametrize("person", ["unknown", "unverified", "wordy", "silent", "nameless"])
def test_unknown_and_unverified_addresses_are_refused(account: Account, person: str) -> None:
    browser = Client()
    answer = sign_on(browser, person)
    assert answer.status_code == 403
    assert "No open account here" in answer.content.decode()
    assert not is_signed_in(browser)
    assert Account.objects.count() == 1


def test_a_closed_account_is_refused_in_the_same_words(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=False)
    browser = Client()
    answer = sign_on(browser, "known")
    assert answer.status_code == 403
    assert "No open account here" in answer.content.decode()
    assert not is_signed_in(browser)


def test_a_second_factor_is_asked_for_after_sign_on_too(account: Account) -> None:
    TOTP.activate(account, generate_totp_secret())
    browser = Client()
    assert sign_on(browser, "known").headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(browser)


def test_an_account_cannot_be_linked_to_somebody_elses_sign_on(account: Account) -> None:
    other = make_account("reader", email="other@example.org")
    browser = Client()
    browser.force_login(other, backend="banyan.platform.access.backends.AccountBackend")
    assert sign_on(browser, "known", f"{START}?process=connect").status_code == 403
    assert sign_on(browser, "known", f"{START}?process=redirect").status_code == 403
    assert not SocialAccount.objects.exists()


def test_keys_that_did_not_sign_the_token_open_nothing(
    account: Account, overrides: dict[str, str], provider: str
) -> None:
    overrides["jwks_uri"] = f"{provider}/other-keys"
    refused(Client(), "known")


def test_another_issuer_opens_nothing(account: Account, overrides: dict[str, str]) -> None:
    overrides["issuer"] = "https://elsewhere.example.org"
    refused(Client(), "known")


def refused(browser: Client, person: str, change: Callable[[str], str] = str) -> None:
    answer = browser.get(at_provider(change(to_provider(browser)), person))
    assert answer.status_code == 401, answer.headers
    assert not is_signed_in(browser)


def test_a_token_with_another_nonce_opens_nothing(account: Account) -> None:
    def exchanged(address: str) -> str:
        asked = parse_qs(urlsplit(address).query)
        assert len(asked["nonce"][0]) >= 24
        return address.replace(asked["nonce"][0], "another-nonce")

    refused(Client(), "known", exchanged)


def test_a_link_cannot_choose_what_is_asked(account: Account) -> None:
    address = to_provider(Client(), f"{START}?{urlencode({'auth_params': 'nonce=mine&code_challenge=mine'})}")
    assert "mine" not in address


def test_an_answer_meant_for_another_browser_opens_nothing(account: Account) -> None:
    """Its state is unknown here; with the state exchanged, the code is bound to the other's PKCE verifier."""
    answer = at_provider(to_provider(Client()), "known")
    victim = Client()
    asked = parse_qs(urlsplit(to_provider(victim)).query)
    assert victim.get(answer).status_code == 401
    code = parse_qs(urlsplit(answer).query)["code"][0]
    assert victim.get(f"{ARRIVE}?{urlencode({'code': code, 'state': asked['state'][0]})}").status_code == 401
    assert not is_signed_in(victim)


def test_an_answer_counts_once(account: Account) -> None:
    browser = Client()
    answer = at_provider(to_provider(browser), "known")
    assert browser.get(answer).status_code == 302
    again = Client()
    again.cookies = browser.cookies
    assert again.get(answer).status_code != 302


def test_without_a_configured_provider_there_is_no_such_address(db: None, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert Client().get(START).status_code == 404
    assert Client().get(ARRIVE).status_code == 404
