"""Recognises what the columns of a place table hold, from their headers and a few values.

A meaning is written as a short text, so that a person can confirm or change it in a form:

    code@township        P-code of the township           name:my@township   its name in Burmese
    code, name:en        the same in a list that has one row per place of any level
    alias:en, former:en  another name, a former name      parent, level      P-code of the parent, level as a number
    country, lon, lat, status, since, until               and "-" for a column that is not read
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from banyan.reference.places.rules.levels import DEEPEST, KINDS, Kind, kind_named, kind_of_level

IGNORED = "-"
_LANGUAGES = {
    "en": "en", "eng": "en", "english": "en", "my": "my", "mya": "my", "mmr": "my", "mmr3": "my", "mmr4": "my", "m3": "my",
    "ar": "ar", "ara": "ar", "arabic": "ar", "fr": "fr", "fra": "fr", "es": "es", "spa": "es", "pt": "pt", "ku": "ku",
    "fa": "fa", "ps": "ps", "so": "so", "sw": "sw", "uk": "uk", "ru": "ru", "bn": "bn", "ne": "ne", "am": "am", "th": "th",
    "tr": "tr", "ur": "ur", "ht": "ht", "km": "km", "lo": "lo", "vi": "vi", "id": "id",
}  # fmt: skip
_CODE_WORDS = {"pcode", "pcodes", "code", "pcod"}
# Whole headers with one meaning, after normal().
_WHOLE = {
    "location": "country", "iso3": "country", "country iso3": "country", "country code": "country",
    "admin level": "level", "adm level": "level", "level": "level",
    "parent p code": "parent", "parent pcode": "parent", "parent code": "parent", "parent": "parent",
    "p code": "code", "pcode": "code", "code": "code", "place code": "code",
    "name": "name:en", "place name": "name:en", "name en": "name:en",
    "longitude": "lon", "lon": "lon", "long": "lon", "lng": "lon", "x": "lon",
    "latitude": "lat", "lat": "lat", "y": "lat",
    "start date": "since", "valid from date": "since", "valid from": "since", "validon": "since", "valid on": "since",
    "modified end date": "until", "end date": "until", "validto": "until", "valid to": "until", "valid until": "until",
    "status": "status", "alias": "alias:en", "other name": "alias:en",
}  # fmt: skip
_PHRASES: list[tuple[tuple[str, ...], Kind]] = sorted(
    ((tuple(word.split()), kind) for kind in KINDS.values() for word in kind.words),
    key=lambda entry: -len(entry[0]),
)
_LOOKS_LIKE_CODE = re.compile(r"[A-Za-z]{0,6}[0-9][A-Za-z0-9]*\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place, its header as written and what it holds."""

    index: int
    header: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is: "levels" (one kind per table, ancestors in columns), "list" (one row per place of any level)
    or "other" (no places). `own` is the kind of its rows, for "levels"."""

    form: str
    own: str
    columns: tuple[Column, ...]
    missing: tuple[str, ...] = field(default=())

    def find(self, meaning: str) -> int | None:
        """Index of the first column with that meaning."""
        return next((column.index for column in self.columns if column.meaning == meaning), None)


def normal(header: str) -> str:
    """A header in small letters, words parted by one space: "District/SAZ_Pcode" → "district saz pcode"."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[a-z0-9]+", parted.lower()))


def split_meaning(meaning: str) -> tuple[str, str, str]:
    """Role, language and kind of a meaning: "name:my@town" → ("name", "my", "town"); absent parts are empty."""
    rest, _at, kind = meaning.partition("@")
    role, _colon, language = rest.partition(":")
    return role, language, kind


def check_meaning(meaning: str) -> bool:
    """Whether a text is a meaning, for what comes back from a form."""
    role, language, kind = split_meaning(meaning)
    if kind:
        try:
            kind_named(kind)
        except KeyError:
            return False
    if role in ("name", "alias", "former"):
        return language in _LANGUAGES.values()
    if role == "code":
        return not language
    alone = role in ("parent", "level", "country", "lon", "lat", "status", "since", "until", IGNORED)
    return alone and not language and not kind


def meaning_of(header: str, values: Sequence[str] = ()) -> str:
    """What a column holds; `values` (a few of them) decide between code and name where the header tells only the kind."""
    text = normal(header)
    if text in _WHOLE:
        return _WHOLE[text]
    numbered = _numbered(text)
    if numbered is not None:
        return numbered
    words = text.split()
    if "status" in words:
        # MIMU's own status decides; those of the administration and of field sources are its evidence.
        return "status" if "mimu" in words else IGNORED
    if "id" in words or "date" in words or "notification" in words or "type" in words:
        return IGNORED
    former = "previous" in words or "former" in words
    words = [word for word in words if word not in ("previous", "former")]
    found = _phrase(words)
    if found is None:
        return IGNORED
    kind, rest = found
    if former:
        return f"former:{_language(rest)}" if "name" in rest else IGNORED
    return _of_kind(kind, rest, values)


def _of_kind(kind: Kind, rest: list[str], values: Sequence[str]) -> str:
    if any(word in _CODE_WORDS for word in rest) or rest == ["p", "code"]:
        return f"code@{kind.name}"
    if set(rest) - {"name"} - set(_LANGUAGES):
        return IGNORED
    if not rest and values and all(_LOOKS_LIKE_CODE.match(value) for value in values):
        return f"code@{kind.name}"
    return f"name:{_language(rest)}@{kind.name}"


def _numbered(text: str) -> str | None:
    """Headers of common operational datasets: adm2_pcode, ADM2_EN, admin2Name_en, ADM1ALT1_AR, adm1_name."""
    match = re.fullmatch(r"adm(?:in)?\s?([0-9])\s?(alt ?[0-9] ?)?(.*)", text)
    if match is None:
        return None
    level, other, rest = int(match[1]), bool(match[2]), match[3].split()
    kind = kind_of_level(level)
    if any(word in _CODE_WORDS for word in rest):
        return f"code@{kind.name}"
    if rest and set(rest) - {"name"} - set(_LANGUAGES):
        return IGNORED
    return f"alias:{_language(rest)}@{kind.name}" if other else f"name:{_language(rest)}@{kind.name}"


def _phrase(words: list[str]) -> tuple[Kind, list[str]] | None:
    """The kind that the words name, and the words beside it."""
    for phrase, kind in _PHRASES:
        for start in range(len(words) - len(phrase) + 1):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return kind, words[:start] + words[start + len(phrase) :]
    return None


def _language(words: Sequence[str]) -> str:
    return next((_LANGUAGES[word] for word in words if word in _LANGUAGES), "en")


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the row that reads most like a header among the first rows; None when none does.

    Title lines and blank rows above a header are common. The score counts columns with a meaning; a code must be there.
    """
    best, best_score = None, 1
    for index, row in enumerate(rows[:20]):
        meanings = [meaning_of(cell, ()) for cell in row if cell]
        roles = {split_meaning(meaning)[0] for meaning in meanings}
        score = sum(meaning != IGNORED for meaning in meanings)
        if score > best_score and "code" in roles:
            best, best_score = index, score
    return best


def recognise(headers: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> Shape:
    """The shape of a table from its headers and a few rows. Always answers; a person confirms or changes it."""
    columns = []
    for index, header in enumerate(headers):
        values = [row[index] for row in samples if index < len(row) and row[index]]
        columns.append(Column(index, header, meaning_of(header, values)))
    return shape_of(columns)


def shape_of(columns: Sequence[Column]) -> Shape:
    """The shape that follows from what the columns hold, confirmed or guessed."""
    known = list(columns)
    coded = [
        kind_named(kind) for role, _, kind in map(split_meaning, (c.meaning for c in known)) if role == "code" and kind
    ]
    if any(column.meaning == "code" for column in known):
        missing = [] if any(column.meaning.startswith("name:") for column in known) else ["name"]
        return Shape("list", "", tuple(known), tuple(missing))
    if not coded:
        return Shape("other", "", tuple(known), ("code",))
    own = max(coded, key=lambda kind: kind.rank)
    named = any(column.meaning.startswith("name:") and column.meaning.endswith(f"@{own.name}") for column in known)
    return Shape("levels", own.name, tuple(known), () if named else ("name",))


def meanings() -> list[str]:
    """Every meaning offered to a person who corrects a guess."""
    kinds = [*KINDS, *(kind_of_level(level).name for level in range(1, DEEPEST - 3))]
    plain = [
        IGNORED,
        "code",
        "name:en",
        "name:my",
        "name:ar",
        "name:fr",
        "name:es",
        "parent",
        "level",
        "country",
        "lon",
        "lat",
    ]
    plain += ["status", "since", "until", "alias:en", "former:en"]
    return plain + [f"{role}@{kind}" for kind in kinds for role in ("code", "name:en", "name:my", "name:ar")]
