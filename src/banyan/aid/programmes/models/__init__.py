"""Tables of programmes: what is done for whom, what is given, and who is in it."""

from banyan.aid.programmes.models.enrolments import Appeal, Cause, Enrolment, Overlap
from banyan.aid.programmes.models.entitlements import Entitlement, EntitlementRun
from banyan.aid.programmes.models.packages import (
    Kind,
    Package,
    PackageItem,
    Price,
    PriceAt,
    PriceList,
    RoundingName,
)
from banyan.aid.programmes.models.programmes import (
    BudgetLine,
    Cycle,
    ForWhom,
    Overlapping,
    Programme,
    Quota,
    Restriction,
)
from banyan.aid.programmes.models.targeting import EntryKind, ListEntry, Targeting, TargetingRun, TargetRow, Verdict

__all__ = [
    "Appeal",
    "BudgetLine",
    "Cause",
    "Cycle",
    "Enrolment",
    "Entitlement",
    "EntitlementRun",
    "EntryKind",
    "ForWhom",
    "Kind",
    "ListEntry",
    "Overlap",
    "Overlapping",
    "Package",
    "PackageItem",
    "Price",
    "PriceAt",
    "PriceList",
    "Programme",
    "Quota",
    "Restriction",
    "RoundingName",
    "TargetRow",
    "Targeting",
    "TargetingRun",
    "Verdict",
]
