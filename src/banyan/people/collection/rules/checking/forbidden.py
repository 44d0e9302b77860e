"""Kinds of data the operation forbids: the values are taken out before anything else reads them, and are quoted nowhere.

A column holds such data by the register field it feeds, or by its heading. A position is also known by its looks: degrees
of latitude and longitude with enough decimals to find a house.
"""

import polars as pl

from banyan.people.collection.rules.checking.ledger import INDEX, QUARANTINE, Ledger

# Three decimals of a degree are a hundred metres: less is a place, not a position.
POSITION = r"[-+]?(?:[0-8]?\d|90)\.\d{3,}\s*°?\s*[NSns]?\s*[,;/ ]\s*[-+]?(?:1[0-7]\d|[0-9]?\d|180)\.\d{3,}"
_PLUS_CODE = r"(?i)\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"
_MAP_LINK = r"(?i)(?:maps\.app\.goo\.gl|google\.[a-z.]+/maps|openstreetmap\.org|geo:[-+0-9])"
LOOKS = {"gps": f"(?:{POSITION})|(?:{_PLUS_CODE})|(?:{_MAP_LINK})"}


def quarantine(ledger: Ledger, subject: str) -> None:
    """Take forbidden values out of a frame; the findings name row and column, never the value."""
    forbidden = ledger.lookups.forbidden
    if not forbidden:
        return
    for name in ledger.columns(subject):
        field = ledger.lookups.fields.get(name)
        kinds = {getattr(field, "data_kind", "")} | set(ledger.lookups.kinds.get(name, ()))
        if by_heading := sorted(kinds & forbidden):
            held = ledger.now[subject].select(INDEX, name).drop_nulls(name)
            _take_out(ledger, subject, name, held, by_heading[0], pl.lit(None, pl.String))
            ledger.hidden.add((subject, name))
    for kind in sorted(LOOKS.keys() & forbidden):
        looks = LOOKS[kind]
        for name in ledger.holding(subject, lambda text, looks=looks: text.str.contains(looks)):  # type: ignore[misc]
            held = ledger.now[subject].select(INDEX, name).filter(pl.col(name).str.contains(looks))
            _take_out(ledger, subject, name, held, kind, _without(name, looks))


def _without(name: str, looks: str) -> pl.Expr:
    """The column where the values of these looks are gone whole: the words around a position tell it too."""
    return pl.when(~pl.col(name).str.contains(looks)).then(pl.col(name))


def _take_out(ledger: Ledger, subject: str, name: str, held: pl.DataFrame, kind: str, left: pl.Expr) -> None:
    ledger.note(
        subject, held, name, "forbidden", severity=QUARANTINE, raw=pl.lit(None, pl.String), params={"kind": pl.lit(kind)}
    )  # fmt: skip
    ledger.replace(subject, left.alias(name))
    # What came must not come back as a raw value either.
    came = ledger.came[subject]
    ledger.came[subject] = came.with_columns(pl.lit(ledger.now[subject][name]).alias(name))
