"""An operation's own checks: written, tried on real records, set live by somebody else, retired."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import DIMENSIONS, declared
from banyan.people.quality.inputs import OwnCheckForm
from banyan.people.quality.models import OwnCheck
from banyan.people.quality.states import OwnState
from banyan.people.quality.views import showing
from banyan.people.quality.views.checks import note_shown
from banyan.people.quality.views.framing import FINDINGS, PUBLISH, SENSITIVE, SET, VIEW, may_see, own_here, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import subjects as described
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.problems import Problem

TONES = {"draft": "plain", "tested": "info", "live": "good", "retired": "plain"}
_KEPT = ("label", "about", "eligible", "failed", "target", "weight", "gate", "protects")
LONGEST_KEY = 36


def subjects() -> list[tuple[str, Any]]:
    """Kinds of records that can be checked, by the names that rooms gave them."""
    known = described()
    return [(key, known[key].label if key in known else key) for key in declared().records]


@require_GET
@needs(VIEW)
def own_list(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """The operation's own checks, with where their latest version stands."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, VIEW)
    rows = []
    for own in queries.own_checks(operation.pk, seen_by=viewer).prefetch_related("versions"):
        latest = max(own.versions.all(), key=lambda each: each.number)
        rows.append(
            {"own": own, "latest": latest, "dimension": DIMENSIONS[own.dimension], "tone": TONES[latest.state],
             "state": OwnState(latest.state).label}
        )  # fmt: skip
    context = {
        "operation": operation,
        "tabs": tabs(viewer, operation, "own"),
        "rows": rows,
        "new_url": reverse("quality:own-new", args=[operation.pk]),
        "why_not_new": why_not(viewer, SET),
    }
    return TemplateResponse(request, "quality/own_list.html", context)


@needs(SET)
def own_new(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Write a check. "Try" shows what it would find before anything is stored."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, SET)
    form = OwnCheckForm(request.POST if request.method == "POST" else None, subjects=subjects())
    problems: list[Problem] = []
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if "try" in request.POST:
                context = _tried(operation, given["subject"], given, viewer)
            else:
                made = actions.make_own_check(operation.pk, _key(operation, given["label"]), by=viewer, **given)
                messages.success(request, _("Saved as a draft. Try it, then somebody else sets it live."))
                return redirect("quality:own-check", made.pk)
        except Problem as problem:
            problems = problems_of(problem)
    context |= _writing(
        operation, form, problems, gettext_lazy("Write a check"), reverse("quality:own-checks", args=[operation.pk])
    )
    return TemplateResponse(request, "quality/own_form.html", context, status=422 if form.errors or problems else 200)


def _key(operation: Any, label: str) -> str:
    """A key that nothing else has: of the operation's code and the name."""
    return slugify(f"{operation.code} {label}").replace("-", "_")[:LONGEST_KEY].strip("_")


@needs(SET)
def own_change(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Write the next version. What is live stays so until the new version is set live."""
    viewer = request.viewer
    own, operation = own_here(check_id, viewer, SET)
    latest = queries.own_versions(own.pk, seen_by=viewer)[0]
    form = OwnCheckForm(
        request.POST if request.method == "POST" else None, subjects=subjects(), fixed=True,
        initial={name: getattr(latest, name) for name in _KEPT},
    )  # fmt: skip
    problems: list[Problem] = []
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if "try" in request.POST:
                context = _tried(operation, own.subject, given, viewer)
            else:
                actions.change_own_check(own.pk, by=viewer, subject=own.subject, dimension=own.dimension, **given)
                messages.success(request, _("Saved as a draft. Try it, then somebody else sets it live."))
                return redirect("quality:own-check", own.pk)
        except Problem as problem:
            problems = problems_of(problem)
    back = reverse("quality:own-check", args=[own.pk])
    context |= _writing(operation, form, problems, gettext_lazy("Change the check"), back)
    return TemplateResponse(request, "quality/own_form.html", context, status=422 if form.errors or problems else 200)


def _writing(
    operation: Any, form: OwnCheckForm, problems: Sequence[Problem], heading: Any, back: str
) -> dict[str, Any]:
    return {
        "form": form, "problems": problems, "heading": heading, "cancel_url": back, "operation": operation,
        "trail": trail(operation, (gettext_lazy("Own checks"), reverse("quality:own-checks", args=[operation.pk]))),
    }  # fmt: skip


@require_GET
@needs(VIEW)
def own_page(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """One own check: its versions, and what may be done with the latest."""
    return _show(request, check_id)


def _show(
    request: HttpRequest, check_id: UUID, problems: Sequence[Problem] = (), more: Mapping[str, Any] | None = None
) -> HttpResponse:
    viewer = request.viewer
    own, operation = own_here(check_id, viewer, VIEW)
    versions = list(queries.own_versions(own.pk, seen_by=viewer))
    latest = versions[0]
    wrote = latest.made_by is not None and latest.made_by == viewer.id
    live = any(each.state == OwnState.LIVE for each in versions)
    context = {
        "own": own,
        "operation": operation,
        "latest": latest,
        "versions": [(each, OwnState(each.state).label, TONES[each.state]) for each in versions],
        "dimension": DIMENSIONS[own.dimension],
        "state_label": OwnState(latest.state).label,
        "tone": TONES[latest.state],
        "is_live": live,
        # How many fail is a figure about people: the test bench tells it to who may see them.
        "may_see": may_see(operation, viewer),
        "check_url": showing.check_url(operation.pk, own.key),
        "change_url": reverse("quality:own-change", args=[own.pk]),
        "test_url": reverse("quality:own-move", args=[own.pk, "test"]),
        "publish_url": reverse("quality:own-move", args=[own.pk, "publish"]),
        "retire_url": reverse("quality:own-move", args=[own.pk, "retire"]),
        "why_not_change": why_not(viewer, SET),
        "why_not_test": why_not(viewer, SET) or why_not(viewer, FINDINGS),
        "why_not_publish": why_not(viewer, PUBLISH)
        or (_("You wrote it: somebody else sets it live.") if wrote else "")
        or ("" if latest.state == OwnState.TESTED else _("Only what was tried can be set live.")),
        "why_not_retire": why_not(viewer, PUBLISH),
        "problems": problems,
        "timeline": timeline(OwnCheck, own.pk, seen_by=viewer, limit=20),
        "trail": trail(operation, (gettext_lazy("Own checks"), reverse("quality:own-checks", args=[operation.pk]))),
        **(more or {}),
    }
    return TemplateResponse(request, "quality/own_check.html", context, status=422 if problems else 200)


@require_POST
@needs(VIEW)
def move(request: HttpRequest, check_id: UUID, verb: str) -> HttpResponse:
    """Try the latest version on real records, set it live, or retire what is live."""
    viewer = request.viewer
    own, _operation = own_here(check_id, viewer, VIEW)
    latest = queries.own_versions(own.pk, seen_by=viewer)[0]
    try:
        if verb == "test":
            bench = actions.test_own_check(latest.pk, by=viewer)
            return _show(request, check_id, more=_shown(own.subject, bench, viewer))
        if verb == "publish":
            actions.publish_own_check(latest.pk, by=viewer)
            messages.success(request, _("Live. Its first scores are being computed."))
        elif verb == "retire":
            actions.retire_own_check(own.pk, by=viewer)
            messages.success(request, _("Retired. Its scores up to today are kept."))
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, check_id, problems_of(problem))
    return redirect("quality:own-check", own.pk)


def _tried(operation: Any, subject: str, given: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """What a predicate would find; without a right to see such records only that it can be computed."""
    said = {name: given[name] for name in ("eligible", "failed", "protects")}
    if not viewer.may(FINDINGS) or (given["protects"] and not viewer.may(SENSITIVE)):
        queries.Plan.reads(operation.pk, subject, **said)
        return {"is_understood": True}
    return _shown(subject, queries.bench(operation.pk, subject, seen_by=viewer, **said), viewer)


def _shown(subject: str, bench: Any, viewer: Viewer) -> dict[str, Any]:
    """A sample of records that would fail and pass, with their cards; showing them is logged."""
    ids = [*bench.failing, *bench.passing]
    cards = queries.cards(subject, ids, seen_by=viewer)
    note_shown(subject, list(cards), viewer, "quality: trying a check")
    return {
        "bench": bench,
        "failing": [cards[key] for key in bench.failing if key in cards],
        "passing": [cards[key] for key in bench.passing if key in cards],
        "share": showing.percent(bench.failed, bench.eligible),
    }
