"""What values look like: the evidence for or against what a header says."""

import re
from collections.abc import Callable, Sequence
from functools import cache

_DATE = re.compile(
    r"~?[0-9]{4}(-[0-9]{1,2}){0,2}(?:[T ][0-9:.+Z-]+)?"
    r"|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{1,2}[ -][A-Za-zéû]{3,9}\.?[ -][0-9]{2,4}"
)
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./x-]{5,24}")
_PCODE = re.compile(r"[A-Z]{2,3}-?[0-9]{2,}[A-Z0-9-]*|MMR[A-Z0-9]{3,}")
_INTEGER = re.compile(r"[0-9]{1,3}(?:\.0+)?")
_POINT = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?[ ,;]+-?[0-9]{1,3}(?:\.[0-9]+)?(?:[ ,;]+-?[0-9.]+){0,2}")
_UUID = re.compile(r"(?:uuid:)?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{6,12}")
_SEX = frozenset(
    {"m", "f", "male", "female", "man", "woman", "boy", "girl", "masculin", "feminin", "féminin", "homme", "femme", "h", "hombre", "mujer",
     "masculino", "femenino", "ذكر", "أنثى", "انثى", "انثي", "ကျား", "မ", "1", "2", "other", "unknown", "non_binary"}
)  # fmt: skip
_BOOLEAN = frozenset(
    {
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "1",
        "0",
        "oui",
        "non",
        "si",
        "sí",
        "نعم",
        "لا",
        "ဟုတ်",
        "မဟုတ်",
        "on",
        "off",
        "ok",
    }
)
_FAMILY = re.compile(
    r"\b(family|families|household|hh|familia|famille|m[eé]nage|hogar)\b|عائلة|أسرة|اسرة|မိသားစု", re.IGNORECASE
)

_LOOKS: dict[str, Callable[[str], bool]] = {
    "date": lambda value: bool(_DATE.fullmatch(value)),
    "phone": lambda value: bool(_PHONE.fullmatch(value)) and sum(map(str.isdigit, value)) >= 6,
    "place": lambda value: bool(_PCODE.fullmatch(value)),
    "integer": lambda value: bool(_INTEGER.fullmatch(value)),
    "geopoint": lambda value: bool(_POINT.fullmatch(value)),
    "uid": lambda value: bool(_UUID.fullmatch(value)),
    "sex": lambda value: value.casefold() in _SEX,
    "boolean": lambda value: value.casefold() in _BOOLEAN,
    "email": lambda value: value.count("@") == 1 and "." in value.partition("@")[2],
    "family": lambda value: bool(_FAMILY.search(value)),
}


def share(values: Sequence[str], kind: str) -> float:
    """Which part of the values looks like a kind (date, phone, place, integer, geopoint, uid, sex, boolean, email, family)."""
    return sum(map(_LOOKS[kind], values)) / len(values) if values else 0.0


@cache
def expected(kind: str, code_list: str) -> str:
    """What values of a register field should look like; "" when anything goes."""
    if code_list == "sex":
        return "sex"
    return kind if kind in ("date", "phone", "place", "integer", "geopoint", "boolean", "email") else ""
