"""Life of a version of a code list: it is drafted, then published or discarded. A published version never changes."""

from enum import StrEnum

from banyan.platform.kernel.lifecycles import Lifecycle, Step


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


CHANGE = "codes.change_list"
STEPS = (
    Step(frozenset({VersionState.DRAFT}), "publish", VersionState.PUBLISHED, CHANGE),
    Step(frozenset({VersionState.DRAFT}), "discard", VersionState.DISCARDED, CHANGE),
)
# The Problem names the state by its code, as the API does.
VERSION = Lifecycle(STEPS, {state: str(state) for state in VersionState}, "codes.wrong_state")
advance = VERSION.after
