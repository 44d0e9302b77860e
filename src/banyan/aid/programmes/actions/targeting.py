"""Targeting written, proposed, and approved by somebody else."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.facts import TargetingApproved
from banyan.aid.programmes.models import Cycle, Programme, Targeting, TargetingRun
from banyan.aid.programmes.queries.target_reading import Asked, read_targeting
from banyan.aid.programmes.queries.targeting import digest_now
from banyan.aid.programmes.rules.targeting import INCLUDE, asks
from banyan.aid.programmes.states import APPROVE_TARGETING, TARGET, TARGETING, TargetingState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

_FIELDS: Final = ("name", "rules", "score", "threshold", "cycle_id")
_ENGINE: Final = "targeting"
# Targetings of one programme are numbered by turns.
_NUMBERING: Final = "SELECT pg_advisory_xact_lock(hashtextextended('programmes.targeting:' || %s, 0))"


@action(TARGET)
def make_targeting(
    programme_id: UUID, *, by: Viewer, name: str, rules: Sequence[Any] = (), score: Sequence[Any] = (),
    threshold: Any = None, cycle_id: UUID | None = None,
) -> Targeting:  # fmt: skip
    """Write a targeting, as a draft. Every fault is told at once, see queries.check_targeting.

    Raises Problem not_found, programmes.beyond_reach, and programmes.rule_unnamed also for a missing name.
    """
    programme = queries.programme(programme_id, seen_by=by)
    if programme.scope_id not in by.reach(TARGET):
        raise Problem("programmes.beyond_reach")
    said = {"name": name, "rules": rules, "score": score, "threshold": threshold, "cycle_id": cycle_id}
    values = _said(programme, said, by)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERING, [str(programme.pk)])
    last = Targeting.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    return Targeting.objects.create(
        programme=programme, operation_id=programme.operation_id, scope_id=programme.scope_id, number=last + 1,
        made_by=by.id, made_by_label=str(by.label)[:200], **_changed(by), **values,
    )  # fmt: skip


@action(TARGET)
def change_targeting(targeting_id: UUID, *, by: Viewer, **said: Any) -> Targeting:
    """Write a draft otherwise: name, rules, score, threshold, cycle_id; what is not named stays.

    Raises Problem not_found, programmes.targeting_state, and those of rules and score.
    """
    found = locked(targeting_id, by=by)
    in_draft(found)
    whole = {**{name: getattr(found, name) for name in _FIELDS}, **{k: v for k, v in said.items() if k in _FIELDS}}
    for name, value in {**_said(found.programme, whole, by), **_changed(by)}.items():
        setattr(found, name, value)
    found.save()
    return found


@action(TARGET)
def propose_targeting(targeting_id: UUID, run_id: UUID, *, by: Viewer) -> Targeting:
    """Have somebody else approve this run of it: these rules, these lists, these records.

    Raises Problem not_found, programmes.targeting_state, nothing_asked, and run_stale when rules or lists have changed since.
    """
    found = locked(targeting_id, by=by)
    found.state = TARGETING.after(found.state, "propose")
    run = TargetingRun.objects.filter(pk=run_id, targeting=found).first()
    if run is None:
        raise Problem("not_found")
    _seek(found)
    _fresh(found, run)
    found.run, found.note = run, ""
    found.proposed_by, found.proposed_by_label, found.proposed_at = by.id, str(by.label)[:200], timezone.now()
    found.decided_by, found.decided_by_label, found.decided_at = None, "", None
    found.save()
    return found


@action(APPROVE_TARGETING)
def approve_targeting(targeting_id: UUID, *, by: Viewer) -> Targeting:
    """Let people be enrolled by the run that was proposed. By another than who proposed it or wrote it last.

    Announces TargetingApproved. Raises Problem not_found, programmes.targeting_state, targeting_own, run_stale.
    """
    found = locked(targeting_id, by=by, permission=APPROVE_TARGETING)
    found.state = TARGETING.after(found.state, "approve")
    if by.id is None or by.id in (found.proposed_by, found.changed_by):
        raise Problem("programmes.targeting_own")
    assert found.run is not None  # noqa: S101 — nothing is proposed without a run
    _fresh(found, found.run)
    _decided(found, by, "")
    announce(TargetingApproved(targeting_id=found.pk, run_id=found.run.pk, programme_id=found.programme_id), by=by)
    return found


@action(TARGET)
def refuse_targeting(targeting_id: UUID, *, by: Viewer, reason: str = "") -> Targeting:
    """Back to the draft: refused by somebody else, or taken back. Raises Problem not_found, programmes.targeting_state."""
    found = locked(targeting_id, by=by)
    found.state = TARGETING.after(found.state, "refuse")
    _decided(found, by, reason)
    return found


@action(TARGET)
def retire_targeting(targeting_id: UUID, *, by: Viewer, reason: str = "") -> Targeting:
    """Use it no longer; its runs stay to be read. Raises Problem not_found, programmes.targeting_state."""
    found = locked(targeting_id, by=by)
    found.state = TARGETING.after(found.state, "retire")
    found.note = reason.strip()[:300]
    found.save()
    return found


def locked(targeting_id: UUID, *, by: Viewer, permission: str = TARGET) -> Targeting:
    """A targeting that nobody else changes meanwhile: rules, lists and runs of one go by turns."""
    rows = Targeting.objects.select_for_update(of=("self",)).select_related("programme", "run")
    found = rows.filter(pk=targeting_id).first()
    if found is None or found.scope_id not in by.reach(permission):
        raise Problem("not_found")
    return found


def in_draft(found: Targeting) -> None:
    """What was proposed is not changed behind the back of who looks at it. Raises Problem programmes.targeting_state."""
    if found.state != TargetingState.DRAFT:
        raise Problem("programmes.targeting_state", state=TargetingState(found.state).label)


def engine_digest(found: Targeting) -> str:
    """What a targeting says now, whoever asks: lists may name records that this person does not reach."""
    engine = system_viewer(_ENGINE)
    with viewing(engine):
        return digest_now(found, seen_by=engine)


def asked_by(found: Targeting, *, by: Viewer) -> Asked:
    """Rules and score as they are written, read for this viewer. Raises every fault at once."""
    return read_targeting(
        found.programme.for_whom, found.operation_id, found.rules, found.score, found.threshold, seen_by=by
    )


def _fresh(found: Targeting, run: TargetingRun) -> None:
    if run.done_at is None or run.digest != engine_digest(found):
        raise Problem("programmes.run_stale")


def _seek(found: Targeting) -> None:
    """An empty selection is nobody, and is not approved as if it were somebody."""
    if not asks(found.rules, found.threshold) and not found.entries.filter(kind=INCLUDE).exists():
        raise Problem("programmes.nothing_asked")


def _decided(found: Targeting, by: Viewer, reason: str) -> None:
    found.decided_by, found.decided_by_label, found.decided_at = by.id, str(by.label)[:200], timezone.now()
    found.note = reason.strip()[:300]
    found.save()


def _changed(by: Viewer) -> dict[str, Any]:
    return {"changed_by": by.id, "changed_by_label": str(by.label)[:200], "changed_at": timezone.now()}


def _said(programme: Programme, said: dict[str, Any], by: Viewer) -> dict[str, Any]:
    """The columns of what was said. Raises every fault at once."""
    found: list[Problem] = []
    name = str(said["name"] or "").strip()[:120]
    if not name:
        found.append(Problem("programmes.rule_unnamed", at=Location(field="name")))
    threshold = _number(said["threshold"], found)
    cycle_id = said["cycle_id"]
    if cycle_id and not Cycle.objects.filter(pk=cycle_id, programme=programme).exists():
        raise Problem("not_found")
    rules, score = list(said["rules"]), list(said["score"])
    asked = None
    try:
        asked = read_targeting(programme.for_whom, programme.operation_id, rules, score, threshold, seen_by=by)
    except Problem as problem:
        found += problem.errors or (problem,)
    raise_all(found)
    assert asked is not None  # noqa: S101 — whatever was wrong has been raised
    return {
        "name": name,
        "rules": [_rule(tree, said) for tree, said in zip(asked.rules, rules, strict=True)],
        "score": [{"label": one.label, "formula": one.formula, "weight": str(one.weight)} for one in asked.score],
        "threshold": threshold,
        "cycle_id": cycle_id,
    }


def _rule(tree: Any, said: dict[str, Any]) -> dict[str, Any]:
    """A rule as it is stored; where it was taken from a saved criterion, which version of it."""
    taken = (
        {"criterion": str(said["criterion"]), "version": int(said.get("version") or 0)} if said.get("criterion") else {}
    )
    return {"key": tree.key, "label": tree.label, "text": tree.text, **taken}


def _number(said: Any, found: list[Problem]) -> Decimal | None:
    if said is None or said == "":
        return None
    try:
        return Decimal(str(said))
    except InvalidOperation:
        found.append(Problem("programmes.number_odd", number=str(said), at=Location(field="threshold")))
        return None
