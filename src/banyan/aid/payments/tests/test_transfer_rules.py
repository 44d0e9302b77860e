"""Files to providers: valid where a schema says what that is, exact in their sums, and with nothing in them but what paying needs."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from banyan.aid.payments.problems import PROBLEMS  # noqa: F401
from banyan.aid.payments.rules import sources, transfers

SCHEMA = etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))
ORDER = transfers.Order(
    message="PAY-1-abc", plan="PAY-1", made_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC), pay_on=date(2026, 11, 2), payer="Aid & Co <x>",
    account="NL41MOCK0000000001", agent="MOCKNL2AXXX", currency="EUR",
)  # fmt: skip


def lines(*rows: dict[str, str | None]) -> pl.DataFrame:
    base = {
        source: "x" for source in sources.SOURCES if source not in sources.ANSWERS
    } | {"line": "0199c0de-0000-7000-8000-000000000001", "amount": "12.50", "currency": "EUR", "mechanism": "mobile_money", "account": "+95955512345"}  # fmt: skip
    return pl.DataFrame([base | row for row in rows], schema=dict.fromkeys(base, pl.String))


TEXT = st.text(max_size=60)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "holder": st.one_of(st.none(), TEXT),
                "collector_name": st.one_of(st.none(), TEXT),
                "account": st.one_of(st.none(), st.just("NL41MOCK0000000001"), st.text(min_size=1, max_size=50)),
                "amount": st.decimals("0.01", "99999999.99", places=2).map(str),
            }
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["MOCKNL2AXXX", ""]),
)
def test_every_file_of_payments_is_valid_and_adds_up(rows: list[dict[str, str | None]], agent: str) -> None:
    frame = lines(*rows)
    document = etree.fromstring(transfers.pain001(frame, transfers.Order(**{**vars(ORDER), "agent": agent})))
    SCHEMA.assertValid(document)
    told = document.findtext(".//{*}CtrlSum")
    assert Decimal(told or 0) == sum(Decimal(row["amount"] or 0) for row in rows) == transfers.totals_of(frame).amount
    assert document.findtext(".//{*}NbOfTxs") == str(len(rows))


def test_accounts_are_written_as_what_they_are() -> None:
    text = transfers.pain001(lines({}, {"account": "NL41 MOCK 0000 0000 01"}, {"account": None}), ORDER).decode()
    assert "<Othr><Id>+95955512345</Id><SchmeNm><Prtry>mobile_money</Prtry></SchmeNm></Othr>" in text
    assert text.count("<IBAN>NL41MOCK0000000001</IBAN>") == 2
    assert "0199c0de000070008000000000000001" in text


def test_the_batch_of_payment_hub_is_one_thing_in_two_forms() -> None:
    frame = lines({}, {"mechanism": "bank", "account": "123", "amount": "7"}, {"mechanism": None})
    batch = json.loads(transfers.batch_json(frame, ORDER))
    assert batch[0]["payee"] == {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "+95955512345"}}
    assert batch[0]["amount"] == {"amount": "12.50", "currency": "EUR"}
    assert batch[2]["payee"]["partyIdInfo"]["partyIdType"] == "ACCOUNTNO"
    text = transfers.batch_csv(frame, ORDER).decode().splitlines()
    assert text[0] == ",".join(transfers.BATCH_COLUMNS)
    assert text[1].startswith(
        "0,0199c0de-0000-7000-8000-000000000001,mobile_money,ACCOUNTNO,NL41MOCK0000000001,MSISDN,+95955512345,12.50,EUR,"
    )
    assert text[2].split(",")[5:8] == ["ACCOUNTNO", "123", "7"]


def test_a_list_has_the_columns_of_its_template_and_nothing_runs_in_it() -> None:
    columns = [
        {"header": "ID", "source": "line"},
        {"header": "Who", "source": "collector_name"},
        {"header": "Tel", "source": "account"},
        {"header": "Paid", "source": "delivered"},
    ]
    shown = transfers.table(lines({"collector_name": "=cmd()"}, {"collector_name": None}), columns)
    assert shown.columns == ["ID", "Who", "Tel", "Paid"]
    assert shown["Paid"].to_list() == [None, None]
    text = transfers.as_csv(shown).decode("utf-8-sig").splitlines()
    assert text[1].split(",")[1:] == ["'=cmd()", "+95955512345", ""]
    plain = transfers.as_csv(transfers.table(lines({}), columns)).decode("utf-8-sig")
    assert "'" not in plain
    assert transfers.digest_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_template_is_checked_whole() -> None:
    assert sources.faults(sources.standard_columns()) == []
    found = sources.faults(
        [{"header": "a", "source": "line"}, {"header": "A ", "source": "documents"}, {"source": "amount"}]
    )
    assert {problem.code for problem in found} == {
        "payments.header_twice", "payments.source_unknown", "payments.header_missing", "payments.source_missing",
    }  # fmt: skip
    many = [{"header": str(place), "source": "blank"} for place in range(70)] + sources.standard_columns()
    assert [problem.code for problem in sources.faults(many)] == ["payments.columns_many"]


@pytest.mark.parametrize("word", ["document", "phone", "birth", "member", "address", "photo", "need"])
def test_nothing_but_what_paying_needs_can_be_sent(word: str) -> None:
    assert not [source for source in sources.SOURCES if word in source]


def test_whatever_can_be_chosen_has_a_name() -> None:
    from banyan.aid.payments.models.files import FIELDS
    from banyan.aid.payments.models.providers import SOURCES
    from banyan.aid.payments.rules import layouts

    assert (tuple(SOURCES), tuple(FIELDS)) == (sources.SOURCES, layouts.FIELDS)
