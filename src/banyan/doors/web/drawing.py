"""Tables drawn in Python: a page of fifty rows costs a template engine ten times as much as string joining."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banyan.doors.web.frontend import icon
from banyan.platform.kernel.listing import Cell, Column, Page

NUMERIC = ("number", "money")


def _class(column: Column) -> str:
    names = []
    if column.kind in NUMERIC:
        names.append("is-number")
    elif column.kind in ("date", "datetime"):
        names.append("is-date")
    elif column.kind == "code":
        names.append("is-code")
    if column.wide_only:
        names.append("max-sm:hidden")
    return f' class="{" ".join(names)}"' if names else ""


def head(page: Page) -> SafeString:
    """The head of a list's table: labels, and links that sort."""
    path_parts = []
    for column in page.columns:
        if not column.sortable or column.computed:
            path_parts.append(format_html('<th scope="col"{}>{}</th>', SafeString(_class(column)), column.label))
            continue
        current = page.sort_name == column.name
        sort = ""
        symbol = "icon:chevrons-up-down"
        if current:
            sort = ' aria-sort="descending"' if page.descending else ' aria-sort="ascending"'
            symbol = "icon:chevron-down" if page.descending else "icon:chevron-up"
        url = page.sort_url(column)
        path_parts.append(
            format_html(
                '<th scope="col"{}{}><a href="{}" hx-get="{}">{}{}</a></th>',
                SafeString(_class(column)),
                SafeString(sort),
                url,
                url,
                column.label,
                icon(symbol.removeprefix("icon:")),
            )
        )
    return SafeString(f"<thead><tr>{''.join(path_parts)}</tr></thead>")


def _number(value: Any) -> str:
    if isinstance(value, int | float | Decimal):
        written = formats.number_format(value, use_l10n=True, force_grouping=True)
        # Between right-to-left words a minus would jump behind its number; U+200E keeps it before.
        return f"\u200e{written}" if value < 0 else written
    return str(conditional_escape(value))


def _date(value: Any) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return f'<time datetime="{value.isoformat()[:10]}">{conditional_escape(formats.date_format(value, "DATE_FORMAT"))}</time>'
    return str(conditional_escape(value))


def _datetime(value: Any) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        text = conditional_escape(formats.date_format(local, "SHORT_DATETIME_FORMAT"))
        return f'<time datetime="{value.isoformat()}">{text}</time>'
    return _date(value)


def _yesno(value: Any) -> str:
    return str(conditional_escape(_("Yes") if value else _("No")))


def _code(value: Any) -> str:
    return f'<span class="code">{conditional_escape(value)}</span>'


# Values are isolated, so that an Arabic name in an English row does not turn its neighbours round.
def _text(value: Any) -> str:
    return f"<bdi>{conditional_escape(value)}</bdi>"


DRAWERS: dict[str, Callable[[Any], str]] = {
    "number": _number,
    "money": _number,
    "date": _date,
    "datetime": _datetime,
    "yesno": _yesno,
    "code": _code,
}


def _cell(cell: Cell) -> str:
    if cell.value is None or cell.value == "":
        return '<span class="muted" aria-hidden="true">–</span>'
    if cell.column.kind == "badge":
        inner = f'<span class="tag tone-{cell.tone}">{conditional_escape(cell.value)}</span>'
    else:
        inner = DRAWERS.get(cell.column.kind, _text)(cell.value)
    return f'<a href="{conditional_escape(cell.url)}">{inner}</a>' if cell.url else inner


def body(page: Page) -> SafeString:
    """The rows of a list's table. The first column names the row for screen readers."""
    classes = [_class(column) for column in page.columns]
    rows = []
    for row in page.table:
        parts = []
        for position, cell in enumerate(row.cells):
            tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
            parts.append(f"<{tag}{scope}{classes[position]}>{_cell(cell)}</{tag}>")
        rows.append(f"<tr>{''.join(parts)}</tr>")
    return SafeString(f"<tbody>{''.join(rows)}</tbody>")
