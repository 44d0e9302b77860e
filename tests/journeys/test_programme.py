"""From a programme to a closed plan, and what a household got of it; and a card at the counter, on a telephone.

Two people design and approve, four move the money, and whoever prepares a plan finds no way to approve it. The rule chooses the few
largest households, so that the demo's own programmes and plans stay as they are.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from banyan.doors.web.testing import inaccessible

Visit = Callable[..., Any]
OFFICER, APPROVER = "programme@demo.example", "programme2@demo.example"
PAYER, CLERK = "payment@demo.example", "distribution@demo.example"
# Who gives a plan their word, in this order: what the button says, what the page answers.
WORDS = (
    ("approver@demo.example", "Approve", "You approved these lines."),
    ("authoriser@demo.example", "Authorise", "You authorised these lines."),
    ("releaser@demo.example", "Release the funds", "The funds are released."),
)
RULE = "members.size() >= 10"
EACH = 5000  # kyat for every member
MOST = 60  # households that the rule may choose: more of them would make the journey long
# What the provider calls the columns of its report.
HEADERS = ["Our number", "Handed over", "Ended", "Date", "Voucher no"]
PATIENCE = 120  # seconds for work in the background, on a busy machine
PHONE = {"width": 390, "height": 844}


def test_from_a_programme_to_a_closed_plan(visit: Visit, tmp_path: Path) -> None:
    officer, approver = visit(OFFICER), visit(APPROVER)
    mark = uuid4().hex[:6].upper()

    programme = design(officer, approver, mark)
    chosen = target(officer, approver, programme)
    entitle(officer, approver, programme, chosen)

    payer = visit(PAYER)
    plan = prepare(payer, f"Journey {mark}", chosen)
    refused_to_its_maker(payer, plan)
    sign(visit, plan)
    rows = send(payer, plan, tmp_path)
    assert len(rows) == chosen
    reconcile(payer, plan, rows, tmp_path)
    got(payer, plan, f"Journey {mark}", rows[0])


def design(officer: Any, approver: Any, mark: str) -> str:
    """A programme with its money, a cycle and a package of cash, all approved by somebody else. The address of its page."""
    today = datetime.now(UTC).date()
    officer.goto("/programmes/new/")
    fill(officer, code=f"J-{mark}", name=f"Journey {mark}", purpose=f"journey-{mark}", currency="MMK",
         starts_on=today.replace(day=1).isoformat(), ends_on=(today + timedelta(days=120)).isoformat())  # fmt: skip
    accessible(officer)
    go_on(officer, "Save", r"/programmes/[0-9a-f-]{36}/$")
    programme = str(officer.url)

    officer.get_by_role("link", name="Add a budget line").click()
    fill(officer, code="FUND", name="Journey fund", amount="90000000")
    go_on(officer, "Save", programme)
    officer.get_by_role("link", name="Add a cycle").click()
    fill(officer, name="Only round", starts_on=today.replace(day=1).isoformat(),
         ends_on=(today + timedelta(days=30)).isoformat())  # fmt: skip
    go_on(officer, "Save", programme)
    officer.get_by_role("link", name="Add a package").click()
    fill(officer, code="CASH", name="Cash once", formula=f"members.size() * {EACH}")
    officer.get_by_role("button", name="Save", exact=True).click()
    officer.wait_for_url(lambda address: not address.endswith("/new/"))

    # Who designed it cannot set it active, and is told why.
    officer.goto(programme)
    assert officer.locator("form[action$='/activate/']").count() == 0
    approver.goto(programme)
    accessible(approver)
    say(approver, "Set active", "Done.")
    approver.get_by_role("link", name="Cash once").click()
    say(approver, "Approve", "Done.")
    officer.goto(programme)
    officer.locator("form[action*='/cycles/'][action$='/open/'] button").click()
    officer.locator("form[action*='/cycles/'][action$='/close/'] button").wait_for()
    return programme


def target(officer: Any, approver: Any, programme: str) -> int:
    """One rule, run in the background, proposed, approved by another; whom it found is enrolled. How many households."""
    officer.goto(f"{programme}targeting/new/")
    # An empty rule is offered to be built; the text can be written instead, and is read and counted while one writes.
    first = officer.locator("[data-island=criteria]").first
    first.get_by_role("button", name="Write as text").click()
    fill(officer, **{"name": "The largest", "rules-0-label": "Ten people or more", "rules-0-text": RULE})
    first.locator("[data-counted]", has_text="selected").wait_for()
    first.get_by_role("button", name="Build", exact=True).click()
    first.locator(".criteria-part").first.wait_for()
    accessible(officer)
    go_on(officer, "Save", r"/targeting/[0-9a-f-]{36}/$")
    targeting = str(officer.url)
    officer.get_by_role("button", name="Run", exact=True).click()
    officer.wait_for_url(re.compile(r"/targeting/runs/[0-9a-f-]{36}/$"))
    run = str(officer.url)
    when_there(officer, "main .stats .stat-figure")
    chosen = int(re.sub(r"\D", "", officer.locator("main .stat-figure").first.inner_text()))
    assert 0 < chosen <= MOST
    accessible(officer)

    officer.goto(targeting)
    say(officer, "Propose", "Proposed.")
    assert officer.locator("form[action$='/approve/']").count() == 0
    approver.goto(targeting)
    say(approver, "Approve", "Approved.")
    officer.goto(run)
    officer.get_by_role("button", name="Enrol", exact=True).click()
    agree(officer)
    officer.wait_for_url(re.compile("/jobs/"))
    officer.goto(f"{programme}enrolments/?state=enrolled")
    when_there(
        officer, "#list-enrolments tbody th a[href*='/households/'], #list-enrolments tbody td a[href*='/households/']"
    )
    accessible(officer)
    return chosen


def entitle(officer: Any, approver: Any, programme: str, chosen: int) -> None:
    """What they are entitled to: simulated, proposed, approved by another."""
    officer.goto(f"{programme}entitlements/new/")
    go_on(officer, "Simulate", r"/entitlements/runs/[0-9a-f-]{36}/$")
    run = str(officer.url)
    when_there(officer, "main .stats .stat-figure a")
    assert int(officer.locator("main .stat-figure a").first.inner_text()) == chosen
    accessible(officer)
    say(officer, "Propose", "Proposed.")
    assert officer.locator("form[action$='/approve/']").count() == 0
    approver.goto(run)
    approver.get_by_role("button", name="Approve", exact=True).click()
    agree(approver)
    approver.get_by_text("Approved. It can be paid now.").wait_for()


def prepare(payer: Any, name: str, chosen: int) -> str:
    """A plan of it: lines made in the background, locked, given to the demo's provider, sent for approval. Its address."""
    payer.goto("/payments/plans/new/")
    accessible(payer)
    payer.get_by_role("link", name=name).click()
    payer.locator("select[name=rest]").select_option(index=1)
    if payer.locator("input[name=rate]").count():
        fill(payer, rate="0.000476", rate_on=datetime.now(UTC).date().isoformat())
    go_on(payer, "Make the plan", r"/plans/[0-9a-f-]{36}/$")
    plan = str(payer.url)
    when_there(payer, f"main:not(:has([data-job])) .stat-figure:text-is('{chosen}')")
    say(payer, "Lock the entitlements", "The entitlements are locked.", asked=True)
    payer.get_by_role("link", name="Assign a provider").click()
    payer.locator("select[name=provider]").select_option(label="Mobile money of the valley")
    payer.locator("select[name=mechanism]").select_option("cash")
    accessible(payer)
    go_on(payer, "Assign a provider", plan)
    say(payer, "Send for approval", "The plan was sent for approval.", asked=True)
    return plan


def refused_to_its_maker(payer: Any, plan: str) -> None:
    """Whoever prepared a plan has no link to approve it, and whoever knows the address is refused."""
    payer.goto(plan)
    assert payer.locator("a[href$='/steps/approve/']").count() == 0
    greyed = payer.locator("[aria-disabled=true]:has-text('Approve')").first
    assert greyed.get_attribute("title")
    payer.goto(f"{plan}steps/approve/")
    if (button := payer.get_by_role("button", name="Approve", exact=True)).count():
        with payer.expect_response(lambda answer: answer.request.method == "POST") as answered:
            button.click()
        assert answered.value.status == 403
    payer.goto(plan)
    assert payer.locator("[aria-current=step]").inner_text().strip().lower() == "in approval"


def sign(visit: Visit, plan: str) -> None:
    """Approved, authorised and released by one after the other; each is told to what they give their word."""
    for mail, verb, answer in WORDS:
        page = visit(mail)
        page.goto(plan)
        page.get_by_role("link", name=verb, exact=True).click()
        if verb == "Approve":
            accessible(page)
        say(page, verb, answer)
        # Once is enough: nobody gives a second word in one plan.
        assert page.locator("a.btn[href*='/steps/']:not([href$='/refuse/']):not([href$='/abort/'])").count() == 0
        page.context.close()


def send(payer: Any, plan: str, folder: Path) -> list[dict[str, str]]:
    """The file for the provider made and fetched, the plan marked as sent. The lines of the file."""
    payer.goto(plan)
    payer.locator("select[name=format]").select_option("csv")
    payer.get_by_role("button", name="Make a file").click()
    with payer.expect_download() as fetched:
        payer.get_by_role("button", name=re.compile("^Fetch")).click()
    file = folder / fetched.value.suggested_filename
    fetched.value.save_as(file)
    say(payer, "Mark as sent", "The plan is marked as sent.", asked=True)
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def reconcile(payer: Any, plan: str, rows: list[dict[str, str]], folder: Path) -> None:
    """What the provider says in its own words is loaded, mapped and matched; then the plan is closed."""
    today = datetime.now(UTC).date().isoformat()
    said = [[row["line"], row["amount"], "OK", today, f"V{place:04}"] for place, row in enumerate(rows)]
    report = folder / "paid.csv"
    with report.open("w", newline="") as file:
        csv.writer(file).writerows([HEADERS, *said])
    payer.goto("/payments/statements/new/")
    payer.locator("input[type=file]").set_input_files(str(report))
    if (provider := payer.locator("select[name=provider]")).count():
        provider.select_option(label="Mobile money of the valley")
    payer.get_by_role("button", name="Load", exact=True).click()
    payer.wait_for_url(re.compile("/statements/[0-9a-f-]{36}/columns/$"))
    accessible(payer)
    columns = dict(zip(("line", "amount", "outcome", "on_day", "reference"), HEADERS, strict=True))
    for field, header in columns.items():
        payer.locator(f"select[name=column-{field}]").select_option(header)
    payer.locator("input[name=amounts][value=each]").check()
    payer.locator("textarea[name=words]").fill("OK = delivered")
    go_on(payer, "Match the rows", r"/statements/[0-9a-f-]{36}/$")
    when_there(payer, "main a.chip[href*='verdict=matched']")
    assert payer.locator("main a.chip[href*='verdict=']").count() == 1
    assert payer.locator("a.chip[href*='verdict=matched'] .number").inner_text() == str(len(rows))
    accessible(payer)
    payer.goto(plan)
    say(payer, "Close the plan", "The plan is closed.", asked=True)
    assert payer.locator("[aria-current=step]").inner_text().strip().lower() == "closed"
    figures = payer.locator("main .stat-figure").all_inner_texts()
    assert figures[1] == figures[2]  # all of it reached people
    accessible(payer)


def got(payer: Any, plan: str, name: str, row: dict[str, str]) -> None:
    """The page of a household says what it was entitled to, and that it got it."""
    reference = re.search(r"PAY-\S+", payer.locator("main").inner_text())
    payer.goto(f"{plan}lines/")
    payer.locator(f"main tbody tr:has-text('{row['household']}') a").first.click()
    payer.wait_for_url(re.compile(r"/payments/lines/[0-9a-f-]{36}/$"))
    payer.locator("main a[href*='/payments/households/']").first.click()
    payer.wait_for_url(re.compile("/payments/households/"))
    told = payer.locator(f"section[aria-labelledby=rows-heading] tr:has-text('{name}')")
    due, arrived = told.locator("td.is-number").all_inner_texts()
    assert due == arrived
    assert re.sub(r"\D", "", due.split(".")[0]) == str(int(float(row["amount"])))
    assert reference
    assert reference[0] in told.inner_text()
    accessible(payer)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_card_is_served_on_a_telephone(visit: Visit, locale: str) -> None:
    page = visit(CLERK, locale=locale, **PHONE)
    page.goto("/payments/distributions/?state=open")
    page.locator("main table tbody a[href*='/payments/distributions/']").first.click()
    page.wait_for_url(re.compile("/distributions/[0-9a-f-]{36}/$"))
    day = str(page.url)
    accessible(page)
    done = figure(page)
    waiting = page.locator("main table tbody tr:has(a[href*='/households/'])").filter(
        has=page.locator(".tone-plain, .tone-info")
    )
    reference = waiting.first.locator("a.code").inner_text()

    page.locator("a.btn[href$='/hand/']").click()
    page.locator("input[name=reference]").fill(reference.lower())
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("/households/[0-9a-f-]{36}/$"))
    assert reference in page.locator("main").inner_text()
    accessible(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("/hand/$"))
    accessible(page)

    page.goto(day)
    assert figure(page) == done + 1
    assert page.locator(f"main tr:has-text('{reference}') .tone-good").count() == 1
    # The same card again is told that it has everything.
    page.locator("a.btn[href$='/hand/']").click()
    page.locator("input[name=reference]").fill(reference)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("/households/[0-9a-f-]{36}/$"))
    assert page.locator("main .notice").count() >= 1
    assert page.locator("main form input[name=key]").count() == 0
    accessible(page)
    # The figures of all payments fit the width, too.
    assert page.goto("/payments/").status == 200
    accessible(page)
    page.goto("/payments/plans/")
    page.locator("main table tbody a[href*='/payments/plans/']").first.click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    accessible(page)
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")


def figure(page: Any) -> int:
    """The first figure of a page, in whatever digits."""
    return int(re.sub(r"\D", "", page.locator("main .stat-figure").first.inner_text()))


def fill(page: Any, **values: str) -> None:
    """Fill in fields of the form by their names."""
    for name, value in values.items():
        page.locator(f"main form [name='{name}']").fill(value)


def go_on(page: Any, button: str, address: str) -> None:
    """Send the form, and be where it leads: an address, or what its end looks like."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(address if address.startswith("http") else re.compile(address))


def say(page: Any, button: str, answer: str, *, asked: bool = False) -> None:
    """Press a button of a step, agree where it is asked for, and read that it was done."""
    page.get_by_role("button", name=button, exact=True).click()
    if asked:
        agree(page)
    page.locator("main [role=status], [role=status]").get_by_text(answer).first.wait_for()


def agree(page: Any) -> None:
    """Say yes where a step asks first."""
    page.locator("dialog[open] button[value=yes]").click()


def when_there(page: Any, selector: str) -> None:
    """Load the page again until the work in the background has brought something."""
    address = page.url
    for _turn in range(PATIENCE):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(1_000)
        page.goto(address)
    raise AssertionError(f"no {selector} on {address} within {PATIENCE} seconds")


def accessible(page: Any) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    page.wait_for_load_state("networkidle")
    assert inaccessible(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
