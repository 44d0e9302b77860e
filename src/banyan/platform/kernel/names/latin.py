"""Names in Latin letters: one normal form for case, accents, apostrophes and hyphens; Arabic compounds unified."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ə": "e", "ŋ": "ng"}
)
_APOSTROPHES = re.compile("['`´‘’‛′ʹʻʼʽʾʿˈˊˋ]")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
# The same for text of ASCII only, where nothing can be taken apart.
_PLAIN = {
    **{code: " " for code in range(128) if not chr(code).isalnum()},
    **{ord(mark): None for mark in "'`"},
    **{ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
}

_SHORT_FOR = dict.fromkeys(("md", "mohd", "muhd", "mhd", "mohmd"), "mohammed")
_ARTICLES = {
    *("al", "el", "ul", "il", "ur", "ar", "er", "as", "es", "us", "ash", "esh", "ush", "ad", "ed", "ud"),
    *("az", "ez", "uz", "an", "en", "un", "at", "et", "ut", "dh"),
}
_SERVANT = {
    *("abd", "abdu", "abdul", "abdal", "abdel", "abdil", "abdur", "abder", "abdus", "abdoul", "abdool"),
    *("cabd", "cabdul"),  # Somali
}
# Abd + article (assimilated or not) + one of God's names, written together: Abdulaziz, Abdurrahman, Abdirahman.
_SERVANT_WORD = re.compile(r"c?abd(?:[aeiou]+l?|l)(?=[a-z]{3})")

_ALLAH = re.compile("a?l+a+h?[aiou]?")


def normal_form(text: str) -> str:
    """Small letters without accents and apostrophes, words apart by one space: "Al-Ḥasan O’Neil" → "al hasan oneil"."""
    if text.isascii():
        return " ".join(text.translate(_PLAIN).split())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    # A second time: casefold of decomposed letters may give letters to replace.
    plain = _APOSTROPHES.sub("", plain.translate(_LETTERS))
    return _NOT_LETTERS.sub(" ", plain).strip()


def words(text: str) -> list[str]:
    """Words of the normal form, with Arabic articles dropped and Abd-compounds written as one: "abd rahman" → "abd+rahman".

    An article is only one before another word, and never the first word: "El Hadj", but "An Nguyen" keeps "an".
    """
    found: list[str] = []
    source = [_SHORT_FOR.get(word, word) for word in normal_form(text).split()]
    place = 0
    while place < len(source):
        word = source[place]
        more = place + 1 < len(source)
        if word in _SERVANT and more:
            place += 2 if source[place + 1] in _ARTICLES and place + 2 < len(source) else 1
            found.append(f"abd+{_divine(_without_article(source[place]))}")
        elif word in _ARTICLES and more and (found or word in ("al", "el")):
            pass
        elif _SERVANT_WORD.match(word):
            found.append(f"abd+{_divine(_SERVANT_WORD.sub('', word, count=1))}")
        else:
            found.append(word)
        place += 1
    return found


def is_bound(word: str) -> bool:
    """Whether a word of the normal form may be read together with a neighbour: an article, "abd", or a short form."""
    return word in _ARTICLES or word in _SERVANT or word in _SHORT_FOR


def _divine(word: str) -> str:
    """Abdallah, Abdulla, Abdullahi: one name of God, whatever is left of its ending."""
    return "lah" if _ALLAH.fullmatch(word) else word


def _without_article(word: str) -> str:
    """ "alrahman" after "abd" is "rahman"; "allah" and "ali" are no articles."""
    return word[2:] if word.startswith(("al", "el", "ur")) and len(word) > 5 else word
