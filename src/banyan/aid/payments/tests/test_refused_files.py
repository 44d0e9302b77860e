"""A file that a bank refuses as a whole: every transfer in it failed, once, and nothing that it had accepted is taken back."""

from copy import deepcopy
from typing import Any

import pytest

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import Plan
from banyan.aid.payments.rules import answers
from banyan.aid.payments.tests.provider_worlds import DUE, FROM, UNTIL, Paying, make_paying
from banyan.aid.payments.tests.test_bank import Bank, bank  # noqa: F401 — a fixture
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem


def make() -> Paying:
    """Four households, one of them held, and the bank's file of the others."""
    found = make_paying(4)
    actions.hold_payment(found.homes[3][0], by=found.officer, reason="Looked into")
    plan = found.released()
    actions.make_file(plan.pk, by=found.officer, format="pain001")
    return found


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def message(plan: Plan | None) -> str:
    """What the file of a plan is called in the bank's answers."""
    assert plan
    return f"{plan.reference}-{plan.digest[:8]}"


def report(about: str, group: str = "", *, reason: str = "", batch: str = "", one: str = "", no: str = "1") -> str:
    """A status report: of a file, of its batch, or of one transfer in it."""

    def said(code: str) -> str:
        return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""

    transfer = f"<TxInfAndSts><OrgnlEndToEndId>{one}</OrgnlEndToEndId><TxSts>ACCP</TxSts></TxInfAndSts>" if one else ""
    status = f"<PmtInfSts>{batch}</PmtInfSts>{said(reason)}" if batch else ""
    info = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>{status}{transfer}</OrgnlPmtInfAndSts>"
    whole = f"<GrpSts>{group}</GrpSts>{said(reason)}" if group else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>{no}</MsgId></GrpHdr>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{about}</OrgnlMsgId>{whole}</OrgnlGrpInfAndSts>{info if batch or one else ''}"
        "</CstmrPmtStsRpt></Document>"
    )


def test_a_file_refused_as_a_whole_fails_all_that_was_in_it_once(paying: Paying) -> None:
    plan = paying.plan
    assert plan
    refusal = report(message(plan), "RJCT", reason="FF01")
    with pytest.raises(Problem) as early:
        paying.load(refusal)
    assert (early.value.code, plan.reference in early.value.as_text()) == ("payments.plan_unsent", True)
    paying.sent_on()
    # Accepted as a whole, or received: noted, and nothing is paid by it.
    for number, status in enumerate(("ACTC", "ACCP")):
        file = paying.load(report(message(plan), status, no=str(number)))
        assert (file.rows, file.whole) == (0, [[status, "", message(plan)]])
    assert paying.states() == ["sent"] * 3 + ["held"]
    file = paying.load(refusal)
    assert (file.rows, file.counts, file.whole) == (3, {"failed": 3}, [["RJCT", "FF01", message(plan)]])
    assert {(row.reason, row.message) for row in paying.rows(file)} == {("FF01", message(plan))}
    assert paying.states() == ["failed"] * 3 + ["held"]
    assert paying.ledger() == {"returned": 3 * DUE}
    # Said again, of the file or of its batch: known.
    for again in (
        report(message(plan), "RJCT", reason="FF01", no="9"),
        report(message(plan), batch="RJCT", reason="AC02"),
    ):
        assert paying.verdicts(paying.load(again)) == ["duplicate"] * 3
    assert paying.ledger() == {"returned": 3 * DUE}
    follows = actions.make_follow_up(plan.pk, by=paying.officer, pay_from=FROM, pay_until=UNTIL)
    run_jobs()
    assert paying.ask(queries.plan, follows.pk).amount == 3 * DUE
    actions.abort_plan(follows.pk, by=paying.officer, reason="Only asked")
    assert actions.close_plan(plan.pk, by=paying.officer).state == "closed"
    assert paying.ledger() == {}


def test_what_was_accepted_before_is_not_taken_back_by_refusing_a_file_sent_twice(paying: Paying) -> None:
    plan = paying.sent_on()
    first = paying.lines()[0]
    assert paying.verdicts(paying.load(report(message(plan), "PART", one=first.key.hex))) == ["noted"]
    # Known already, or another's file, or none of ours: nothing happens.
    for about, reason in (
        (message(plan), "DUPL"),
        (message(plan), "DU01"),
        ("X", "FF01"),
        (f"{plan.reference}-00000000", "FF01"),
    ):
        assert paying.load(report(about, "RJCT", reason=reason)).rows == 0
    assert paying.ledger() == {"released": 3 * DUE}
    file = paying.load(report(message(plan), batch="RJCT", reason="AC02"))
    assert [(row.verdict, row.why) for row in paying.rows(file)] == [
        ("doubtful", "said"),
        ("failed", ""),
        ("failed", ""),
    ]
    assert paying.states() == ["sent", "failed", "failed", "held"]
    # A person asks the bank; it was refused indeed.
    row = paying.rows(file)[0]
    assert actions.decide_row(row.pk, by=paying.officer, line_id=first.pk, note="The bank says so").verdict == "failed"
    assert paying.ledger() == {"returned": 3 * DUE}
    # News that it was paid nevertheless is booked, whatever was said before.
    paid = f"id,paid\n{first.key},100\n"
    paying.load(paid, {"columns": {"line": "id", "amount": "paid"}})
    assert paying.states()[0] == "delivered"
    assert paying.ledger() == {"delivered": DUE, "returned": 2 * DUE}


def test_a_bank_that_refuses_files_is_believed(paying: Paying, bank: Bank) -> None:  # noqa: F811 — the fixture
    assert paying.plan
    file = paying.ask(queries.payment_files, paying.plan.pk)[0]
    paying.sent_on()
    bank.ask("PATCH", "/_mock/accounts/ACME", {"behaviour": "reject-file"})
    bank.ask("POST", "/payments", actions.open_file(file.pk, by=paying.officer)[1])
    [letter] = bank.letters("pain.002")
    assert paying.verdicts(paying.load(letter)) == ["failed"] * 3
    assert paying.ledger() == {"returned": 3 * DUE}


@pytest.mark.parametrize(
    ("text", "whole", "refused"),
    [
        (report("M", "RJCT", reason="FF01"), [("RJCT", "FF01", "M")], [("M", "FF01")]),
        (report("M", "RJCT"), [("RJCT", "", "M")], [("M", "RJCT")]),
        (report("M", "CANC"), [("CANC", "", "M")], [("M", "CANC")]),
        (report("M", "RJCT", reason="AM05"), [("RJCT", "AM05", "M")], []),
        (report("M", "ACCP"), [("ACCP", "", "M")], []),
        (report("M", batch="RJCT", reason="AC02"), [("RJCT", "AC02", "M")], [("M", "AC02")]),
        (report("M", batch="ACCP"), [], []),
        (report("M", "RJCT", reason="FF01", batch="RJCT"), [("RJCT", "FF01", "M")], [("M", "FF01")]),
    ],
)
def test_what_is_said_of_a_whole_file(text: str, whole: list[object], refused: list[object]) -> None:
    answer = answers.read(text.encode())
    assert (answer.whole, answer.refused, answer.rows.height) == (whole, refused, 0)
    assert answer.messages == (["M"] if whole else [])


def test_rows_of_a_refusal_go_on_where_the_others_end() -> None:
    rows = answers.refusals(["a", "b"], after=3, message="M", reason="FF01")
    assert rows.select("no", "line_key", "outcome", "reason", "message", "amount").rows() == [
        (4, "a", "failed", "FF01", "M", None), (5, "b", "failed", "FF01", "M", None),
    ]  # fmt: skip
    assert answers.refusals([], after=0, message="M", reason="").is_empty()
