"""What a change would do to the quality of the records: written, judged by the very checks of the scores, and undone again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from banyan.people.quality import queries as quality
from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.actions.changing.writing import _write
from banyan.people.registry.models import ChangeRequest
from banyan.people.registry.queries.changing.loading import records_of
from banyan.people.registry.queries.changing.previews import Preview
from banyan.people.registry.rules.changing import kinds
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON
from banyan.people.registry.states import PROPOSE
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Judged:
    """A check of data quality, in words, and the record it is about by what it is called."""

    key: str
    label: str | Promise
    about: str | Promise
    name: str


@dataclass(frozen=True)
class Foreseen:
    """What a change would make wrong that is not wrong now, and what it would mend."""

    made: tuple[Judged, ...] = ()
    mended: tuple[Judged, ...] = ()


@action(PROPOSE)
def foresee_change(found: Preview, *, by: Viewer) -> Foreseen:
    """What a change that was looked at would do to the quality of everybody it touches; the register stays as it is.

    Nothing is foreseen of a change that could not be written by `by` as it stands: its preview says why.
    """
    if found.problems or found.comparison.clashes or not found.lines:
        return Foreseen()
    touched = {
        PERSON: sorted({UUID(line.person) for line in found.lines if line.person}),
        HOUSEHOLD: sorted({UUID(line.household) for line in found.lines if line.household}),
    }
    before = _failing(touched, by)
    after = before
    try:
        with transaction.atomic():
            _try(found, by=by)
            after = _failing(touched, by)
            names = _names(touched, by)
            transaction.set_rollback(True)
    except Problem:
        return Foreseen()
    return Foreseen(_judged(after, before, names), _judged(before, after, names))


_Key = tuple[str, UUID, str]


def _try(found: Preview, *, by: Viewer) -> None:
    """Write the change. Raises the Problems of writing."""
    request = ChangeRequest(
        pk=new_id(), operation_id=UUID(found.row["operation"]), scope_id=found.row["scope_id"], kind=found.kind
    )
    writer = _lent(by, PROPOSE)
    with viewing(writer, cause=f"change:{request.pk}", action="registry.foresee_change"):
        records = records_of(found.kind, kinds.named(found.kind, found.asked), seen_by=writer, locked=True)
        plan = kinds.plan(found.kind, found.asked, records, mint=lambda: str(new_id()), today=timezone.localdate())
        if plan.problems:
            raise plan.problems[0]
        _write(plan, records, request, by=by, permission=PROPOSE)


def _failing(touched: Mapping[str, list[UUID]], by: Viewer) -> dict[_Key, Any]:
    return {
        (subject, record, one.key): one
        for subject, ids in touched.items()
        for record, findings in quality.failing(subject, ids, seen_by=by).items()
        for one in findings
    }


def _names(touched: Mapping[str, list[UUID]], by: Viewer) -> dict[UUID, str]:
    return {
        record: str(card.label)
        for subject, ids in touched.items()
        for record, card in quality.cards(subject, ids, seen_by=by).items()
    }


def _judged(there: Mapping[_Key, Any], not_there: Mapping[_Key, Any], names: Mapping[UUID, str]) -> tuple[Judged, ...]:
    return tuple(
        Judged(one.key, one.label, one.about, names.get(record, ""))
        for (subject, record, key), one in there.items()
        if (subject, record, key) not in not_there
    )
