"""Every address says which permission it asks for, or why it is open to everybody. API operations too."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.urls import URLPattern, URLResolver
from ninja.operation import PathView

from tests.architecture.guards.source import Finding

MEND = '@needs("room.permission") or @public("why") from banyan.platform.access.doors'


def findings(patterns: Iterable[URLPattern | URLResolver]) -> list[Finding]:
    """Views and operations without a permission. Place: "module.name" of the view."""
    found = {}
    for route, view in walk(patterns):
        if not declared(view):
            place = name_of(view)
            found[place] = Finding(place, f"/{route} asks for no permission", MEND)
    return sorted(found.values())


def declared(view: Any) -> bool:
    """True when access.doors has marked the view with a permission or with the reason for being public."""
    marked = [view, getattr(view, "view_class", None), getattr(view, "__wrapped__", None)]
    return any(
        getattr(one, "permission", None) or getattr(one, "public_reason", None) for one in marked if one is not None
    )


def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """(route, view) of every address; an API path gives one entry for each of its operations."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
            continue
        operations = _operations(pattern.callback)
        for operation in operations:
            yield f"{route} {'/'.join(operation.methods)}", operation.view_func
        if not operations:
            yield route, pattern.callback


def _operations(callback: Any) -> list[Any]:
    # Ninja hides the operations of a path in the closure of the function it gives to the URLconf.
    if inspect.isfunction(callback) and callback.__closure__:
        held = inspect.getclosurevars(callback).nonlocals.get("self")
        if isinstance(held, PathView):
            return list(held.operations)
    return []


def name_of(view: Any) -> str:
    """Module and name of a view, a view class or a partial."""
    if isinstance(view, partial):
        view = view.func
    view = getattr(view, "view_class", view)
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"
