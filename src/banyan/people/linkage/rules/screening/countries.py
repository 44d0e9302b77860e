"""Countries as lists name them, in three letters as the register writes them."""

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

# Names of the United Nations and of OFAC that differ from those of CLDR.
_ALSO = {
    "bolivia plurinational state of": "BOL", "brunei darussalam": "BRN", "burma": "MMR", "cape verde": "CPV",
    "congo democratic republic of the": "COD", "democratic republic of the congo": "COD", "congo republic of the": "COG",
    "congo": "COG", "cote divoire": "CIV", "czech republic": "CZE", "democratic peoples republic of korea": "PRK",
    "korea north": "PRK", "north korea": "PRK", "korea south": "KOR", "republic of korea": "KOR", "iran islamic republic of": "IRN",
    "ivory coast": "CIV", "lao peoples democratic republic": "LAO", "libyan arab jamahiriya": "LBY",
    "micronesia federated states of": "FSM", "moldova republic of": "MDA", "republic of moldova": "MDA", "myanmar": "MMR",
    "palestinian": "PSE", "palestine state of": "PSE", "state of palestine": "PSE", "russian federation": "RUS",
    "swaziland": "SWZ", "syrian arab republic": "SYR", "the gambia": "GMB", "trinidad and tobago": "TTO",
    "turkey": "TUR", "turkiye": "TUR", "united kingdom of great britain and northern ireland": "GBR",
    "united republic of tanzania": "TZA", "united states of america": "USA", "venezuela bolivarian republic of": "VEN",
    "viet nam": "VNM", "occupied palestinian territory": "PSE", "region gaza": "PSE", "west bank": "PSE", "kosovo": "XKX",
    "saint vincent and the grenadines": "VCT", "bosnia and herzegovina": "BIH", "macedonia": "MKD", "uk": "GBR", "usa": "USA",
    "former yugoslav republic of macedonia": "MKD", "the former yugoslav republic of macedonia": "MKD", "hong kong": "HKG",
}  # fmt: skip


@cache
def _codes() -> dict[str, str]:
    """From two letters to three; CLDR knows both as other names of a territory."""
    found: dict[str, str] = {}
    known = Locale("en").territories
    for alias, targets in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(targets) == 1 and targets[0] in known:
            found.setdefault(targets[0], alias)
    # Countries that had other codes before: here the one of today is named.
    return found | {"CD": "COD", "DE": "DEU", "FR": "FRA", "GB": "GBR", "MM": "MMR", "RU": "RUS", "TL": "TLS", "YE": "YEM",
                    "RO": "ROU", "RS": "SRB", "ET": "ETH", "FI": "FIN", "VN": "VNM", "UZ": "UZB", "NL": "NLD", "KG": "KGZ"}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    codes = _codes()
    found = {_plain(name): codes[code] for code, name in Locale("en").territories.items() if code in codes}
    return found | _ALSO


def country_code(text: str) -> str:
    """Three letters for a name or a code of a country; empty for what is none that is known."""
    plain = text.strip()
    if len(plain) == 2 and plain.isalpha():
        return _codes().get(plain.upper(), "")
    if len(plain) == 3 and plain.isalpha() and plain.upper() in _codes().values():
        return plain.upper()
    return _names().get(_plain(plain), "")


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower().replace("&", " and "))
    kept = "".join(each if each.isalnum() or each.isspace() else " " if each in "-/,." else "" for each in letters)
    return " ".join(word for word in kept.split())
