"""How a header is made comparable with the words that columns are known by."""

import re
import unicodedata
from functools import cache

_SUFFIX = re.compile(r"_(?P<subject>[hi])_[cf]$", re.IGNORECASE)
_PREFIX = re.compile(r"^pp_", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERING = re.compile(r"^(?:[qQ]?[0-9]+(?:[.)][0-9a-zA-Z]?)*[.):]\s*|[A-Z][0-9]*[.)]\s+|[qQ][0-9]+[_ -]+)")
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*|:$")
_TYPE = re.compile(
    r"\s-\s(?:string|text|integer|decimal|date|bool|image|id|yes/no|calculated|geo ?point|geo location|number|"
    r"select[ _](?:one|many|multiple)|list_of_ids|signature/image)\b.*$",
    re.IGNORECASE,
)
_PCODE = re.compile(r"\bp codes?\b")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


@cache
def normal(header: str) -> str:
    """A header in small letters, words parted by one space, without marks of origin.

    "birth_date_i_c", "Birth date", "BirthDate*" and "Q3. Birth date (required)" → "birth date". Accents of Latin and
    vowel marks of Arabic letters are dropped; Burmese signs stay; P-code, PCode and p_code are one word. Applying it
    twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", header).strip()
    before = ""
    while before != text:
        before = text
        text = _once(text)
    return text


def _once(text: str) -> str:
    text = _PREFIX.sub("", _SUFFIX.sub("", _TYPE.sub("", text)))
    text = _NUMBERING.sub("", text)
    text = _REMARK.sub(" ", text) if _REMARK.sub(" ", text).strip() else text
    parted = _CAMEL.sub(" ", text)
    small = unicodedata.normalize("NFD", parted.casefold())
    kept = "".join(
        character
        for character in small
        if not "\u0300" <= character <= "\u036f" and not "\u064b" <= character <= "\u0652"
    )
    kept = unicodedata.normalize("NFC", kept).translate(_ARABIC)
    words = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in kept.replace("'", "").replace("’", ""))
    return _PCODE.sub("pcode", " ".join(words.split()))


def subject_of_suffix(header: str) -> str:
    """ "household" or "person" where HOPE's marks in the header say so, else ""."""
    marked = _SUFFIX.search(header)
    if marked:
        return "household" if marked["subject"].lower() == "h" else "person"
    return "person" if _PREFIX.match(header) else ""
