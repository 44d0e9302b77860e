"""Places: P-codes as they stand, codes inside of names, names of one place; slips of the pen are offered, not mended."""

import re
from collections.abc import Callable, Iterable, Mapping

import polars as pl

from banyan.people.collection.rules.checking.ledger import ERROR, INDEX, WARNING, Ledger, Verdict
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, plain_word
from banyan.people.collection.rules.shapes import KnownPlace, Lookups

_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9._]{2,30}")
ACTIVE = "active"


def codes_in(value: str) -> list[str]:
    """Every text within a value that may be a P-code: the value itself first, then words with a digit ("Badghis-AF29")."""
    upper = value.strip().upper()
    words = [word.strip(".") for word in _TOKEN.findall(upper) if any(character.isdigit() for character in word)]
    return list(dict.fromkeys([upper.replace(" ", ""), *words]))[:6]


def judge_places(lookups: Lookups) -> Callable[[Iterable[str]], Mapping[str, Verdict]]:
    """Verdicts on places; clean is the P-code."""

    def one(value: str) -> Verdict:
        if plain_word(value) in EMPTY_WORDS:
            return Verdict(None, "no_value", WARNING)
        whole, *parts = codes_in(value)
        if whole in lookups.places:
            return _found(lookups.places[whole], lookups)
        known = [lookups.places[code] for code in parts if code in lookups.places]
        if len({place.code for place in known}) == 1:
            return _found(known[0], lookups)
        named = {place.code: place for place in lookups.named.get(value, ())}
        # A state and its capital often share a name; only one place in use may bear it.
        in_use = {code: place for code, place in named.items() if place.status == ACTIVE} or named
        if len(in_use) == 1 and not known:
            place = next(iter(in_use.values()))
            found = _found(place, lookups)
            return found if found.code else Verdict(place.code, "place_by_name", WARNING, place.code)
        return Verdict(None, "no_place", ERROR)

    return lambda values: {value: one(value) for value in values}


def _found(place: KnownPlace, lookups: Lookups) -> Verdict:
    if place.code in lookups.outside:
        return Verdict(place.code, "place_outside", ERROR)
    if place.status != ACTIVE:
        return Verdict(place.code, "place_ended", WARNING)
    return Verdict(place.code)


def offer_near_places(ledger: Ledger, subject: str, name: str) -> None:
    """For codes that do not exist: where exactly one place lies a slip away and its name stands in the row, offer it."""
    came = ledger.came[subject]
    unknown = ledger.now[subject].filter(pl.col(name).is_null()).select(INDEX)
    rows = came.join(unknown, on=INDEX, how="semi").filter(pl.col(name).is_not_null())
    codes = {value: value.strip().upper().replace(" ", "") for value in rows[name].unique().to_list()}
    near = (
        ledger.lookups.near(sorted({code for code in codes.values() if any(map(str.isdigit, code))})) if codes else {}
    )
    if not any(near.values()):
        return
    texts = [column for column in ledger.columns(subject) if column != name and (subject, column) not in ledger.hidden]
    offered: dict[int, str] = {}
    for row in rows.filter(pl.col(name).is_in([value for value, code in codes.items() if near.get(code)])).iter_rows(
        named=True
    ):
        words = {plain_word(row[column]) for column in texts if row.get(column)}
        agreeing = [place for place in near[codes[row[name]]] if words & {plain_word(text) for text in place.names}]
        if len({place.code for place in agreeing}) == 1:
            offered[row[INDEX]] = agreeing[0].code
    if not offered:
        return
    table = pl.DataFrame(
        {INDEX: list(offered), "#near": list(offered.values())}, schema={INDEX: rows[INDEX].dtype, "#near": pl.String}
    )
    mended = rows.join(table, on=INDEX)
    ledger.withdraw(subject, mended, name, "no_place")
    ledger.note(subject, mended, name, "place_mistyped", severity=ERROR, proposed=pl.col("#near"))
