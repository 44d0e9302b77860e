"""Providers, accounts of people and files: kept closed, made once, and holding no more than paying needs."""

import io
import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

import polars as pl
import pyrage
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import Account, PaymentFile, Plan, Provider
from banyan.aid.payments.rules.transfers import digest_of
from banyan.aid.payments.tests.provider_worlds import DUE, SYSTEM, Paying, make_paying, who
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem, Problems

IBAN = "NL41MOCK0000000001"


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make_paying, 2)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    """Two households with accounts; nothing is planned yet."""
    return deepcopy(made)


def codes(refused: Any) -> set[str]:
    """Codes of everything that was refused at once."""
    found = refused.value
    return {one.code for one in found.errors} if isinstance(found, Problems) else {found.code}


def reads_of(subject: str) -> int:
    """Entries in the log of reads."""
    with viewing(SYSTEM):
        return ReadEntry.objects.filter(subject=subject).count()


def test_a_provider_is_checked_whole_and_its_account_is_never_shown(paying: Paying) -> None:
    by, operation = paying.officer, paying.world.operation.pk
    with pytest.raises((Problem, Problems)) as refused:
        actions.add_provider(
            operation, by=by, code="X", name="X", mechanisms=["pigeon"], currencies=["ZZZ"], fee_fixed=Decimal(-1), least=Decimal(5),
            most=Decimal(4), debtor_account="?", recipient="age1nothing",
        )  # fmt: skip
    assert codes(refused) == {
        "payments.mechanism_unknown", "kernel.currency_unknown", "payments.fee_odd", "payments.provider_limits",
        "payments.account_unreadable", "payments.recipient_unreadable",
    }  # fmt: skip
    with pytest.raises(Problem) as taken:
        actions.add_provider(operation, by=by, code="BANK", name="X", mechanisms=["cash"], currencies=["EUR"])
    assert taken.value.code == "payments.provider_taken"
    with viewing(SYSTEM):
        kept = Provider.objects.get(pk=paying.provider.pk)
    assert (IBAN in kept.debtor_account, kept.debtor_hint) == (False, "…001")
    changed = actions.change_provider(
        kept.pk, by=by, name="Bank of all", debtor_account="", fee_fixed=Decimal(2), fee_percent=Decimal(1)
    )
    assert (changed.debtor_account, changed.name) == (kept.debtor_account, "Bank of all")
    assert paying.ask(queries.fee_of, changed, Decimal(200), 2) == Decimal(6)
    assert [one.pk for one in paying.ask(queries.providers, operation)] == [kept.pk]
    actions.retire_provider(kept.pk, by=by)
    assert paying.ask(queries.providers) == []
    with pytest.raises(Problem) as gone:
        actions.retire_provider(kept.pk, by=by)
    assert gone.value.code == "payments.provider_retired"
    stranger = viewer_with("payments.view_provider", "payments.manage_provider", scopes={paying.world.scopes["XX01"]})
    with pytest.raises(Problem) as unseen, viewing(stranger):
        queries.provider(kept.pk, seen_by=stranger)
    assert unseen.value.code == "kernel.not_found"


def test_templates_hold_sources_from_the_closed_list_only(paying: Paying) -> None:
    by, operation = paying.officer, paying.world.operation.pk
    good = [
        {"header": "Id", "source": "line"},
        {"header": "Sum", "source": "amount"},
        {"header": "Cur", "source": "currency"},
    ]
    with pytest.raises((Problem, Problems)) as refused:
        actions.add_template(operation, by=by, name="T", columns=[*good, {"header": "Born", "source": "birth_date"}])
    assert codes(refused) == {"payments.source_unknown"}
    made = actions.add_template(operation, by=by, name="T", columns=good)
    with pytest.raises(Problem) as taken:
        actions.add_template(operation, by=by, name="T", columns=good)
    assert taken.value.code == "payments.template_taken"
    assert actions.change_template(made.pk, by=by, name="U", columns=good).name == "U"
    assert [one.name for one in paying.ask(queries.templates, operation)] == ["U"]
    assert actions.change_provider(paying.provider.pk, by=by, template_id=made.pk).template_id == made.pk
    with pytest.raises(Problem) as none:
        actions.change_provider(paying.provider.pk, by=by, template_id=paying.provider.pk)
    assert none.value.code == "kernel.not_found"


def test_an_account_is_locked_found_again_and_replaced(paying: Paying) -> None:
    by, person = paying.officer, paying.homes[0][1][0]
    with viewing(SYSTEM):
        first = Account.objects.get(person=person)
    assert (paying.numbers[0] in first.number, first.hint) == (False, "…000")
    same = actions.set_account(
        person, by=by, mechanism="mobile_money", number=f" {paying.numbers[0]} ", holder="Holder 0"
    )
    assert same.pk == first.pk
    second = actions.set_account(person, by=by, mechanism="mobile_money", number="0012345678")
    found = paying.ask(queries.accounts_of, [person])
    assert [(one.pk, one.ended_at is None) for one in found] == [(second.pk, True), (first.pk, False)]
    reads = reads_of("payments.account")
    assert paying.ask(queries.account_number, second.pk, purpose="tests") == "0012345678"
    assert reads_of("payments.account") == reads + 1
    actions.end_account(second.pk, by=by)
    for again in (lambda: actions.end_account(second.pk, by=by), lambda: paying.ask(queries.account_number, by.id)):
        with pytest.raises(Problem) as gone:
            again()
        assert gone.value.code == "kernel.not_found"
    for mechanism, number, code in (("pigeon", "123", "mechanism_unknown"), ("bank", "1" * 40, "account_unreadable")):
        with pytest.raises(Problem) as refused:
            actions.set_account(person, by=by, mechanism=mechanism, number=number)
        assert refused.value.code == f"payments.{code}"


def test_files_are_made_once_and_add_up_in_every_format(paying: Paying) -> None:
    plan = paying.released()
    by = paying.officer
    made = {
        each: actions.make_file(plan.pk, by=by, format=each)
        for each in ("xlsx", "csv", "pain001", "govstack_json", "govstack_csv")
    }
    assert {(one.rows, one.amount, one.currency, one.encrypted) for one in made.values()} == {
        (2, 2 * DUE, "EUR", False)
    }
    assert actions.make_file(plan.pk, by=by, format="csv").pk == made["csv"].pk
    contents = {each: actions.open_file(one.pk, by=by) for each, one in made.items()}
    for each, (name, content) in contents.items():
        assert (name, digest_of(content)) == (made[each].name, made[each].checksum)
    keys = {str(line.key) for line in paying.lines()}
    table = pl.read_csv(contents["csv"][1], infer_schema=False)
    assert set(table["line"]) == keys
    assert set(table["account"]) == set(paying.numbers.values())
    assert table["amount"].to_list() == ["100.00", "100.00"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(contents["xlsx"][1]))
    control = dict(book.get_sheet_by_name("Control").to_python())
    assert (control["transfers"], control["amount"], control["plan"]) == ("2", "200.00", plan.reference)
    assert {one["request_id"] for one in json.loads(contents["govstack_json"][1])} == keys
    assert etree.fromstring(contents["pain001"][1]).findtext(".//{*}CtrlSum") == "200.00"
    assert reads_of("payments.paymentfile") == 5
    listed = paying.ask(queries.payment_files, plan.pk)
    assert {one.pk for one in listed} == {one.pk for one in made.values()}
    for text in (one[1] for one in contents.values()):
        assert b"1980" not in text, "no date of birth leaves the house"


def test_files_are_encrypted_for_who_has_a_key(paying: Paying) -> None:
    identity = pyrage.x25519.Identity.generate()
    actions.change_provider(paying.provider.pk, by=paying.officer, recipient=str(identity.to_public()))
    made = actions.make_file(paying.released().pk, by=paying.officer, format="csv")
    name, content = actions.open_file(made.pk, by=paying.officer)
    assert (made.encrypted, name) == (True, made.name + ".age")
    assert digest_of(pyrage.decrypt(content, [identity])) == made.checksum
    actions.change_provider(paying.provider.pk, by=paying.officer, recipient="")
    with pytest.raises(Problem) as refused:
        actions.open_file(made.pk, by=paying.officer)
    assert refused.value.code == "payments.recipient_unreadable"


def test_no_file_is_made_of_what_cannot_be_paid(paying: Paying) -> None:
    by = paying.officer
    actions.set_account(paying.homes[1][1][0], by=by, mechanism="bank", number=IBAN)
    plan = paying.released("bank")

    def refused(plan_id: Any, format: str = "csv", viewer: Any = by) -> str:
        with pytest.raises(Problem) as found:
            actions.make_file(plan_id, by=viewer, format=format)
        return found.value.code

    assert paying.ask(queries.unpayable, plan.pk, paying.provider.pk, "bank") == queries.Unpayable(0, 0, 1)
    assert refused(plan.pk) == "payments.accounts_missing"
    assert refused(plan.pk, "paper") == "payments.file_format"
    assert refused(paying.provider.pk) == "kernel.not_found"
    # Whoever sees a part of the people makes no file of the whole.
    part = viewer_with(
        "payments.make_file",
        "payments.view_plan",
        "payments.view_provider",
        "payments.view_account",
        "payments.move_plan",
    )
    assert refused(plan.pk, viewer=part) == "not_allowed" or refused(plan.pk, viewer=part) == "payments.lines_unseen"
    with viewing(SYSTEM):
        assert PaymentFile.objects.count() == 0
        drafts = [
            Plan.objects.create(
                operation_id=plan.operation_id, scope_id=plan.scope_id, reference=f"PAY-{kind}", name="X", run=plan.run, kind=kind,
                programme_id=plan.programme_id, cycle_id=plan.cycle_id, currency=currency, base_currency=currency,
                pay_from=plan.pay_from, pay_until=plan.pay_until,
            )
            for kind, currency in (("cash", "EUR"), ("in_kind", ""))
        ]  # fmt: skip
    assert [refused(draft.pk) for draft in drafts] == ["payments.file_state", "payments.file_kind"]


def test_a_bank_needs_an_account_to_pay_from(db: None) -> None:
    paying = make_paying(1, debtor_account="", debtor_name="")
    plan = paying.released("cash")
    with pytest.raises(Problem) as refused:
        actions.make_file(plan.pk, by=paying.officer, format="pain001")
    assert refused.value.code == "payments.debtor_missing"
    assert actions.make_file(plan.pk, by=paying.officer, format="csv").rows == 1


def test_programs_go_the_same_way(paying: Paying, client: Any) -> None:
    from banyan.platform.access.models import Account as User

    with viewing(SYSTEM):
        user = User.objects.get(pk=paying.officer.id)
    client.force_login(user, backend="banyan.platform.access.backends.AccountBackend")
    base, operation = "/api/v1/payments", paying.world.operation.pk

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(base + path, json.dumps(body), content_type="application/json")

    column = [{"header": name, "source": name} for name in ("line", "amount", "currency", "account")]
    template = post(f"/{operation}/templates", {"name": "Short", "columns": column})
    assert template.status_code == 201
    assert client.get(f"{base}/{operation}/templates").json()[0]["name"] == "Short"
    key = template.json()["id"]
    assert (
        client.put(
            f"{base}/templates/{key}", json.dumps({"name": "Short", "columns": column}), content_type="application/json"
        ).status_code
        == 200
    )
    told = {
        "code": "TWO",
        "name": "Two",
        "mechanisms": ["cash"],
        "currencies": ["EUR"],
        "debtor_account": "12345",
        "template_id": key,
    }
    added = post(f"/{operation}/providers", told).json()
    assert "12345" not in json.dumps(added)
    assert (
        client.put(
            f"{base}/providers/{added['id']}", json.dumps(told | {"name": "Zwei"}), content_type="application/json"
        ).json()["name"]
        == "Zwei"
    )
    assert client.get(f"{base}/providers/{added['id']}").json()["debtor_hint"] == "…"
    assert post(f"/providers/{added['id']}/retire", {}).status_code == 200
    assert len(client.get(f"{base}/{operation}/providers").json()) == 1
    person = paying.homes[0][1][0]
    account = post(f"/people/{person}/accounts", {"mechanism": "card", "number": "4111-1111"}).json()
    assert len(client.get(f"{base}/people/{person}/accounts").json()) == 2
    assert post(f"/accounts/{account['id']}/end", {}).json()["ended_at"]
    plan = paying.sent()
    file = post(f"/plans/{plan.pk}/files", {"format": "csv"})
    assert file.status_code == 201
    assert client.get(f"{base}/plans/{plan.pk}/files").json()[0]["id"] == file.json()["id"]
    content = client.get(f"{base}/files/{file.json()['id']}/content")
    assert digest_of(content.content) == file.json()["checksum"]
    answer = io.BytesIO(content.content)
    answer.name = "answer.csv"
    statement = client.post(f"{base}/providers/{paying.provider.pk}/statements", {"file": answer}).json()
    mapping = {"columns": {"line": "line", "amount": "amount"}}
    assert post(f"/statements/{statement['id']}/mapping", mapping).status_code == 200
    from banyan.platform.jobs.testing import run_jobs

    run_jobs()
    assert client.get(f"{base}/statements/{statement['id']}").json()["counts"] == {"matched": 2}
    assert len(client.get(f"{base}/{operation}/statements").json()) == 1
    rows = client.get(f"{base}/statements/{statement['id']}/rows?verdict=matched").json()
    assert [row["counted"] for row in rows] == ["100.0000", "100.0000"]
    assert (
        post(f"/rows/{rows[0]['id']}/decide", {"line_id": None, "note": "x"}).json()["code"] == "payments.row_decided"
    )
    with viewing(SYSTEM):
        clerk = User.objects.get(pk=who("distribution-clerk").id)
    client.force_login(clerk, backend="banyan.platform.access.backends.AccountBackend")
    for path in (
        f"/plans/{plan.pk}/files",
        f"/providers/{paying.provider.pk}/statements",
        f"/people/{person}/accounts",
        f"/rows/{rows[0]['id']}/decide",
    ):
        assert post(path, {}).status_code == 403, path
