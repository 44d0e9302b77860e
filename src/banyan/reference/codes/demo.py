"""What the demo shows of this room: the lists that come with Banyan."""

from typing import Any

from banyan.platform.access.viewers import system_viewer, viewing
from banyan.reference.codes import actions


def load(progress: Any) -> dict[str, int]:
    """Load the shipped lists; loading again changes nothing. Returns how many are in force."""
    with viewing(system_viewer("demo"), cause="demo:codes"):
        return {"lists": len(actions.load_shipped_lists(by=system_viewer("demo")))}
