"""Words in templates go through translation: a page is never half in English."""

import re
from pathlib import Path

from tests.architecture.guards.source import Finding, House

# Blanked out, in this order; line breaks stay, so that lines can be counted.
BLANK = [
    re.compile(pattern, re.DOTALL | re.IGNORECASE)
    for pattern in (
        r"\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}",
        r"\{#.*?#\}",
        r"<!--.*?-->",
        r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<(script|style|code|kbd|svg|pre)\b.*?</\1>",
        r"&\w+;|&#\d+;",
    )
]
ATTRIBUTE = re.compile(
    r"\b(placeholder|title|alt|aria-label|aria-description)\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)
CLASS_NAMES = re.compile(r"[a-z]+(-[a-z0-9]+)+( [a-z]+(-[a-z0-9]+)+)*")
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# The same in every language.
NAMES = {"Banyan", "CSV", "XLSX", "JSON", "GeoJSON", "API", "PDF", "URL", "ISO", "HTTP", "PT", "QR", "TOTP"}


def findings(house: House) -> list[Finding]:
    """Text between tags and in spoken attributes that no translate tag holds."""
    found = []
    for path in sorted(house.package.rglob("templates/**/*.html")):
        found += file_findings(path, house.root)
    return found


def file_findings(path: Path, root: Path) -> list[Finding]:
    """The findings of one template."""
    text = path.read_text()
    for pattern in BLANK:
        text = pattern.sub(lambda matched: re.sub(r"[^\n]", " ", matched[0]), text)
    pieces = [(matched.start(2), matched[2][1:-1]) for matched in ATTRIBUTE.finditer(text)]
    pieces += [(matched.start(), matched[0]) for matched in re.finditer(r"[^\s][^\n]*", TAG.sub(_blank, text))]
    found = []
    for position, piece in sorted(pieces):
        if CLASS_NAMES.fullmatch(piece.strip()):
            continue  # a block that a page fills with CSS classes
        words = [word for word in WORD.findall(piece) if word not in NAMES]
        if words:
            line = text.count("\n", 0, position) + 1
            place = f"{path.relative_to(root)}:{line}"
            found.append(Finding(place, f"not translatable: {' '.join(piece.split())[:60]}", "{% translate %}"))
    return found


def _blank(matched: "re.Match[str]") -> str:
    return re.sub(r"[^\n]", " ", matched[0])
