"""Names and acronyms as texts."""

import re
import unicodedata

from banyan.platform.kernel.names import normal_form

LONGEST_NAME = 200
LONGEST_ACRONYM = 60
# The longest real names met in national lists have 20 words; sentences about an organisation have 15 to 200.
_MOST_WORDS = 22
# Verbs and pronouns of a description. Names hold none of them between two other words.
_SAYING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|aims?|strives?|works?|seeks?|provides?|established|founded|redacted|we|our|their|its)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;:]\s+\S|[a-z]\.$|၊|။\s*\S")


def tidy(text: object) -> str:
    """A cell as text: composed, without control characters, each run of white space one blank."""
    if text is None:
        return ""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    composed = unicodedata.normalize("NFC", str(text))
    kept = "".join(
        # Joiners shape Burmese and Arabic letters, so they stay; other invisible characters only hide differences.
        letter if letter in "\u200c\u200d" or unicodedata.category(letter) not in ("Cc", "Cf") else " "
        for letter in composed
    )
    return " ".join(kept.split())


def is_sentence(text: str) -> bool:
    """Whether a text says something about an organisation instead of naming it."""
    words = text.split()
    if len(text) > LONGEST_NAME or len(words) > _MOST_WORDS:
        return True
    if len(words) >= 8 and _SAYING.search(" ".join(words[1:-1])):
        return True
    return len(words) >= 8 and bool(_SENTENCE_END.search(text))


def acronym_key(text: str) -> str:
    """An acronym for comparing: letters and digits only, one case. "S.D.R.O" and "SDRO" are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        letter for letter in folded if unicodedata.category(letter)[0] in "LN" or "\u1000" <= letter <= "\u109f"
    )


def name_key(text: str) -> str:
    """A name for comparing: the kernel's normal form; the text itself in one case when that holds nothing."""
    return normal_form(text) or " ".join(text.casefold().split())


def mask(text: str) -> str:
    """First letter of each word, the rest as dots of fixed number, so that not even lengths are told."""
    return " ".join(f"{word[0]}•••" for word in text.split())
