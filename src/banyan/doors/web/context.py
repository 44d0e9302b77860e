"""What every page of the shell knows: navigation, theme, languages."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, declared

THEMES = ("light", "dark")
THEME_COOKIE = "banyan_theme"

# High to low: what people do all day stands above what keeps the house running.
FLOORS = {
    "insight": _("Insight"),
    "aid": _("Aid"),
    "people": _("People"),
    "reference": _("Reference"),
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
    return [module for module in declared().modules if viewer.may(module.permission)]


def navigation(viewer: Any, path: str = "") -> list[Floor]:
    """The modules this viewer may open, by floor. A module whose page does not exist yet is left out."""
    floors = {key: Floor(key, label) for key, label in FLOORS.items()}
    for module in visible_modules(viewer):
        try:
            url = reverse(module.url_name)
        except NoReverseMatch:
            continue
        prefix = f"/{module.room}/"
        current = "page" if path == url else "true" if path.startswith((url, prefix)) else ""
        floor = floors.setdefault(module.floor, Floor(module.floor, module.floor.title()))
        symbol = SYMBOLS.get(module.room, NO_SYMBOL) if module.icon == NO_SYMBOL else module.icon
        floor.entries.append(Entry(module.label, url, symbol.removeprefix("icon:"), current, module))
    return [floor for floor in floors.values() if floor.entries]


def module_here(floors: list[Floor]) -> Module | None:
    """The module whose first page this is."""
    return next((entry.module for floor in floors for entry in floor.entries if entry.current == "page"), None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Everything that costs something is lazy: parts for HTMX never ask for it."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    viewer = getattr(request, "viewer", None)
    floors = SimpleLazyObject(lambda: navigation(viewer, request.path))
    return {
        "theme": theme if theme in THEMES else "",
        "languages": settings.LANGUAGES,
        "navigation": floors,
        "module_here": SimpleLazyObject(lambda: module_here(list(floors))),
        "print_stamp": SimpleLazyObject(lambda: formats.date_format(timezone.localtime(), "DATETIME_FORMAT")),
    }
