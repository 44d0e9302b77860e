"""Which list a file is, read by the reader of that list."""

from collections.abc import Callable

from banyan.people.linkage.problems.screening import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.linkage.rules.screening.entries import ReadList
from banyan.people.linkage.rules.screening.reading import european_union, tables, treasury, united_nations
from banyan.people.linkage.rules.screening.reading.building import without_repeats
from banyan.people.linkage.rules.screening.reading.elements import Element, opened, tag
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.uploads import ARCHIVE, COMPOUND

# The largest list, of the Treasury, has some thirty megabytes.
MOST_BYTES = 120_000_000
_READERS: dict[str, Callable[[Element], ReadList]] = {
    "CONSOLIDATED_LIST": united_nations.read,
    "export": european_union.read,
    "sdnList": treasury.read,
}
SOURCES = ("un", "eu", "ofac", "own")


def read_list(content: bytes) -> ReadList:
    """Everybody on a list, whichever it is.

    Raises Problem linkage.list_too_large, list_unreadable, list_unknown, list_column_missing, list_empty. What is doubtful in
    single entries is gathered in `notes`: a list is not refused for a mistake of who publishes it.
    """
    if len(content) > MOST_BYTES:
        raise Problem("linkage.list_too_large", megabytes=len(content) // 1_000_000, most=MOST_BYTES // 1_000_000)
    if content.startswith((ARCHIVE, COMPOUND)):
        found = tables.read(content)
    else:
        root = opened(content)
        reader = _READERS.get(tag(root))
        if reader is None:
            raise Problem("linkage.list_unknown", found=tag(root)[:60])
        found = reader(root)
    if not found.parties:
        raise Problem("linkage.list_empty")
    return without_repeats(found)
