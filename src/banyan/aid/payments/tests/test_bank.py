"""A bank that somebody else wrote takes our payments and answers: refusals, bookings, statements, returns, and twice the same."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from mockbank import Config, make_server

from banyan.aid.payments import actions
from banyan.aid.payments.tests.provider_worlds import DUE, Paying, make_paying

CLOSED = "NL84MOCK0000000003"  # an account of that bank which is closed
ELSEWHERE = ("NL30MOCK0000000005", "DE89370400440532013000", "FR1420041010050500013M02606")


class Bank:
    """The bank's door for its customers."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request; the answer as JSON. What is refused is an answer too."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path,
            data=data,
            method=method,
            headers={"Content-Type": "application/json" if not isinstance(body, bytes) else "application/xml"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as refused:
            with refused:
                return json.loads(refused.read())

    def letters(self, kind: str = "") -> list[bytes]:
        """What it has sent since it was asked last."""
        return [one["body"].encode() for one in self.ask("GET", f"/_mock/mailbox?type={kind}")]


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The bank, on the first of June."""
    server = make_server(Config(port=0, quiet=True, clock="2026-06-01T09:00"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Bank(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()


def make() -> Paying:
    """Three households with accounts elsewhere, one with an account that is closed."""
    found = make_paying()
    for (_home, people), number in zip(found.homes, (*ELSEWHERE, CLOSED), strict=True):
        actions.set_account(people[0], by=found.officer, mechanism="bank", number=number, holder="Thida Win")
    return found


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def test_a_bank_pays_refuses_and_returns_and_the_ledger_says_so(paying: Paying, bank: Bank) -> None:
    plan = paying.released("bank")
    made = actions.make_file(plan.pk, by=paying.officer, format="pain001")
    _name, content = actions.open_file(made.pk, by=paying.officer)
    paying.sent_on()
    lines = paying.lines()
    bank.ask(
        "PATCH",
        "/_mock/accounts/ACME",
        {"behaviour": "return-later", "parameters": {"days": 3, "reason": "MD07", "end_to_end_id": lines[1].key.hex}},
    )
    answer = bank.ask("POST", "/payments", content)
    assert {one["outcome"] for one in answer["payments"]} == {"accepted", "rejected"}, answer

    # Partial refusal: one of four, by its status report; nothing is paid by being accepted.
    [report] = bank.letters("pain.002")
    file = paying.load(report)
    assert file.whole[0][0] == "PART"
    assert sorted(paying.verdicts(file)) == ["failed", "noted", "noted", "noted"]
    assert paying.ledger() == {"released": 3 * DUE, "returned": DUE}

    # The same file sent twice is refused by the bank as a whole, and changes nothing here.
    bank.ask("POST", "/payments", content)
    [again] = bank.letters("pain.002")
    assert paying.load(again).whole[0][:1] == ["RJCT"]
    assert paying.ledger() == {"released": 3 * DUE, "returned": DUE}

    # Booked: the notification, and a day later the statement that says the same once more.
    bank.ask("POST", "/_mock/advance?days=2")
    noted = [paying.load(letter) for letter in bank.letters("camt.054")]
    assert [verdict for one in noted for verdict in paying.verdicts(one)] == ["matched"] * 3
    closed = [paying.load(letter) for letter in bank.letters("camt.053")]
    assert {verdict for one in closed for verdict in paying.verdicts(one)} == {"duplicate"}
    assert paying.ledger() == {"delivered": 3 * DUE, "returned": DUE}
    assert paying.states() == ["delivered", "delivered", "delivered", "failed"]

    # Days later one comes back: as a return, as a credit, and on the statement of that day. It came back once.
    bank.ask("POST", "/_mock/advance?days=9")
    returned = bank.letters("pacs.004") + bank.letters("camt.054") + bank.letters("camt.053")
    assert len(returned) >= 3
    told = [verdict for letter in returned for verdict in paying.verdicts(paying.load(letter))]
    assert (told.count("returned"), set(told)) == (1, {"returned", "duplicate"})
    assert paying.states() == ["delivered", "returned", "delivered", "failed"]
    assert paying.ledger() == {"delivered": 2 * DUE, "returned": 2 * DUE}
    assert paying.lines()[1].returned_amount == Decimal(100)
    assert actions.close_plan(plan.pk, by=paying.officer).state == "closed"
    assert paying.ledger() == {"delivered": 2 * DUE}
