"""Keyset paging over any queryset, and the page a template or the API draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db.models import F, Q, QuerySet

from banyan.platform.kernel.listing.declarations import Cell, Column, Filter, FilterError, ListState, Text, plain

# Up to here a count is exact (and cheap); beyond it the planner's estimate is good enough for a person.
COUNT_LIMIT = 5_000
# Of a condition it cannot see through the planner expects one row in two to hold. Row-level security is such a condition,
# and queries have filtered by the same reach before: the estimate is put right by as much.
_POLICY, _EXPECTED = "CASE WHEN (COALESCE(scope_id, 0) <@", 0.5
LARGEST_PAGE = 500


@dataclass(frozen=True)
class Row:
    """One record of a page: ``values`` as read, ``cells`` in column order."""

    id: Any
    values: Mapping[str, Any]
    cells: list[Cell]
    url: str | None


@dataclass
class Page:
    """One page of a list, with everything a template needs to draw it and to move on."""

    listing: "Listing"
    state: ListState
    rows: list[dict[str, Any]]
    after: str = ""  # id to continue after, when there is a next page
    before: str = ""  # id to go back before, when there is a previous page
    count: int = 0
    estimated: bool = False
    restarted: bool = False  # the row to continue from is gone, or out of reach: this is the first page
    errors: list[FilterError] = field(default_factory=list)
    used: Mapping[str, Any] = field(default_factory=dict)  # filter name → value in use
    may_export: bool = False

    @cached_property
    def columns(self) -> list[Column]:
        """The columns drawn on a page."""
        return [column for column in self.listing.columns if not column.export_only]

    @cached_property
    def table(self) -> list[Row]:
        """The rows with their cells."""
        return [self._row(values) for values in self.rows]

    def _row(self, values: dict[str, Any]) -> Row:
        cells = []
        url = None
        for column in self.columns:
            link = column.url(values)
            url = url or link
            tone = column.tones.get(values.get(column.name), "plain") if column.tones else "plain"
            cells.append(Cell(column, column.value(values), link, tone))
        return Row(values["id"], values, cells, url)

    @property
    def sort_name(self) -> str:
        """The column sorted by, without direction."""
        return self.listing.sorting(self.state)[0]

    @property
    def descending(self) -> bool:
        """Whether the sort runs from high to low."""
        return self.listing.sorting(self.state)[1]

    @property
    def next_url(self) -> str:
        """``?…`` of the next page, or an empty text on the last one."""
        return self.state.with_(after=self.after, before="").query() if self.after else ""

    @property
    def previous_url(self) -> str:
        """``?…`` of the previous page, or an empty text on the first one."""
        return self.state.with_(before=self.before, after="").query() if self.before else ""

    @property
    def first_url(self) -> str:
        """``?…`` of the first page with the same filters and sort."""
        return self.state.with_(after="", before="").query()

    @property
    def clear_url(self) -> str:
        """``?…`` without any filter."""
        return ListState(sort=self.state.sort).query()

    @property
    def filtered(self) -> bool:
        """Whether any filter is in use, understood or not."""
        return bool(self.used or self.errors)

    def sort_url(self, column: Column) -> str:
        """``?…`` that sorts by this column, or turns its direction round."""
        descending = self.sort_name == column.name and not self.descending
        return self.state.with_(sort=("-" if descending else "") + column.name, after="", before="").query()

    def export_url(self, file_format: str) -> str:
        """``?…`` of the same list as ``csv`` or ``xlsx``."""
        return self.state.with_(after="", before="", page_size="").query(format=file_format)

    def as_dict(self) -> dict[str, Any]:
        """The page for the API: items with the columns' names, ids to continue from, count."""
        names = [column.name for column in self.listing.columns if not column.computed]
        items = [{"id": str(row["id"])} | {name: plain(row[name]) for name in names} for row in self.rows]
        return {
            "items": items,
            "after": self.after or None,
            "before": self.before or None,
            "count": self.count,
            "count_is_estimate": self.estimated,
        }


@dataclass(frozen=True)
class Listing:
    """A list declared once; see the package's first lines for an example.

    ``key`` names the list in HTML ids and file names. ``sort`` is the standing order (``-name`` descends). ``extra`` are
    further values read for ``link`` and ``show``. ``identity`` is the unique, comparable column that breaks ties and
    continues pages.
    """

    key: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    sort: str = "id"
    page_size: int = 50
    extra: Sequence[str] = ()
    identity: str = "id"
    title: Text = ""
    empty: Text = ""
    empty_next: Text = ""
    empty_url: str = ""

    def sorting(self, state: ListState) -> tuple[str, bool]:
        """The sort column and whether it descends; an unknown column falls back to the standing order."""
        known = {column.name for column in self.columns if column.sortable and not column.computed}
        wanted = state.sort if state.sort.removeprefix("-") in known else self.sort
        return wanted.removeprefix("-"), wanted.startswith("-")

    def fields(self) -> list[str]:
        """Every name read by ``values()``."""
        names = [self.identity, *(column.name for column in self.columns if not column.computed), *self.extra]
        return list(dict.fromkeys(names))

    def filtered(self, queryset: "QuerySet[Any]", state: ListState) -> tuple[Any, dict[str, Any], list[FilterError]]:
        """The queryset with the state's filters, the values in use, and every value not understood."""
        used: dict[str, Any] = {}
        errors: list[FilterError] = []
        for item in self.filters:
            try:
                value = item.read(state.values)
                if value is not None:
                    queryset = item.apply(queryset, value)
                    used[item.name] = value
            except (ValueError, ValidationError, FieldError) as error:
                message = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                errors.append(FilterError(item.parameters()[0], item.label, message))
        return (queryset.none() if errors else queryset), used, errors

    def ordered(self, queryset: "QuerySet[Any]", state: ListState, *, backwards: bool = False) -> Any:
        """The queryset in the order of the state; missing values come last ascending, first descending (an index's order)."""
        name, descending = self.sorting(state)
        down = descending != backwards
        order = [F(name).desc() if down else F(name).asc()]
        if name != self.identity:
            order.append(F(self.identity).desc() if down else F(self.identity).asc())
        return queryset.order_by(*order)

    def page(self, queryset: "QuerySet[Any]", state: ListState, *, may_export: bool = False) -> Page:
        """One page. At most one query for the anchor, one for the rows, two for the count."""
        chosen, used, errors = self.filtered(queryset, state)
        size = self.page_size
        if state.page_size.isdecimal():
            size = max(1, min(int(state.page_size[:6]), LARGEST_PAGE))
        backwards = bool(state.before) and not state.after
        rows = self.ordered(chosen, state, backwards=backwards)
        anchor_id = state.before if backwards else state.after
        anchor = self._anchor(queryset, anchor_id, state) if anchor_id and not errors else None
        restarted = bool(anchor_id) and anchor is None and not errors
        if anchor is not None:
            name, descending = self.sorting(state)
            beyond = self._beyond(queryset, name, anchor[name], anchor[self.identity], down=descending != backwards)
            rows = rows.filter(beyond)
        elif backwards:
            backwards = False
            rows = self.ordered(chosen, state)
        found: list[dict[str, Any]] = [] if errors else list(rows.values(*self.fields())[: size + 1])
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        for row in found:
            row["id"] = row[self.identity]
        has_next = bool(found) and (more if not backwards else True)
        has_previous = bool(found) and (more if backwards else anchor is not None)
        whole = not has_next and not has_previous
        count, estimated = (len(found), False) if whole else self.count(chosen)
        return Page(
            listing=self,
            state=state if not restarted else state.with_(after="", before=""),
            rows=found,
            after=str(found[-1]["id"]) if has_next else "",
            before=str(found[0]["id"]) if has_previous else "",
            count=count,
            estimated=estimated,
            restarted=restarted,
            errors=errors,
            used=used,
            may_export=may_export,
        )

    def rows(self, queryset: "QuerySet[Any]", state: ListState) -> Any:
        """All rows of the state for an export, without paging, as an iterator of dicts; none when a filter is wrong."""
        chosen, _used, _errors = self.filtered(queryset, state)
        for row in self.ordered(chosen, state).values(*self.fields()).iterator(chunk_size=2_000):
            row["id"] = row[self.identity]
            yield row

    def count(self, queryset: "QuerySet[Any]") -> tuple[int, bool]:
        """How many rows: exact up to ``COUNT_LIMIT``, else (the planner's estimate, True)."""
        counted = queryset.order_by().values(self.identity)[: COUNT_LIMIT + 1].count()
        if counted <= COUNT_LIMIT:
            return counted, False
        text = queryset.order_by().values(self.identity).explain(format="json")
        expected = orjson.loads(text)[0]["Plan"]["Plan Rows"] / (_EXPECTED if _POLICY in text else 1)
        return max(int(expected), COUNT_LIMIT + 1), True

    def _anchor(self, queryset: "QuerySet[Any]", anchor_id: str, state: ListState) -> dict[str, Any] | None:
        # The anchor is looked up without the filters: an edit may have moved the row out of them between two pages.
        try:
            wanted = queryset.filter(**{self.identity: anchor_id})
            return wanted.order_by().values(self.identity, self.sorting(state)[0]).first()
        except (ValueError, ValidationError, OverflowError):
            return None

    def _beyond(self, queryset: "QuerySet[Any]", name: str, value: Any, identity: Any, *, down: bool) -> Q:
        """The condition for rows that come after (value, identity) in the direction of travel."""
        further = "lt" if down else "gt"
        ties = Q(**{f"{self.identity}__{further}": identity})
        if name == self.identity:
            return ties
        missing = Q(**{f"{name}__isnull": True})
        if value is None:  # missing values are the highest
            return (missing & ties) | ~missing if down else missing & ties
        # "≥ value" alone bounds the index scan; the rest only filters the ties at its start.
        past = Q(**{f"{name}__{further}e": value}) & (Q(**{f"{name}__{further}": value}) | ties)
        return past if down or not self._nullable(queryset, name) else past | missing

    def _nullable(self, queryset: "QuerySet[Any]", name: str) -> bool:
        try:
            return bool(getattr(queryset.model._meta.get_field(name), "null", True))
        except FieldDoesNotExist:
            return True
