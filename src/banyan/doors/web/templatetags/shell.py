"""Template tags of the shell. They are built in: templates need not load them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.doors.web import drawing, frontend
from banyan.platform.kernel.listing import Filter, Page

register = template.Library()


@register.simple_tag
def asset(entry: str) -> SafeString:
    """The style sheets and scripts of a front-end entry: {% asset "shell" %}."""
    return frontend.tags(entry)


@register.simple_tag
def built_file(path: str) -> str:
    """The address of a file that the front end carries as it is."""
    return static(path)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A Lucide icon: {% icon "map-pin" %}; "flips" as second word mirrors it in right-to-left text."""
    return frontend.icon(name, extra)


@register.simple_tag
def table_head(page: Page) -> SafeString:
    """The head of a list's table."""
    return drawing.head(page)


@register.simple_tag
def table_body(page: Page) -> SafeString:
    """The rows of a list's table."""
    return drawing.body(page)


@dataclass
class ShownFilter:
    """A filter as its template draws it."""

    filter: Filter
    id: str
    value: str
    chosen: list[str]
    error: bool
    options: list[tuple[str, Any]] = field(default_factory=list)
    bounds: list[dict[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in the URL."""
        return self.filter.name

    @property
    def kind(self) -> str:
        """How it is asked for."""
        return self.filter.kind

    @property
    def label(self) -> Any:
        """What it is called."""
        return self.filter.label

    @property
    def hint(self) -> Any:
        """An example or explanation."""
        return self.filter.hint


@dataclass
class ShownFilters:
    """The filters of a list: those beside the search field, and the others."""

    first: list[ShownFilter]
    more: list[ShownFilter]
    more_used: bool


# So many filters stand in the first line when none says that it is primary.
FIRST_FILTERS = 3


def _show(page: Page, item: Filter) -> ShownFilter:
    identity = f"filter-{page.listing.key}-"
    values = page.state.values
    names = item.parameters()
    chosen = [text for text in values.get(names[0], []) if text]
    shown = ShownFilter(
        item,
        id=identity + names[0],
        value=chosen[-1] if chosen else "",
        chosen=chosen,
        error=any(error.field == names[0] for error in page.errors),
    )
    if item.kind in ("choice", "choices"):
        shown.options = item.options()
    elif item.kind == "yesno":
        shown.options = [("yes", _("Yes")), ("no", _("No"))]
    elif len(names) == 2:
        labels = (_("from"), _("to"))
        shown.bounds = [
            {"id": identity + name, "name": name, "label": label, "value": (values.get(name) or [""])[-1]}
            for name, label in zip(names, labels, strict=True)
        ]
    return shown


@register.simple_tag
def filter_fields(page: Page) -> ShownFilters:
    """The filters of a page, ready to draw."""
    filters = list(page.listing.filters)
    primary = [item for item in filters if item.primary] or filters[:FIRST_FILTERS]
    rest = [item for item in filters if item not in primary]
    used = set(page.used) | {error.field.removesuffix("_from") for error in page.errors}
    return ShownFilters(
        [_show(page, item) for item in primary],
        [_show(page, item) for item in rest],
        any(item.name in used for item in rest),
    )


@register.filter
def export_url(page: Page, file_format: str) -> str:
    """The address of the list as csv or xlsx."""
    return page.export_url(file_format)


@register.filter
def rough(count: int) -> int:
    """An estimate rounded to two digits, so that it does not look exact."""
    digits = len(str(int(count)))
    return int(round(count, 2 - digits)) if digits > 2 else int(count)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as people say them: "40 seconds", "3 minutes", "2 hours"."""
    if seconds is None:
        return ""
    if seconds < 90:
        whole = max(1, round(seconds))
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    if seconds < 5400:
        minutes = round(seconds / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(seconds / 3600)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@register.simple_tag
def described(bound: BoundField) -> SafeString:
    """A form field whose hint and error are tied to it for screen readers."""
    names: list[str] = []
    if bound.help_text:
        names.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        names.append(f"{bound.auto_id}-error")
    # A placeholder vanishes with the first letter and is too pale to read: hints stand above the field instead.
    attributes: dict[str, Any] = {"placeholder": False}
    if names:
        attributes["aria-describedby"] = " ".join(names)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs={**bound.field.widget.attrs, **attributes})


@register.filter
def pairs(items: Iterable[Any]) -> list[Any]:
    """A list from anything that can be walked, for templates that walk it twice."""
    return list(items)
