"""Names of questions and choices: which are possible, and what one that is not should be called."""

import re
from collections.abc import Container

from anyascii import anyascii

_NOT_NAME = re.compile(r"[^0-9A-Za-z_.-]+")


def tidy(text: str, fallback: str = "question") -> str:
    """A name that XML takes, as near to the text as possible: "2nd child's age" → "_2nd_childs_age"."""
    latin = text if text.isascii() else anyascii(text)
    name = _NOT_NAME.sub("_", latin.replace("'", "").strip()).strip("_") if latin.strip() else ""
    name = re.sub(r"__+", "_", name)[:60].rstrip("_.-")
    if not name:
        return fallback
    return name if name[0].isalpha() or name[0] == "_" else f"_{name}"


def unused(name: str, taken: Container[str]) -> str:
    """The name, or with the first number that makes it new: age, age_2, age_3 …"""
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
