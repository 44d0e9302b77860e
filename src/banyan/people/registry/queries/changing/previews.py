"""What a change would do before anybody asks for it, and what a request would do today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from banyan.people.registry.models import ChangeRequest
from banyan.people.registry.queries.changing.loading import known_for, records_of
from banyan.people.registry.queries.changing.requests import (
    change_request,
    conflicting,
    hidden_lines,
    lines_of,
)
from banyan.people.registry.queries.changing.ruling import Rule, change_rule, took_part, why_not_decide, why_not_propose
from banyan.people.registry.queries.changing.showing import ShownRecord, shown, words_for
from banyan.people.registry.queries.people import VIEW
from banyan.people.registry.rules.changing import kinds, merging
from banyan.people.registry.rules.changing.case import Mint
from banyan.people.registry.rules.changing.inputs import read_id
from banyan.people.registry.rules.changing.merging import Comparison, Moved
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Line, Records, Row
from banyan.people.registry.states import APPROVE, OPEN, PROPOSE, ChangeState
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

_SEEDS = UUID("9a1f7c1e-6f0b-4c55-9a43-6d7a4f7a3c10")


@dataclass(frozen=True)
class Preview:
    """What a change would do: records before and after, what stands against it, who else asks for something there."""

    kind: str
    subject: tuple[str, str]
    row: Row
    asked: Mapping[str, Any]
    records: list[ShownRecord]
    problems: tuple[Problem, ...]
    conflicts: list[tuple[ChangeRequest, tuple[str, ...]]]
    rule: Rule
    refusal: Problem | None = None
    lines: tuple[Line, ...] = field(default=(), repr=False)
    comparison: Comparison = field(default=Comparison({}, {}, ()), repr=False)


def preview(kind: str, given: Mapping[str, Any], *, seen_by: Viewer, seen: Mapping[str, Any] | None = None) -> Preview:
    """What this change would do today; nothing is written. Raises Problem not_found for a record out of reach.

    seen: values by column as the asker saw them. Where somebody else wrote meanwhile, `comparison` says what; if it holds
    clashes, nothing is planned before somebody has chosen.
    """
    seen_by.require(VIEW)
    table, subject = kinds.subject_of(kind, given)
    row = subject_row(table, subject, seen_by=seen_by)
    operation = UUID(row["operation"])
    known = known_for(given, operation, seen_by=seen_by)
    asked, problems = kinds.read(kind, given, known)
    rule = change_rule(operation, kind, seen_by=seen_by)
    if problems:
        return Preview(kind, (table, subject), row, asked, [], tuple(problems), [], rule)
    records = records_of(kind, kinds.named(kind, asked), seen_by=seen_by)
    typed, now = kinds.typed_over(kind, asked, records)
    comparison = merging.compared(seen, now, typed) if seen is not None and typed else Comparison(typed, {}, ())
    if comparison.clashes:
        return Preview(kind, (table, subject), row, asked, [], (), [], rule, comparison=comparison)
    if seen is not None and typed:
        asked = kinds.narrowed(kind, asked, comparison.mine)
    plan = kinds.plan(kind, asked, records, mint=_throwaway(), today=known.today)
    conflicts = conflicting(plan.lines, seen_by=seen_by)
    shared = {topic for _request, topics in conflicts for topic in topics}
    return Preview(
        kind, (table, subject), row, asked,
        shown(
            plan.lines, words_for(plan.lines, seen_by=seen_by), seen_by=seen_by, scope_id=row["scope_id"], shared=shared
        ),
        plan.problems, conflicts, rule, why_not_propose(rule, scopes_of(plan.lines, records, row["scope_id"]), seen_by),
        plan.lines, comparison,
    )  # fmt: skip


def subject_row(table: str, subject: str, *, seen_by: Viewer) -> Row:
    """The person or household as plain values. Raises Problem not_found, also for one out of reach."""
    try:
        key = read_id(subject)
    except Problem:
        raise Problem("not_found") from None
    row = records_of("correct_identity", {table: [key]}, seen_by=seen_by).row(table, key)
    if row is None:
        raise Problem("not_found")
    return row


def _throwaway() -> Mint:
    """Ids for rows that are never written."""
    count = iter(range(10**9))
    return lambda: str(uuid5(_SEEDS, str(next(count))))


def scopes_of(lines: Sequence[Line], records: Records, otherwise: int) -> set[int]:
    """Scopes of the records that lines touch; `otherwise` for new ones."""
    found = set()
    for line in lines:
        row = records.row(PERSON, line.person) or records.row(HOUSEHOLD, line.household)
        found.add(int(row["scope_id"]) if row is not None else otherwise)
    return found


@dataclass(frozen=True)
class RequestView:
    """A request as its page shows it: before, after and, where the register has moved, now; who may do what, or why not."""

    request: ChangeRequest
    records: list[ShownRecord]
    moved: tuple[Moved, ...]
    problems: tuple[Problem, ...]
    conflicts: list[tuple[ChangeRequest, tuple[str, ...]]]
    rule: Rule
    why_not_decide: Problem | None
    may_withdraw: bool
    may_renew: bool
    versions_moved: bool = False
    subject: Row = field(default_factory=dict, repr=False)

    @property
    def is_overtaken(self) -> bool:
        """Whether the register has moved so that the request cannot be written as it stands."""
        return self.request.state in OPEN and (bool(self.problems) or merging.stands_in_the_way(self.moved))


def request_view(request_id: UUID, *, seen_by: Viewer) -> RequestView:
    """A request with everything its page shows. Raises Problem not_found, also for one out of reach."""
    request = change_request(request_id, seen_by=seen_by)
    lines = lines_of(request)
    rule = change_rule(request.operation_id, request.kind, seen_by=seen_by)
    is_open = request.state in OPEN
    moved: tuple[Moved, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicts: list[tuple[ChangeRequest, tuple[str, ...]]] = []
    scopes = {request.scope_id}
    versions_moved = False
    records = Records({})
    if is_open:
        records = records_of(request.kind, kinds.named(request.kind, request.asked), seen_by=seen_by)
        minted = iter(request.minted)
        spare = _throwaway()
        plan = kinds.plan(
            request.kind, request.asked, records, mint=lambda: next(minted, None) or spare(), today=timezone.localdate()
        )
        moved, problems = tuple(merging.overtaken(lines, plan, records)), plan.problems
        conflicts = conflicting(lines, seen_by=seen_by, besides=request.pk)
        scopes |= scopes_of(plan.lines, records, request.scope_id)
        versions_moved = _versions_moved(request, records)
    shared = {topic for _request, topics in conflicts for topic in topics}
    everything = [*lines, *(each.line for each in moved)]
    spots = {str(each.now) for each in moved if each.line.field == "place" and each.now}
    refusal = why_not_decide(request, rule, scopes, seen_by) if seen_by.may(APPROVE) else Problem("not_allowed")
    if refusal is None and hidden_lines(request, seen_by=seen_by):
        refusal = Problem("not_allowed")
    words = words_for(everything, seen_by=seen_by, more=spots)
    return RequestView(
        request=request,
        records=shown(lines, words, seen_by=seen_by, scope_id=request.scope_id, moved=moved, shared=shared),
        moved=moved,
        problems=problems,
        conflicts=conflicts,
        rule=rule,
        why_not_decide=refusal,
        may_withdraw=is_open and took_part(request, seen_by) and seen_by.may(PROPOSE),
        may_renew=request.state == ChangeState.STALE or bool(moved or problems),
        versions_moved=versions_moved,
    )


def _versions_moved(request: ChangeRequest, records: Records) -> bool:
    """Whether any record was changed since the request was proposed, wherever in it."""
    for key, version in request.basis.items():
        table, _colon, record = key.partition(":")
        row = records.row(table, record)
        if row is not None and row.get("version") != version:
            return True
    return False
