"""Which writing systems a text uses: names in different scripts are normalised and compared differently."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_LETTER = re.compile("[A-Za-z]")
# Letters and their signs; digits and punctuation of the block belong to no script.
_BURMESE = re.compile("[\u1000-\u1021][\u1000-\u103f ]*")


class Script(StrEnum):
    """Scripts with rules of their own; every other script is romanised by table first."""

    LATIN = "latin"
    ARABIC = "arabic"
    BURMESE = "burmese"
    OTHER = "other"


@lru_cache(maxsize=4096)
def script_of(character: str) -> Script | None:
    """The script of one character; None for digits, marks of no script, spaces and punctuation."""
    if unicodedata.category(character)[0] not in "LM":
        return None
    name = unicodedata.name(character, "")
    if name.startswith(("LATIN", "FULLWIDTH LATIN", "MODIFIER LETTER")):
        return Script.LATIN
    if name.startswith("ARABIC"):
        return Script.ARABIC
    if name.startswith("MYANMAR"):
        return Script.BURMESE
    # Accents and the like belong to whatever they stand on.
    return None if name.startswith("COMBINING") else Script.OTHER


def scripts_in(text: str) -> frozenset[Script]:
    """All scripts that the text uses."""
    return frozenset(script for script in map(script_of, text) if script is not None)


def split_by_script(text: str) -> list[tuple[Script, str]]:
    """Runs of one script each; what belongs to no script stays with the run before it."""
    if text.isascii():
        return [(Script.LATIN, text)] if _LETTER.search(text) else []
    if _BURMESE.fullmatch(text):
        return [(Script.BURMESE, text)]
    runs: list[tuple[Script, str]] = []
    waiting = ""
    for character in text:
        script = script_of(character)
        if runs and script in (None, runs[-1][0]):
            runs[-1] = (runs[-1][0], runs[-1][1] + character)
        elif script is None:
            waiting += character
        else:
            runs.append((script, waiting + character))
            waiting = ""
    return runs
