"""Names in Arabic letters (Arabic, Persian, Urdu, Kurdish): one spelling for letters that are written several ways."""

import re
import unicodedata

# Short vowels, hamza and dagger above or below, Koranic signs; tatweel only stretches a line.
_DROPPED = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]")
_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("ىیېےئ", "ي"),
        "ؤ": "و",
        "ة": "ه",
        "ۀ": "ه",
        "ە": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ک": "ك",
        "ء": "",
    }
)
_NOT_LETTERS = re.compile(r"[^\w]+")
_ARTICLE = "ال"
_SERVANT = "عبد"


def normal_form(text: str) -> str:
    """Unified letters without vowel signs and tatweel, words apart by one space: "فَاطِمَة" → "فاطمه"."""
    plain = unicodedata.normalize("NFKC", text)
    return _NOT_LETTERS.sub(" ", _DROPPED.sub("", plain).translate(_UNIFIED)).strip()


def words(text: str) -> list[str]:
    """Words of the normal form without the article, Abd-compounds as one: "عبد الرحمن" and "عبدالرحمن" → "عبد+رحمن"."""
    found: list[str] = []
    for word in normal_form(text).split():
        if found and found[-1] == _SERVANT:
            found[-1] = f"{_SERVANT}+{_without_article(word)}"
        elif word.startswith(_SERVANT + _ARTICLE) and len(word) > 6:
            found.append(f"{_SERVANT}+{_without_article(word.removeprefix(_SERVANT))}")
        else:
            found.append(_without_article(word))
    return found


def _without_article(word: str) -> str:
    """Without ال where at least two letters remain. "الله" keeps one L: it is لله after the article."""
    return word[2:] if word.startswith(_ARTICLE) and len(word) > 3 else word
