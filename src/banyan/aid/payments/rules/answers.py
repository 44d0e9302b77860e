"""What banks answer in ISO 20022: pain.002, camt.052/053/054 and pacs.004, as rows of one shape.

Versions are not asked for: the elements read here have kept their names since 2009. What a message says about transfers
that cannot be known by an end-to-end id is kept with what it has instead: account, amount, day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from lxml import etree

# One row for each statement about a transfer. All text; `settle` makes amounts and days of it.
COLUMNS: Final = (
    "no", "line_key", "account", "holder", "amount", "currency", "on_day", "outcome", "reference", "reason", "message",
)  # fmt: skip
SCHEMA: Final = {name: pl.Int64 if name == "no" else pl.String for name in COLUMNS}
ROOTS: Final = {
    "CstmrPmtStsRpt": "pain.002", "BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054", "BkToCstmrAcctRpt": "camt.052",
    "PmtRtr": "pacs.004",
}  # fmt: skip
# Statuses of pain.002. ACSC and ACCC say settled, but the money is seen on the account before it counts as paid.
_FAILED: Final = frozenset({"RJCT", "CANC"})
# A file said to be known already was not refused: its transfers stand as the first answer left them.
_SENT_BEFORE: Final = frozenset({"DUPL", "AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})
# Said before anything of a transfer was looked at; a refusal after any other word about it contradicts that word.
NOT_LOOKED_AT: Final = ("RCVD", "ACTC", "PDNG")
_KEY: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


class NoAnswer(Exception):
    """Not a message of these kinds; the text says what it is."""


@dataclass
class Answer:
    """One file as read: its kind, its rows, and what it says of the file as a whole (status, reason, message id)."""

    kind: str
    rows: pl.DataFrame
    whole: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def messages(self) -> list[str]:
        """The files of ours that a status report is about."""
        return list(dict.fromkeys(message for _status, _reason, message in self.whole if message))

    @property
    def refused(self) -> list[tuple[str, str]]:
        """The files of ours that are refused as a whole, each with the reason; not those that were known already."""
        return [
            (message, reason or status)
            for status, reason, message in self.whole
            if status in _FAILED and reason not in _SENT_BEFORE
        ]


def read(content: bytes) -> Answer:
    """The rows of a message. Raises NoAnswer for what is no XML or another message."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_blank_text=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NoAnswer(str(error)) from None
    body = next((child for child in root if _name(child) in ROOTS), None)
    if body is None:
        raise NoAnswer(_name(root[0]) if len(root) else _name(root))
    kind = ROOTS[_name(body)]
    if kind == "pain.002":
        rows, whole = list(_statuses(body)), list(_group(body))
    elif kind == "pacs.004":
        rows, whole = list(_returns(body)), []
    else:
        rows, whole = list(_entries(body)), []
    numbered = [{"no": number, **row} for number, row in enumerate(rows, 1)]
    return Answer(kind, pl.DataFrame(numbered, schema=SCHEMA), whole)


def key_of(text: str | None) -> str | None:
    """An end-to-end id that is one of ours, as the key of a line; None for any other."""
    plain = (text or "").strip().replace("-", "").lower()
    if not _KEY.fullmatch(plain):
        return None
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def refusals(lines: Sequence[str], *, after: int, message: str, reason: str) -> pl.DataFrame:
    """Rows that say of each of these transfers what a refusal of their whole file says of it, numbered from `after` on."""
    rows = [
        {"no": number, "line_key": line, "outcome": "failed", "reason": reason, "message": message}
        for number, line in enumerate(lines, after + 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _group(body: etree._Element) -> Iterator[tuple[str, str, str]]:
    """What is said of the file as a whole, and where its only batch is refused, of that."""
    message = _text(body, "OrgnlGrpInfAndSts/OrgnlMsgId")
    said = [(_text(group, "GrpSts"), group) for group in _all(body, "OrgnlGrpInfAndSts")]
    batches = _all(body, "OrgnlPmtInfAndSts")
    if len(batches) == 1 and not any(status in _FAILED for status, _group in said):
        said += [(status, batches[0]) for status in [_text(batches[0], "PmtInfSts")] if status in _FAILED]
    for status, part in said:
        if status:
            reason = _text(part, "StsRsnInf/Rsn/Cd") or _text(part, "StsRsnInf/Rsn/Prtry")
            yield status, reason, message


def _statuses(body: etree._Element) -> Iterator[dict[str, str | None]]:
    message = _text(body, "OrgnlGrpInfAndSts/OrgnlMsgId")
    for one in _all(body, "OrgnlPmtInfAndSts/TxInfAndSts"):
        status, reason = _text(one, "TxSts"), _text(one, "StsRsnInf/Rsn/Cd") or _text(one, "StsRsnInf/Rsn/Prtry")
        failed = status in _FAILED and reason not in _SENT_BEFORE
        yield {
            "line_key": key_of(_text(one, "OrgnlEndToEndId")),
            "outcome": "failed" if failed else "noted",
            "reference": _text(one, "AcctSvcrRef") or None,
            "reason": reason or status or None,
            "message": message or None,
        }


def _entries(body: etree._Element) -> Iterator[dict[str, str | None]]:
    for entry in (found for part in ("Stmt", "Ntfctn", "Rpt") for found in _all(body, f"{part}/Ntry")):
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        day = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")[:10]
        for one in _all(entry, "NtryDtls/TxDtls") or [entry]:
            amount = _first(one, "Amt", "AmtDtls/TxAmt/Amt") if one is not entry else _first(entry, "Amt")
            if amount is None:
                amount = _first(entry, "Amt")
            paid = (_text(one, "CdtDbtInd") or _text(entry, "CdtDbtInd")) == "DBIT"
            back = _first(one, "RtrInf") is not None or _text(entry, "RvslInd") == "true"
            key = key_of(_text(one, "Refs/EndToEndId"))
            if not paid and not back and key is None:
                continue  # money from elsewhere: not an answer about any transfer of ours
            yield {
                "line_key": key,
                "account": _text(one, "RltdPties/CdtrAcct/Id/IBAN")
                or _text(one, "RltdPties/CdtrAcct/Id/Othr/Id")
                or None,
                "holder": _text(one, "RltdPties/Cdtr/Pty/Nm") or _text(one, "RltdPties/Cdtr/Nm") or None,
                "amount": amount.text if amount is not None else None,
                "currency": amount.get("Ccy") if amount is not None else None,
                "on_day": day or None,
                "outcome": "noted" if status and status != "BOOK" else "delivered" if paid else "returned",
                "reference": _text(one, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef") or None,
                "reason": _text(one, "RtrInf/Rsn/Cd") or _text(one, "RtrInf/Rsn/Prtry") or None,
                "message": _text(one, "Refs/MsgId") or None,
            }


def _returns(body: etree._Element) -> Iterator[dict[str, str | None]]:
    message, day = _text(body, "OrgnlGrpInf/OrgnlMsgId"), _text(body, "GrpHdr/IntrBkSttlmDt")
    for one in _all(body, "TxInf"):
        amount = _first(one, "RtrdIntrBkSttlmAmt", "RtrdInstdAmt")
        account = _text(one, "OrgnlTxRef/CdtrAcct/Id/IBAN") or _text(one, "OrgnlTxRef/CdtrAcct/Id/Othr/Id")
        yield {
            "line_key": key_of(_text(one, "OrgnlEndToEndId")),
            "account": account or None,
            "holder": _text(one, "OrgnlTxRef/Cdtr/Pty/Nm") or _text(one, "OrgnlTxRef/Cdtr/Nm") or None,
            "amount": amount.text if amount is not None else None,
            "currency": amount.get("Ccy") if amount is not None else None,
            "on_day": _text(one, "IntrBkSttlmDt") or day or None,
            "outcome": "returned",
            "reference": _text(one, "RtrId") or None,
            "reason": _text(one, "RtrRsnInf/Rsn/Cd") or _text(one, "RtrRsnInf/Rsn/Prtry") or None,
            "message": message or None,
        }


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return list(element.findall("/".join(f"{{*}}{part}" for part in path.split("/"))))


def _first(element: etree._Element, *paths: str) -> etree._Element | None:
    return next((found for path in paths for found in _all(element, path)), None)


def _text(element: etree._Element, path: str) -> str:
    found = _first(element, path)
    return (found.text or "").strip() if found is not None else ""
