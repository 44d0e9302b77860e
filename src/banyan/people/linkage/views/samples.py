"""Samples of pairs: drawing one, judging pairs without knowing what the model said, and what the labels say of linkage."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.samples import LabelForm, SampleForm
from banyan.people.linkage.models import Sample
from banyan.people.linkage.states import DECIDE, TRAIN
from banyan.people.linkage.views import gauging, records
from banyan.people.linkage.views.framing import VIEW_RUNS, tabs
from banyan.people.linkage.views.models import progress
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import asked_id
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import queries as codes


def listing() -> Listing:
    """The samples of an operation."""

    def closed(rows: Any, wanted: bool) -> Any:
        return rows.exclude(closed_at=None) if wanted else rows.filter(closed_at=None)

    return Listing(
        key="samples",
        title=gettext_lazy("Samples"),
        columns=[
            Column("label", gettext_lazy("Name"), link=lambda row: reverse("linkage:sample", args=[row["id"]])),
            Column("made_at", gettext_lazy("Made"), kind="date", wide_only=True),
            Column("made_by_label", gettext_lazy("By"), wide_only=True),
            Column("wanted", gettext_lazy("Pairs"), kind="number"),
            Column("model_version", gettext_lazy("Version of the model"), kind="number", wide_only=True),
            Column("closed_at", gettext_lazy("Closed"), kind="date"),
        ],
        filters=[Filter("closed", gettext_lazy("Closed"), kind="yesno", where=closed)],
        sort="-made_at",
        empty=_("Nobody has measured yet how good linkage is here."),
        empty_next=_("Draw a sample of pairs, and have two people judge each."),
    )


@require_GET
@needs(VIEW_RUNS)
def sample_list(request: HttpRequest) -> HttpResponseBase:
    """The samples of an operation, the newest first."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW_RUNS)
    if operation is None:
        raise Problem("not_found")
    context = {
        "operation": operation,
        "operations": operations,
        "tabs": tabs(viewer, operation, "samples"),
        "new_url": reverse("linkage:sample-new", args=[operation.pk]),
        "why_not_new": why_not(viewer, TRAIN),
    }
    rows = queries.samples(operation.pk, seen_by=viewer)
    return respond(request, listing(), rows, "linkage/samples/list.html", context)


def _trail(operation_id: UUID) -> list[tuple[Any, str]]:
    return [(gettext_lazy("How good linkage is"), f"{reverse('linkage:samples')}?operation={operation_id}")]


@needs(TRAIN)
def sample_new(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Say how many pairs; they are drawn in the background."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, TRAIN)
    form = SampleForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start_sample(operation.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The pairs are being drawn."))
            return redirect("linkage:sample", made.pk)
    context = {
        "form": form, "problems": problems, "trail": _trail(operation.pk), "heading": _("Draw a sample of pairs"),
        "submit": _("Draw the pairs"), "cancel_url": f"{reverse('linkage:samples')}?operation={operation.pk}",
        "lead": _("Pairs are drawn by lot, above the threshold and below it: what lies below shows what is missed. Two people judge each "
                  "pair apart from each other and without seeing what the model thinks; where they differ, a third decides."),
    }  # fmt: skip
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)


@require_GET
@needs(VIEW_RUNS)
def sample_page(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample: how far it is judged, and what the labels say."""
    return _show(request, sample_id)


def _show(request: HttpRequest, sample_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    row = queries.sample(sample_id, seen_by=viewer)
    context: dict[str, Any] = {
        "sample": row,
        "problems": problems or [],
        "trail": _trail(row.operation_id),
        "operation": row.operation,
        "facts": gauging.facts(row),
        "job": progress(row.job, viewer) if row.drawn_at is None else None,
        "label_url": reverse("linkage:sample-label", args=[row.pk]),
        "close_url": reverse("linkage:sample-close", args=[row.pk]),
        "curve_url": reverse("linkage:sample-curve", args=[row.pk]),
    }
    if row.drawn_at is not None:
        done = queries.labelling(row.pk, seen_by=viewer)
        told = queries.sample_quality(row.pk, seen_by=viewer)
        may_see_groups = queries.may_see_groups(row, seen_by=viewer)
        context |= {
            "done": done,
            "why_not_label": _why_not_label(row, done, viewer),
            "why_not_close": why_not(viewer, TRAIN) or (_("It is closed.") if row.closed_at else ""),
            "told": gauging.told(told),
            "curve": gauging.curve(told, row, mirrored=get_language_bidi()),
            "rows": gauging.rows(told, row),
            "agreement": gauging.agreed(told.agreement),
            "groups": _groups(row, viewer) if may_see_groups else None,
        }
    return TemplateResponse(request, "linkage/samples/sample.html", context, status=422 if problems else 200)


def _groups(row: Any, viewer: Viewer) -> list[dict[str, Any]]:
    found = queries.group_quality(row.pk, seen_by=viewer)
    origins = [each.group for each in found["origin"]]
    countries = (
        codes.labels(["iso-3166-1"], seen_by=viewer, codes=origins)["iso-3166-1"]
        if viewer.may("codes.view_list")
        else {}
    )
    return gauging.groups(found, countries)


@require_GET
@needs(VIEW_RUNS)
def curve_file(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """What each threshold would show and miss, as a picture to keep."""
    viewer = request.viewer
    row = queries.sample(sample_id, seen_by=viewer)
    drawn = None
    if row.drawn_at is not None:
        drawn = gauging.curve(queries.sample_quality(row.pk, seen_by=viewer), row, mirrored=get_language_bidi())
    if drawn is None:
        raise Problem("not_found")
    picture = render_to_string("linkage/samples/parts/curve.html", {"curve": drawn}).strip()
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Content-Disposition"] = 'attachment; filename="linkage-thresholds.svg"'
    return response


def _why_not_label(row: Sample, done: Any, viewer: Viewer) -> Any:
    if row.closed_at is not None:
        return _("It is closed.")
    return why_not(viewer, DECIDE) or ("" if done.waiting_for_me else _("No pair waits for you."))


@needs(DECIDE)
def label(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The next pair that waits for this person, side by side, and what they say of it. Nothing tells what the model thinks."""
    viewer = request.viewer
    row = queries.sample(sample_id, seen_by=viewer)
    if row.drawn_at is None or row.closed_at is not None:
        return redirect("linkage:sample", row.pk)
    form = LabelForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.label_pair(asked_id(request.POST.get("item", "")), by=viewer, **form.said())
        except Problem as problem:
            problems = problems_of(problem)
        else:
            return redirect("linkage:sample-label", row.pk)
    pair, view = _next(row, viewer)
    if pair is None or view is None:
        messages.success(request, _("No pair of this sample waits for you any more. Thank you."))
        return redirect("linkage:sample", row.pk)
    ids = [pair.first_id, pair.second_id]
    log_read(viewer, kind="open", subject="registry.person", ids=ids, purpose="linkage: quality sample")
    shown, alike = records.folded(records.rows(view))
    context = {
        "sample": row,
        "pair": pair,
        "form": form,
        "problems": problems,
        "done": queries.labelling(row.pk, seen_by=viewer),
        "columns": records.columns(view),
        "rows": shown,
        "alike": alike,
        "alike_label": records.alike_label(len(alike)),
        "masked": records.is_masked(view),
        "same_household": records.in_one_household(view),
        "trail": [*_trail(row.operation_id), (row.label, reverse("linkage:sample", args=[row.pk]))],
    }
    return TemplateResponse(
        request, "linkage/samples/label.html", context, status=422 if form.errors or problems else 200
    )


def _next(row: Sample, viewer: Viewer) -> tuple[Any, Any]:
    """The next pair with its records. Passed over are those of which a record has gone out of reach since the pairs were drawn."""
    pair = queries.next_pair(row.pk, seen_by=viewer)
    while pair is not None:
        try:
            return pair, queries.side_by_side([pair.first_id, pair.second_id], seen_by=viewer)
        except Problem:
            pair = queries.next_pair(row.pk, seen_by=viewer, after=pair.position)
    return None, None


@require_POST
@needs(TRAIN)
def close(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Nobody judges its pairs after this; its figures stay."""
    try:
        actions.close_sample(sample_id, by=request.viewer)
    except Problem as problem:
        return _show(request, sample_id, problems_of(problem))
    messages.success(request, _("The sample is closed."))
    return redirect("linkage:sample", sample_id)
