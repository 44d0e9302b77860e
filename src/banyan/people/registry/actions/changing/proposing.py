"""Asking for a change: proposed, or written at once where the operation needs nobody's approval; renewed, taken back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.actions.changing.writing import _write
from banyan.people.registry.facts import ChangeDecided, ChangeProposed
from banyan.people.registry.models import ChangeDraft, ChangeLine, ChangeRequest
from banyan.people.registry.queries.changing.loading import known_for, records_of
from banyan.people.registry.queries.changing.requests import lines_of, request_for_change
from banyan.people.registry.queries.changing.ruling import change_rule, took_part, why_not_propose
from banyan.people.registry.rules.changing import kinds, merging
from banyan.people.registry.rules.changing.case import Mint, Plan
from banyan.people.registry.rules.changing.inputs import read_id
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Records
from banyan.people.registry.states import PROPOSE, ChangeState, advance
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel import vault
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.problems import Location, Problem, raise_all

LARGEST_EVIDENCE = 10_000_000  # bytes
MOST_EVIDENCE = 10
EVIDENCE_KINDS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


@dataclass(frozen=True)
class Attached:
    """A file or a note that supports a change: what the file is called and holds, and what there is to say of it."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)
    note: str = ""


@action("registry.propose_change")
def propose_change(
    kind: str, given: Mapping[str, Any], *, by: Viewer, reason: str = "", evidence: Sequence[Attached] = (),
    seen: Mapping[str, Any] | None = None,
) -> ChangeRequest:  # fmt: skip
    """Ask for a change of a person or a household; it is written at once if the operation needs no approval for it.

    given: what the kind's inputs ask for (kinds.KINDS). seen: {field: value} as the proposer saw the record; a field
    that somebody else changed meanwhile and that is asked for differently raises Problem registry.change_moved. Raises
    Problems for everything that stands against the change, not_found for a record out of reach, not_allowed or
    registry.change_role for who may not propose it there.
    """
    table, subject = _subject(kind, given)
    found = records_of("correct_identity", {table: [subject]}, seen_by=by).row(table, subject)
    if found is None:
        raise Problem("not_found")
    known = known_for(given, UUID(found["operation"]), seen_by=by)
    asked, problems = kinds.read(kind, given, known)
    raise_all(problems)
    rule = change_rule(UUID(found["operation"]), kind, seen_by=by)
    permission = PROPOSE
    writer = by if rule.needs_approval else _lent(by, permission)
    request = ChangeRequest(
        pk=new_id(), operation_id=UUID(found["operation"]), scope_id=found["scope_id"], kind=kind,
        needs_approval=rule.needs_approval, reason=reason.strip()[:2000], proposed_by=by.id,
        proposed_by_label=str(by.label)[:200], makers=[str(by.id)],
    )  # fmt: skip
    request.reference = reference("CHG", request.pk, groups=3)
    request.person_id, request.household_id = (UUID(subject), None) if table == PERSON else (None, UUID(subject))
    with viewing(writer, cause=f"change:{request.pk}", action="registry.propose_change"):
        named = kinds.named(kind, asked)
        records = records_of(kind, named, seen_by=writer, locked=not rule.needs_approval)
        asked = _merged(kind, asked, seen, records)
        mint, minted = _mint([])
        plan = kinds.plan(kind, asked, records, mint=mint, today=known.today)
        raise_all(plan.problems)
        if refusal := why_not_propose(rule, _scopes_of(plan, records, request.scope_id), by):
            raise refusal
        request.asked, request.minted, request.basis = asked, minted, _basis(plan, records)
        request.evidence = [_kept(each, by) for each in _checked(evidence)]
        if rule.needs_evidence and not request.evidence:
            message = _("In this operation such a change needs evidence.")
            raise Problem("registry.change_evidence", message=message, at=Location(field="evidence"))
        request.save(force_insert=True)
        _store_lines(request, plan, records)
        if by.id is not None:
            ChangeDraft.objects.filter(viewer=by.id, record=subject, kind=kind).delete()
        if rule.needs_approval:
            announce(ChangeProposed(request.pk), by=by)
        else:
            _pass(request, plan, records, by=by, permission=permission)
    return request


def _pass(request: ChangeRequest, plan: Plan, records: Records, *, by: Viewer, permission: str) -> None:
    """Write a change that needs nobody's approval."""
    request.state = advance(request.state, "pass")
    _write(plan, records, request, by=by, permission=permission)
    request.state = advance(request.state, "apply")
    request.applied_at = timezone.now()
    request.save()


def _subject(kind: str, given: Mapping[str, Any]) -> tuple[str, str]:
    table, subject = kinds.subject_of(kind, given)
    try:
        return table, read_id(subject)
    except Problem:
        raise Problem("not_found") from None


def _mint(minted: Iterable[str]) -> tuple[Mint, list[str]]:
    """Gives ids out of a list, in order; makes new ones, added to the list that is returned, when it is used up."""
    ids = list(minted)
    place = iter(range(10**9))

    def mint() -> str:
        number = next(place)
        if number == len(ids):
            ids.append(str(new_id()))
        return ids[number]

    return mint, ids


def _merged(kind: str, asked: dict[str, Any], seen: Mapping[str, Any] | None, records: Records) -> dict[str, Any]:
    """What is asked for, without fields that the proposer left as they were seen. Raises Problem registry.change_moved."""
    typed, now = kinds.typed_over(kind, asked, records)
    if seen is None or not typed:
        return asked
    comparison = merging.compared(seen, now, typed)
    if comparison.clashes:
        raise Problem("registry.change_moved", fields=", ".join(clash.field for clash in comparison.clashes))
    return kinds.narrowed(kind, asked, comparison.mine)


def _basis(plan: Plan, records: Records) -> dict[str, int]:
    """Versions of the people and households that a plan touches."""
    keys = {(PERSON, line.person) for line in plan.lines} | {(HOUSEHOLD, line.household) for line in plan.lines}
    return {
        f"{table}:{key}": int(row.get("version", 0))
        for table, key in sorted(keys)
        if key and (row := records.row(table, key)) is not None
    }


def _scopes_of(plan: Plan, records: Records, otherwise: int) -> set[int]:
    """Scopes of the records that a plan touches; of the request itself for new ones."""
    return {_scope_of_line(line.person, line.household, records, otherwise) for line in plan.lines}


def _scope_of_line(person: str, household: str, records: Records, otherwise: int) -> int:
    row = records.row(PERSON, person) or records.row(HOUSEHOLD, household)
    return int(row["scope_id"]) if row is not None else otherwise


def _store_lines(request: ChangeRequest, plan: Plan, records: Records) -> None:
    ChangeLine.objects.bulk_create(_lines_of_plan(request, plan, records))


def _lines_of_plan(request: ChangeRequest, plan: Plan, records: Records) -> list[ChangeLine]:
    return [
        ChangeLine(
            request=request, scope_id=_scope_of_line(line.person, line.household, records, request.scope_id),
            position=position, kind=line.kind, table=line.table, row=UUID(line.id), field=line.field, before=line.before,
            after=line.after, person=UUID(line.person) if line.person else None,
            household=UUID(line.household) if line.household else None, topic=line.topic,
        )
        for position, line in enumerate(plan.lines)
    ]  # fmt: skip


def _checked(evidence: Sequence[Attached]) -> list[Attached]:
    """Evidence that may be kept. Raises Problems for files of another kind, too large, or too many."""
    found: list[Problem] = []
    at = Location(field="evidence")
    kept = [each for each in evidence if each.content or each.note.strip()]
    if len(kept) > MOST_EVIDENCE:
        message = _("More than %(most)s files are too many for one request.") % {"most": MOST_EVIDENCE}
        found.append(Problem("registry.change_evidence", message=message, at=at))
    for each in kept:
        if len(each.content) > LARGEST_EVIDENCE:
            message = _("“%(name)s” is too large.") % {"name": each.name}
            found.append(Problem("registry.change_evidence", message=message, at=at))
        elif each.content and not _kind_of_file(each.content):
            message = _("“%(name)s” is not a kind of file that is kept here.") % {"name": each.name}
            found.append(Problem("registry.change_evidence", message=message, at=at))
    raise_all(found)
    return kept


def _kind_of_file(content: bytes) -> str:
    """The kind of a file by its content, "" for one that is not kept. Names and endings are not believed."""
    for mark, kind in EVIDENCE_KINDS.items():
        if content.startswith(mark) and (mark != b"RIFF" or content[8:12] == b"WEBP"):
            return kind
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "text/plain" if text.isprintable() or not any(ord(letter) < 9 for letter in text) else ""


def _kept(each: Attached, by: Viewer) -> dict[str, Any]:
    """What a request remembers of a piece of evidence; the file itself lies locked in the vault."""
    return {
        "id": str(new_id()),
        "name": each.name.replace("\x00", "")[:120],
        "size": len(each.content),
        "type": _kind_of_file(each.content) if each.content else "",
        "digest": hashlib.sha256(each.content).hexdigest() if each.content else "",
        "file": vault.keep(each.content, folder="evidence") if each.content else "",
        "note": each.note.strip()[:2000],
        "by": str(by.label)[:200],
        "at": timezone.now().isoformat(),
    }


@action("registry.propose_change")
def add_evidence(request_id: UUID, evidence: Sequence[Attached], *, by: Viewer) -> ChangeRequest:
    """Attach files or notes to an open request. Raises Problems as propose_change does, registry.change_state, not_found."""
    request = request_for_change(request_id, seen_by=by)
    advance(request.state, "withdraw")
    kept = _checked(evidence)
    if len(request.evidence) + len(kept) > MOST_EVIDENCE:
        message = _("More than %(most)s files are too many for one request.") % {"most": MOST_EVIDENCE}
        raise Problem("registry.change_evidence", message=message, at=Location(field="evidence"))
    request.evidence = [*request.evidence, *(_kept(each, by) for each in kept)]
    request.save(update_fields=["evidence"])
    return request


@action("registry.propose_change")
def withdraw_change(request_id: UUID, *, by: Viewer, reason: str = "") -> ChangeRequest:
    """Take back a request that one took part in. Raises Problem not_allowed, registry.change_state, not_found."""
    request = request_for_change(request_id, seen_by=by)
    if not took_part(request, by) and not by.is_system:
        raise Problem("not_allowed")
    request.state = advance(request.state, "withdraw")
    request.decided_by, request.decided_by_label, request.decided_at = by.id, str(by.label)[:200], timezone.now()
    request.decision_reason = reason.strip()[:2000]
    request.save()
    announce(ChangeDecided(request.pk, request.state), by=by)
    return request


@action("registry.propose_change")
def renew_change(request_id: UUID, *, by: Viewer, given: Mapping[str, Any] | None = None) -> ChangeRequest:
    """Propose an overtaken request again, over the records as they stand now; with `given` instead of what was asked.

    Whoever renews takes part in it, and cannot decide on it. Raises Problem registry.change_state when nothing moved,
    and everything that propose_change raises.
    """
    request = request_for_change(request_id, seen_by=by)
    kind = request.kind
    wanted = request.asked if given is None else {**given, **_pinned(request)}
    known = known_for(wanted, request.operation_id, seen_by=by)
    asked, problems = kinds.read(kind, wanted, known)
    raise_all(problems)
    records = records_of(kind, kinds.named(kind, asked), seen_by=by)
    mint, minted = _mint(request.minted)
    plan = kinds.plan(kind, asked, records, mint=mint, today=known.today)
    raise_all(plan.problems)
    rule = change_rule(request.operation_id, kind, seen_by=by)
    if refusal := why_not_propose(rule, _scopes_of(plan, records, request.scope_id), by):
        raise refusal
    if request.state != ChangeState.STALE and not merging.overtaken(lines_of(request), plan, records):
        advance(request.state, "renew")
    request.state = advance(advance(request.state, "overtake"), "renew")
    request.asked, request.minted, request.basis, request.moved = asked, minted, _basis(plan, records), []
    request.makers = list(dict.fromkeys([*request.makers, str(by.id)]))
    request.save()
    request.lines.all().delete()
    _store_lines(request, plan, records)
    announce(ChangeProposed(request.pk), by=by)
    return request


def _pinned(request: ChangeRequest) -> dict[str, Any]:
    """A request stays about the record that it was about."""
    pinned = {"person": request.person_id, "household": request.household_id}
    return {name: str(value) for name, value in pinned.items() if value is not None and name in request.asked}
