"""Zawgyi: the old encoding that draws Burmese with code points of other letters. Detection and conversion.

A single short value cannot be told apart (the letter က scores 0.46), a column of values can: so detection takes
columns. The model is the one Google trained (myanmartools). Conversion is ours: each Zawgyi code point is given its
meaning, and the signs of a syllable are put in the order of Unicode Technical Note 11.
"""

import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice

from myanmartools import ZawgyiDetector

from banyan.platform.kernel.names.scripts import Script, scripts_in

# Enough for the model to be certain; more only costs time.
SAMPLE = 2000
_CERTAIN = 0.95
# One value tells less than a column: the model needs to be surer before it contradicts its neighbours.
_CERTAIN_ALONE = 0.99


class Encoding(StrEnum):
    """What a column of text is encoded in."""

    NONE = "none"  # no Burmese in it
    UNICODE = "unicode"
    ZAWGYI = "zawgyi"
    MIXED = "mixed"  # some values surely the one, some surely the other
    UNDECIDED = "undecided"  # too little text


@dataclass(frozen=True)
class Detected:
    """Verdict on a column: encoding, probability (0–1) that the whole is Zawgyi, places of values that deviate."""

    encoding: Encoding
    probability: float
    deviating: tuple[int, ...] = ()


def detect_column(values: Iterable[str | None]) -> Detected:
    """Judge the values of one column together, at most the first 2,000 with Burmese letters.

    `deviating` counts from 0 and lists values that by themselves surely are not what the column is: all the Zawgyi
    ones of a mixed column.
    """
    burmese = list(
        islice(
            ((place, value) for place, value in enumerate(values) if value and Script.BURMESE in scripts_in(value)),
            SAMPLE,
        )
    )
    if not burmese:
        return Detected(Encoding.NONE, 0.0)
    whole = _probability("\n".join(value for _place, value in burmese))
    singly = [(place, _probability(value)) for place, value in burmese]
    zawgyi = tuple(place for place, probability in singly if probability > _CERTAIN_ALONE)
    unicode = tuple(place for place, probability in singly if probability < 1 - _CERTAIN_ALONE)
    # A few values that mislead the model do not make a column mixed: one in twenty must be surely different.
    if min(len(zawgyi), len(unicode)) * 20 > len(burmese):
        return Detected(Encoding.MIXED, whole, zawgyi)
    if whole > _CERTAIN:
        return Detected(Encoding.ZAWGYI, whole, unicode)
    if whole < 1 - _CERTAIN:
        return Detected(Encoding.UNICODE, whole, zawgyi)
    return Detected(Encoding.UNDECIDED, whole)


@cache
def _detector() -> ZawgyiDetector:
    """Loaded on first use: reading the model takes a moment that most processes never need."""
    with warnings.catch_warnings():
        # The package reads its model by a function that Python deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()


def _probability(text: str) -> float:
    return max(0.0, float(_detector().get_zawgyi_probability(text)))


_KINZI = "\u1004\u103a\u1039"
_MEANING: dict[str, str] = {
    "\u1033": "\u102f", "\u1034": "\u1030", "\u1039": "\u103a", "\u103a": "\u103b", "\u103b": "\u103c",
    "\u103c": "\u103d", "\u103d": "\u103e", "\u105a": "\u102b\u103a",
    "\u1060": "\u1039\u1000", "\u1061": "\u1039\u1001", "\u1062": "\u1039\u1002", "\u1063": "\u1039\u1003",
    "\u1065": "\u1039\u1005", "\u1066": "\u1039\u1006", "\u1067": "\u1039\u1006", "\u1068": "\u1039\u1007",
    "\u1069": "\u1039\u1008", "\u106a": "\u1009", "\u106b": "\u100a", "\u106c": "\u1039\u100b",
    "\u106d": "\u1039\u100c", "\u106e": "\u100d\u1039\u100d", "\u106f": "\u100d\u1039\u100e",
    "\u1070": "\u1039\u100f", "\u1071": "\u1039\u1010", "\u1072": "\u1039\u1010", "\u1073": "\u1039\u1011",
    "\u1074": "\u1039\u1011", "\u1075": "\u1039\u1012", "\u1076": "\u1039\u1013", "\u1077": "\u1039\u1014",
    "\u1078": "\u1039\u1015", "\u1079": "\u1039\u1016", "\u107a": "\u1039\u1017", "\u107b": "\u1039\u1018",
    "\u107c": "\u1039\u1019", "\u107d": "\u103b", "\u1085": "\u1039\u101c", "\u1086": "\u103f", "\u1087": "\u103e",
    "\u1088": "\u103e\u102f", "\u1089": "\u103e\u1030", "\u108a": "\u103d\u103e", "\u108e": "\u102d\u1036",
    "\u108f": "\u1014", "\u1090": "\u101b", "\u1091": "\u100f\u1039\u100d", "\u1092": "\u100b\u1039\u100c",
    "\u1093": "\u1039\u1018", "\u1094": "\u1037", "\u1095": "\u1037", "\u1096": "\u1039\u1010\u103d",
    "\u1097": "\u100b\u1039\u100b",
    **{chr(point): "\u103c" for point in range(0x107E, 0x1085)},
}  # fmt: skip
# Kinzi is drawn above the consonant that follows it in speech: it must go before that consonant.
_WITH_KINZI = {"\u1064": "", "\u108b": "\u102d", "\u108c": "\u102e", "\u108d": "\u1036"}
_BEFORE = "\u1031\u103b\u107e-\u1084"
_BASE = "\u1000-\u102a\u1040-\u1049\u104e\u106a\u106b\u106e\u106f\u1086\u108f\u1090-\u1092\u1097"
_MARKS = (
    "\u102b-\u1030\u1032-\u103a\u103c\u103d\u105a\u1060-\u1069\u106c\u106d\u1070-\u107d\u1085\u1087-\u108e\u1093-\u1096"
)
_CLUSTER = re.compile(f"([{_BEFORE}]*)([{_BASE}])([{_MARKS}]*)")
_DIGIT_AS_LETTER = {"\u1040": "\u101d", "\u1047": "\u101b"}  # zero drawn for wa, seven for ra
_ORDER = {
    sign: place
    for place, signs in enumerate(
        # 1 stands for stacked consonants, 2 for an asat before the vowels, 11 for one behind them
        ["", "", "", "\u103b", "\u103c", "\u103d", "\u103e", "\u1031", "\u102d\u102e\u1032", "\u102f\u1030",
         "\u102b\u102c", "", "\u1036", "\u1037", "\u1038"]
    )
    for sign in signs
}  # fmt: skip


def to_unicode(text: str) -> str:
    """Zawgyi text in Unicode, normal form C. Text that already is Unicode would be spoiled: detect first."""
    return unicodedata.normalize("NFC", _CLUSTER.sub(_cluster, _without_gaps(text)))


def _without_gaps(text: str) -> str:
    """Zawgyi writers break lines with zero-width spaces; a syllable must not be split by one."""
    return re.sub("[\u200b-\u200d]", "", text)


def _cluster(match: re.Match[str]) -> str:
    before, base, marks = match.groups()
    kinzi = ""
    plain = ""
    for sign in before + marks:
        if sign in _WITH_KINZI:
            kinzi, plain = _KINZI, plain + _WITH_KINZI[sign]
        else:
            plain += _MEANING.get(sign, sign)
    if base in _DIGIT_AS_LETTER and (plain or _beside_letters(match)):
        base = _DIGIT_AS_LETTER[base]
    if base == "\u1025" and "\u103a" in plain and "\u102e" not in plain:
        base = "\u1009"  # u drawn for nya, which alone can be killed
    if base == "\u1025" and "\u102e" in plain:
        base, plain = "\u1026", plain.replace("\u102e", "")
    if base == "\u104e":
        return "\u104e\u1004\u103a\u1038" + plain
    return kinzi + _MEANING.get(base, base) + _ordered(plain)


def _ordered(signs: str) -> str:
    """Stacked consonants, medials, vowels, tones in the order of UTN 11; signs drawn twice count once."""
    placed: set[tuple[int, str]] = set()
    stacked = re.findall("\u1039.", signs)
    after_vowel = False
    for sign in re.sub("\u1039.", "", signs):
        if sign == "\u103a":
            placed.add((11 if after_vowel else 2, sign))
        else:
            placed.add((_ORDER.get(sign, 8), sign))  # 8: signs of other languages sit like upper vowels
        after_vowel = after_vowel or sign in "\u102b\u102c"
    return "".join(dict.fromkeys(stacked)) + "".join(sign for _place, sign in sorted(placed))


def _beside_letters(match: re.Match[str]) -> bool:
    """Whether the digit stands among letters and not in a number."""
    text, start, end = match.string, match.start(), match.end()
    neighbours = text[start - 1 : start] + text[end : end + 1]
    return any("\u1000" <= character <= "\u103f" or "\u105a" <= character <= "\u1097" for character in neighbours)
