"""Programmes designed by one person and approved by another; the money behind them, their cycles, quotas by place."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.actions.faults import COUNT, Faults
from banyan.aid.programmes.actions.reaching import own, working
from banyan.aid.programmes.facts import (
    CycleClosed,
    CycleOpened,
    ProgrammeActivated,
    ProgrammeClosed,
    ProgrammeResumed,
    ProgrammeSuspended,
)
from banyan.aid.programmes.models import BudgetLine, Cycle, ForWhom, Overlapping, Programme, Quota, Restriction
from banyan.aid.programmes.rules.designing import CODES, overlapping
from banyan.aid.programmes.states import APPROVE, CYCLE, DESIGN, PROGRAMME, CycleState, ProgrammeState
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import queries as parties
from banyan.reference.places import queries as places

# What may still be said otherwise once a second person has approved the rest.
_LATER: Final = {"name", "goal", "sector", "restriction", "ends_on"}
_SAID: Final = _LATER | {"purpose", "for_whom", "currency", "starts_on", "overlap"}


@action(DESIGN)
def create_programme(
    operation_id: UUID, *, by: Viewer, code: str, name: str, purpose: str, currency: str, starts_on: date,
    ends_on: date | None = None, goal: str = "", sector: str = "", for_whom: str = ForWhom.HOUSEHOLD,
    restriction: str = Restriction.INTERNAL, overlap: str = Overlapping.FORBID, area_key: str = "",
) -> Programme:  # fmt: skip
    """Design a programme, as a draft. area_key: the area it works in; empty for the whole operation.

    Raises Problem programmes.beyond_reach where `by` does not reach that, and every fault at once: programmes.missing, code_odd,
    code_taken, choice_unknown, days_reversed, kernel.currency_unknown.
    """
    scope_id = operation_scope(operation_id, seen_by=by, area_key=area_key)
    if scope_id not in by.reach(DESIGN):
        raise Problem("programmes.beyond_reach")
    faults = Faults()
    code = faults.code(code, "code", CODES)
    if queries.programmes(seen_by=by, operation_id=operation_id).filter(code=code).exists():
        faults.note("programmes.code_taken", "code", code=code)
    said = {
        "name": name, "purpose": purpose, "currency": currency, "starts_on": starts_on, "ends_on": ends_on, "goal": goal,
        "sector": sector, "for_whom": for_whom, "restriction": restriction, "overlap": overlap,
    }  # fmt: skip
    kept = _checked(said, faults)
    faults.tell()
    return Programme.objects.create(
        operation_id=operation_id,
        scope_id=scope_id,
        code=code,
        made_by=by.id,
        made_by_label=str(by.label)[:200],
        **kept,
    )


@action(DESIGN)
def change_programme(programme_id: UUID, *, by: Viewer, version: int, **said: Any) -> Programme:
    """Say otherwise what a programme is; what is not named stays. version: the one that was read.

    Once approved, only name, goal, sector, restriction and last day change. Raises Problem not_found, programmes.programme_state,
    moved, fixed, and those of create_programme.
    """
    row = own(Programme, programme_id, DESIGN, by=by)
    if row.state == ProgrammeState.CLOSED:
        raise Problem("programmes.programme_state", state=ProgrammeState.CLOSED.label)
    if row.version != version:
        raise Problem("programmes.moved")
    now = {name: getattr(row, name) for name in _SAID}
    faults = Faults()
    kept = _checked({**now, **{name: value for name, value in said.items() if name in _SAID}}, faults)
    if row.state != ProgrammeState.DRAFT:
        for name in sorted(_SAID - _LATER):
            if kept[name] != now[name]:
                faults.note("programmes.fixed", name)
    faults.tell()
    for name, value in kept.items():
        setattr(row, name, value)
    if row.state == ProgrammeState.DRAFT:
        # Whoever saved it last stands for the whole of it, and does not approve it.
        row.made_by, row.made_by_label = by.id, str(by.label)[:200]
    return _saved(row)


def _checked(said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    faults.days(said["starts_on"], said["ends_on"])
    return {
        **said,
        "name": faults.text(said["name"], "name", 200),
        # Programmes of one purpose are found by equality: "Food" and "food " are one.
        "purpose": faults.text(said["purpose"], "purpose", 64).casefold(),
        "goal": said["goal"].strip(),
        "sector": said["sector"].strip()[:64],
        "currency": faults.currency(said["currency"]),
        "for_whom": faults.choice(said["for_whom"], "for_whom", ForWhom.values),
        "restriction": faults.choice(said["restriction"], "restriction", Restriction.values),
        "overlap": faults.choice(said["overlap"], "overlap", Overlapping.values),
    }


@action(APPROVE)
def activate_programme(programme_id: UUID, *, by: Viewer) -> Programme:
    """Approve a programme that somebody else designed. Raises Problem not_found, programmes.programme_state, own_design."""
    row = _moved(programme_id, "activate", "", by)
    if row.made_by is None or row.made_by == by.id:
        raise Problem("programmes.own_design")
    row.approved_by, row.approved_by_label, row.approved_at = by.id, str(by.label)[:200], timezone.now()
    announce(ProgrammeActivated(row.pk, row.operation_id), by=by)
    return _saved(row)


@action(APPROVE)
def suspend_programme(programme_id: UUID, reason: str, *, by: Viewer) -> Programme:
    """Let a programme stand still for a while. Raises Problem not_found, programmes.programme_state, missing."""
    row = _moved(programme_id, "suspend", _reason(reason), by)
    announce(ProgrammeSuspended(row.pk), by=by)
    return _saved(row)


@action(APPROVE)
def resume_programme(programme_id: UUID, *, by: Viewer) -> Programme:
    """Let it go on. Raises Problem not_found, programmes.programme_state."""
    row = _moved(programme_id, "resume", "", by)
    announce(ProgrammeResumed(row.pk), by=by)
    return _saved(row)


@action(APPROVE)
def close_programme(programme_id: UUID, reason: str, *, by: Viewer) -> Programme:
    """End a programme, with its cycles. Raises Problem not_found, programmes.programme_state, missing."""
    row = _moved(programme_id, "close", _reason(reason), by)
    for cycle in Cycle.objects.select_for_update().filter(programme=row).exclude(state=CycleState.CLOSED):
        _close(cycle, by)
    announce(ProgrammeClosed(row.pk), by=by)
    return _saved(row)


@action(DESIGN)
def set_budget_line(
    programme_id: UUID, *, by: Viewer, code: str, name: str, amount: Decimal, currency: str = "", donor_id: UUID | None = None
) -> BudgetLine:  # fmt: skip
    """Note money given for a programme; a line with this code is changed. currency: that of the programme unless said.

    Raises Problem not_found, programmes.programme_state, and every fault at once: missing, code_odd, number_low, choice_unknown,
    kernel.currency_unknown.
    """
    row = working(programme_id, by=by)
    faults = Faults()
    code = faults.code(code, "code", CODES)
    name = faults.text(name, "name", 200)
    currency = faults.currency(currency or row.currency)
    faults.number(amount, "amount")
    if donor_id is not None and not parties.organisations(seen_by=by).filter(pk=donor_id).exists():
        faults.note("not_found", "donor")
    faults.tell()
    line, _new = BudgetLine.objects.update_or_create(
        programme=row, code=code,
        defaults={
            "operation_id": row.operation_id, "scope_id": row.scope_id, "name": name, "amount": amount,
            "currency": currency, "donor_id": donor_id,
        },
    )  # fmt: skip
    return line


@action(DESIGN)
def add_cycle(programme_id: UUID, *, by: Viewer, name: str, starts_on: date, ends_on: date) -> Cycle:
    """Plan a round of a programme. Raises Problem not_found, programmes.programme_state, and every fault at once: missing,
    days_reversed, cycle_outside, cycles_overlap."""
    row = working(programme_id, by=by)
    name = _cycle_checked(row, name, starts_on, ends_on, None, by)
    last = Cycle.objects.filter(programme=row).aggregate(last=Max("number"))["last"] or 0
    return Cycle.objects.create(
        programme=row, operation_id=row.operation_id, scope_id=row.scope_id, number=last + 1, name=name,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip


@action(DESIGN)
def change_cycle(cycle_id: UUID, *, by: Viewer, name: str, starts_on: date, ends_on: date) -> Cycle:
    """Plan a cycle otherwise, as long as it is a draft. Raises Problem not_found, programmes.cycle_state, those of add_cycle."""
    cycle = own(Cycle, cycle_id, DESIGN, by=by)
    if cycle.state != CycleState.DRAFT:
        raise Problem("programmes.cycle_state", state=CycleState(cycle.state).label)
    cycle.name = _cycle_checked(working(cycle.programme_id, by=by), name, starts_on, ends_on, cycle, by)
    cycle.starts_on, cycle.ends_on = starts_on, ends_on
    cycle.save()
    return cycle


@action(DESIGN)
def open_cycle(cycle_id: UUID, *, by: Viewer) -> Cycle:
    """Let entitlements be computed for a cycle of an active programme. Raises Problem not_found, programmes.cycle_state,
    programme_state."""
    cycle = own(Cycle, cycle_id, DESIGN, by=by)
    programme = queries.programme(cycle.programme_id, seen_by=by)
    if programme.state != ProgrammeState.ACTIVE:
        raise Problem("programmes.programme_state", state=ProgrammeState(programme.state).label)
    cycle.state = CYCLE.after(cycle.state, "open")
    cycle.save(update_fields=["state"])
    announce(CycleOpened(cycle.pk), by=by)
    return cycle


@action(DESIGN)
def close_cycle(cycle_id: UUID, *, by: Viewer) -> Cycle:
    """End a cycle: nothing more is computed for it. Raises Problem not_found, programmes.cycle_state."""
    return _close(own(Cycle, cycle_id, DESIGN, by=by), by)


@action(DESIGN)
def set_quota(programme_id: UUID, place_id: UUID, number: int | None, *, by: Viewer) -> Quota | None:
    """Say how many a place may have enrolled, with all places in it that have no quota of their own; None lifts the quota.

    Raises Problem not_found, programmes.programme_state, number_low.
    """
    row = working(programme_id, by=by)
    place = places.place(place_id, seen_by=by)
    if number is None:
        Quota.objects.filter(programme=row, place_id=place.pk).delete()
        return None
    faults = Faults()
    faults.number(number, "number", most=COUNT)
    faults.tell()
    made, _new = Quota.objects.update_or_create(
        programme=row, place_id=place.pk,
        defaults={"operation_id": row.operation_id, "scope_id": row.scope_id, "number": number},
    )  # fmt: skip
    return made


def _cycle_checked(row: Programme, name: str, starts_on: date, ends_on: date, itself: Cycle | None, by: Viewer) -> str:
    faults = Faults()
    name = faults.text(name, "name", 200)
    faults.days(starts_on, ends_on)
    if starts_on < row.starts_on or (row.ends_on is not None and ends_on > row.ends_on):
        faults.note("programmes.cycle_outside", "starts_on", first=str(row.starts_on), last=str(row.ends_on or "…"))
    others = queries.cycles(row.pk, seen_by=by)
    if itself is not None:
        others = others.exclude(pk=itself.pk)
    taken = overlapping(starts_on, ends_on, others.values_list("name", "starts_on", "ends_on"))
    if taken is not None:
        faults.note("programmes.cycles_overlap", "starts_on", name=taken)
    faults.tell()
    return name


def _close(cycle: Cycle, by: Viewer) -> Cycle:
    cycle.state = CYCLE.after(cycle.state, "close")
    cycle.save(update_fields=["state"])
    announce(CycleClosed(cycle.pk), by=by)
    return cycle


def _moved(programme_id: UUID, verb: str, reason: str, by: Viewer) -> Programme:
    row = own(Programme, programme_id, APPROVE, by=by)
    row.state, row.state_reason = PROGRAMME.after(row.state, verb), reason
    return row


def _reason(text: str) -> str:
    faults = Faults()
    kept = faults.text(text, "reason", 300)
    faults.tell()
    return kept


def _saved(row: Programme) -> Programme:
    row.version += 1
    row.save()
    return row
