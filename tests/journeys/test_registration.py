"""The main job by hand: a form in Excel, submissions from a camp, mending, accepting, finding, changing; all of it in the timeline.

Three people work: a clerk in Kachin who submits and proposes, an officer who accepts and approves, and nobody does both.
Once in English and once in Arabic; what is clicked is found by what it does, not by its words.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from banyan.doors.web.testing import inaccessible
from banyan.people.registry.demo import form, recording, writing

Visit = Callable[..., Any]
CLERK, OFFICER = "clerk@demo.example", "registrar@demo.example"
TODAY = date(2026, 11, 1)
KACHIN = ["MMR001001701501", "MMR001001701502", "MMR001001701503"]
# What is new in each language's run, so that the second does not find what the first left.
RUNS = {"en": (7_000_001, "1984-06-05", "5 June 1984"), "ar": (7_100_001, "1985-07-06", "6 يوليو، 1985")}


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str], tuple[Path, Path, str]]:
    """(form, submissions with one fault, the name of the head of the last household) of a run."""

    def make(locale: str) -> tuple[Path, Path, str]:
        first = RUNS[locale][0]
        rows = list(recording.submissions(12, KACHIN, today=TODAY, first=first, duplicates=0, faults=0, seed=first))
        rows[0].answers["member"][-1].pop("member/sex")
        # A name that nobody else bears, in three parts, to be found in another order and spelling.
        named = f"Marip Tangbau {'Hkawn' if locale == 'en' else 'Brangsan'}"
        rows[-1] = replace(rows[-1], answers={**rows[-1].answers})
        head = {**rows[-1].answers["member"][0], "member/full_name": named, "member/birth_date": "1983-06-05"}
        head.pop("member/name_original", None)
        head.pop("member/age", None)
        rows[-1].answers["member"] = [head, *rows[-1].answers["member"][1:]]
        asked, filled = tmp_path / f"camp-{locale}.xlsx", tmp_path / f"submissions-{locale}.xlsx"
        asked.write_bytes(form.workbook())
        filled.write_bytes(writing.workbook(rows))
        return asked, filled, named

    return make


@pytest.mark.parametrize("locale", list(RUNS))
def test_from_a_form_in_excel_to_a_changed_record(visit: Visit, files: Any, locale: str) -> None:
    asked, filled, named = files(locale)
    officer, clerk = visit(OFFICER, locale=locale), visit(CLERK, locale=locale)
    title = f"Camp registration {locale}"

    publish(officer, asked, title, f"camp_{locale}")
    batch = submit(clerk, filled, title)
    mend(officer, batch)
    accept(officer, batch)
    record = find(clerk, named)
    change = propose(clerk, record, RUNS[locale][1])
    approve(officer, change)

    officer.goto(record)
    told = officer.locator("main").inner_text()
    assert RUNS[locale][2] in told
    assert "Demo registration officer" in told  # who registered and approved
    source = officer.locator("a[href*='/collection/submissions/']").first
    source.click()
    officer.wait_for_url(re.compile("/collection/submissions/"))
    assert named in officer.locator("main").inner_text()
    assert officer.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")


def publish(page: Any, file: Path, title: str, code: str) -> None:
    """Upload a form, confirm what its questions feed, publish it."""
    page.goto("/forms/new/")
    page.locator("input[name=file]").set_input_files(str(file))
    page.locator("input[name=title]").fill(title)
    page.locator("input[name=code]").fill(code)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("/forms/versions/"))
    whole(page)
    page.locator("a[href$='/binding/']").first.click()
    page.wait_for_url(re.compile("/binding/"))
    fed = page.locator("main select").evaluate_all("found => found.map(one => one.value)")
    for field in ("person.full_name", "person.sex", "person.birth_date", "person.relationship", "household.place"):
        assert field in fed, field
    whole(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    page.goto(page.url.replace("binding/", ""))
    page.locator("form[action$='/publish/'] button").click()
    yes(page)
    page.wait_for_load_state("networkidle")
    assert page.locator("form[action$='/retire/']").count() == 1


def submit(page: Any, file: Path, title: str) -> str:
    """Submit the filled forms of the area the clerk works in; returns the address of the batch, read and checked."""
    page.goto("/collection/new/")
    options = page.locator("select option").evaluate_all("found => found.map(one => [one.value, one.textContent])")
    chosen = next(value for value, text in options if title in text)
    page.locator(f"select:has(option[value='{chosen}'])").select_option(chosen)
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/collection/[0-9a-f-]{36}/"))
    page.wait_for_selector("svg[role=img]", timeout=90_000)
    page.goto(page.url)
    assert page.locator("form[action$='/decide/'] input[value=accept]").count() == 0, "who submits does not accept"
    return str(page.url)


def mend(page: Any, batch: str) -> None:
    """Open the one submission with an error and say what is missing."""
    page.goto(batch)
    whole(page)
    page.locator("a[href*='/problem/']").first.click()
    page.wait_for_load_state("networkidle")
    whole(page)
    page.goto(batch)
    page.locator("a[href*='/collection/submissions/']").first.click()
    page.wait_for_url(re.compile("/collection/submissions/"))
    whole(page)
    unanswered = "form[action$='/correct/']:has(input[value='person.sex']) select:has(option[value='']:checked)"
    control = page.locator(f"#{page.locator(unanswered).get_attribute('id')}")
    correction = page.locator("form").filter(has=control)
    correction.locator("xpath=ancestor::details[1]/summary").click()
    control.select_option("female")
    correction.locator("input[name=reason]").fill("Asked the family")
    correction.locator("button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    assert page.locator(unanswered).count() == 0
    page.goto(batch)
    assert page.locator("form[action$='/decide/'] input[value=accept]").count() >= 1


def accept(page: Any, batch: str) -> None:
    """Accept everything that is good, and wait until the register has it."""
    page.goto(batch)
    page.locator("form[action$='/decide/']:has(input[value=accept]) button.btn-primary").first.click()
    yes(page)
    page.wait_for_load_state("networkidle")
    for _ in range(60):
        page.goto(batch)
        bars = page.locator("svg[role=img] text").all_text_contents()
        if bars and bars[-1].strip() in ("12", "١٢"):  # the last bar: registered
            return
        page.wait_for_timeout(1_000)
    pytest.fail(f"not registered: {page.locator('main').inner_text()[:2000]}")


def find(page: Any, name: str) -> str:
    """Search by the name in another order and spelling; open whom it finds."""
    words = name.split()
    page.goto("/registry/search/")
    page.locator("main input[name=text]").fill(f"{words[2]} {words[0].replace('i', 'ee')} {words[1]}")
    page.locator("main form[role=search] button.btn-primary").click()
    page.wait_for_selector("#answers a[href*='/registry/people/']")
    whole(page)
    first = page.locator("#answers a[href*='/registry/people/']").first
    assert name in first.inner_text()
    first.click()
    page.wait_for_url(re.compile("/registry/people/"))
    whole(page)
    return str(page.url)


def propose(page: Any, record: str, born: str) -> str:
    """Propose another date of birth; returns the address of the request."""
    identity = record.rstrip("/").rpartition("/")[2]
    page.goto(f"/registry/propose/correct_identity/{identity}/")
    whole(page)
    page.locator("input[name='fields.birth_date']").fill(born)
    page.locator("button[name=step][value=preview]").click()
    page.wait_for_selector("button[name=step][value=send]")
    assert born[:4] in page.locator("main").inner_text()
    page.locator("textarea[name=reason]").fill("Saw the household list of the village")
    page.locator("button[name=step][value=send]").click()
    page.wait_for_url(re.compile("/registry/changes/"))
    assert page.locator("form[action$='/approve/'] button.btn-primary").count() == 0, "nobody approves their own"
    return str(page.url)


def approve(page: Any, change: str) -> None:
    """Approve a request that somebody else made."""
    page.goto(change)
    whole(page)
    page.locator("form[action$='/approve/'] button.btn-primary").click()
    yes(page)
    page.wait_for_load_state("networkidle")
    assert page.locator("form[action$='/approve/']").count() == 0


def yes(page: Any) -> None:
    """Answer the question that a dialog asks, if one does."""
    page.wait_for_timeout(300)
    dialog = page.locator("dialog[open] button[value=yes]")
    if dialog.count():
        dialog.click()


def whole(page: Any) -> None:
    """Nothing for axe to find, nothing wider than the window."""
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert inaccessible(page) == [], page.url
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"
