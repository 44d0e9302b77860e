"""Names in Burmese letters: normal form, syllables, and the romanisation usual in Myanmar's papers.

Burmese writes names without spaces, so a name is compared by its syllables. The romanisation is the customary one
(ကျော် Kyaw, ထွန်း Htun, မြင့် Myint), not a scholarly one: people write their own names with it.
"""

import re
import unicodedata

_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")
_NYA = re.compile("\u1025(?=[\u1037\u1038]*[\u1039\u103a])")
_TWICE = re.compile("([\u1000-\u1021])\u103a(?=[\u103b-\u103e])")
_NOT_LETTERS = re.compile("[^\u1000-\u1049\u104c-\u109f\uaa60-\uaa7f\ua9e0-\ua9fe]+")
# A consonant that begins a syllable is neither killed by asat nor stacked below another.
_SYLLABLE = re.compile(
    "(?:[\u1000-\u1021\u103f]|[\u1023-\u1027\u1029\u102a])"  # a consonant or an independent vowel
    "[\u103b-\u103e]*[\u102b-\u1032\u1036-\u1038]*"  # medials, vowels, tones
    "(?:\u103a[\u103b-\u103e]?[\u102b-\u1038]*)?"  # asat of the syllable itself: ော်
    "(?:[\u1000-\u1021][\u1037\u1038]*(?:\u103a[\u1037\u1038]*(?:\u1039(?=[\u1000-\u1021]))?|\u1039)[\u1037\u1038]*)?"  # final
)

_INITIALS = {
    "က": "k", "ခ": "kh", "ဂ": "g", "ဃ": "g", "င": "ng",
    "စ": "s", "ဆ": "s", "ဇ": "z", "ဈ": "z", "ဉ": "ny", "ည": "ny",
    "ဋ": "t", "ဌ": "ht", "ဍ": "d", "ဎ": "d", "ဏ": "n",
    "တ": "t", "ထ": "ht", "ဒ": "d", "ဓ": "d", "န": "n",
    "ပ": "p", "ဖ": "ph", "ဗ": "b", "ဘ": "b", "မ": "m",
    "ယ": "y", "ရ": "y", "လ": "l", "ဝ": "w", "သ": "th", "ဿ": "th", "ဟ": "h", "ဠ": "l", "အ": "",
    "ဣ": "i", "ဤ": "i", "ဥ": "u", "ဦ": "u", "ဧ": "ay", "ဩ": "aw", "ဪ": "aw",
}  # fmt: skip
_OPEN = {
    "": "a", "ာ": "a", "ါ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "ay", "ဲ": "e",
    "ော": "aw", "ေါ": "aw", "ို": "o", "ံ": "an", "ုံ": "on", "ိံ": "ein", "ို့": "o",
}  # fmt: skip
_CLOSED = {
    "င": {"": "in", "ော": "aung", "ေါ": "aung", "ို": "aing"},
    "က": {"": "et", "ု": "oke", "ော": "auk", "ေါ": "auk", "ို": "aik"},
    "န": {"": "an", "ိ": "ein", "ု": "on"},
    "မ": {"": "an", "ိ": "ein", "ု": "on"},
    "ဏ": {"": "an", "ု": "on"},
    "လ": {"": "an", "ို": "o", "ု": "on"},
    "ဉ": {"": "in"},
    "ည": {"": "i"},
    "တ": {"": "at", "ိ": "eik", "ု": "oke"},
    "ပ": {"": "at", "ိ": "eik", "ု": "oke"},
    "စ": {"": "it"},
    "ဇ": {"": "it"},
    "ယ": {"": "e"},
    "ရ": {"": "a"},
}  # fmt: skip
# Any other killed consonant is of Pali words and sounds as t.
_STOP = {"": "at", "ိ": "eik", "ု": "oke"}
# Independent vowels, and the sign that each is when a consonant closes the syllable.
_SIGN_OF = {"ဣ": "ိ", "ဤ": "ိ", "ဥ": "ု", "ဦ": "ု", "ဧ": "ေ", "ဩ": "ော", "ဪ": "ော"}
_WITH_YA = {"k": "ky", "kh": "ch", "g": "gy", "ng": "ny", "p": "py", "ph": "phy", "b": "by", "m": "my", "l": "ly"}
# Where the syllable looks like the first, the second of its romanisation may be written as the third.
_OTHER_SPELLINGS = [
    ((re.compile(seen), re.compile(written)), instead)
    for seen, written, instead in [
        ("^ရ", "^y", "r"),
        ("^[တဒဓသပဗ]ြ", "(?<=[tdhpb])y", "r"),
        ("မ[့း]*်|ံ", "n(?=t?$)", "m"),
        ("ယ[့း]*်", "e$", "el"),
        ("လ[့း]*်", "(?<=[aeiou])n?$", "l"),
        ("ိ[တပဒ][့း]*[်္]", "eik$", "ate"),
        ("ု[တပဒ][့း]*[်္]", "oke$", "ote"),
        ("က[့း]*[်္]", "et$", "ek"),
        ("သ[့း]*်", "at$", "as"),
        ("့", "n?t$", "n"),
        ("ော့|ဲ့", "(?<=w)$|(?<=e)$", "t"),
        ("ိုင[့း]*်", "aing$", "ai"),
    ]
]
_VOWELS = re.compile("[\u102b-\u1032\u1036]")


def normal_form(text: str) -> str:
    """Unicode normal form C without zero-width characters, words apart by one space. Zawgyi text comes out wrong:
    convert it first (see the module zawgyi)."""
    plain = unicodedata.normalize("NFC", _ZERO_WIDTH.sub("", text))
    if "\u1025" in plain:
        # The vowel u and the consonant nya look alike; only the consonant can be killed or carry another.
        plain = _NYA.sub("\u1009", plain.replace("\u1025\u102e", "\u1026"))
    # The dot below of a killed consonant is typed before or after the asat; NFC puts it before.
    return _NOT_LETTERS.sub(" ", plain).strip()


def syllables(text: str) -> list[str]:
    """Syllables in order; a stacked consonant ends one syllable and begins the next. What fits nowhere is left out."""
    # A killed consonant with a medial is spoken twice: ယောက်ျား is ယောက် + ကျား.
    plain = _TWICE.sub("\\1\u103a\\1", normal_form(text))
    return [match[0] for match in _SYLLABLE.finditer(plain)]


def romanised(syllable: str) -> str:
    """Latin letters of one syllable, small: "မြင့်" → "myint", "ကျော်" → "kyaw"."""
    initial, rest = _INITIALS[syllable[0]], syllable[1:]
    closing = re.search("([\u1000-\u1021])[\u1037\u1038]*[\u103a\u1039]", rest)
    creaky = "\u1037" in rest
    if closing:
        rest, final = rest[: closing.start()], closing[1]
    else:
        final = ""
    onset = _onset(initial, rest)
    vowel = "".join(_VOWELS.findall(rest))
    if final and not vowel and syllable[0] in _SIGN_OF:
        onset, vowel = "", _SIGN_OF[syllable[0]]
    if final:
        rhymes = _CLOSED.get(final, _STOP)
        rhyme = rhymes.get(vowel) or _OPEN.get(vowel, "a") + ("n" if final in "ငနမဏလဉ" else "t")
    else:
        rhyme = _OPEN.get(vowel, "a")
    if "\u103d" in rest:
        # Wa glides before open vowels and changes "an", "at" into "un", "ut".
        onset, rhyme = (onset, {"an": "un", "at": "ut"}[rhyme]) if rhyme in ("an", "at") else (onset + "w", rhyme)
    if not final and not vowel and syllable[0] in _SIGN_OF:
        rhyme = ""
    return onset + rhyme + ("t" if creaky and rhyme.endswith("n") else "")


def spellings(syllable: str) -> tuple[str, ...]:
    """The customary romanisation first, then others that people use for the same syllable: ရန် yan, ran; ခမ်း khan, kham."""
    roman = romanised(syllable)
    found = {roman: None}
    for pattern, instead in _OTHER_SPELLINGS:
        if pattern[0].search(syllable):
            found |= {pattern[1].sub(instead, spelling): None for spelling in tuple(found)}
    return tuple(found)


def _onset(initial: str, marks: str) -> str:
    if "\u103e" in marks:
        # Medial ha: ရှ, သျှ and လျှ are "sh"; elsewhere it is breathed before.
        if initial == "y" or (initial in ("th", "l") and "\u103b" in marks):
            return "sh"
        initial = f"h{initial}" if initial in ("l", "m", "n", "ny", "w", "ng") else initial
    if "\u103b" in marks or "\u103c" in marks:
        return _WITH_YA.get(initial, f"{initial}y")
    return initial
