"""What a part of a text can mean while it is read, besides the nodes that end up in the tree."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from banyan.platform.criteria.declarations import Field, Subject
from banyan.platform.criteria.rules.tree import Condition, Literal, Node, RelationRef, Span, Value
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.privacy import Privacy

Setting = bool | int | Decimal | str | date | tuple[str, ...] | tuple[int, ...]
"""What an operation may set for a parameter."""

RANK: Final = {privacy: rank for rank, privacy in enumerate(Privacy)}
NUMBERS: Final = frozenset({"integer", "decimal"})
TEXTS: Final = frozenset({"text", "code"})
DATES: Final = frozenset({"date", "day"})


@dataclass(frozen=True)
class Vocabulary:
    """What a criterion may name.

    `subject` is the key of what is selected; `further` holds fields that are not declared in the program, by key of
    their subject, with names "extras.<key>". Fields above the privacy `ceiling`, or whose kind of data is `forbidden`,
    are refused; so are, where `codes` knows the list, codes that it does not hold. `parameters` are the settings that
    `param.name` gives.
    """

    subjects: Mapping[str, Subject]
    subject: str
    ceiling: Privacy = Privacy.SENSITIVE
    forbidden: frozenset[str] = frozenset()
    further: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Setting] = field(default_factory=dict)
    codes: Mapping[str, Collection[str]] = field(default_factory=dict)

    def fields_of(self, subject: Subject) -> tuple[Field, ...]:
        """The fields of a subject, those beyond the program included."""
        return (*subject.fields, *self.further.get(subject.key, ()))

    def too_private(self, one: Field) -> bool:
        """Whether the purpose does not allow the field."""
        return RANK[one.privacy] > min(RANK[self.ceiling], RANK[Privacy.SENSITIVE])

    def allows(self, one: Field) -> bool:
        """Whether the field may be used at all."""
        return not self.too_private(one) and one.data_kind not in self.forbidden


@dataclass(frozen=True)
class Record:
    """One record: what a variable stands for, or what is reached from there by relations to one."""

    at: Span
    variable: str
    steps: tuple[Any, ...]
    subject: Subject
    kind: str = "record"


@dataclass(frozen=True)
class Records:
    """Related records, perhaps only those that meet `filter`, perhaps a value `mapped` of each."""

    at: Span
    ref: RelationRef
    subject: Subject
    variable: str = ""
    filter: Condition | None = None
    mapped: Value | None = None

    @property
    def kind(self) -> str:
        """A key of vocabulary.KIND_WORDS."""
        return "records" if self.mapped is None else "values"


@dataclass(frozen=True)
class Period:
    """A date of which only year or month is written."""

    at: Span
    date: PartialDate
    kind: str = "period"


@dataclass(frozen=True)
class Null:
    """null."""

    at: Span
    kind: str = "null"


@dataclass(frozen=True)
class Several:
    """A list."""

    at: Span
    options: "tuple[Literal | Period, ...]"
    kind: str = "list"


Meaning = Node | Record | Records | Period | Null | Several
