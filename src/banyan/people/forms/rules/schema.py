"""What a form asks, as plain data: questions by path, their choices, their languages and logic.

A `Schema` is made once, when a version is converted (`rules.converting`), and stored with the version. Whoever reads
submissions, binds questions or shows a form reads this, never the workbook again.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

# Types a person answers; the others are structure, metadata or text to read.
METADATA_TYPES = frozenset(
    {"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
     "start-geopoint", "background-audio"}
)  # fmt: skip
SELECT_TYPES = frozenset({"select_one", "select_multiple", "rank"})
SHOWN_TYPES = frozenset({"note"})
COMPUTED_TYPES = frozenset({"calculate", "hidden"})

Labels = dict[str, str]


@dataclass(frozen=True)
class Choice:
    """An answer that may be chosen: `columns` are the further cells of its row, by which choices are filtered."""

    name: str
    labels: Labels = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question (or note, calculation, metadata item) of a form.

    `path` is "group/name" from the top of the form, through groups and repeats; `repeat` is the path of the innermost
    repeat around it, "" outside of repeats. `type` is XLSForm's first word: text, integer, select_one, geopoint …
    Labels, hints and messages are texts by language ("" is the language of a form that names none). Logic is XPath as
    the author wrote it, with ${name} references. `row` is the row of the survey sheet, counted from 1.
    """

    path: str
    name: str
    type: str
    labels: Labels = field(default_factory=dict)
    hints: Labels = field(default_factory=dict)
    repeat: str = ""
    list_name: str = ""
    or_other: bool = False
    required: str = ""
    required_message: Labels = field(default_factory=dict)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Labels = field(default_factory=dict)
    calculation: str = ""
    choice_filter: str = ""
    appearance: str = ""
    hxl: str = ""
    row: int = 0

    def label(self, language: str = "", default: str = "") -> str:
        """The label in a language, else in the default language, else any there is, else the name."""
        return spoken(self.labels, language, default) or self.name

    @property
    def is_answered(self) -> bool:
        """Whether a person gives the value (not shown text, not computed, not metadata)."""
        return self.type not in METADATA_TYPES | SHOWN_TYPES | COMPUTED_TYPES


@dataclass(frozen=True)
class Group:
    """A section of the form, for outlines and headings: its path, kind ("group" or "repeat"), labels and logic."""

    path: str
    kind: str
    labels: Labels = field(default_factory=dict)
    relevant: str = ""
    repeat_count: str = ""
    appearance: str = ""
    row: int = 0

    def label(self, language: str = "", default: str = "") -> str:
        """The label in a language, else the last word of the path."""
        return spoken(self.labels, language, default) or self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Schema:
    """All a version of a form asks, in the order of the sheet."""

    form_id: str
    title: str
    version: str = ""
    default_language: str = ""
    languages: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    repeats: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @cached_property
    def by_path(self) -> dict[str, Question]:
        """Questions by path."""
        return {question.path: question for question in self.questions}

    def question(self, path: str) -> Question | None:
        """The question at a path, or None."""
        return self.by_path.get(path)

    def inside(self, repeat: str) -> Iterator[Question]:
        """Questions whose innermost repeat is this one ("" = outside of all repeats)."""
        return (question for question in self.questions if question.repeat == repeat)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a jsonb column; values equal to their default are left out."""
        return {
            "form_id": self.form_id,
            "title": self.title,
            "version": self.version,
            "default_language": self.default_language,
            "languages": list(self.languages),
            "questions": [_slim(question) for question in self.questions],
            "choices": {name: [_slim(choice) for choice in choices] for name, choices in self.choices.items()},
            "repeats": list(self.repeats),
            "groups": [_slim(group) for group in self.groups],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Schema":
        """The schema that `to_json` wrote. Keys that a later version of the program added are passed over."""
        return cls(
            form_id=data["form_id"],
            title=data["title"],
            version=data.get("version", ""),
            default_language=data.get("default_language", ""),
            languages=tuple(data.get("languages", ())),
            questions=tuple(Question(**_known(Question, item)) for item in data.get("questions", ())),
            choices={
                name: tuple(Choice(**_known(Choice, item)) for item in choices)
                for name, choices in data.get("choices", {}).items()
            },
            repeats=tuple(data.get("repeats", ())),
            groups=tuple(Group(**_known(Group, item)) for item in data.get("groups", ())),
        )


def spoken(texts: Labels, language: str = "", default: str = "") -> str:
    """The text in a language, else in the default language, else the first there is, else ""."""
    return texts.get(language) or texts.get(default) or next((text for text in texts.values() if text), "")


def _slim(item: Choice | Question | Group) -> dict[str, Any]:
    kept = asdict(item)
    return {key: value for key, value in kept.items() if value not in ("", {}, False, 0) or key in ("path", "name")}


def _known(kind: type, item: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {key: value for key, value in item.items() if key in names}
