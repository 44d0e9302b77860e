"""What banks answer is read whatever the version, and what is no answer is said to be none."""

import pytest

from banyan.aid.payments.rules import answers

KEY = "0199c0de-0000-7000-8000-000000000001"
E2E = KEY.replace("-", "")


def wrapped(kind: str, body: str, version: str = "10") -> bytes:
    return f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}">{body}</Document>'.encode()


STATUS = (
    "<CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>PAY-1</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
    "<TxInfAndSts><OrgnlEndToEndId>{key}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"
    "</OrgnlPmtInfAndSts></CstmrPmtStsRpt>"
)
REASON = "<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        ("RJCT", "AC04", "failed"),
        ("ACCP", "", "noted"),
        ("RJCT", "DUPL", "noted"),
        ("CANC", "", "failed"),
        ("ACSC", "", "noted"),
    ],
)
def test_a_status_report_says_what_failed_and_nothing_is_paid_by_being_accepted(
    status: str, code: str, outcome: str
) -> None:
    reason = REASON.format(code=code) if code else ""
    answer = answers.read(wrapped("pain.002", STATUS.format(key=E2E, status=status, reason=reason)))
    row = answer.rows.row(0, named=True)
    assert (answer.kind, row["line_key"], row["outcome"], row["reason"]) == ("pain.002", KEY, outcome, code or status)
    assert answer.whole == [("PART", "", "PAY-1")]


def test_a_refused_file_is_said_of_the_file_and_of_no_transfer() -> None:
    body = (
        "<CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>PAY-1</OrgnlMsgId><GrpSts>RJCT</GrpSts>"
        "<StsRsnInf><Rsn><Prtry>DUPL</Prtry></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt>"
    )
    answer = answers.read(wrapped("pain.002", body))
    assert (answer.rows.height, answer.whole) == (0, [("RJCT", "DUPL", "PAY-1")])


def entry(
    side: str,
    inner: str = "",
    *,
    sts: str = "<Sts><Cd>BOOK</Cd></Sts>",
    day: str = "<Dt>2026-11-02</Dt>",
    details: bool = True,
) -> str:
    one = f"<NtryDtls><TxDtls><Refs><EndToEndId>{E2E}</EndToEndId></Refs>{inner}</TxDtls></NtryDtls>" if details else ""
    return f'<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>{side}</CdtDbtInd>{sts}<BookgDt>{day}</BookgDt>{one}</Ntry>'


def statement(*entries: str, kind: str = "camt.053") -> bytes:
    root, part = {
        "camt.053": ("BkToCstmrStmt", "Stmt"),
        "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    }[kind]
    return wrapped(kind, f"<{root}><{part}>{''.join(entries)}</{part}></{root}>", "08")


@pytest.mark.parametrize("kind", ["camt.052", "camt.053", "camt.054"])
def test_a_booked_debit_is_a_payment(kind: str) -> None:
    answer = answers.read(statement(entry("DBIT"), kind=kind))
    row = answer.rows.row(0, named=True)
    assert (answer.kind, row["line_key"], row["amount"], row["currency"], row["on_day"], row["outcome"]) == (
        kind, KEY, "12.50", "EUR", "2026-11-02", "delivered",
    )  # fmt: skip


def test_what_is_not_booked_says_nothing_yet_and_a_credit_with_a_reason_is_a_return() -> None:
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    rows = answers.read(
        statement(
            entry("DBIT", sts="<Sts>PDNG</Sts>"),
            entry("CRDT", back, sts="<Sts>BOOK</Sts>", day="<DtTm>2026-11-03T09:00:00</DtTm>"),
        )
    ).rows
    assert rows["outcome"].to_list() == ["noted", "returned"]
    assert rows.row(1, named=True)["reason"] == "AC04"
    assert rows["on_day"].to_list() == ["2026-11-02", "2026-11-03"]


def test_money_from_elsewhere_is_left_out_and_what_names_nobody_keeps_its_account() -> None:
    other = entry("CRDT").replace(E2E, "NOTPROVIDED")
    paid = entry(
        "DBIT",
        "<AmtDtls><TxAmt><Amt Ccy='USD'>3</Amt></TxAmt></AmtDtls><RltdPties><Cdtr><Nm>Aung</Nm></Cdtr><CdtrAcct><Id><Othr><Id>0955</Id></Othr></Id></CdtrAcct></RltdPties>",
    ).replace(E2E, "NOTPROVIDED")
    bare = entry("DBIT", details=False)
    rows = answers.read(statement(other, paid, bare)).rows
    assert rows["line_key"].to_list() == [None, None]
    assert rows.row(0, named=True) | {"no": 1} == rows.row(0, named=True)
    assert (rows["account"][0], rows["holder"][0], rows["amount"][0], rows["currency"][0]) == (
        "0955",
        "Aung",
        "3",
        "USD",
    )
    assert rows["amount"][1] == "12.50"


def test_a_return_says_what_came_back() -> None:
    body = (
        "<PmtRtr><GrpHdr><IntrBkSttlmDt>2026-11-05</IntrBkSttlmDt></GrpHdr><OrgnlGrpInf><OrgnlMsgId>PAY-1</OrgnlMsgId></OrgnlGrpInf>"
        f"<TxInf><RtrId>R1</RtrId><OrgnlEndToEndId>{E2E}</OrgnlEndToEndId><RtrdIntrBkSttlmAmt Ccy='EUR'>7</RtrdIntrBkSttlmAmt>"
        "<RtrRsnInf><Rsn><Cd>MD07</Cd></Rsn></RtrRsnInf><OrgnlTxRef><Cdtr><Pty><Nm>Aung</Nm></Pty></Cdtr></OrgnlTxRef></TxInf>"
        "<TxInf><OrgnlEndToEndId>X</OrgnlEndToEndId></TxInf></PmtRtr>"
    )
    rows = answers.read(wrapped("pacs.004", body)).rows
    first, second = rows.to_dicts()
    assert (first["line_key"], first["amount"], first["on_day"], first["outcome"], first["reason"], first["holder"]) == (
        KEY, "7", "2026-11-05", "returned", "MD07", "Aung",
    )  # fmt: skip
    assert (second["line_key"], second["amount"], second["currency"]) == (None, None, None)


@pytest.mark.parametrize(
    "content",
    [b"<not xml", b"<Document/>", b"<Document><!-- x --><FIToFICstmrCdtTrf/></Document>", b"<html><body/></html>"],
)
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(answers.NoAnswer):
        answers.read(content)


def test_entities_are_not_opened() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><GrpSts>&a;</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>'
    assert answers.read(bomb).whole == []


@pytest.mark.parametrize(
    ("text", "key"), [(KEY, KEY), (E2E.upper(), KEY), ("NOTPROVIDED", None), (None, None), (E2E + "0", None)]
)
def test_only_numbers_of_ours_are_keys(text: str | None, key: str | None) -> None:
    assert answers.key_of(text) == key
