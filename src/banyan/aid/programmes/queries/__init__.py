"""What is read of programmes, by subject."""

from banyan.aid.programmes.queries.enrolments import (
    appeal,
    appeals,
    enrolment,
    enrolments,
    overlaps,
    waiting_list,
)
from banyan.aid.programmes.queries.packages import items, package, packages, price_list, price_lists, prices
from banyan.aid.programmes.queries.programmes import (
    QuotaStanding,
    budget_line,
    budget_lines,
    cycle,
    cycles,
    enrolment_counts,
    operations,
    programme,
    programmes,
    quota_standing,
    quotas,
)

__all__ = [
    "QuotaStanding",
    "appeal",
    "appeals",
    "budget_line",
    "budget_lines",
    "cycle",
    "cycles",
    "enrolment",
    "enrolment_counts",
    "enrolments",
    "items",
    "operations",
    "overlaps",
    "package",
    "packages",
    "price_list",
    "price_lists",
    "prices",
    "programme",
    "programmes",
    "quota_standing",
    "quotas",
    "waiting_list",
]
