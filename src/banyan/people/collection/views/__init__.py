"""Pages of batches: all of them, one with its funnel and problems, one problem."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from banyan.people.collection import queries, wording
from banyan.people.collection.models import Batch
from banyan.people.collection.states import LABELS, BatchState
from banyan.people.collection.views.framing import allowed, funnel, progress_of, trail
from banyan.people.collection.views.lists import BATCHES, cells_listing, submissions_listing
from banyan.people.collection.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import ListState, respond
from banyan.platform.kernel.problems import Problem

VIEW = "collection.view_batch"
SUBJECT = "collection.submission"
# A search by text shows so many; whoever needs more narrows it.
MOST_FOUND = 50
BUSY = frozenset({BatchState.RECEIVED, BatchState.READING, BatchState.CHECKING, BatchState.ACCEPTING})


@require_GET
@needs(VIEW)
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """All batches within reach, the latest first."""
    context = {
        "may_submit": request.viewer.may("collection.submit_batch"),
        "may_rule": request.viewer.may("collection.change_rules"),
        "may_source": request.viewer.may("collection.change_source"),
        "sources_url": _url("collection:sources"),
    }
    return respond(request, BATCHES, queries.batches(seen_by=request.viewer), "collection/list.html", context)


@require_GET
@needs(VIEW)
def batch_record(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """One batch: progress, funnel, problems, submissions, what may be done."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    groups = queries.problems(batch.pk, seen_by=viewer)
    listing = submissions_listing(groups, batch_id=batch.pk, viewer=viewer)
    rows = queries.submissions(batch.pk, seen_by=viewer).order_by()
    context = _frame(request, batch) | {
        "groups": [_group(group, batch) for group in groups],
        "chosen": _chosen(request.GET, listing),
        "timeline": story(Batch, batch.pk, viewer),
    }

    def noted(ids: list[Any]) -> None:
        if ids:
            log_read(viewer, kind="list", subject=SUBJECT, ids=ids, purpose="review")

    return respond(request, listing, rows, "collection/batch.html", context, on_list=noted)


@require_POST
@needs(VIEW)
def search_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Submissions of a batch that hold a text: sent as a form, since names do not belong into addresses."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    text = request.POST.get("text", "").strip()
    found = queries.searched(queries.submissions(batch.pk, seen_by=viewer).order_by(), text, seen_by=viewer)
    listing = submissions_listing([], searched=True)
    page = listing.page(found, ListState(page_size=str(MOST_FOUND)))
    ids = [row["id"] for row in page.rows]
    log_read(viewer, kind="search", subject=SUBJECT, ids=ids, purpose="review", query=text)
    context = {"batch": batch, "page": page, "text": text, "most": MOST_FOUND, "trail": trail(batch)}
    return TemplateResponse(request, "collection/search.html", context)


@require_GET
@needs(VIEW)
def problem(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """One problem of a batch: the values behind it, what can be done about all of them, and every cell."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    code, field = request.GET.get("code", ""), request.GET.get("field", "").replace("\x00", "")
    groups = [
        group
        for group in queries.problems(batch.pk, seen_by=viewer)
        if group.code == code and field in ("", group.field)
    ]
    if not groups and code not in wording.known_codes():
        raise Problem("not_found")
    kind = wording.sensitive_kind(field)
    hidden = bool(kind) and not viewer.may("collection.view_sensitive")
    values = queries.problem_values(batch.pk, code=code, field=field, seen_by=viewer)
    if hidden:
        values = []
    context = _frame(request, batch) | {
        "code": code,
        "field": field,
        "heading": wording.heading_of(code),
        "mend": wording.mend_of(code),
        "field_label": wording.field_label(field) if field else "",
        "severity": groups[0].severity if groups else "",
        "severity_label": wording.SEVERITY_LABELS.get(groups[0].severity, "") if groups else "",
        "severity_tone": wording.SEVERITY_TONES.get(groups[0].severity, "plain") if groups else "plain",
        "count": sum(group.count for group in groups),
        "proposals": sum(group.proposals for group in groups),
        "values": _values(values, code, viewer),
        "hidden": hidden,
        "trail": trail(batch),
    }
    cells = queries.problem_cells(batch.pk, code=code, field=field, seen_by=viewer)

    def noted(ids: list[Any]) -> None:
        if ids:
            log_read(viewer, kind="list", subject="collection.finding", ids=ids, purpose="review")

    return respond(request, cells_listing(viewer), cells, "collection/problem.html", context, on_list=noted)


def _values(values: list[dict[str, Any]], code: str, viewer: Viewer) -> list[dict[str, Any]]:
    """The values of a problem that can be replaced everywhere, with what may stand there."""
    if code.partition(".")[2] not in wording.REPLACEABLE:
        return []
    choices = queries.choices_for({value["field"] for value in values}, seen_by=viewer)
    return [
        value | {"label": wording.field_label(value["field"]), "choices": choices.get(value["field"], [])}
        for value in values
        if value["raw"]
    ]


def _group(group: queries.ProblemGroup, batch: Batch) -> dict[str, Any]:
    own = urlencode({"code": group.code, "field": group.field})
    return {
        "url": f"{reverse('collection:problem', args=[batch.pk])}?{own}",
        "filter_url": "?" + urlencode({"problem": f"{group.code}|{group.field}"}) + "#list-submissions",
        "severity": group.severity,
        "label": wording.SEVERITY_LABELS[group.severity],
        "tone": wording.SEVERITY_TONES[group.severity],
        "code": group.code,
        "field": group.field,
        "heading": wording.heading_of(group.code),
        "field_label": wording.field_label(group.field),
        "mend": wording.mend_of(group.code),
        "count": group.count,
        "submissions": group.submissions,
        "proposals": group.proposals,
    }


def _chosen(values: Any, listing: Any) -> list[tuple[str, str]]:
    """The filters in use, as hidden fields of the form that decides about all they show."""
    names = {name for each in listing.filters for name in each.parameters()}
    return [(name, values.get(name, "")) for name in sorted(names) if values.get(name)]


def _frame(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """What every page of a batch shows."""
    viewer = request.viewer
    counts = batch.counts
    rules = queries.rules_of(batch.operation_id, seen_by=viewer)
    steps = funnel(batch)
    compared = queries.comparison(batch, seen_by=viewer) if steps else None
    return {
        "batch": batch,
        "state_label": LABELS[batch.state],
        "state_tone": wording.STATE_TONES[batch.state],
        "counts": counts,
        "rules": rules,
        "may": allowed(batch, rules, viewer, compared),
        "funnel": steps,
        "job": progress_of(batch.job, viewer),
        "busy": batch.state in BUSY,
        "compared": compared,
        "files": list(
            queries.files(batch.pk, seen_by=viewer).filter(is_media=False).values("name", "size", "digest")[:20]
        ),
        "notes": [
            wording.problem_of(note["code"], parameters=note.get("parameters", {})).as_text()
            for note in batch.notes[:20]
        ],
        "workbook": batch.detected.get("workbook"),
        "workbook_stale": batch.detected.get("workbook", {}).get("version") != batch.version,
        "workbook_job": progress_of(batch.detected.get("workbook_job"), viewer, only_running=True),
        "mapping_url": _url("collection:mapping", batch.pk) if batch.state in ("mapping", "review") else "",
        "trail": trail(),
    }


def _url(name: str, *args: Any) -> str:
    """An address of this room, empty while nothing stands there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
