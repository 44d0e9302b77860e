"""Lists of communities as they are sent: references in the first column, reasons beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.problems import Location, Problem

REFERENCE: Final = ("reference", "id", "code")
REASON: Final = ("reason", "note", "remark")
PREFIXES: Final = {"household": "HHD", "person": "PSN"}


@dataclass(frozen=True)
class Listed:
    """One row of a list: which row of the sheet, the reference as it is written, and the reason."""

    row: int
    reference: str
    reason: str


def read_list(rows: Sequence[Sequence[object]], for_whom: str) -> tuple[list[Listed], list[Problem]]:
    """What stands in the rows of a sheet, and everything that is wrong with them, row by row.

    A first row without any figure names the columns; empty rows are passed over.
    """
    found: dict[str, Listed] = {}
    problems: list[Problem] = []
    reference, reason = 0, 1
    begun = False
    for number, cells in enumerate(rows, 1):
        texts = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
        if not any(texts):
            continue
        if not begun and not any(letter.isdigit() for text in texts for letter in text):
            reference, reason = _heads(texts)
            begun = True
            continue
        begun, at = True, Location(row=number)
        try:
            written = check_reference(_of(texts, reference), prefix=PREFIXES[for_whom])
        except Problem as problem:
            problems.append(problem.placed(at))
            continue
        if written in found:
            problems.append(Problem("programmes.list_twice", reference=written, at=at))
            continue
        found[written] = Listed(number, written, _of(texts, reason)[:300])
    return list(found.values()), problems


def _heads(texts: Sequence[str]) -> tuple[int, int]:
    """The columns of reference and reason, by their names where these are known."""
    names = [text.casefold() for text in texts]
    reference = next((place for place, name in enumerate(names) if name in REFERENCE), 0)
    return reference, next((place for place, name in enumerate(names) if name in REASON), reference + 1)


def _of(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""
