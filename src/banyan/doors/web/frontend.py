"""The built front end as templates see it: which files an entry needs, and the icons."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ENTRIES = {name: f"src/{name}/main.ts" for name in ("shell", "map", "picker", "form", "linkage")}


def folder() -> Path:
    """Where the front end was built to."""
    return Path(settings.FRONTEND_DIST)


@cache
def _manifest() -> dict[str, Any]:
    path = folder() / ".vite" / "manifest.json"
    return dict(json.loads(path.read_bytes())) if path.is_file() else {}


def built() -> bool:
    """Whether the front end has been built."""
    return bool(_manifest())


@cache
def tags(entry: str) -> SafeString:
    """The link and script elements of an entry and of what it imports at once.

    Without a build: a comment instead, so that pages and their tests work unstyled.
    """
    manifest = _manifest()
    if not manifest:
        return SafeString("<!-- The front end is not built: npm ci && npm run build in frontend/ -->")
    styles: dict[str, None] = {}
    scripts: dict[str, None] = {}

    def take(key: str) -> None:
        chunk = manifest[key]
        if chunk["file"] in scripts:
            return
        scripts[chunk["file"]] = None
        styles.update(dict.fromkeys(chunk.get("css", ())))
        for other in chunk.get("imports", ()):
            take(other)

    take(ENTRIES[entry])
    first, *others = scripts
    parts = [format_html('<link rel="stylesheet" href="{}">', static(name)) for name in styles]
    parts += [format_html('<link rel="modulepreload" href="{}">', static(name)) for name in others]
    parts.append(format_html('<script type="module" src="{}"></script>', static(first)))
    return SafeString("\n".join(parts))


@cache
def icon_drawing(name: str) -> str:
    """The inside of a Lucide icon's SVG; empty without a build or for a name that was not built in."""
    path = folder() / "icons" / f"{name}.svg"
    return path.read_text("utf-8") if path.is_file() else ""


@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An icon as inline SVG, hidden from screen readers: the words beside it say the same."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        SafeString(icon_drawing(name)),  # a file of the build, not of a user
    )
