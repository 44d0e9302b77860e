"""What an operation sets: targets from a day on, which checks it asks, their parameters, the fields it makes mandatory."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from banyan.people.quality import queries
from banyan.people.quality.actions.passing import start_pass
from banyan.people.quality.declarations import Param, value_of
from banyan.people.quality.models import Baseline, CheckSetting, Target
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "quality.change_check"


@action(CHANGE)
def set_target(
    operation_id: UUID, key: str, *, by: Viewer, target: Decimal, valid_from: date, weight: Decimal = Decimal(1)
) -> Target:
    """Set target and weight of a check from a day on; on the same day the later word holds.

    Raises Problem quality.check_unknown, target_impossible.
    """
    queries.check(operation_id, key, seen_by=by)
    if not 0 < target <= 100 or not 0 < weight < 10_000:
        raise Problem("quality.target_impossible", at=Location(field="target"))
    return Target.objects.update_or_create(
        operation_id=operation_id, check_key=key, valid_from=valid_from,
        defaults={"target": target, "weight": weight, "set_by_label": str(by.label)[:200]},
    )[0]  # fmt: skip


@action(CHANGE)
def set_check(
    operation_id: UUID, key: str, *, by: Viewer, enabled: bool | None = None, params: Mapping[str, Any] | None = None,
    fields: Sequence[str] | None = None,
) -> CheckSetting:  # fmt: skip
    """Switch a check on or off, set its parameters, choose the mandatory fields; what is None stays. The operation is then
    looked over: what the check finds under its new meaning was nobody's doing, so it opens no findings.

    Raises every fault at once: quality.check_unknown, param_unreadable, field_unknown.
    """
    one = queries.check(operation_id, key, seen_by=by)
    row = queries.setting(operation_id, key, seen_by=by)
    before = (row.enabled, row.params, row.fields)
    found: list[Problem] = []
    if params is not None:
        known = {param.name: param for param in one.params}
        row.params = {
            **row.params,
            **{name: _stored(known.get(name), name, value, found) for name, value in params.items()},
        }
    if fields is not None:
        subject = subjects()[one.subject]
        for name in fields:
            if not one.mandatory or subject.field_named(name) is None:
                found.append(Problem("quality.field_unknown", name=name, at=Location(field="fields")))
        row.fields = list(dict.fromkeys(fields))
    raise_all(found)
    if enabled is not None:
        row.enabled = enabled
    if before != (row.enabled, row.params, row.fields) or row._state.adding:
        row.changed_by_label = str(by.label)[:200]
        row.save()
        Baseline.objects.filter(operation=operation_id, definition=one.definition_id).delete()
        start_pass(operation_id, by=by)
    return row


def _stored(param: Param | None, name: str, value: Any, found: list[Problem]) -> Any:
    """A parameter as JSON. What is not of its kind is a fault."""
    marker = object()
    read = marker if param is None else value_of(Param(param.name, param.kind, marker, ""), value)  # type: ignore[arg-type]
    if read is marker:
        found.append(Problem("quality.param_unreadable", name=name, value=str(value), at=Location(field=name)))
        return None
    return str(read) if isinstance(read, Decimal) else read
