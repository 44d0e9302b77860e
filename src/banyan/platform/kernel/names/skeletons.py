"""Consonant skeletons: keys under which spellings of one name meet, across spellers, languages and scripts.

Vowels are left out, consonants that are written for one another share a letter, and where a letter stands for
several sounds every reading gives a key of its own. The letters: P (p b), F (f v ph), T (t d th ht), S, Z, X (sh),
J (j ch dj), K (k g q kh gh), H, M, N (n ng ny), L, R, W and Y at the beginning; A for a vowel at the beginning. A
word of one consonant takes its vowel's class as well: A (a), I (e i), U (o u).

Keys are compared by equality only: that is what an index can do under row-level security.
"""

import re
from functools import lru_cache
from itertools import islice, product

from banyan.platform.kernel.names.burmese import spellings

# How many readings of one word are kept; words with more alternatives are rare and their first readings likeliest.
READINGS = 8

# Tried in order at every place; the first reading is the most usual one. "" leaves the letter out.
_RULES: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
    (re.compile(pattern), tuple(reading.strip() for reading in readings.split("|")))
    for pattern, readings in [
        ("sch|tsh", "X"),
        ("tch|dj|dsh|zh", "J"),
        ("sh", "X"),
        ("ch", "J|X"),
        ("kh(?=[aeiouy])(?=.*[^aeiouyh].*[^aeiouyh])", "K|H"),
        ("kh|gh|q|ck", "K"),
        ("gy", "K|J"),
        ("k", "K"),
        ("g", "K|J"),
        ("^c(?=[aou])", "K|J|"),
        ("c(?=[eiy])", "S|J|"),
        ("^ou(?=[aei])", "W|"),
        ("c", "K|J"),
        ("^x", "X|H|S"),
        ("x", "KS|H"),
        ("j", "J"),
        ("ph", "F|P"),
        ("f", "F"),
        ("^v", "F|W"),
        ("v", "F|"),
        ("hp|p|b", "P"),
        ("dh", "T|Z"),
        ("th", "T|S"),
        ("ht|t|d", "T"),
        ("hs|s", "S"),
        ("z", "Z"),
        ("m", "M"),
        ("ng(?=[aeiou])(?<!^ng)", "N|NK"),
        ("ng|ny|gn|n", "N"),
        ("l", "L"),
        ("r", "R"),
        ("^w", "W"),
        ("^y(?=[aeiou])", "Y"),
        ("^mh", "M|MH"),
        ("(?<=o)h(?=[mn])", "|H"),  # Ohn
        ("^h(?=[lmntw])", ""),  # Burmese: Hla, Hmu, Hnin, Htun, Hpone
        ("h(?=[aeiouywlmnrtdkgbfqszj])", "H"),
        ("[aeiouyhw]+?", ""),
    ]
]
# Burmese writes long vowels with r: Thuzar is Thuza, Marlar is Mala.
_LONG_A = re.compile("ar(?=[^aeiouyr]|$)")
_VOWELS = re.compile("[aeiou]+[wy]?|[wy]+")
_FRONT = re.compile("a[eiy]|[eiy]")
_BACK = re.compile("a[uwo]|[ouw]")


@lru_cache(maxsize=65536)
def latin_skeletons(word: str) -> tuple[str, ...]:
    """Keys of a word in normal form (small Latin letters), the most usual reading first, at most 8.

    "abd+…" compounds give APT and the key of the rest. A word without letters gives no key.
    """
    servant, _plus, name = word.rpartition("+")
    if servant:
        return tuple(f"APT{key}" for key in latin_skeletons(name))
    letters = re.sub("[^a-z]", "", word)
    if not letters:
        return ()
    spellings = [letters]
    if _LONG_A.search(letters):
        spellings.append(_LONG_A.sub("a", letters))
    found = dict.fromkeys(key for spelling in spellings for key in _readings(spelling) if key)
    return tuple(islice(found, READINGS))


def _readings(letters: str) -> list[str]:
    steps: list[tuple[str, ...]] = []
    place = 0
    while place < len(letters):
        match, readings = next(
            (match, readings) for pattern, readings in _RULES if (match := _at(pattern, letters, place))
        )
        steps.append(readings)
        place = match.end()
    return [
        # Without a consonant at its beginning a word begins with a vowel, unless an h was only breath (Hla).
        _finished(("" if choice[0] or letters[0] == "h" else "A") + "".join(choice), letters)
        for choice in islice(product(*steps), READINGS)
    ]


def _at(pattern: re.Pattern[str], letters: str, place: int) -> re.Match[str] | None:
    if pattern.pattern.startswith("^") and place:
        return None
    return pattern.match(letters) if not place else pattern.match(letters, place)


def _finished(skeleton: str, letters: str) -> str:
    """Doubled letters once; a single consonant or vowel with the class of its vowel."""
    single = re.sub(r"(.)\1+", r"\1", skeleton) if len(skeleton) > 1 else skeleton
    return single if len(single) > 1 else single + _vowel_class(letters)


def _vowel_class(letters: str) -> str:
    """Class of the first vowel; a y or w before it only glides (Kyaw, Htwe), unless there is no other vowel (Ly)."""
    vowels = _VOWELS.search(re.sub("[wy](?=[aeiou])", "", letters))
    if vowels is None:
        return ""
    return "I" if _FRONT.match(vowels[0]) else "U" if _BACK.match(vowels[0]) else "A"


@lru_cache(maxsize=65536)
def burmese_skeletons(syllable: str) -> tuple[str, ...]:
    """Keys of a Burmese syllable: those of all its customary spellings in Latin letters."""
    return tuple(
        islice(dict.fromkeys(key for spelling in spellings(syllable) for key in latin_skeletons(spelling)), READINGS)
    )


_ARABIC: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("بپ", ("P",)),
    **dict.fromkeys("تطدٹڈ", ("T",)),
    "ث": ("T", "S"),
    **dict.fromkeys("ذظض", ("T", "Z")),
    **dict.fromkeys("جچژ", ("J",)),
    **dict.fromkeys("حه", ("H",)),
    "خ": ("K", "H"),
    **dict.fromkeys("غقكگڭ", ("K",)),
    **dict.fromkeys("رڑ", ("R",)),
    "ز": ("Z",),
    **dict.fromkeys("سص", ("S",)),
    "ش": ("X",),
    "ف": ("F",),
    "ڤ": ("F",),
    **dict.fromkeys("لڵ", ("L",)),
    "م": ("M",),
    **dict.fromkeys("نں", ("N",)),
}
_ARABIC_VOWELS = {"ا": "A", "ع": "A", "ي": "I", "و": "U"}


@lru_cache(maxsize=65536)
def arabic_skeletons(word: str) -> tuple[str, ...]:
    """Keys of a word in the normal form of names.arabic, comparable with those of Latin spellings."""
    servant, _plus, name = word.rpartition("+")
    if servant:
        return tuple(f"APT{key}" for key in arabic_skeletons(name))
    steps: list[tuple[str, ...]] = []
    for place, letter in enumerate(word):
        if letter in "هح" and place == len(word) - 1 and place:
            # Latin spellings leave h at the end out or write it without meaning a sound: Fatima(h), Farah.
            steps.append(("", "H"))
        elif letter in _ARABIC:
            steps.append(_ARABIC[letter])
        elif place == 0 and letter in "اع":
            steps.append(("A",))
        elif place == 0 and letter in "وي":
            # ياسر begins with a consonant, يا… before a consonant may be I: only the first is usual in names.
            steps.append(("W",) if letter == "و" else ("Y",))
    if not any(steps):
        return ()
    vowels = "".join(_ARABIC_VOWELS.get(letter, "") for letter in word[1:])
    found = dict.fromkeys(_arabic_finished("".join(choice), vowels) for choice in islice(product(*steps), READINGS))
    return tuple(found)


def _arabic_finished(skeleton: str, vowels: str) -> str:
    single = re.sub(r"(.)\1+", r"\1", skeleton)
    return single if len(single) > 1 else single + (vowels[:1] or "A")
