"""What is done with programmes, by subject."""

from banyan.aid.programmes.actions.amending import amend_entitlements
from banyan.aid.programmes.actions.appealing import note_appeal, refuse_appeal, uphold_appeal
from banyan.aid.programmes.actions.enrolling import (
    admit,
    admit_waiting,
    end_enrolments,
    enrol,
    enrol_targeted,
    graduate,
    resume,
    start_enrolling,
    suspend,
)
from banyan.aid.programmes.actions.entitling import (
    approve_entitlements,
    compute_run,
    drop_simulation,
    propose_entitlements,
    refuse_entitlements,
    simulate_entitlements,
)
from banyan.aid.programmes.actions.following import follow_merged, follow_register, follow_unmerged
from banyan.aid.programmes.actions.packages import Item, approve_package, retire_package, write_package
from banyan.aid.programmes.actions.prices import remove_price, set_prices, write_price_list
from banyan.aid.programmes.actions.programmes import (
    activate_programme,
    add_cycle,
    change_cycle,
    change_programme,
    close_cycle,
    close_programme,
    create_programme,
    open_cycle,
    resume_programme,
    set_budget_line,
    set_quota,
    suspend_programme,
)
from banyan.aid.programmes.actions.queueing import Enrolled
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
    "Enrolled",
    "Item",
    "activate_programme",
    "add_cycle",
    "add_entries",
    "admit",
    "admit_waiting",
    "amend_entitlements",
    "approve_entitlements",
    "approve_package",
    "approve_targeting",
    "change_cycle",
    "change_programme",
    "change_targeting",
    "close_cycle",
    "close_programme",
    "compute_run",
    "create_programme",
    "drop_simulation",
    "end_enrolments",
    "enrol",
    "enrol_targeted",
    "follow_merged",
    "follow_register",
    "follow_unmerged",
    "freeze_run",
    "graduate",
    "import_entries",
    "make_targeting",
    "note_appeal",
    "open_cycle",
    "propose_entitlements",
    "propose_targeting",
    "refuse_appeal",
    "refuse_entitlements",
    "refuse_targeting",
    "remove_entries",
    "remove_price",
    "resume",
    "resume_programme",
    "retire_package",
    "retire_targeting",
    "run_targeting",
    "set_budget_line",
    "set_prices",
    "set_quota",
    "simulate_entitlements",
    "start_enrolling",
    "suspend",
    "suspend_programme",
    "uphold_appeal",
    "write_package",
    "write_price_list",
]
