"""Life of a version of a code list: it is drafted, then published or discarded. A published version never changes."""

from enum import StrEnum


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


# from, verb, to, permission
TRANSITIONS: tuple[tuple[VersionState, str, VersionState, str], ...] = (
    (VersionState.DRAFT, "publish", VersionState.PUBLISHED, "codes.change_list"),
    (VersionState.DRAFT, "discard", VersionState.DISCARDED, "codes.change_list"),
)


def advance(state: str, verb: str) -> VersionState | None:
    """The state after the verb, or None when the verb is not possible in that state."""
    return next((to for come_from, known, to, _permission in TRANSITIONS if (come_from, known) == (state, verb)), None)
