"""What people decide about cases: same, different, unsure; a merge by two people; and how it is undone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import polars as pl
from django.db.models import Q
from django.utils import timezone

from banyan.people.linkage.actions.gathering import gather
from banyan.people.linkage.actions.refreshing import refresh
from banyan.people.linkage.actions.writing import given, lock_operation
from banyan.people.linkage.facts import CaseDecided, CaseUndone
from banyan.people.linkage.models import Case, CaseMember, CaseTargets, Decision, Feature, Pair
from banyan.people.linkage.models.pairs import Verdict
from banyan.people.linkage.rules import deciding
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.linkage.states import CONFIRM, DECIDE, UNDO, CaseState, advance_case
from banyan.people.registry import actions as registry
from banyan.people.registry import queries as registered
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

RUN = "linkage.run_matching"
# Survivors who were said to be different people stay so, also where their records had not looked alike before.
_APART: Final = """
INSERT INTO linkage_pair AS kept (
    id, first_id, second_id, operation_id, other_operation_id, scope_id, second_scope_id, weight, probability, zone, levels, brought,
    found_on, digest_first, digest_second, exact_document, noted, decision, decided_on, decided_by, decided_by_label, reopened
)
SELECT banyan_new_id(), given.first, given.second, a.operation_id, nullif(b.operation_id, a.operation_id), a.scope_id, b.scope_id,
       0, 0, 'unlikely', '{{}}', '{{}}', %(today)s, a.digest, b.digest, false, false, 'different', %(today)s, %(by)s, %(label)s, 0
FROM {given}
JOIN linkage_feature a ON a.person_id = given.first
JOIN linkage_feature b ON b.person_id = given.second
ON CONFLICT (first_id, second_id) DO UPDATE SET
    decision = 'different', digest_first = excluded.digest_first, digest_second = excluded.digest_second,
    decided_on = excluded.decided_on, decided_by = excluded.decided_by, decided_by_label = excluded.decided_by_label
"""
_DECIDE: Final = """
UPDATE linkage_pair p SET
    decision = given.verdict, decided_on = %(today)s, decided_by = %(by)s, decided_by_label = %(label)s, look_again_on = given.again,
    case_id = %(case)s,
    digest_first = coalesce((SELECT f.digest FROM linkage_feature f WHERE f.person_id = p.first_id), p.digest_first),
    digest_second = coalesce((SELECT f.digest FROM linkage_feature f WHERE f.person_id = p.second_id), p.digest_second)
FROM {given} WHERE p.first_id = given.first AND p.second_id = given.second
"""


@action(DECIDE)
def propose_merge(
    case_id: UUID, clusters: Sequence[Cluster], *, reason: str, by: Viewer, version: int | None = None
) -> Case:
    """Ask for the records of each cluster to become one; somebody else confirms it. Whoever is in no cluster cannot be judged.

    version: that of the case when it was looked at. Raises Problem not_found, linkage.case_state, case_moved, reason_missing,
    partition_strangers, partition_twice, partition_apart, survivor_elsewhere, field_unknown.
    """
    case = _locked(case_id, DECIDE, by, version)
    state = advance_case(case.state, "propose")
    _require_reason(reason)
    members = _members(case)
    raise_all(
        Problem(f"linkage.{fault.code}", **fault.parameters)
        for fault in deciding.faults(clusters, members, () if case.across else registered.TAKEABLE)
    )
    case.proposed_by, case.proposed_by_label, case.proposed_at = by.id, _label(by), timezone.now()
    case.due_on = timezone.localdate() + timedelta(days=_targets(case).confirm_days)
    said = deciding.verdicts(clusters, members)
    return _step(case, "propose", state, by, reason=reason, clusters=clusters, verdicts=said)


@action(CONFIRM)
def confirm_merge(case_id: UUID, *, by: Viewer, note: str = "", version: int | None = None) -> Case:
    """Carry out what somebody else proposed: the records of each cluster lead to the one that stays. It can be undone.

    Across operations nothing is merged: it is kept that they are one person. Raises Problem not_found, linkage.case_state,
    case_moved, own_proposal, person_gone, and those of registry.merge_people.
    """
    case = _locked(case_id, CONFIRM, by, version)
    state = advance_case(case.state, "confirm")
    if by.id is None or by.id == case.proposed_by:
        raise Problem("linkage.own_proposal")
    proposal = _last(case, "propose")
    clusters = [Cluster.from_json(one) for one in proposal.partition]
    members = _members(case)
    named = {one for cluster in clusters for one in cluster.ids}
    if gone := named - set(members):
        raise Problem("linkage.person_gone", count=len(gone))
    merges: list[str] = []
    for cluster in [] if case.across else clusters:
        if cluster.losers:
            made = registry.merge_people(
                cluster.survivor, cluster.losers, take=dict(cluster.take), reason=proposal.reason,
                asked_by=(case.proposed_by, case.proposed_by_label), by=by,
            )  # fmt: skip
            merges += [str(one.pk) for one in made]
    # As the records are now: joining them is no reason to ask again whether others are the same.
    if merges:
        _renew(named)
    said = list(deciding.verdicts(clusters, members))
    _settle(case, said, by, again=timezone.localdate() + timedelta(days=_targets(case).shelf_days))
    _tell_register(said)
    if merges:
        _keep_apart(deciding.stays_apart(clusters), by)
    case.confirmed_by, case.confirmed_by_label, case.decided_at = by.id, _label(by), timezone.now()
    done = _step(
        case, "confirm", state, by, reason=note, clusters=clusters, verdicts=said, merges=merges, confirms=proposal
    )
    _gather(case)
    return done


@action(DECIDE)
def refuse_merge(case_id: UUID, *, reason: str, by: Viewer) -> Case:
    """Send a proposal back, or take one's own back: the case is open again. Raises Problem not_found, linkage.case_state …"""
    case = _locked(case_id, DECIDE, by)
    state = advance_case(case.state, "refuse")
    if by.id != case.proposed_by:
        _require_reach(case, CONFIRM, by)
    _require_reason(reason)
    proposal = _last(case, "propose")
    case.proposed_by, case.proposed_by_label, case.proposed_at = None, "", None
    done = _step(case, "refuse", state, by, reason=reason, confirms=proposal)
    _gather(case)
    return done


@action(DECIDE)
def separate(case_id: UUID, *, reason: str, by: Viewer, version: int | None = None) -> Case:
    """Say that all of them are different people. They come back only when one of the records changes."""
    case = _locked(case_id, DECIDE, by, version)
    state = advance_case(case.state, "separate")
    _require_reason(reason)
    members = _members(case)
    said = list(deciding.verdicts([Cluster((one,), one) for one in members], members))
    _settle(case, said, by)
    _tell_register(said)
    case.decided_at = timezone.now()
    return _step(case, "separate", state, by, reason=reason, verdicts=said)


@action(DECIDE)
def shelve(case_id: UUID, *, reason: str, by: Viewer, until: date | None = None, version: int | None = None) -> Case:
    """Put a case aside that cannot be judged yet; it comes back on its day. Nobody's aid depends on it.

    until: None for as many days as the operation has set. Raises Problem linkage.until_past and others of a step.
    """
    case = _locked(case_id, DECIDE, by, version)
    state = advance_case(case.state, "shelve")
    _require_reason(reason)
    today = timezone.localdate()
    until = until or today + timedelta(days=_targets(case).shelf_days)
    if not today < until <= today + timedelta(days=deciding.LONGEST):
        raise Problem("linkage.until_past", day=until.isoformat(), most=deciding.LONGEST, at=Location(field="until"))
    case.shelved_until = until
    return _step(case, "shelve", state, by, reason=reason, until=until)


@action(DECIDE)
def reopen(case_id: UUID, *, by: Viewer, reason: str = "") -> Case:
    """Look at a case again that was put aside."""
    case = _locked(case_id, DECIDE, by)
    state = advance_case(case.state, "reopen")
    case.shelved_until = None
    case.due_on = timezone.localdate() + timedelta(days=_targets(case).possible_days)
    done = _step(case, "reopen", state, by, reason=reason)
    _gather(case)
    return done


@action(RUN)
def reopen_due(*, by: Viewer) -> int:
    """Every night: open what was put aside until today, and ask again about pairs of which nobody could tell. How many."""
    today = timezone.localdate()
    with viewing(system_viewer("linkage")) as engine:
        cases = Case.objects.filter(state=CaseState.SHELVED, shelved_until__lte=today).order_by("pk")
        due = [reopen(pk, by=engine, reason="") for pk in cases.values_list("pk", flat=True)]
        again = Pair.objects.filter(decision=Verdict.UNSURE, look_again_on__lte=today)
        return len(due) + again.update(decision="", case=None, look_again_on=None)


@action(UNDO)
def undo(case_id: UUID, *, reason: str, by: Viewer, verdict: str = Verdict.DIFFERENT) -> Case:
    """Take the merges of a case back: every record is what it was, and what came since stays with the one that had stayed.

    verdict: "different" when they are different people after all, "open" when it is to be decided anew. Raises Problem
    not_found, linkage.case_state, reason_missing, merge_undone, registry.value_unknown, and those of registry.unmerge.
    """
    case = _locked(case_id, UNDO, by)
    state = advance_case(case.state, "undo")
    _require_reason(reason)
    if verdict not in (Verdict.DIFFERENT, "open"):
        raise Problem("registry.value_unknown", value=verdict, list="verdict")
    done = _last(case, "confirm")
    clusters = [Cluster.from_json(one) for one in done.partition]
    named = {one for cluster in clusters for one in cluster.ids}
    # What somebody took back in the register itself has been taken back.
    standing = {str(one.pk) for one in registered.merges_of(named, seen_by=by) if one.undone_at is None}
    for merge in reversed(done.merges):
        if merge in standing:
            registry.unmerge(UUID(merge), reason=reason, by=by)
    _renew(named)
    said = [(one, other, verdict) for one, other, what in deciding.verdicts(clusters, named) if what == deciding.SAME]
    if verdict == "open":
        Pair.objects.filter(case=case, decision=Verdict.SAME).update(
            decision="", case=None, decided_on=None, look_again_on=None
        )
    else:
        _settle(case, said, by)
        _tell_register(said)
    ended = _step(case, "undo", state, by, reason=reason, confirms=done, verdicts=said, merges=done.merges)
    _gather(case)
    announce(CaseUndone(case_id=case.pk), by=by)
    return ended


def _locked(case_id: UUID, permission: str, by: Viewer, version: int | None = None) -> Case:
    """The case, held for this transaction; nobody else writes to the cases of its operation meanwhile.

    Raises Problem not_found for what is out of reach, linkage.case_moved when it is not as it was when it was looked at.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    lock_operation(None if case.across else case.operation_id)
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    _require_reach(case, permission, by)
    if version is not None and version != case.version:
        raise Problem("linkage.case_moved")
    return case


def _require_reach(case: Case, permission: str, by: Viewer) -> None:
    """Every record of the case lies where `by` may do this. Raises Problem not_allowed."""
    by.require(permission)
    reach = by.reach(permission)
    if any(scope not in reach for scope in case.scope_ids):
        raise Problem("not_allowed", permission=permission)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Problem("linkage.reason_missing", at=Location(field="reason"))


def _label(by: Viewer) -> str:
    return str(by.label)[:200]


def _members(case: Case) -> list[UUID]:
    return sorted(CaseMember.objects.filter(case=case, left_on=None).values_list("person_id", flat=True))


def _targets(case: Case) -> CaseTargets:
    return CaseTargets.objects.filter(operation=case.operation_id).first() or CaseTargets()


def _last(case: Case, verb: str) -> Decision:
    return Decision.objects.filter(case=case, verb=verb).order_by("-at", "-pk")[0]


def _step(
    case: Case, verb: str, state: str, by: Viewer, *, reason: str = "", clusters: Sequence[Cluster] = (),
    verdicts: Iterable[tuple[UUID, UUID, str]] = (), merges: Sequence[str] = (), confirms: Decision | None = None,
    until: date | None = None,
) -> Case:  # fmt: skip
    """Write a step of the case and note it for ever. Announces CaseDecided."""
    case.state, case.version = state, case.version + 1
    case.save()
    told: dict[str, dict[str, str]] = {}
    for first, second, verdict in verdicts:
        told.setdefault(str(first), {})[str(second)] = verdict
    Decision.objects.create(
        case=case, scope_id=case.scope_id, scope_ids=case.scope_ids, verb=verb, by=by.id, by_label=_label(by), reason=reason.strip(),
        until=until, partition=[one.as_json() for one in clusters], verdicts=told, merges=list(merges), confirms=confirms,
    )  # fmt: skip
    announce(CaseDecided(case_id=case.pk, state=state), by=by)
    return case


def _settle(case: Case, said: Sequence[tuple[UUID, UUID, str]], by: Viewer, *, again: date | None = None) -> None:
    """Write the verdict of each two into their pair, with both records as they are now."""
    later = str(again) if again else None
    rows = pl.DataFrame(
        [(str(one), str(other), verdict, later if verdict == deciding.UNSURE else None) for one, other, verdict in said],
        schema={"first": pl.String, "second": pl.String, "verdict": pl.String, "again": pl.String}, orient="row",
    )  # fmt: skip
    kinds = {"first": "uuid", "second": "uuid", "verdict": "text", "again": "date"}
    given(_DECIDE, rows, kinds, today=timezone.localdate(), by=by.id, label=_label(by), case=case.pk)


def _tell_register(said: Iterable[tuple[UUID, UUID, str]]) -> None:
    """Notices of the register about people who were said to be different are settled with it."""
    registry.decide_pairs([one for one in said if one[2] == deciding.DIFFERENT], by=system_viewer("linkage"))


def _keep_apart(pairs: Iterable[tuple[UUID, UUID]], by: Viewer) -> None:
    rows = pl.DataFrame(
        [(str(one), str(other)) for one, other in pairs], schema={"first": pl.String, "second": pl.String}, orient="row"
    )
    if rows.height:
        kinds = {"first": "uuid", "second": "uuid"}
        given(_APART, rows, kinds, today=timezone.localdate(), by=by.id, label=_label(by))


def _renew(people: Collection[UUID]) -> None:
    """What is compared of these people, as the register has them now."""
    with viewing(system_viewer("linkage")) as engine:
        refresh(ids=people, by=engine)
        # Whoever they were like besides is looked for anew, also where nothing of what is compared has changed.
        Feature.objects.filter(pk__in=people).update(compared=None)


def _gather(case: Case) -> None:
    """Pairs that waited for this case, or were freed by it, find their case now."""
    with viewing(system_viewer("linkage")):
        gather(None if case.across else case.operation_id, lost=())


@action(RUN)
def follow_unmerged(survivor: UUID, merged: Collection[UUID], *, by: Viewer) -> None:
    """Registrations were taken apart in the register itself: whether they are one person is to be decided anew."""
    with viewing(system_viewer("linkage")) as engine:
        _renew({survivor, *merged})
        pairs = Pair.objects.filter(decision=Verdict.SAME).filter(
            Q(first=survivor, second__in=merged) | Q(first__in=merged, second=survivor)
        )
        cases = set(pairs.values_list("case", flat=True))
        pairs.update(decision="", case=None)
        for case in Case.objects.filter(pk__in=cases, state=CaseState.MERGED).order_by("pk"):
            done = _last(case, "confirm")
            ids = {UUID(one) for cluster in done.partition for one in cluster["ids"]}
            if all(one.undone_at for one in registered.merges_of(ids, seen_by=engine) if str(one.pk) in done.merges):
                _step(case, "undo", advance_case(case.state, "undo"), engine, confirms=done, merges=done.merges)
