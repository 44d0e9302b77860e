"""What the rooms below contribute to the shell: search, waiting work. Found by name, so that a new room only adds itself."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit, Waiting
from banyan.platform.kernel.problems import Problem


@cache
def contributions(name: str) -> tuple[Callable[..., Any], ...]:
    """Every installed room's ``queries.<name>``, in the order of the floors."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("banyan.") and config.label != "web" and find_spec(f"{config.name}.queries"):
            function = getattr(import_module(f"{config.name}.queries"), name, None)
            if callable(function):
                found.append(function)
    return tuple(found)


def _ask(name: str, *arguments: Any, seen_by: Viewer) -> list[Any]:
    answers: list[Any] = []
    for function in contributions(name):
        try:
            answers.extend(function(*arguments, seen_by=seen_by))
        except Problem as problem:
            # A room that this viewer may not enter contributes nothing; anything else must be heard.
            if problem.status != 403:
                raise
    return answers


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """What waits for this person in any room; what waits longest comes first, undated last."""
    found = [item for item in _ask("waiting", seen_by=seen_by) if item.count]
    return sorted(found, key=lambda item: (item.since is None, str(item.since or "")))


def search(text: str, *, seen_by: Viewer) -> list[tuple[str, list[SearchHit]]]:
    """Hits of every room, grouped under their kind, in the order of the floors."""
    groups: dict[str, list[SearchHit]] = defaultdict(list)
    for hit in _ask("search", text, seen_by=seen_by):
        groups[str(hit.kind)].append(hit)
    return list(groups.items())
