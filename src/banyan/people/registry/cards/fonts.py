"""Fonts for paper: the web fonts of the pages, turned once into the files that a PDF needs.

The pages' fonts come as WOFF2, cut by script and mostly variable. A PDF needs plain files with one weight each, and
families with names of their own, because the parts of "Noto Sans" would otherwise hide one another. They are made on
first use and kept in the data folder, so nothing is fetched and no font of the machine is used.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# Order decides which family is asked first for a character; letters before digits and signs of other scripts.
SCRIPTS = ("latin", "latin-ext", "vietnamese", "cyrillic", "arabic", "myanmar", "devanagari", "ethiopic")
WEIGHTS = {400: "Regular", 600: "SemiBold"}
_NAME = r"noto-sans-(?:[a-z]+-)?(?P<script>{})-{}-normal-[\w-]+\.woff2"
_SCRIPT = "|".join(sorted(SCRIPTS, key=len, reverse=True))
_VARIABLE = re.compile(_NAME.format(_SCRIPT, "wght"))
_STATIC = re.compile(_NAME.format(_SCRIPT, "(?P<weight>400|600)"))
# Changed whenever the way of making the files changes, so that old ones are not used.
_RECIPE = "1"


class FontsMissing(Exception):
    """The front end with its fonts has not been built."""


def families() -> list[str]:
    """Names of the families in the files that `ready` makes, first asked first."""
    return [_family(script) for script in SCRIPTS]


@lru_cache(maxsize=4)
def ready(source: Path | None = None, target: Path | None = None) -> Path:
    """The folder with the font files; makes them when they are not there.

    source: folder of the built front end; target: where to keep the files. Raises FontsMissing when there is no font.
    """
    found = sorted((source or Path(settings.FRONTEND_DIST) / "assets").glob("noto-sans-*.woff2"))
    if not found:
        raise FontsMissing
    digest = hashlib.sha256("\n".join([_RECIPE, *(path.name for path in found)]).encode()).hexdigest()[:12]
    folder = (target or Path(settings.DATA_FOLDER)) / "fonts" / digest
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        for script, weight in _parts(path.name):
            wanted = folder / f"{script}-{weight}.ttf"
            if not wanted.exists():
                _make(path, wanted, script, weight)
    return folder


def _parts(name: str) -> Iterator[tuple[str, int]]:
    if match := _VARIABLE.fullmatch(name):
        yield from ((match["script"], weight) for weight in WEIGHTS)
    elif match := _STATIC.fullmatch(name):
        yield match["script"], int(match["weight"])


def _family(script: str) -> str:
    return f"Banyan {script.replace('-', ' ').title()}"


def _make(source: Path, target: Path, script: str, weight: int) -> None:
    font = TTFont(source)
    if script == "ethiopic" and "GPOS" in font:
        # Its letters stand alone; a hundred thousand pairs of kerning would take twenty seconds.
        del font["GPOS"]
    if "fvar" in font:
        limits = {axis.axisTag: (weight if axis.axisTag == "wght" else axis.defaultValue) for axis in font["fvar"].axes}
        font = instancer.instantiateVariableFont(font, limits)
    font.flavor = None
    family = _family(script)
    names = font["name"]
    names.names = [entry for entry in names.names if entry.nameID not in (1, 2, 3, 4, 6, 16, 17, 21, 22, 25)]
    for number, text in (
        (1, family if weight == 400 else f"{family} {WEIGHTS[weight]}"),
        (2, "Regular"),
        (3, f"{family} {weight}"),
        (4, f"{family} {WEIGHTS[weight]}"),
        (6, f"{family}-{WEIGHTS[weight]}".replace(" ", "")),
        (16, family),
        (17, WEIGHTS[weight]),
    ):
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    # Two processes may make the same file at once: each writes its own and the last rename wins, with the same content.
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    font.save(unfinished)
    unfinished.rename(target)
