"""Pages beside the plans: holds, bands, providers and their templates, accounts, what providers report, and doubtful rows."""

from copy import deepcopy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from banyan.aid.payments.models import Account, ApprovalBand, Hold, Provider, StatementFile, StatementRow, Template
from banyan.aid.payments.tests.provider_worlds import SYSTEM, Paying, make_paying
from banyan.aid.payments.tests.test_payment_pages import client_for, get, post
from banyan.people.quality.tests.people import client_of
from banyan.people.registry.models import Household, Person
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make_paying, 3)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def at(paying: Paying) -> str:
    return f"?operation={paying.world.operation.pk}"


def newest(model: Any) -> Any:
    with viewing(SYSTEM):
        return model.objects.order_by("-pk").first()


def test_payments_are_held_by_people_with_a_reason(paying: Paying) -> None:
    officer = client_for(paying.officer)
    with viewing(SYSTEM):
        home = Household.objects.get(pk=paying.homes[0][0])
        person = Person.objects.get(pk=paying.homes[1][1][0])
    assert "Nothing is held" in get(officer, "holds")
    said: dict[str, Any] = {"reason": "Two people claim the card", "from_on": "2026-06-01"}
    unknown = post(officer, "hold-new", query=at(paying), status=422, reference="HHD-NOBODY", **said).content.decode()
    assert "nobody in this operation" in unknown
    post(officer, "hold-new", query=at(paying), status=422, reference=home.reference, reason="", from_on="2026-06-01")
    post(officer, "hold-new", query=at(paying), reference=home.reference.lower(), **said)
    post(officer, "hold-new", query=at(paying), reference=person.reference, **said)
    held = newest(Hold)
    assert held.person_id == person.pk
    assert "Two people claim the card" in get(officer, "hold", held.pk)
    assert get(officer, "holds").count("/payments/holds/") >= 2
    assert "Two people claim the card" in get(officer, "household", home.pk)
    approver = client_for(paying.others[0])
    assert "Lift the hold" in get(approver, "hold", held.pk)
    assert approver.post(reverse("payments:hold", args=[held.pk]), {"reason": "No"}).status_code == 403
    post(officer, "hold", held.pk, status=422, reason="")
    post(officer, "hold", held.pk, reason="Settled with the block leader")
    assert newest(Hold).lifted_at is not None


def test_bands_say_how_many_people_give_their_word(paying: Paying) -> None:
    administrator = client_of("administrator", operation=paying.world.operation)
    officer = client_for(paying.officer)
    assert "one person approves" in get(officer, "bands")
    said: dict[str, Any] = {"currency": "eur", "from-0": "0", "approvals-0": "1", "authorisations-0": "1"}
    assert officer.post(reverse("payments:bands") + at(paying), said).status_code == 403
    half = post(administrator, "bands", query=at(paying), status=422, **{**said, "from-1": "5000"})
    assert "A band needs all three numbers." in half.content.decode()
    post(administrator, "bands", query=at(paying), status=422, **{**said, "currency": "EUROS"})
    post(
        administrator, "bands", query=at(paying),
        **{**said, "from-1": "5000", "approvals-1": "2", "authorisations-1": "2"},
    )  # fmt: skip
    with viewing(SYSTEM):
        assert ApprovalBand.objects.count() == 2
    assert "5,000.00 EUR" in get(officer, "bands")


def test_providers_and_templates_are_kept(paying: Paying) -> None:
    officer = client_for(paying.officer)
    assert "Bank" in get(officer, "providers")
    columns = "Name = collector_name\nAmount"
    wrong = post(officer, "template-new", query=at(paying), status=422, name="List", columns=columns).content.decode()
    assert "line 2" in wrong
    post(officer, "template-new", query=at(paying), status=422, name="List", columns="Name = religion")
    columns = "No = line\nAmount = amount\nCurrency = currency"
    post(officer, "template-new", query=at(paying), name="List", columns=columns)
    template = newest(Template)
    post(officer, "template-change", template.pk, name="List 2", columns=columns)
    assert "List 2" in get(officer, "providers")
    said: dict[str, Any] = {
        "name": "Wave", "code": "wave", "mechanisms": ["mobile_money"], "currencies": "mmk, EUR", "fee_fixed": "150",
        "fee_percent": "0.5", "debtor_account": "NL41MOCK0000000001", "template_id": str(template.pk),
    }  # fmt: skip
    assert (
        "is no currency"
        in post(
            officer, "provider-new", query=at(paying), status=422, **{**said, "currencies": "MMK KYAT"}
        ).content.decode()
    )
    post(officer, "provider-new", query=at(paying), status=422, **{**said, "organisation": "nobody"})
    post(officer, "provider-new", query=at(paying), **said)
    made = newest(Provider)
    assert made.currencies == ["MMK", "EUR"]
    page = get(officer, "provider", made.pk)
    assert "NL41MOCK0000000001" not in page
    assert "List 2" in page
    assert "wave" in get(officer, "provider-change", made.pk)
    post(officer, "provider-change", made.pk, **{**said, "name": "Wave Money", "debtor_account": ""})
    assert newest(Provider).debtor_account == made.debtor_account
    post(officer, "provider-retire", made.pk)
    assert "Wave Money" not in get(officer, "providers")
    assert client_for(paying.others[0]).get(reverse("payments:provider-new") + at(paying)).status_code == 403


def test_an_account_is_written_down_and_ended(paying: Paying) -> None:
    officer = client_for(paying.officer)
    person = paying.homes[0][1][0]
    page = get(officer, "accounts", person)
    assert paying.numbers[0] not in page, "numbers show their end only"
    post(officer, "accounts", person, status=422, mechanism="bank", number="")
    post(officer, "accounts", person, mechanism="bank", number="NL41MOCK0000000009", holder="Her brother")
    assert "Her brother" in get(officer, "accounts", person)
    account = newest(Account)
    post(officer, "account-end", person, account.pk)
    assert newest(Account).ended_at is not None
    assert "Accounts" in get(officer, "household", paying.homes[0][0])
    assert client_for(paying.others[0]).get(reverse("payments:accounts", args=[person])).status_code == 403


def test_a_statement_is_mapped_matched_and_its_doubtful_row_decided(paying: Paying) -> None:
    paying.sent()
    officer = client_for(paying.officer)
    first, second, third = paying.lines()
    assert "No statement yet" in get(officer, "statements")
    rows = [
        "Ref;Amt;When;How", f"{first.key};100.00;15/06/2026;PAYE", f"{second.key};60.00;16/06/2026;PAYE",
        f"{third.key};a lot;16/06/2026;PAYE",
    ]  # fmt: skip
    content = "\n".join(rows).encode()

    def load() -> Any:
        file = SimpleUploadedFile("june.csv", content)
        return post(officer, "statement-new", query=at(paying), provider=str(paying.provider.pk), file=file)

    assert load()["Location"].endswith("/columns/")
    statement = newest(StatementFile)
    assert "Nobody has said yet" in get(officer, "statement", statement.pk)
    page = get(officer, "statement-map", statement.pk)
    assert "15/06/2026" in page
    said: dict[str, Any] = {
        "column-line": "Ref", "column-amount": "Amt", "column-on_day": "When", "column-outcome": "How", "days": "dmy",
        "amounts": "each", "words": "PAYE = delivered",
    }  # fmt: skip
    post(officer, "statement-map", statement.pk, status=422, **{**said, "words": "PAYE is delivered"})
    post(officer, "statement-map", statement.pk, status=422, **{**said, "column-line": ""})
    post(officer, "statement-map", statement.pk, **said)
    run_jobs()
    page = get(officer, "statement", statement.pk)
    assert "paid in full" in page
    assert "paid in part" in page
    assert load()["Location"].endswith(f"{statement.pk}/"), "the same file again is the first one"
    waiting = get(officer, "doubtful", operation=str(paying.world.operation.pk))
    with viewing(SYSTEM):
        row = StatementRow.objects.get(verdict="doubtful")
    assert str(row.pk) in waiting
    assert "none of our transfers" in get(officer, "statement-row", row.pk)
    post(officer, "statement-row", row.pk, status=422, line="none", note="")
    told = {
        "line": str(third.pk),
        "outcome": "delivered",
        "amount": "100",
        "on_day": "2026-06-16",
        "note": "Asked the bank",
    }
    post(officer, "statement-row", row.pk, **told)
    assert "none of our transfers" not in get(officer, "statement-row", row.pk)
    assert paying.states() == ["delivered", "partial", "delivered"]
    assert "waits for a person" not in get(officer, "statements")
    assert client_for(paying.others[0]).get(reverse("payments:statements")).status_code == 403
