"""What every page of the shell knows: navigation, theme, languages."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, declared

THEMES = ("light", "dark")
THEME_COOKIE = "banyan_theme"

# High to low: what people do all day stands above what keeps the house running.
FLOORS = {
    "insight": _("Insight"),
    "aid": _("Aid"),
    "people": _("People"),
    "reference": pgettext_lazy("modules", "Reference"),
    "platform": _("Administration"),
}

# Symbols of rooms that name none.
SYMBOLS = {
    "access": "icon:key-round",
    "history": "icon:history",
    "jobs": "icon:list-checks",
    "codes": "icon:list-tree",
    "places": "icon:map-pin",
    "parties": "icon:building-2",
}
NO_SYMBOL = "square"


@dataclass
class Entry:
    """One link of the navigation. `current` is what aria-current says: "page", "true" or nothing."""

    label: Any
    url: str
    symbol: str
    current: str = ""
    module: Module | None = None


@dataclass
class Floor:
    """One group of the navigation."""

    key: str
    label: Any
    entries: list[Entry] = field(default_factory=list)


def visible_modules(viewer: Any) -> list[Module]:
    """The modules this viewer may open, in the order of the house."""
    if viewer is None:
        return []
    return [
        module
        for module in declared().modules
        if viewer.may(module.permission) and not (module.unless and viewer.may(module.unless))
    ]


def navigation(viewer: Any, path: str = "") -> list[Floor]:
    """The modules this viewer may open, by floor. A module whose page does not exist yet is left out."""
    floors = {key: Floor(key, label) for key, label in FLOORS.items()}
    modules = visible_modules(viewer)
    here = _module_at(path, modules)
    for module in modules:
        try:
            url = reverse(module.url_name)
        except NoReverseMatch:
            continue
        current = "page" if path == url else "true" if module is here else ""
        floor = floors.setdefault(module.floor, Floor(module.floor, module.floor.title()))
        floor.entries.append(_entry(module, current))
    return [floor for floor in floors.values() if floor.entries]


def _module_at(path: str, modules: list[Module]) -> Module | None:
    """The module to which a page belongs: of several of one room, the one under whose first page it lies."""
    found: Module | None = None
    nearest = 0
    for module in modules:
        starts = [f"/{module.room}/"]
        with suppress(NoReverseMatch):
            starts.append(reverse(module.url_name))
        length = max((len(start) for start in starts if path.startswith(start)), default=0)
        if length > nearest:
            found, nearest = module, length
    return found


def _entry(module: Module, current: str) -> Entry:
    symbol = SYMBOLS.get(module.room, NO_SYMBOL) if module.icon == NO_SYMBOL else module.icon
    return Entry(module.label, reverse(module.url_name), symbol.removeprefix("icon:"), current, module)


def module_here(floors: list[Floor]) -> Module | None:
    """The module whose first page this is."""
    return next((entry.module for floor in floors for entry in floor.entries if entry.current == "page"), None)


@lru_cache(maxsize=512)
def _navigation_drawn(_language: str, pages: tuple[tuple[str, str], ...], at_home: bool) -> SafeString:
    """The navigation as HTML. The same for everybody who may open the same modules, so it is drawn once."""
    current = dict(pages)
    floors: dict[str, Floor] = {key: Floor(key, label) for key, label in FLOORS.items()}
    for module in declared().modules:
        if module.url_name in current:
            floors.setdefault(module.floor, Floor(module.floor, module.floor.title())).entries.append(
                _entry(module, current[module.url_name])
            )
    shown = [floor for floor in floors.values() if floor.entries]
    return render_to_string("shell/navigation.html", {"navigation": shown, "at_home": at_home})


def navigation_drawn(floors: list[Floor], request: HttpRequest) -> SafeString:
    """The navigation of this page as HTML."""
    pages = tuple((entry.module.url_name, entry.current) for floor in floors for entry in floor.entries if entry.module)
    match = request.resolver_match
    return _navigation_drawn(get_language() or "en", pages, bool(match and match.view_name == "web:home"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Everything that costs something is lazy: parts for HTMX never ask for it."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    viewer = getattr(request, "viewer", None)
    floors = SimpleLazyObject(lambda: navigation(viewer, request.path))
    return {
        "theme": theme if theme in THEMES else "",
        "languages": settings.LANGUAGES,
        "navigation": floors,
        "navigation_drawn": SimpleLazyObject(lambda: navigation_drawn(list(floors), request)),
        "module_here": SimpleLazyObject(lambda: module_here(list(floors))),
        "print_stamp": SimpleLazyObject(lambda: formats.date_format(timezone.localtime(), "DATETIME_FORMAT")),
    }
