"""Targeting for programs: written, held against the register, looked at, proposed and approved."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.api import target_shapes as shapes
from banyan.aid.programmes.queries.targeting import VIEW
from banyan.aid.programmes.states import APPROVE_TARGETING, TARGET
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["programmes"])
MOST_ROWS = 1_000


@router.get(
    "/{uuid:programme_id}/targetings", response=list[shapes.TargetingOut], operation_id="targetings",
    summary="Targetings of a programme",
)  # fmt: skip
@needs(VIEW)
def list_targetings(request: HttpRequest, programme_id: UUID) -> Any:
    """The latest first."""
    queries.programme(programme_id, seen_by=request.viewer)
    return list(queries.targetings(programme_id, seen_by=request.viewer))


@router.post(
    "/{uuid:programme_id}/targetings", response={201: shapes.TargetingOut}, operation_id="targeting_new",
    summary="Write a targeting",
)  # fmt: skip
@needs(TARGET)
def make_targeting(request: HttpRequest, programme_id: UUID, given: shapes.TargetingIn) -> Any:
    """A draft. Every fault of rules and score is told at once."""
    return Status(201, actions.make_targeting(programme_id, by=request.viewer, **_plain(given)))


@router.get(
    "/targetings/{uuid:targeting_id}", response=shapes.TargetingOut, operation_id="targeting", summary="One targeting"
)
@needs(VIEW)
def get_targeting(request: HttpRequest, targeting_id: UUID) -> Any:
    """Its rules, score and state."""
    return queries.targeting(targeting_id, seen_by=request.viewer)


@router.put(
    "/targetings/{uuid:targeting_id}", response=shapes.TargetingOut, operation_id="targeting_change",
    summary="Write a targeting otherwise",
)  # fmt: skip
@needs(TARGET)
def change_targeting(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingIn) -> Any:
    """Only a draft is changed."""
    return actions.change_targeting(targeting_id, by=request.viewer, **_plain(given))


@router.post(
    "/targetings/{uuid:targeting_id}/entries", response=shapes.TargetingAdded, operation_id="targeting_list",
    summary="Put people onto a list",
)  # fmt: skip
@needs(TARGET)
def add_entries(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingList) -> Any:
    """All of them, or nobody when one is wrong; every wrong one is told."""
    pairs = [(one.reference, one.reason) for one in given.entries]
    return actions.add_entries(targeting_id, given.kind, pairs, by=request.viewer, source=given.source)


@router.get(
    "/targetings/{uuid:targeting_id}/runs", response=list[shapes.TargetingRunOut], operation_id="targeting_runs",
    summary="Runs of a targeting",
)  # fmt: skip
@needs(VIEW)
def list_runs(request: HttpRequest, targeting_id: UUID) -> Any:
    """The latest first."""
    queries.targeting(targeting_id, seen_by=request.viewer)
    return list(queries.targeting_runs(targeting_id, seen_by=request.viewer))


@router.post(
    "/targetings/{uuid:targeting_id}/runs", response={202: shapes.TargetingRunOut}, operation_id="targeting_run_new",
    summary="Run a targeting",
)  # fmt: skip
@needs(TARGET)
def run_targeting(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingRunIn) -> Any:
    """Held against the register in the background; `job` says how far it is."""
    return Status(202, actions.run_targeting(targeting_id, by=request.viewer, day=given.day))


@router.post(
    "/targetings/{uuid:targeting_id}/propose", response=shapes.TargetingOut, operation_id="targeting_propose",
    summary="Propose a run",
)  # fmt: skip
@needs(TARGET)
def propose_targeting(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingProposal) -> Any:
    """Somebody else approves it."""
    return actions.propose_targeting(targeting_id, given.run_id, by=request.viewer)


@router.post(
    "/targetings/{uuid:targeting_id}/approve", response=shapes.TargetingOut, operation_id="targeting_approve",
    summary="Approve what was proposed",
)  # fmt: skip
@needs(APPROVE_TARGETING)
def approve_targeting(request: HttpRequest, targeting_id: UUID) -> Any:
    """Not by who proposed it or wrote it last."""
    return actions.approve_targeting(targeting_id, by=request.viewer)


@router.post(
    "/targetings/{uuid:targeting_id}/refuse", response=shapes.TargetingOut, operation_id="targeting_refuse",
    summary="Refuse, or take back",
)  # fmt: skip
@needs(TARGET)
def refuse_targeting(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingReason) -> Any:
    """Back to the draft."""
    return actions.refuse_targeting(targeting_id, by=request.viewer, reason=given.reason)


@router.post(
    "/targetings/{uuid:targeting_id}/retire", response=shapes.TargetingOut, operation_id="targeting_retire",
    summary="Use it no longer",
)  # fmt: skip
@needs(TARGET)
def retire_targeting(request: HttpRequest, targeting_id: UUID, given: shapes.TargetingReason) -> Any:
    """Its runs stay to be read."""
    return actions.retire_targeting(targeting_id, by=request.viewer, reason=given.reason)


@router.get(
    "/targetings/runs/{uuid:run_id}", response=shapes.TargetingRunOut, operation_id="targeting_run", summary="One run"
)
@needs(VIEW)
def get_run(request: HttpRequest, run_id: UUID) -> Any:
    """What was asked, on which day, and what was found in short."""
    return queries.targeting_run(run_id, seen_by=request.viewer)


@router.get(
    "/targetings/runs/{uuid:run_id}/picture", response=shapes.TargetingPicture, operation_id="targeting_picture",
    summary="What a run found",
)  # fmt: skip
@needs(VIEW)
def get_picture(request: HttpRequest, run_id: UUID) -> Any:
    """Counts by verdict, place, sex and age, rule, and at other thresholds, of what is within reach."""
    viewer = request.viewer
    totals, people = queries.target_totals(run_id, seen_by=viewer), queries.target_sex_age(run_id, seen_by=viewer)
    return {
        "verdicts": totals.by_verdict,
        "chosen": totals.chosen,
        "places": queries.target_places(run_id, seen_by=viewer),
        "female": people.female,
        "male": people.male,
        "unknown": people.unknown,
        "rules": queries.target_rules(run_id, seen_by=viewer),
        "thresholds": queries.sensitivity(run_id, seen_by=viewer),
    }


@router.get(
    "/targetings/runs/{uuid:run_id}/rows", response=list[shapes.TargetingRowOut], operation_id="targeting_rows",
    summary="Records of a run",
)  # fmt: skip
@needs(VIEW)
def list_rows(
    request: HttpRequest, run_id: UUID, verdict: str = Query("", max_length=8), after: UUID | None = None
) -> Any:
    """Up to a thousand at a time, in the order of their ids; `after` is the household or person last read."""
    found = queries.targeting_run(run_id, seen_by=request.viewer)
    key = "person" if found.for_whom == "person" else "household"
    rows = queries.target_rows(run_id, seen_by=request.viewer).order_by(key)
    rows = rows.filter(verdict=verdict) if verdict else rows
    some = list((rows.filter(**{f"{key}__gt": after}) if after else rows)[:MOST_ROWS])
    ids = [getattr(row, f"{key}_id") for row in some]
    log_read(request.viewer, kind="list", subject=f"registry.{key}", ids=ids, query=verdict)
    return some


@router.get(
    "/targetings/runs/{uuid:run_id}/why/{uuid:record_id}", response=shapes.TargetingReasons, operation_id="targeting_why",
    summary="Why a record is in or out",
)  # fmt: skip
@needs(VIEW)
def get_reasons(request: HttpRequest, run_id: UUID, record_id: UUID) -> Any:
    """Rule by rule and part by part, in words, as it was frozen."""
    found = queries.why_targeted(run_id, record_id, seen_by=request.viewer)
    log_read(request.viewer, kind="open", subject=f"registry.{found.run.for_whom}", ids=[record_id])
    return {
        "verdict": found.verdict,
        "score": found.score,
        "reason": found.row.reason,
        "source": found.row.source,
        "rules": found.rules,
        "lines": found.lines,
    }


@router.get(
    "/targetings/runs/{uuid:run_id}/against/{uuid:other_id}", response=shapes.TargetingComparison,
    operation_id="targeting_compare", summary="Two runs beside each other",
)  # fmt: skip
@needs(VIEW)
def compare_runs(request: HttpRequest, run_id: UUID, other_id: UUID) -> Any:
    """How many both choose, and how many only one."""
    return queries.compare_runs(run_id, other_id, seen_by=request.viewer)


def _plain(given: shapes.TargetingIn) -> dict[str, Any]:
    values = given.dict()
    for rule in values["rules"]:
        rule["criterion"] = str(rule["criterion"]) if rule["criterion"] else ""
    return values
