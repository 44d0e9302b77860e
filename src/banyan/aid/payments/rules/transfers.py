"""Files to providers, written from one frame of lines: a table by template, ISO 20022 pain.001, Payment Hub's batch.

The frame has one row for each transfer and one text column for each source of `rules.sources`; amounts are written as the
currency writes them. What is not asked of the frame does not reach the provider.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import polars as pl

from banyan.aid.payments.rules.sources import ANSWERS
from banyan.platform.kernel.listing.exporting import DANGEROUS

PAIN: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{11,30}")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBERS: Final = re.compile(r"\+?[0-9][0-9 ]*")
# How Payment Hub calls what identifies whoever is paid.
PARTIES: Final = {"mobile_money": "MSISDN", "bank": "ACCOUNTNO", "card": "CARDNO"}
BATCH_COLUMNS: Final = (
    "id", "request_id", "payment_mode", "payer_identifier_type", "payer_identifier", "payee_identifier_type",
    "payee_identifier", "amount", "currency", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What all transfers of a file have in common. account: of who pays. agent: the BIC of its bank, or ""."""

    message: str
    plan: str
    made_at: datetime
    pay_on: date
    payer: str
    account: str
    agent: str
    currency: str


@dataclass(frozen=True)
class Totals:
    """By which a provider sees that a file arrived whole."""

    lines: int
    amount: Decimal


def totals_of(lines: pl.DataFrame) -> Totals:
    """How many transfers, and what they come to, exactly."""
    return Totals(lines.height, sum((Decimal(text) for text in lines["amount"]), Decimal(0)))


def digest_of(content: bytes) -> str:
    """The checksum by which a file is known, sent beside it."""
    return hashlib.sha256(content).hexdigest()


def end_to_end(line: UUID | str) -> str:
    """A line's key as banks take it: 35 signs at most, so without hyphens."""
    return str(line).replace("-", "")


def table(lines: pl.DataFrame, columns: Sequence[dict[str, str]]) -> pl.DataFrame:
    """The columns of a template in its order, under the provider's headers."""
    empty = pl.lit(None, pl.String)
    return lines.select(
        (empty if column["source"] in ANSWERS else pl.col(column["source"])).alias(column["header"])
        for column in columns
    )


def as_csv(shown: pl.DataFrame) -> bytes:
    """UTF-8 with a byte-order mark, which Excel needs; nothing in it can run as a formula, and numbers stay as they are."""
    risky = pl.any_horizontal(pl.lit(False), *(_starts(name) for name in shown.columns))
    if shown.select(risky.any()).item():
        shown = shown.with_columns(
            pl.when(_starts(name)).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
            for name in shown.columns
        )
    return "\ufeff".encode() + shown.write_csv().encode()


def _starts(name: str) -> pl.Expr:
    cell = pl.col(name).str.strip_chars_start(" ")
    signs = pl.any_horizontal(cell.str.starts_with(sign) for sign in DANGEROUS)
    # A telephone number begins with a plus and is no formula; with an apostrophe it would be no number any more.
    return (signs & ~cell.str.contains(rf"^{_NUMBERS.pattern}$")).fill_null(value=False)


def pain001(lines: pl.DataFrame, order: Order) -> bytes:
    """A customer credit transfer initiation, pain.001.001.09: one batch, one transfer for each line."""
    sums = totals_of(lines)
    agent = f"<BICFI>{_text(order.agent, 11)}</BICFI>" if order.agent else "<Othr><Id>NOTPROVIDED</Id></Othr>"
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{PAIN}"><CstmrCdtTrfInitn><GrpHdr>'
        f"<MsgId>{_text(order.message, 35)}</MsgId><CreDtTm>{order.made_at:%Y-%m-%dT%H:%M:%S}</CreDtTm>"
        f"<NbOfTxs>{sums.lines}</NbOfTxs><CtrlSum>{sums.amount:f}</CtrlSum>"
        f"<InitgPty><Nm>{_text(order.payer, 140)}</Nm></InitgPty></GrpHdr>"
        f"<PmtInf><PmtInfId>{_text(order.plan, 35)}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<NbOfTxs>{sums.lines}</NbOfTxs><CtrlSum>{sums.amount:f}</CtrlSum>"
        f"<ReqdExctnDt><Dt>{order.pay_on.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{_text(order.payer, 140)}</Nm></Dbtr>"
        f"<DbtrAcct><Id>{_account(order.account, '')}</Id><Ccy>{order.currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt><FinInstnId>{agent}</FinInstnId></DbtrAgt>"
    )
    plan = _text(order.plan, 140)
    body = [
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end(line)}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{_text(holder or name or line, 140)}</Nm></Cdtr>"
        + (f"<CdtrAcct><Id>{_account(account, mechanism or '')}</Id></CdtrAcct>" if account else "")
        + f"<RmtInf><Ustrd>{plan}</Ustrd></RmtInf></CdtTrfTxInf>"
        for line, amount, currency, holder, name, account, mechanism in lines.select(
            "line", "amount", "currency", "holder", "collector_name", "account", "mechanism"
        ).iter_rows()
    ]
    return (head + "".join(body) + "</PmtInf></CstmrCdtTrfInitn></Document>\n").encode()


def _text(text: str, most: int) -> str:
    cut = _NOT_XML.sub("", str(text)).strip()[:most] or "-"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _account(number: str, mechanism: str) -> str:
    """An account by its IBAN, or by any other number with what kind of number it is."""
    plain = number.replace(" ", "")
    if _IBAN.fullmatch(plain):
        return f"<IBAN>{plain}</IBAN>"
    scheme = f"<SchmeNm><Prtry>{_text(mechanism, 35)}</Prtry></SchmeNm>" if mechanism else ""
    return f"<Othr><Id>{_text(number, 34)}</Id>{scheme}</Othr>"


def batch(lines: pl.DataFrame, order: Order) -> list[dict[str, object]]:
    """Payment Hub's batch of transactions, as JSON has it. Amounts are text: a number of JSON is no decimal."""
    payer = {"partyIdInfo": {"partyIdType": "ACCOUNTNO", "partyIdentifier": order.account}}
    return [
        {
            "request_id": line,
            "payment_mode": mechanism,
            "payer": payer,
            "payee": {
                "partyIdInfo": {"partyIdType": PARTIES.get(mechanism or "", "ACCOUNTNO"), "partyIdentifier": account}
            },
            "amount": {"amount": amount, "currency": currency},
            "note": order.plan,
        }
        for line, mechanism, account, amount, currency in lines.select(
            "line", "mechanism", "account", "amount", "currency"
        ).iter_rows()
    ]


def batch_json(lines: pl.DataFrame, order: Order) -> bytes:
    """The batch as one JSON document."""
    return json.dumps(batch(lines, order), ensure_ascii=False, separators=(",", ":")).encode()


def batch_csv(lines: pl.DataFrame, order: Order) -> bytes:
    """The batch as the CSV that its bulk processor reads; `id` counts from 0."""
    parties = pl.col("mechanism").replace_strict(PARTIES, default="ACCOUNTNO", return_dtype=pl.String)
    shown = lines.with_row_index("id").select(
        pl.col("id").cast(pl.String),
        pl.col("line").alias("request_id"),
        pl.col("mechanism").alias("payment_mode"),
        pl.lit("ACCOUNTNO").alias("payer_identifier_type"),
        pl.lit(order.account).alias("payer_identifier"),
        parties.alias("payee_identifier_type"),
        pl.col("account").alias("payee_identifier"),
        "amount",
        "currency",
        pl.lit(order.plan).alias("note"),
    )
    return shown.select(BATCH_COLUMNS).write_csv().encode()
