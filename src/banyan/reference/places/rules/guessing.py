"""Guesses a person confirms before an import: the country of bare codes, authority and release from a file's name."""

import re
from collections import Counter
from collections.abc import Iterable

from banyan.reference.places.rules.countries import ALPHA2, ALPHA3

_AUTHORITIES = (("mimu", "MIMU"), ("hdx", "OCHA"), ("cod", "OCHA"), ("ocha", "OCHA"), ("unhcr", "UNHCR"))


def country_of_codes(codes: Iterable[str]) -> str:
    """The country that most codes begin with: MMR001 → MMR, IQG01 → IRQ; empty when they do not begin with letters."""
    starts: Counter[str] = Counter()
    for code in codes:
        letters = (re.match(r"[A-Za-z]+", code.strip()) or [""])[0].upper()
        if letters[:3] in ALPHA2:
            starts[letters[:3]] += 1
        elif letters[:2] in ALPHA3:
            starts[ALPHA3[letters[:2]]] += 1
    return starts.most_common(1)[0][0] if starts else ""


def authority_of(names: Iterable[str]) -> str:
    """The publishing authority that a file name mentions, else empty."""
    text = " ".join(names).lower()
    return next((authority for word, authority in _AUTHORITIES if re.search(rf"(?<![a-z]){word}(?![a-z])", text)), "")


def label_of(names: Iterable[str]) -> str:
    """A version (9.6) or a date (2019-06) in a file name, else empty."""
    text = " ".join(names)
    found = re.search(
        r"(?<![0-9.])([0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,2})?)(?![0-9])|((?:19|20)[0-9]{2}(?:-[0-9]{2}){0,2})", text
    )
    return found[0] if found else ""
