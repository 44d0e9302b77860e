"""Reading data quality: checks in force, scores over time, findings, gates."""

from banyan.people.quality.queries.definitions import (
    CheckInForce,
    check,
    checks,
    computed,
    definitions,
    own_check,
    own_checks,
    own_versions,
    setting,
    targets,
)

__all__ = [
    "CheckInForce",
    "check",
    "checks",
    "computed",
    "definitions",
    "own_check",
    "own_checks",
    "own_versions",
    "setting",
    "targets",
]
