"""A household card as PDF or picture: shaped by typst in this process, without network and without fonts of the machine."""

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import orjson
import segno
import typst

from banyan.people.registry.cards.fonts import families, ready

Sheet = Literal["a6", "a4"]
_compile: Any = typst.compile  # its types do not know files in memory, which it takes
_TEMPLATE = Path(__file__).with_name("card.typ").read_bytes()
# More members than fit below one another go uncounted on the card; the register has them all.
_MOST = {"a6": 7, "a4": 30}


@dataclass(frozen=True)
class CardMember:
    """One line of the card: texts as people read them, `number` counted from 1."""

    number: int
    name: str
    latin: str
    relationship: str
    sex: str
    born: str
    reference: str
    head: bool = False


@dataclass(frozen=True)
class Card:
    """What a household card shows, and in which words. No needs, no documents, no coordinates: it is carried in pockets.

    words: the labels title, reference, size, place, registered, number, name, latin, relationship, sex,
    born, person, no_photo.
    photo: a JPEG; None for an empty frame.
    """

    reference: str
    operation: str
    head: str
    head_latin: str
    size: int
    place: str
    registered: str
    members: tuple[CardMember, ...]
    words: dict[str, str]
    language: str = "en"
    rtl: bool = False
    foot: str = ""
    photo: bytes | None = field(default=None, repr=False)


def most_members(sheet: Sheet) -> int:
    """How many members a card of this size lists."""
    return _MOST[sheet]


def as_pdf(card: Card, sheet: Sheet = "a6") -> bytes:
    """The card as PDF. Raises FontsMissing when the front end has not been built."""
    return cast("bytes", _compile(_files(card, sheet), font_paths=_fonts(), format="pdf"))


def as_picture(card: Card, sheet: Sheet = "a6", *, ppi: float = 144) -> bytes:
    """The first page as PNG, for looking at. Raises FontsMissing when the front end has not been built."""
    made = _compile(_files(card, sheet), font_paths=_fonts(), format="png", ppi=ppi)
    return cast("bytes", made[0] if isinstance(made, list) else made)


@lru_cache(maxsize=2)
def _book(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _fonts() -> typst.Fonts:
    return _book(ready())


def _files(card: Card, sheet: Sheet) -> dict[str, bytes]:
    values = asdict(card)
    photo = values.pop("photo")
    values |= {
        "sheet": sheet,
        "fonts": families(),
        "photo": photo is not None,
        "members": values["members"][: most_members(sheet)],
    }
    # The reference and nothing else: whoever finds the card learns nothing from the code that the card does not say.
    mark = segno.make(card.reference, error="m", micro=False).svg_inline(border=1, scale=4)
    files = {"main.typ": _TEMPLATE, "card.json": orjson.dumps(values), "qr.svg": mark.encode()}
    # typst takes files in memory only as text, so the picture goes in as its bytes, written as numbers.
    return files | ({"photo.json": orjson.dumps(list(photo))} if photo is not None else {})
