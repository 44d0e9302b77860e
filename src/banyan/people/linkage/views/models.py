"""Models of matching: versions, how one was trained and what it makes of each comparison, thresholds, approval, drift."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.models import NONE, ThresholdForm, TrainForm
from banyan.people.linkage.models import LinkageModel
from banyan.people.linkage.states import APPROVE, TRAIN, ModelState
from banyan.people.linkage.views import weighing
from banyan.people.linkage.views.framing import VIEW_RUNS, tabs
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, timeline
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

TONES = {"draft": "plain", "trained": "info", "approved": "info", "live": "good", "retired": "plain"}
ORIGINS = {
    "trained": gettext_lazy("trained"),
    "thresholds": gettext_lazy("other thresholds"),
    "shipped": gettext_lazy("shipped"),
}
_SHIPPED = gettext_lazy("the model that comes with Banyan")
# The page itself shows them, in words.
TOLD = {name: Telling(left_out=True) for name in ("settings", "report", "live_at", "retired_at")}
# Comparisons of two versions that the list of versions leads to.
_LATEST = 5


def listing() -> Listing:
    """All versions, the newest first."""
    return Listing(
        key="models",
        title=gettext_lazy("Versions"),
        columns=[
            Column("version", gettext_lazy("Version"), kind="number", link=lambda row: reverse("linkage:model", args=[row["id"]])),
            Column("state", gettext_lazy("State"), kind="choice", choices=dict(ModelState.choices)),
            Column("operation__name", gettext_lazy("For"), show=lambda row: row["operation__name"] or _("all operations"), wide_only=True),
            Column("origin", gettext_lazy("Made by"), kind="choice", choices=ORIGINS, wide_only=True),
            Column("trained_at", gettext_lazy("Trained"), kind="date", wide_only=True),
            Column("trained_by_label", gettext_lazy("By"), wide_only=True),
            Column("live_at", gettext_lazy("Live since"), kind="date", wide_only=True),
            Column("note", gettext_lazy("Note"), wide_only=True),
        ],
        filters=[Filter("state", gettext_lazy("State"), kind="choice", choices=ModelState.choices)],
        sort="-version",
        empty=_("No version of your own yet: the model that comes with Banyan is used."),
        empty_next=_("Train a version on your records"),
        empty_url=reverse("linkage:model-train"),
    )  # fmt: skip


@require_GET
@needs(VIEW_RUNS)
def model_list(request: HttpRequest) -> HttpResponseBase:
    """All versions of the model, and which one counts for the operation shown."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW_RUNS)
    now = queries.model_in_force(operation.pk if operation else None, seen_by=viewer)
    context = {
        "operation": operation,
        "operations": operations,
        "tabs": tabs(viewer, operation, "models") if operation else [],
        "now": now,
        "now_url": _url(now.pk),
        "train_url": reverse("linkage:model-train"),
        "compare_url": reverse("linkage:model-compare"),
        "why_not_train": why_not(viewer, TRAIN),
        "shipped_url": reverse("linkage:model-shipped"),
        "comparisons": [
            {
                "url": reverse("linkage:model-comparison", args=[each.pk]),
                "former": version_name(each.former_version),
                "latter": version_name(each.latter_version),
                "at": each.made_at,
            }
            for each in queries.model_comparisons(operation.pk, seen_by=viewer)[:_LATEST]
        ]
        if operation
        else [],
    }
    return respond(request, listing(), queries.model_versions(seen_by=viewer), "linkage/models/list.html", context)


def _url(model_id: UUID | None) -> str:
    return reverse("linkage:model", args=[model_id]) if model_id else reverse("linkage:model-shipped")


def version_name(version: int) -> Any:
    """A version by its number; 0 is the model that comes with Banyan."""
    return _("version %(number)s") % {"number": version} if version else _SHIPPED


def trail() -> list[tuple[Any, str]]:
    """Where a page about one version lies."""
    return [(gettext_lazy("Models of matching"), reverse("linkage:models"))]


@needs(TRAIN)
def train(request: HttpRequest) -> HttpResponse:
    """Say on whose records a version is trained; it is done in the background."""
    viewer = request.viewer
    operations = [(each.pk, each.name) for each in queries.training_operations(seen_by=viewer)]
    form = TrainForm(
        request.POST if request.method == "POST" else None, operations=operations,
        everywhere=viewer.reach(TRAIN).everything,
    )  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = None if given["operation"] == NONE else UUID(given["operation"])
        try:
            row = actions.start_training(chosen, by=viewer, note=given["note"], seed=given["seed"])
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Started. You may leave this page; the report is here when it is done."))
            return redirect("linkage:model", row.pk)
    context = {
        "form": form, "problems": problems, "cancel_url": reverse("linkage:models"), "trail": trail(),
        "heading": _("Train a version of the model"), "submit": _("Train it"),
        "lead": _("It learns from the records themselves how often names, birth dates and the rest agree by chance, and how often they "
                  "differ for one person. Nothing changes until somebody else has approved it and set it live."),
    }  # fmt: skip
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)


@require_GET
@needs(VIEW_RUNS)
def shipped(request: HttpRequest) -> HttpResponse:
    """The model that comes with Banyan."""
    viewer = request.viewer
    now = queries.shipped(seen_by=viewer)
    context = {
        "heading": _SHIPPED,
        "row": None,
        "facts": [(_("Look from weight"), weighing.number(now.review)), (_("Probable from weight"), weighing.number(now.probable))],
        "trail": trail(),
        "thresholds_url": reverse("linkage:model-shipped-thresholds"),
        "why_not_thresholds": why_not(viewer, TRAIN),
        **weighing.shown(now.model, {}),
    }  # fmt: skip
    return TemplateResponse(request, "linkage/models/model.html", context)


@require_GET
@needs(VIEW_RUNS)
def model_page(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """One version: its report, and what may be done with it."""
    return _show(request, model_id)


def _show(request: HttpRequest, model_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    row = queries.model_version(model_id, seen_by=viewer)
    trained = bool(row.settings)
    context = {
        "heading": _("Version %(number)s") % {"number": row.version},
        "row": row,
        "state_label": ModelState(row.state).label,
        "tone": TONES[row.state],
        "facts": _facts(row),
        "job": _progress(row, viewer) if row.state == ModelState.DRAFT else None,
        "problems": problems or [],
        "trail": trail(),
        "moves": _moves(row, viewer),
        "thresholds_url": reverse("linkage:model-thresholds", args=[row.pk]) if trained else "",
        "why_not_thresholds": why_not(viewer, TRAIN),
        "drift": weighing.drifted(queries.drift_of(row.pk, seen_by=viewer)) if trained else None,
        "timeline": timeline(LinkageModel, row.pk, seen_by=viewer, limit=20, told=TOLD),
    }
    if trained:
        context |= weighing.shown(queries.read_model(row, seen_by=viewer), row.report)
    return TemplateResponse(request, "linkage/models/model.html", context, status=422 if problems else 200)


def _facts(row: LinkageModel) -> list[tuple[Any, Any]]:
    return [
        (_("For"), row.operation.name if row.operation else _("all operations")),
        (_("Note"), row.note),
        (_("Made from"), version_name(row.based_on or 0)),
        (_("Trained by"), weighing.who_when(row.trained_by_label, row.trained_at)),
        (_("Approved by"), weighing.who_when(row.approved_by_label, row.approved_at)),
        (_("Live since"), weighing.who_when("", row.live_at)),
        (_("Retired"), weighing.who_when(row.retired_by_label, row.retired_at)),
        (_("Look from weight"), weighing.number(row.review)),
        (_("Probable from weight"), weighing.number(row.probable)),
    ]


def _progress(row: LinkageModel, viewer: Viewer) -> dict[str, Any] | None:
    """The training as the progress component shows it; None when it is over, or somebody else's."""
    return progress(row.report.get("job"), viewer)


def progress(job_id: Any, viewer: Viewer) -> dict[str, Any] | None:
    """A job as the progress component shows it, while it goes on and when it failed; None otherwise, or when it is somebody else's."""
    if not job_id:
        return None
    try:
        shown: dict[str, Any] = running.progress_of(running.job(UUID(str(job_id)), seen_by=viewer))
    except Problem:
        return None
    return shown if shown["is_running"] or shown["state"] == "failed" else None


def _moves(row: LinkageModel, viewer: Viewer) -> list[dict[str, Any]]:
    """The next steps of a version, those that this viewer may not take with the reason."""
    refused = why_not(viewer, APPROVE)
    own = row.trained_by is not None and row.trained_by == viewer.id
    why_not_approve = refused or (_("You trained it: somebody else approves it.") if own else "")
    known = {
        ModelState.TRAINED: [("approve", _("Approve"), why_not_approve, "btn-primary")],
        ModelState.APPROVED: [("start", _("Set live"), refused, "btn-primary")],
    }
    found = known.get(ModelState(row.state), [])
    if row.state != ModelState.RETIRED:
        found = [*found, ("retire", _("Retire"), refused, "btn-quiet")]
    return [
        {"label": label, "url": reverse("linkage:model-move", args=[row.pk, verb]), "reason": reason, "style": style,
         "confirm": _CONFIRM.get(verb, "")}
        for verb, label, reason, style in found
    ]  # fmt: skip


_CONFIRM = {
    "start": gettext_lazy("Set this version live? Comparisons use it from now on; the one that is live is retired."),
    "retire": gettext_lazy("Retire this version? Without a live one, the model that comes with Banyan is used."),
}


@require_POST
@needs(APPROVE)
def move(request: HttpRequest, model_id: UUID, verb: str) -> HttpResponse:
    """Approve a version, set it live, or retire it."""
    done = {
        "approve": (actions.approve_model, _("Approved. It can be set live now.")),
        "start": (actions.start_model, _("Live. The next comparison uses it.")),
        "retire": (actions.retire_model, _("Retired.")),
    }.get(verb)
    if done is None:
        raise Problem("not_found")
    try:
        done[0](model_id, by=request.viewer)
    except Problem as problem:
        return _show(request, model_id, problems_of(problem))
    messages.success(request, done[1])
    return redirect("linkage:model", model_id)


@needs(TRAIN)
def thresholds(request: HttpRequest, model_id: UUID | None = None) -> HttpResponse:
    """Other thresholds, as a new version: what is live never changes under anybody's hands."""
    viewer = request.viewer
    weighing_now = queries.weighing_of(model_id, seen_by=viewer)
    form = ThresholdForm(
        request.POST if request.method == "POST" else None,
        initial={"review": weighing_now.review, "probable": weighing_now.probable},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.set_thresholds(model_id, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved as a new version. Somebody else approves it."))
            return redirect("linkage:model", made.pk)
    context = {
        "form": form, "problems": problems, "cancel_url": _url(model_id), "heading": _("Set thresholds"),
        "trail": [*trail(), (version_name(weighing_now.version), _url(model_id))],
        "lead": _("Weights count in doublings: one more doubles the odds that two records are one person. A sample of labelled pairs shows "
                  "what each threshold finds and misses."),
    }  # fmt: skip
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)
