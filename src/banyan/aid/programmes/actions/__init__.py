"""What is done with programmes, by subject."""

from banyan.aid.programmes.actions.target_lists import Added, add_entries, import_entries, remove_entries
from banyan.aid.programmes.actions.target_running import freeze_run, run_targeting
from banyan.aid.programmes.actions.targeting import (
    approve_targeting,
    change_targeting,
    make_targeting,
    propose_targeting,
    refuse_targeting,
    retire_targeting,
)

__all__ = [
    "Added",
    "add_entries",
    "approve_targeting",
    "change_targeting",
    "freeze_run",
    "import_entries",
    "make_targeting",
    "propose_targeting",
    "refuse_targeting",
    "remove_entries",
    "retire_targeting",
    "run_targeting",
]
