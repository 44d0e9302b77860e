"""Names of questions and columns as words that can be compared, whatever the script and the habits of their author."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Endings that HOPE and its relatives put on names: of the individual or the household, core or flexible.
_ENDING: Final = re.compile(r"_([ih])_[cf]$")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_REFERENCE: Final = re.compile(r"\$\{[^}]*\}")
_MARKUP: Final = re.compile(r"<[^>]*>|[*_#`]+")
_SEPARATOR: Final = re.compile(r"[\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf‐-‧‹›⁄،؛؟۔၊။]+")
# Words that say whom or where in the form, not what.
_NEUTRAL_TEXT: Final = """
    i h c f pp hh individual ind person pers member members mem household respondent resp beneficiary bnf registrant reg the
    of a an q question please enter write select choose what which is are was were do does did your you his her their this
    and for to in quel quelle est le la les l de du des d votre vos son sa ménage membre personne veuillez cuál cual es el
    los las su sus del miembro persona hogar por favor 1 2 3 4 5 6 7 8 9 01 02 03 04 05 06 07 08 09 10 11 12
"""
_NEUTRAL: Final = frozenset(_NEUTRAL_TEXT.split())


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A text in small letters without accents of Latin letters, words parted by single spaces."""
    text = _HUMP.sub(" ", _MARKUP.sub(" ", _REFERENCE.sub(" ", text)))
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return _SEPARATOR.sub(" ", folded).strip()
    letters = []
    for letter in unicodedata.normalize("NFD", folded):
        # Accents of Latin, short vowels of Arabic; the vowels of Burmese and other scripts of Asia are letters.
        if not ("\u0300" <= letter <= "\u036f" or "\u064b" <= letter <= "\u0652" or letter == "\u0640"):
            letters.append(letter)
    return _SEPARATOR.sub(" ", unicodedata.normalize("NFC", "".join(letters))).strip()


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a question's or column's name, habits of HOPE's forms left out: "birth_date_i_c" is birth, date."""
    return tuple(plain(_ENDING.sub("", name).replace("_", " ")).split())


def subject_ending(name: str) -> str:
    """What HOPE's ending says a name is about: "person", "household" or ""."""
    found = _ENDING.search(name)
    return {"i": "person", "h": "household"}[found[1]] if found else ""


@lru_cache(maxsize=20_000)
def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say what is asked; all of them if none would be left."""
    return tuple(word for word in words if word not in _NEUTRAL) or words


def holds_phrase(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether a phrase stands somewhere in words, unbroken."""
    width = len(phrase)
    return any(words[start : start + width] == phrase for start in range(len(words) - width + 1))
