"""What a list is made of: columns, filters, the state a URL carries, and the small answers rooms give to the shell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from banyan.platform.kernel.ids import id_from

Text = str | Promise
Kind = Literal["text", "code", "number", "date", "datetime", "money", "yesno", "badge", "link", "choice"]
FilterKind = Literal["text", "choice", "choices", "yesno", "dates", "numbers"]
Choices = Iterable[tuple[str, Text]]

# Names in the URL that belong to the list itself; a filter may not use them.
RESERVED = frozenset({"sort", "after", "before", "format", "page_size"})


@dataclass(frozen=True)
class Column:
    """One column.

    ``name`` is the path given to ``values()`` (``place__name`` works) and the name used in ``sort=``. ``link`` is a URL
    pattern filled from the row (``"/places/{id}/"``) or a function of the row. ``choices`` translates stored codes;
    ``tones`` gives a badge its colour (``{"active": "good"}``: good, warn, bad, info, plain). ``show`` makes the text from
    the row (a dict with every column's value, ``id`` and ``extra`` of the listing). ``wide_only`` columns are left out on
    phones, ``export_only`` ones appear in exports only.
    """

    name: str
    label: Text
    kind: Kind = "text"
    sortable: bool = True
    link: str | Callable[[Mapping[str, Any]], str | None] | None = None
    choices: Mapping[Any, Text] | None = None
    tones: Mapping[Any, str] | None = None
    show: Callable[[Mapping[str, Any]], Any] | None = None
    computed: bool = False  # nothing is read from the database under this name; ``show`` makes the value
    wide_only: bool = False
    export_only: bool = False

    def value(self, row: Mapping[str, Any]) -> Any:
        """The value to show or export for this row."""
        if self.show is not None:
            return self.show(row)
        value = row.get(self.name)
        if self.choices is not None and value is not None:
            return self.choices.get(value, value)
        return value

    def url(self, row: Mapping[str, Any]) -> str | None:
        """The address this cell leads to, or None."""
        if self.link is None:
            return None
        return self.link(row) if callable(self.link) else self.link.format_map(row)


@dataclass(frozen=True)
class Cell:
    """One value of one row, ready to be drawn."""

    column: Column
    value: Any
    url: str | None = None
    tone: str = "plain"


@dataclass(frozen=True)
class FilterError:
    """A filter value that was not understood: which field, what happened, how to mend it."""

    field: str
    label: Text
    message: str


@dataclass(frozen=True)
class Filter:
    """One filter. ``where`` is a field lookup (``"level"``, ``"name__istartswith"``) or a function (queryset, value) → queryset.

    Kinds and the values they give: text → str; choice → str; choices → list[str]; yesno → bool; dates → (from, to) dates or
    None each, read from ``name_from`` and ``name_to``; numbers → (from, to) Decimals or None each.
    """

    name: str
    label: Text
    kind: FilterKind = "text"
    where: str | Callable[[Any, Any], Any] | None = None
    choices: Choices | Callable[[], Choices] | None = None
    hint: Text = ""
    primary: bool = False  # shown beside the search field instead of under "More filters"

    def __post_init__(self) -> None:
        if self.name in RESERVED:
            raise ValueError(f"A filter may not be called {self.name!r}: the list itself uses that name.")

    def parameters(self) -> tuple[str, ...]:
        """The names this filter uses in a URL."""
        return (f"{self.name}_from", f"{self.name}_to") if self.kind in ("dates", "numbers") else (self.name,)

    def options(self) -> list[tuple[str, Text]]:
        """The choices, asked for now (they may come from the database)."""
        choices = self.choices() if callable(self.choices) else self.choices
        return [(str(code), label) for code, label in choices or ()]

    def read(self, values: Mapping[str, list[str]]) -> Any:
        """The value this filter has in these URL values; None when it is not used.

        Raises ValueError with a message for people when the text cannot be understood.
        """
        texts = [[text.strip() for text in values.get(name, []) if text.strip()] for name in self.parameters()]
        if not any(texts):
            return None
        if self.kind in ("dates", "numbers"):
            low, high = (self._bound(found[-1]) if found else None for found in texts)
            if low is not None and high is not None and low > high:
                raise ValueError(_("The first value must not be greater than the second. Swap them."))
            return (low, high)
        if self.kind == "choices":
            return texts[0]
        text = texts[0][-1]
        if "\x00" in text:
            raise ValueError(_("The text holds a character that cannot be searched for. Type it again."))
        if self.kind == "yesno":
            if text not in ("yes", "no"):
                raise ValueError(_("Choose yes or no."))
            return text == "yes"
        return text

    def _bound(self, text: str) -> Any:
        if self.kind == "dates":
            try:
                found = parse_date(text)
            except ValueError:
                found = None
            if found is None:
                raise ValueError(_("“%(text)s” is not a date. Write it as 2026-03-31.") % {"text": text})
            return found
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(_("“%(text)s” is not a number. Use digits only.") % {"text": text})
        return number

    def apply(self, queryset: Any, value: Any) -> Any:
        """The queryset restricted to ``value`` (as given by ``read``)."""
        where = self.where if self.where is not None else self.name
        if callable(where):
            return where(queryset, value)
        if self.kind in ("dates", "numbers"):
            low, high = value
            if low is not None:
                queryset = queryset.filter(**{f"{where}__gte": low})
            return queryset if high is None else queryset.filter(**{f"{where}__lte": high})
        return queryset.filter(**{f"{where}__in" if self.kind == "choices" else where: value})


def chosen_id(text: str) -> UUID:
    """The id that a filter was given. Raises ValueError with a message for people, as `Filter.read` does."""
    if (found := id_from(text)) is None:
        raise ValueError(_("“%(text)s” is not an id. Choose from the list.") % {"text": text})
    return found


def by_id(name: str) -> Callable[[Any, str], Any]:
    """The ``where`` of a filter whose field holds ids."""
    return lambda rows, text: rows.filter(**{name: chosen_id(text)})


@dataclass(frozen=True)
class ListState:
    """What a list's URL says: filter values, sort (``-name`` is descending) and the row to continue from."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    before: str = ""
    page_size: str = ""

    @classmethod
    def read(cls, query: Any) -> "ListState":
        """The state in a ``QueryDict`` (``request.GET``) or a plain mapping of lists."""
        lists = dict(query.lists()) if hasattr(query, "lists") else {key: list(value) for key, value in query.items()}
        last = {name: (lists.pop(name, [""]) or [""])[-1] for name in RESERVED}
        return cls(
            values=lists,
            sort=last["sort"],
            after=last["after"],
            before=last["before"],
            page_size=last["page_size"],
        )

    def with_(self, **changes: Any) -> "ListState":
        """A copy with some parts changed."""
        return replace(self, **changes)

    def without_filter(self, names: Iterable[str]) -> "ListState":
        """A copy that forgets these URL names and starts at the first page."""
        gone = set(names)
        values = {key: value for key, value in self.values.items() if key not in gone}
        return replace(self, values=values, after="", before="")

    def query(self, **extra: str) -> str:
        """The state as ``?…``; stable order, empty values left out. ``"?"`` when there is nothing to say."""
        pairs = [(name, text) for name, texts in sorted(self.values.items()) for text in texts if text]
        for name in ("sort", "after", "before", "page_size"):
            if value := getattr(self, name):
                pairs.append((name, value))
        pairs += [(name, value) for name, value in sorted(extra.items()) if value]
        return "?" + urlencode(pairs)


@dataclass(frozen=True)
class SearchHit:
    """One answer of a room's ``queries.search``. ``kind`` is the heading it is grouped under ("Places")."""

    title: str
    subtitle: str
    url: str
    kind: Text


@dataclass(frozen=True)
class Waiting:
    """Something that waits for this person: from a room's ``queries.waiting``. ``since`` is the oldest item's date."""

    title: Text
    url: str
    count: int
    since: date | datetime | None = None


def plain(value: Any) -> Any:
    """A value as JSON or a spreadsheet can hold it: lazy texts and ids become text, the rest stays."""
    if isinstance(value, Promise | UUID):
        return str(value)
    return value
