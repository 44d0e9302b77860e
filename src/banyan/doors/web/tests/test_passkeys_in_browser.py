"""A passkey from making it to signing in with nothing else, with the authenticator that Chromium plays itself."""

from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from banyan.doors.web.testing import browser, context_of, watched
from banyan.platform.access.testing import PASSWORD, make_account

__all__ = ["browser"]  # the fixture


def plug_in(page: Page, *, knows_its_holder: bool = True) -> tuple[CDPSession, str]:
    """A telephone or key in the page's browser, which answers without being touched; with the id it has there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_holder,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def test_a_passkey_is_made_and_then_signs_in_alone(browser: Browser, live_server: Any, transactional_db: None) -> None:
    make_account("reader", name="Sai", email="sai@example.org", password=PASSWORD)
    # Passkeys are bound to a name; an address of numbers has none.
    site = live_server.url.replace("127.0.0.1", "localhost")
    context = context_of(browser, live_server, None)
    page, complaints = watched(context)
    page.set_default_timeout(10_000)
    keys, key = plug_in(page)

    page.goto(f"{site}/accounts/login/")
    page.fill("input[name=login]", "sai@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]:not([form])")
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/me/")
    page.click("a[href='/accounts/2fa/']")
    page.click("a[href='/accounts/2fa/webauthn/add/']")
    page.wait_for_url("**/accounts/reauthenticate/**")  # whoever finds an open browser adds no key of their own
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=name]", "Telephone")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    assert len(keys.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.goto(f"{site}/accounts/2fa/webauthn/")
    assert "Telephone" in page.inner_text("table")

    context.clear_cookies()
    page.goto(f"{site}/me/")
    assert "/accounts/login/" in page.url
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/me/")
    assert "Sai" in page.inner_text("body")

    # A stolen key that does not know its holder opens nothing.
    context.clear_cookies()
    keys.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto(f"{site}/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_timeout(1500)
    page.goto(f"{site}/me/")
    assert "/accounts/login/" in page.url
    context.close()
    assert [text for text in complaints if "NotAllowedError" not in text] == []
