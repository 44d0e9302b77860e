"""Which kinds of personal data a question or a column collects: by its type, the field it feeds, its words, its values.

Used twice: a form that asks what an operation does not collect is refused, and such data arriving anyway is not stored.
Words are looked for in several languages. They err towards finding: what only sounds like a kind is shown to a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from banyan.people.forms.rules.kind_words import RELIGIONS, WORDS
from banyan.people.forms.rules.schema import SHOWN_TYPES, Question, Schema
from banyan.people.forms.rules.words import holds_phrase, plain

BY_TYPE: Final = {
    "geopoint": "gps",
    "geotrace": "gps",
    "geoshape": "gps",
    "start-geopoint": "gps",
    "image": "photo",
    "video": "photo",
    "audio": "photo",
    "background-audio": "photo",
    "phonenumber": "phone",
}
_PLACE: Final = re.compile(r"\s*-?\d{1,2}\.\d{3,}[\s,;]+-?\d{1,3}\.\d{3,}(?:[\s,;]+-?\d+(?:\.\d+)?){0,2}\s*")
_PICTURE: Final = re.compile(r"\S.*\.(?:jpe?g|png|heic|webp|gif|mp4|3gp|m4a|amr|mp3|wav)", re.IGNORECASE)
_SPACELESS: Final = re.compile(r"[\u0e00-\u109f\u1780-\u17ff]")  # Thai to Burmese, Khmer: no spaces between words


@dataclass(frozen=True)
class Asked:
    """A question that collects something an operation does not. `why` is type, field, words, choices or values."""

    question: Question
    kind: str
    why: str


def _phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    made: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for kind, words in WORDS.items():
        for word in words:
            phrase = tuple(plain(word).split())
            made.setdefault(phrase[0], []).append((kind, phrase))
    return made


_BY_FIRST: Final = _phrases()
_ARABIC: Final = re.compile(r"[\u0620-\u064a]{4,}")


def _stems() -> list[tuple[str, str]]:
    """Parts that are looked for inside of words: scripts without spaces, and Arabic, which ties small words to others."""
    made = []
    for kind, words in WORDS.items():
        for word in map(plain, words):
            if _SPACELESS.search(word):
                made.append((kind, word))
            elif _ARABIC.fullmatch(word):
                stem = word.removeprefix("ال").rstrip("ة")
                made += [(kind, stem)] if len(stem) >= 4 else []
    return made


_STEMS: Final = _stems()


def kinds_in_words(text: str) -> frozenset[str]:
    """Kinds of data a name or label speaks of."""
    flat = plain(text.replace("_", " "))
    words = tuple(flat.split())
    found = {kind for word in set(words) for kind, phrase in _BY_FIRST.get(word, ()) if holds_phrase(words, phrase)}
    if not flat.isascii():
        found |= {kind for kind, stem in _STEMS if stem in flat}
    return frozenset(found)


def kinds_in_values(values: Iterable[str]) -> frozenset[str]:
    """Kinds of data that a sample of values shows: positions, and files of pictures or voice."""
    filled = [value for value in values if value and value.strip()]
    if not filled:
        return frozenset()
    found = set()
    for kind, pattern in (("gps", _PLACE), ("photo", _PICTURE)):
        if sum(pattern.fullmatch(value) is not None for value in filled) * 2 > len(filled):
            found.add(kind)
    return frozenset(found)


def kinds_of(
    asked: Any, values: Sequence[str] = (), *, data_kind: str = "", choices: Sequence[Any] = ()
) -> frozenset[str]:
    """Every kind of data that a question or a column collects.

    `asked` is a Question, a heading (anything with `name`, and perhaps `label`, `labels`, `hxl`, `type`) or a plain
    text; `values` a sample of what stands there; `data_kind` what the register field it feeds declares; `choices` those
    of its list.
    """
    return frozenset(reasons(asked, values, data_kind=data_kind, choices=choices))


def reasons(
    asked: Any, values: Sequence[str] = (), *, data_kind: str = "", choices: Sequence[Any] = ()
) -> dict[str, str]:
    """As `kinds_of`, with the strongest reason for each kind: field, type, words, choices or values."""
    found = dict.fromkeys(kinds_in_values(values), "values")
    texts = [asked] if isinstance(asked, str) else _texts(asked)
    if _lists_religions(choices):
        found["religion"] = "choices"
    for text in texts:
        found |= dict.fromkeys(kinds_in_words(text), "words")
    by_type = BY_TYPE.get(getattr(asked, "type", ""))
    if by_type:
        found[by_type] = "type"
    if data_kind:
        found[data_kind] = "field"
    return found


def _texts(asked: Any) -> list[str]:
    texts = [asked.name, getattr(asked, "label", ""), *getattr(asked, "labels", {}).values()]
    texts.append(str(getattr(asked, "hxl", "")).replace("+", " "))
    return [text for text in texts if isinstance(text, str) and text]


def _lists_religions(choices: Sequence[Any]) -> bool:
    named = {
        word
        for choice in choices
        for text in (choice.name, *choice.labels.values())
        for word in plain(text).split()[:3]
    }
    return len(named & RELIGIONS) >= 2


def asked_in(schema: Schema, forbidden: frozenset[str], data_kinds: Mapping[str, str]) -> list[Asked]:
    """Every question of a form that collects a forbidden kind, in the order of the sheet.

    `data_kinds` gives, by question path, the kind that the bound register field declares.
    """
    found = []
    for question in schema.questions:
        if question.type in SHOWN_TYPES:
            continue
        because = reasons(
            question, data_kind=data_kinds.get(question.path, ""), choices=schema.choices.get(question.list_name, ())
        )
        found += [Asked(question, kind, why) for kind, why in sorted(because.items()) if kind in forbidden]
    return found
