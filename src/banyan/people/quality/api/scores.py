"""Scores, series, groups, ages, and the records behind them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from banyan.people.quality import queries
from banyan.people.quality.api import shapes
from banyan.people.quality.views import showing
from banyan.people.quality.views.checks import note_shown
from banyan.people.quality.views.framing import FINDINGS
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of

router = Router(tags=["quality"])
PAGE = 100


@router.get(
    "/{uuid:operation_id}/scores", response=shapes.QualityScores, operation_id="quality_scores", summary="Scores"
)
@needs(FINDINGS)
def get_scores(request: HttpRequest, operation_id: UUID, day: shapes.Day | None = None) -> Any:
    """Composite, dimensions and checks on the latest day or a given one, of the records within reach."""
    operation_of(operation_id, request.viewer, FINDINGS)
    scores = queries.scores(operation_id, day=day, seen_by=request.viewer)
    return {
        "day": scores.day, "composite": scores.composite, "worst": scores.worst, "dimensions": scores.dimensions,
        "checks": [_score(each) for each in scores.checks],
    }  # fmt: skip


def _score(each: Any) -> dict[str, Any]:
    told = {name: None if each.hidden else getattr(each, name) for name in ("eligible", "failed", "waived", "unknown")}
    check = each.check
    return told | {
        "key": check.key, "dimension": check.dimension, "score": each.score, "target": check.target,
        "weight": check.weight, "met": each.met, "hidden": each.hidden, "filled": each.filled,
    }  # fmt: skip


@router.get(
    "/{uuid:operation_id}/series", response=list[shapes.QualityPoint], operation_id="quality_series", summary="Series"
)
@needs(FINDINGS)
def get_series(
    request: HttpRequest, operation_id: UUID, key: shapes.Key = "", since: shapes.Day | None = None,
    until: shapes.Day | None = None,
) -> Any:  # fmt: skip
    """The score of a check by day, or of the composite when no check is named."""
    operation_of(operation_id, request.viewer, FINDINGS)
    return queries.series(operation_id, key, since=since, until=until, seen_by=request.viewer)


@router.get(
    "/{uuid:operation_id}/groups",
    response=shapes.QualityGroups,
    operation_id="quality_groups",
    summary="Scores by group",
)
@needs(FINDINGS)
def get_groups(request: HttpRequest, operation_id: UUID, by: shapes.By = "place", key: shapes.Key = "") -> Any:
    """Groups of at least 30 checked records (200 people for age quality), the worst first."""
    viewer = request.viewer
    operation_of(operation_id, viewer, FINDINGS)
    check = queries.check(operation_id, key, seen_by=viewer) if key else None
    least = showing.SMALLEST_AGES if check and check.score == "age_quality" else showing.SMALLEST_GROUP
    shown, small = showing.league_rows(queries.league(operation_id, key, by=by, seen_by=viewer), least, None)
    named = showing.group_names(by, [row["value"] for row in shown], viewer)
    return {"groups": [{**row, "name": str(named[row["value"]])} for row in shown], "too_small": small}


@router.get(
    "/{uuid:operation_id}/ages", response=list[shapes.QualityAges], operation_id="quality_ages", summary="Age quality"
)
@needs(FINDINGS)
def get_ages(request: HttpRequest, operation_id: UUID, by: shapes.By | None = None) -> Any:
    """Whipple, Myers and the share of 1 January, of the whole or by group; never of fewer than 200 people."""
    operation_of(operation_id, request.viewer, FINDINGS)
    rows = queries.age_quality(operation_id, by=by or "", seen_by=request.viewer)
    named = showing.group_names(by or "", [row.value for row in rows], request.viewer)
    names = ("people", "whipple", "myers", "january", "score", "grade")
    return [
        {"value": row.value, "name": str(named[row.value])} | {name: getattr(row.quality, name) for name in names}
        for row in rows
    ]


@router.get(
    "/{uuid:operation_id}/checks/{key}/findings", response=shapes.QualityFindings, operation_id="quality_findings",
    summary="Records that fail",
)  # fmt: skip
@needs(FINDINGS)
def list_findings(request: HttpRequest, operation_id: UUID, key: str, after: UUID | None = None) -> Any:
    """The records within reach that fail a check, a hundred at a time. That they were shown is logged."""
    viewer = request.viewer
    operation_of(operation_id, viewer, FINDINGS)
    check = queries.check(operation_id, key, seen_by=viewer)
    rows = queries.findings(operation_id, key, seen_by=viewer)
    count = rows.count()
    rows = rows.filter(pk__gt=after) if after else rows
    found = list(rows.order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    cards = queries.cards(check.subject, [row.pk for row in shown], seen_by=viewer)
    note_shown(check.subject, list(cards), viewer, f"quality: {key}")
    return {
        "items": [_finding(row, cards.get(row.pk)) for row in shown],
        "after": shown[-1].pk if len(found) > PAGE else None,
        "count": count,
    }


def _finding(row: Any, card: Any) -> dict[str, Any]:
    names = ("first_seen", "waived_until", "assignee", "due_on", "place", "site", "interviewer", "source")
    return {name: getattr(row, name) for name in names} | {
        "record_id": row.pk,
        "reference": card.reference if card else None,
        "label": card.label if card else None,
    }
