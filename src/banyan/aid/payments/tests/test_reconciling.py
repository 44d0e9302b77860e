"""What providers report ends in the right ledger: whatever its layout and order, however often it is said."""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from banyan.aid.payments import actions, queries
from banyan.aid.payments.jobs import statements
from banyan.aid.payments.tests.provider_worlds import DUE, Paying, make_paying
from banyan.platform.jobs.progress import Progress
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem

EACH = {
    "columns": {
        "line": "id",
        "amount": "paid",
        "on_day": "day",
        "reference": "ref",
        "currency": "cur",
        "account": "acc",
        "outcome": "out",
    },
    "amounts": "each",
}
HEAD = "id,paid,day,ref,cur,acc,out\n"


def make() -> Paying:
    """Four households, each owed 100.00, and a plan that was sent."""
    found = make_paying()
    found.sent()
    return found


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def said(paying: Paying, *rows: str) -> str:
    """A file in which 0, 1 … stand for the transfers of the households."""
    lines = paying.lines()
    text = []
    for row in rows:
        first, comma, rest = row.partition(",")
        text.append((str(lines[int(first)].key) if first.isdigit() else first) + comma + rest)
    return HEAD + "\n".join(text) + "\n"


def test_each_kind_of_answer_ends_where_it_belongs(paying: Paying) -> None:
    file = paying.load(
        said(
            paying,
            "0,100,2026-06-02,R1,EUR,,paid",
            "1,60,2026-06-02,R2,EUR,,paid",
            "2,130,2026-06-02,R3,EUR,,paid",
            "3,100,2026-07-05,R4,EUR,,paid",
        ),
        EACH,
    )
    assert paying.verdicts(file) == ["matched", "partial", "over", "late"]
    assert paying.states() == ["delivered", "partial", "delivered", "delivered"]
    assert paying.rows(file)[2].excess == Decimal(30)
    assert paying.ledger() == {"delivered": Decimal(360), "released": Decimal(40)}
    assert (file.rows, file.counts) == (4, {"late": 1, "matched": 1, "over": 1, "partial": 1})
    assert file.settled_at is not None
    back = paying.load(
        said(paying, "0,100,2026-06-09,R5,,,returned", "1,,2026-06-09,R6,,,failed", "2,,2026-06-09,,,,pending")
    )
    assert paying.verdicts(back) == ["returned", "failed", "noted"]
    assert paying.states()[:2] == ["returned", "partial"]
    assert paying.ledger() == {"delivered": Decimal(260), "returned": Decimal(140)}


def test_the_same_file_and_the_same_statement_change_nothing(paying: Paying) -> None:
    first = paying.load(said(paying, "0,100,2026-06-02,R1,EUR,,paid", "0,100,2026-06-02,R1,EUR,,paid"), EACH)
    assert paying.verdicts(first) == ["matched", "duplicate"]
    assert paying.load(said(paying, "0,100,2026-06-02,R1,EUR,,paid", "0,100,2026-06-02,R1,EUR,,paid")).pk == first.pk
    again = paying.load(said(paying, "0,100,2026-06-02,R1,EUR,,paid", "1,100,2026-06-02,R2,EUR,,paid"))
    assert paying.verdicts(again) == ["duplicate", "matched"]
    assert paying.ledger() == {"delivered": 2 * DUE, "released": 2 * DUE}
    twice = paying.load(said(paying, "0,100,2026-06-03,R9,EUR,,paid"))
    assert paying.verdicts(twice) == ["over"]
    assert paying.ledger() == {"delivered": 2 * DUE, "released": 2 * DUE}
    assert len(paying.ask(queries.statements, paying.world.operation.pk, provider_id=paying.provider.pk)) == 3


def test_what_is_in_doubt_waits_and_nothing_of_it_is_recorded(paying: Paying) -> None:
    line = paying.lines()[0]
    file = paying.load(
        HEAD
        + f"{line.key},abc,2026-06-02,R1,EUR,,paid\n"  # no amount
        + f"{line.key},100,31/31/2026,R2,EUR,,paid\n"  # no day
        + f"{line.key},100,2026-06-02,R3,EUR,,what\n"  # no word known
        + f"{line.key},100,2026-06-02,R4,USD,,paid\n"  # another currency
        + "0199c0de-0000-7000-8000-000000000001,100,2026-06-02,R5,EUR,,paid\n"  # nobody's
        + f"x,100,2026-06-02,R6,EUR,{paying.numbers[1]},paid\n"  # by account and amount
        + "x,100,2026-06-02,R7,EUR,0000001,paid\n"  # nobody's account
        + f"x,55,2026-06-02,R8,EUR,{paying.numbers[2]},paid\n",  # another amount
        EACH,
    )
    assert [(row.verdict, row.why) for row in paying.rows(file)] == [
        ("doubtful", "amount"), ("doubtful", "day"), ("doubtful", "outcome"), ("doubtful", "currency"), ("unknown", "no_line"),
        ("doubtful", "account"), ("unknown", "no_line"), ("unknown", "no_line"),
    ]  # fmt: skip
    assert paying.ledger() == {"released": 4 * DUE}
    assert paying.rows(file)[5].line_id == paying.lines()[1].pk
    assert len(paying.ask(queries.doubtful_rows, paying.world.operation.pk)) == 5


def test_people_decide_on_what_is_in_doubt(paying: Paying) -> None:
    line = paying.lines()[0]
    file = paying.load(
        HEAD
        + f"x,100,2026-06-02,R1,EUR,{paying.numbers[1]},paid\nx,7,2026-06-02,R2,EUR,,paid\n{line.key},abc,2026-06-02,R3,EUR,,paid\n"
        + f"{line.key},100,2026-06-02,R4,USD,,paid\n",
        EACH,
    )
    guess, stranger, unread, foreign = paying.rows(file)
    by = paying.officer
    assert [line.pk for line in paying.ask(queries.row_candidates, guess.pk)] == [paying.lines()[1].pk]
    assert actions.decide_row(guess.pk, by=by, line_id=guess.line_id, note="Asked the bank").verdict == "matched"
    assert actions.decide_row(stranger.pk, by=by, line_id=None, note="Another programme").verdict == "unknown"
    decided = actions.decide_row(unread.pk, by=by, line_id=line.pk, note="By telephone", amount=Decimal(40))
    assert (decided.verdict, decided.counted, decided.decided_by) == ("partial", Decimal(40), by.id)
    for row, line_id, note, code in (
        (guess, line.pk, "again", "row_decided"),
        (stranger, line.pk, "again", "row_decided"),
        (foreign, line.pk, "", "reason_missing"),
        (foreign, line.pk, "same", "row_unfit"),
    ):
        with pytest.raises(Problem) as refused:
            actions.decide_row(row.pk, by=by, line_id=line_id, note=note)
        assert refused.value.code == f"payments.{code}"
    assert paying.states()[:2] == ["partial", "delivered"]
    assert paying.ask(queries.statement, file.pk).counts == {"doubtful": 1, "matched": 1, "partial": 1, "unknown": 1}
    vague = paying.load(HEAD + f"{line.key},,2026-06-02,R9,EUR,,what\n")
    with pytest.raises(Problem) as refused:
        actions.decide_row(paying.rows(vague)[0].pk, by=by, line_id=line.pk, note="?")
    assert refused.value.code == "payments.row_unread"


def test_two_lines_of_one_account_and_amount_are_nobodys_to_guess(db: None) -> None:
    paying = make_paying(2)
    for _home, people in paying.homes:
        actions.set_account(people[0], by=paying.officer, mechanism="mobile_money", number="0955512")
    paying.sent()
    file = paying.load(HEAD + "x,100,2026-06-02,R1,EUR,+955512,paid\n", EACH)
    row = paying.rows(file)[0]
    assert (row.verdict, row.why, row.line_id) == ("doubtful", "ambiguous", None)
    assert len(paying.ask(queries.row_candidates, row.pk)) == 2


def test_lists_of_what_was_paid_so_far_count_what_is_new(paying: Paying) -> None:
    total = {**EACH, "amounts": "total"}
    first = paying.load(said(paying, "0,40,2026-06-02,,EUR,,paid", "1,100,2026-06-02,,EUR,,paid"), total)
    assert paying.verdicts(first) == ["partial", "matched"]
    second = paying.load(
        said(paying, "0,70,2026-06-09,,EUR,,paid", "1,100,2026-06-09,,EUR,,paid", "0,100,2026-06-09,,EUR,,paid")
    )
    assert paying.verdicts(second) == ["partial", "duplicate", "matched"]
    assert [row.counted for row in paying.rows(second)] == [Decimal(30), None, Decimal(30)]
    assert paying.ledger() == {"delivered": 2 * DUE, "released": 2 * DUE}


@pytest.mark.parametrize("mode", ["each", "total"])
def test_the_order_of_files_does_not_matter(db: None, mode: str) -> None:
    ends = set()
    texts: list[Callable[[Paying], str]] = [
        lambda paying: said(
            paying, "0,60,2026-06-02,R1,,,paid", "1,100,2026-06-02,R2,,,paid", "2,,2026-06-02,R3,,,failed"
        ),
        lambda paying: said(
            paying, "0,100,2026-06-03,R4,,,paid", "2,100,2026-06-03,R5,,,paid", "1,100,2026-06-03,R6,,,returned"
        ),
        lambda paying: said(
            paying, "1,30,2026-06-04,R7,,,paid", "3,100,2026-06-04,R8,,,returned", "3,100,2026-06-01,R9,,,paid"
        ),
    ]
    paying = make_paying()
    paying.sent()
    written = [text(paying) for text in texts]
    for order in permutations(range(3)):
        with transaction.atomic():
            for place in order:
                paying.load(written[place], {**EACH, "amounts": mode}, name=str(place))
            ends.add((tuple(paying.states()), tuple(sorted(paying.ledger().items()))))
            transaction.set_rollback(True)
    assert len(ends) == 1, ends


def test_a_refusal_of_a_file_that_is_none_of_ours_says_nothing_of_transfers(paying: Paying) -> None:
    body = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>X</OrgnlMsgId>'
        "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    )
    file = paying.load(body)
    assert (file.kind, file.rows, file.whole) == ("pain.002", 0, [["RJCT", "FF01", "X"]])
    assert file.settled_at is not None
    assert paying.states() == ["sent"] * 4


def test_files_are_refused_or_wait_for_their_mapping(paying: Paying) -> None:
    by = paying.officer
    for content in (b"", b"<html/>", b"PK\x03\x04broken"):
        with pytest.raises(Problem) as refused:
            actions.receive_statement(paying.provider.pk, by=by, name="x", content=content)
        assert refused.value.code == "payments.statement_unreadable"
    row = actions.receive_statement(
        paying.provider.pk, by=by, name="x", content=said(paying, "0,100,,,,,paid").encode()
    )
    assert (row.kind, row.mapping, row.job) == ("table", None, None)
    headers, sample, mapping = paying.ask(queries.suggested_mapping, row.pk)
    assert (headers[0], len(sample), mapping["columns"]["amount"]) == ("id", 1, "paid")
    with pytest.raises(Problem) as refused:
        actions.map_statement(row.pk, by=by, mapping={"columns": {"line": "nothing"}})
    actions.map_statement(row.pk, by=by, mapping=EACH)
    with pytest.raises(Problem) as refused:
        actions.map_statement(row.pk, by=by, mapping=EACH)
    assert refused.value.code == "payments.statement_mapped"
    run_jobs()
    assert paying.states()[0] == "delivered"


def test_a_plan_that_was_not_sent_to_this_provider_is_nobodys(db: None) -> None:
    paying = make_paying(1)
    paying.released()
    early = paying.load(said(paying, "0,100,2026-06-02,R1,EUR,,paid"), EACH)
    assert [(row.verdict, row.why) for row in paying.rows(early)] == [("doubtful", "plan")]
    other = actions.add_provider(
        paying.world.operation.pk, by=paying.officer, code="TWO", name="Two", mechanisms=["cash"], currencies=["EUR"]
    )
    actions.mark_sent(paying.plan.pk, by=paying.officer)
    home, paying.provider = paying.provider, other
    wrong = paying.load(said(paying, "0,100,2026-06-02,R1,EUR,,paid"), EACH)
    assert [(row.verdict, row.why) for row in paying.rows(wrong)] == [("doubtful", "plan")]
    paying.provider = home
    decided = actions.decide_row(
        paying.rows(early)[0].pk, by=paying.officer, line_id=paying.lines()[0].pk, note="It was sent since"
    )
    assert decided.verdict == "matched"


def test_a_reconciliation_that_breaks_off_goes_on_where_it_was(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "AT_ONCE", 2)
    settle, times = actions.settle_rows, []

    def breaking(*given: Any, **more: Any) -> Any:
        times.append(given[1])
        done = settle(*given, **more)
        if len(times) == 2:
            raise ConnectionError("the machine went down with the second stretch written and not committed")
        return done

    monkeypatch.setattr(actions, "settle_rows", breaking)
    text = said(paying, *(f"{place},100,2026-06-02,R{place},EUR,,paid" for place in range(4)))
    row = actions.receive_statement(paying.provider.pk, by=paying.officer, name="x", content=text.encode())
    row = actions.map_statement(row.pk, by=paying.officer, mapping=EACH)
    progress = Progress(row.job, by=paying.officer)
    for _attempt in range(2):
        with suppress(ConnectionError):
            statements.read_statement(progress, by=paying.officer, statement=str(row.pk), provider=str(row.provider_id))
    assert times == [1, 3, 3, 5]
    assert paying.verdicts(row) == ["matched"] * 4
    assert paying.ledger() == {"delivered": 4 * DUE}
    assert paying.ask(queries.statement, row.pk).settled_at is not None


def test_a_file_is_not_said_to_be_reconciled_before_its_rows_are(paying: Paying) -> None:
    text = said(paying, "0,100,2026-06-02,R1,EUR,,paid", "1,100,2026-06-02,R2,EUR,,paid")
    file = actions.receive_statement(paying.provider.pk, by=paying.officer, name="x", content=text.encode())
    actions.map_statement(file.pk, by=paying.officer, mapping=EACH)
    actions.read_rows(file.pk, by=paying.officer)
    actions.settle_rows(file.pk, 1, 2, by=paying.officer)
    half = actions.finish_statement(file.pk, by=paying.officer)
    assert (half.counts, half.settled_at) == ({"": 1, "matched": 1}, None)
    actions.settle_rows(file.pk, 3, 9, by=paying.officer)
    assert actions.finish_statement(file.pk, by=paying.officer).settled_at is not None
