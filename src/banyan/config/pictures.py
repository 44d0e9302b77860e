"""`./banyan pictures`: the screenshots of the documentation, taken from a demo installation on trial."""

import argparse
import shutil
import sys
from dataclasses import dataclass
from typing import Any

from banyan.config import installation
from banyan.config.trial import Trial, running
from banyan.config.trouble import Trouble

FOLDER = installation.ROOT / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE, NARROW = (1366, 768), (390, 844)
REGISTRAR = "registrar@demo.example"
PROGRAMMES, PAYMENTS = "programme@demo.example", "payment@demo.example"
PLAN = "main tbody tr:has-text('Winter cash, first round') a"
CASE = "#list-cases tbody th a"
# Without these a browser looks for its maker's servers at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Picture:
    """One screenshot: file name, address, language, size, and what to wait for.

    `dark` takes the dark theme, `mail` signs in as somebody else, `follow` clicks the link with this text first, `first` the first
    element that this selector finds, `then` the first elements that these find, page after page.
    """

    name: str
    address: str
    language: str = "en"
    size: tuple[int, int] = WIDE
    wait: str = "h1"
    dark: bool = False
    mail: str = "administrator@demo.example"
    follow: str = ""
    first: str = ""
    then: tuple[str, ...] = ()


PICTURES = [
    Picture("home", "/"),
    Picture("home-arabic-narrow", "/", language="ar", size=NARROW),
    Picture("places", "/places/"),
    Picture("place", "/places/", wait="canvas", follow="Kachin"),
    Picture("code-list", "/codes/iso-3166-1/"),
    Picture("code-list-dark", "/codes/organisation-type/", dark=True),
    Picture("history", "/history/", mail="auditor@demo.example"),
    Picture("form", "/forms/", mail=REGISTRAR, follow="Household registration"),
    Picture("batch", "/collection/", mail=REGISTRAR, follow="Kachin camps, to be reviewed", wait="svg[role=img]"),
    Picture("people", "/registry/people/", mail=REGISTRAR),
    Picture("households-arabic-narrow", "/registry/households/", mail=REGISTRAR, language="ar", size=NARROW),
    Picture("duplicates", "/linkage/", mail=REGISTRAR),
    Picture("duplicate", "/linkage/", mail=REGISTRAR, first=CASE, wait="table.compare"),
    Picture(
        "duplicate-arabic-narrow",
        "/linkage/",
        mail=REGISTRAR,
        first=CASE,
        wait="table.compare",
        language="ar",
        size=NARROW,
    ),
    Picture(
        "targeting-run",
        "/programmes/",
        mail=PROGRAMMES,
        follow="Cash for the winter",
        then=("a[href$='/targeting/']", "main tbody a[href*='/targeting/']", "main a[href*='/targeting/runs/']"),
        wait="svg[role=img]",
    ),
    Picture(
        "payment-plan",
        "/payments/plans/",
        mail=PAYMENTS,
        first="main tbody tr:has-text('Winter cash, first round') a",
        wait=".timeline",
    ),
    Picture("ledger", "/payments/ledger/", mail=PAYMENTS, wait="main tbody"),
    Picture(
        "distribution-narrow",
        "/payments/distributions/?state=open",
        mail="distribution@demo.example",
        first="main tbody a[href*='/payments/distributions/']",
        size=NARROW,
    ),
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `pictures`."""
    parser.add_argument("names", nargs="*", help="only these pictures")


def browser_program() -> str | None:
    """A Chromium on this machine, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def run(options: argparse.Namespace) -> int:
    """Take the pictures. Raises Trouble when there is no browser."""
    program = browser_program()
    if program is None:
        raise Trouble("There is no Chromium on this machine.", "Install it: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as trial, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        for picture in PICTURES:
            if not options.names or picture.name in options.names:
                _take(browser, trial, picture)
                print(f"docs/pictures/{picture.name}.png", file=sys.stderr)
        browser.close()
    return 0


def _take(browser: Any, trial: Trial, picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        base_url=trial.address,
        locale=picture.language,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
    )
    page = context.new_page()
    sign_in(page, picture.mail, trial.passwords[picture.mail])
    page.goto(picture.address)
    if picture.follow:
        page.get_by_role("link", name=picture.follow, exact=True).click()
    if picture.first:
        page.locator(picture.first).first.click()
    for selector in picture.then:
        page.locator(selector).first.click()
    page.wait_for_selector(picture.wait)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(FOLDER / f"{picture.name}.png"))
    context.close()


def sign_in(page: Any, mail: str, password: str) -> None:
    """Through the sign-in page, as a person would."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(mail)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
