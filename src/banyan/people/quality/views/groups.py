"""Scores by place, site, interviewer and source: a map, a league of those big enough, and ages that people guess."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.people.quality import queries
from banyan.people.quality.views import charts, showing
from banyan.people.quality.views.framing import FINDINGS, tabs
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

SEE_PLACES = "places.view_place"
Text = str | Promise
# The places above a place and itself, the country first: id and name.
Path = Sequence[tuple[UUID, str]]


@require_GET
@needs(FINDINGS)
def groups(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """One check, or the composite, by the groups of one kind; places also as a map that can be gone down into."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    by, key = _by(request), request.GET.get("check", "")
    checks = [each for each in queries.checks(operation.pk, seen_by=viewer) if each.asked]
    check = next((each for each in checks if each.key == key), None)
    if key and check is None:
        raise Problem("not_found")
    scores = None if check else queries.scores(operation.pk, seen_by=viewer)
    target = check.target if check else scores and scores.target
    rows = queries.league(operation.pk, key, by=by, seen_by=viewer)
    context: dict[str, Any] = {
        "operation": operation,
        "tabs": tabs(viewer, operation, "groups"),
        "by": by,
        "by_label": showing.BREAKDOWNS[by],
        "breakdowns": list(showing.BREAKDOWNS.items()),
        "check": check,
        "checks": checks,
        "target": target,
        "smallest": _smallest(check),
        "today": timezone.localdate(),
    }
    if by == "place" and viewer.may(SEE_PLACES):
        rows, context["map"] = _mapped(rows, target, _smallest(check), key, request.GET.get("within", ""), viewer)
    shown, context["left_out"] = showing.league_rows(rows, _smallest(check), target)
    values = [row["value"] for row in shown]
    named = showing.group_names(by, values, viewer)
    codes = (
        {str(pk): pcode for pk, (pcode, _name) in showing.place_names(values, viewer).items()} if by == "place" else {}
    )
    context["rows"] = [
        {
            **row,
            "name": named[row["value"]],
            "url": _list_url(operation, check, by, codes.get(row["value"], "") if by == "place" else row["value"]),
        }
        for row in shown
    ]
    return TemplateResponse(request, "quality/groups.html", context)


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "place")
    if by not in showing.BREAKDOWNS:
        raise Problem("not_found")
    return by


def _smallest(check: Any) -> int:
    return showing.SMALLEST_AGES if check and check.score == "age_quality" else showing.SMALLEST_GROUP


def _list_url(operation: Any, check: Any, by: str, value: str) -> str:
    """The records of a group that fail the check."""
    if check is None or not value:
        return ""
    return f"{showing.check_url(operation.pk, check.key)}?{urlencode({by: value})}#list-findings"


def _mapped(
    rows: Iterable[Any], target: Any, smallest: int, key: str, wanted: str, viewer: Viewer
) -> tuple[list[Any], dict[str, Any] | None]:
    """The rows that lie within the place looked at, and that place's parts as a map."""
    found = {UUID(row.value): row for row in rows if row.value}
    inside = places.breadcrumbs(found, seen_by=viewer)
    named = showing.place_names([row.value for row in found.values()], viewer)
    paths: dict[UUID, Path] = {pk: [*above, (pk, named.get(pk, ("", ""))[1])] for pk, above in inside.items()}
    here = _start(list(paths.values()), wanted)
    if here is None:
        return list(rows), None
    lineage = next(path[: [pk for pk, _name in path].index(here) + 1] for path in paths.values() if here in dict(path))
    within = {pk: path for pk, path in paths.items() if here in dict(path)}
    figures = _figures(found, within, here, target, smallest, key)
    drawn = places.area_picture(here, figures, seen_by=viewer)
    steps = [{"name": name, "url": _address(key, pk)} for pk, name in lineage]
    return [found[pk] for pk in within], {"areas": drawn, "name": lineage[-1][1], "trail": steps[:-1]}


def _start(paths: Sequence[Path], wanted: str) -> UUID | None:
    """The place to look at: the one asked for, else the smallest that holds all; of a single place the one above it."""
    known = {str(pk): pk for path in paths for pk, _name in path}
    if wanted:
        if wanted not in known:
            raise Problem("not_found")
        return known[wanted]
    if not paths:
        return None
    shared = [pk for pk, _name in paths[0] if all(pk in dict(path) for path in paths)]
    if len(shared) == len(paths[0]) and len(paths) == 1:
        shared = shared[:-1]
    return shared[-1] if shared else None


def _figures(
    found: Mapping[UUID, Any], within: Mapping[UUID, Path], here: UUID, target: Any, smallest: int, key: str
) -> dict[str, dict[str, Any]]:
    """What each part of the place looked at is drawn with: the mean of its places' scores, weighted by records."""
    sums: dict[UUID, list[Any]] = {}
    for pk, path in within.items():
        keys = [each for each, _name in path]
        part = keys[min(keys.index(here) + 1, len(keys) - 1)]
        row = found[pk]
        if row.score is not None:
            held = sums.setdefault(part, [0, Decimal(0), False])
            held[0] += row.eligible
            held[1] += row.eligible * Decimal(row.score)
            held[2] = held[2] or part != pk
    told: dict[str, dict[str, Any]] = {}
    for part, (eligible, weighted, deeper) in sums.items():
        enough = eligible >= smallest
        score = weighted / eligible if eligible else None
        told[str(part)] = {
            "tone": showing.tone(score, target) if enough else "plain",
            "words": number_format(score, 1) if enough and score is not None else _("too few to judge"),
            "url": _address(key, part) if deeper else "",
        }
    return told


def _address(key: str, place: UUID) -> str:
    return "?" + urlencode({"by": "place", "within": str(place), **({"check": key} if key else {})})


# Grades of Whipple's index, by the codes that rules give.
GRADES: dict[str, Text] = {
    "excellent": gettext_lazy("excellent"),
    "good": gettext_lazy("good"),
    "approximate": gettext_lazy("approximate"),
    "rough": gettext_lazy("rough"),
    "very rough": gettext_lazy("very rough"),
}


@require_GET
@needs(FINDINGS)
def ages(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Whether ages were asked for or guessed: the picture of single years, and indices by group of 200 people or more."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    by = request.GET.get("by", "interviewer")
    if by not in showing.BREAKDOWNS:
        raise Problem("not_found")
    counts = queries.ages(operation.pk, seen_by=viewer)
    whole = queries.age_quality(operation.pk, seen_by=viewer)
    rows = queries.age_quality(operation.pk, by=by, seen_by=viewer)
    named = showing.group_names(by, [row.value for row in rows], viewer)
    context = {
        "operation": operation,
        "tabs": tabs(viewer, operation, "ages"),
        "by": by,
        "by_label": showing.BREAKDOWNS[by],
        "breakdowns": list(showing.BREAKDOWNS.items()),
        "comb": charts.comb(counts, mirrored=get_language_bidi()) if counts else None,
        "ages": list(enumerate(counts)),
        "whole": _age_row(whole[0], "") if whole else None,
        "rows": sorted((_age_row(row, named[row.value]) for row in rows), key=lambda each: each["score"]),
        "smallest": showing.SMALLEST_AGES,
        "day": timezone.localdate(),
    }
    return TemplateResponse(request, "quality/ages.html", context)


def _age_row(row: Any, name: Text) -> dict[str, Any]:
    told = row.quality
    return {
        "name": name,
        "people": told.people,
        "whipple": told.whipple,
        "myers": told.myers,
        "january": 100 * told.january,
        "score": told.score,
        "grade": GRADES.get(told.grade, told.grade),
    }
