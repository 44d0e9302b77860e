"""Targeting of a programme: alternative rules, score and threshold, runs; proposed by one and approved by another."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.fields import ReasonForm
from banyan.aid.programmes.inputs.targeting import RuleForm, RunForm, ScoreForm, TargetingForm
from banyan.aid.programmes.models import Targeting
from banyan.aid.programmes.states import TargetingState
from banyan.aid.programmes.views.framing import (
    APPROVE_TARGETING,
    TARGET,
    TONES,
    VIEW_TARGETING,
    Lines,
    lines_of,
    list_of,
    own,
    plain,
    programme_of,
    progress,
    trail,
    why_not_there,
    written,
)
from banyan.aid.programmes.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.building import builder_of
from banyan.platform.kernel.ids import asked_id
from banyan.platform.kernel.listing import Column, Filter, Listing
from banyan.platform.kernel.problems import Problem

MOST_LINES = 30
# Empty lines that a form offers beyond those filled in.
_SPARE = 2


def listing(programme: Any) -> Listing:
    """The targetings of a programme, the newest first."""
    return Listing(
        key="targetings",
        title=gettext_lazy("Targeting"),
        columns=[
            Column("number", gettext_lazy("Number"), kind="number"),
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("programmes:targeting", args=[row["id"]])),
            Column("cycle__name", gettext_lazy("Cycle"), show=lambda row: row["cycle__name"] or _("all cycles"), wide_only=True),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(TargetingState.choices), tones=TONES),
            Column("made_by_label", gettext_lazy("Written by"), wide_only=True),
            Column("decided_by_label", gettext_lazy("Approved by"), wide_only=True),
        ],
        filters=[Filter("state", gettext_lazy("State"), kind="choice", choices=TargetingState.choices)],
        sort="-number",
        empty=_("Nobody is targeted yet."),
        empty_next=_("Write a targeting"),
        empty_url=reverse("programmes:targeting-new", args=[programme.pk]),
    )  # fmt: skip


@require_GET
@needs(VIEW_TARGETING)
def targeting_list(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """All targetings of a programme."""
    programme = programme_of(programme_id, request.viewer)
    return list_of(
        request, programme, "targetings", listing(programme), queries.targetings(programme.pk, seen_by=request.viewer),
        lead=_("Whom the programme is for: rules, score and lists, held against the register of a day."), right=TARGET,
    )  # fmt: skip


RuleLines = formset_factory(RuleForm, extra=_SPARE, max_num=MOST_LINES, validate_max=True)
ScoreLines = formset_factory(ScoreForm, extra=_SPARE, max_num=MOST_LINES, validate_max=True)


def _lines(request: HttpRequest, rules: Sequence[Any], score: Sequence[Any]) -> Lines:
    data = request.POST if request.method == "POST" else None
    return {
        "rules": lines_of(
            RuleLines, data, "rules", _("Rules"),
            _("Whoever meets one of them. Without a rule and without a threshold nobody is in."), "text", rules,
        ),
        "score": lines_of(
            ScoreLines, data, "score", _("Score"),
            _("The sum of all lines, each multiplied by its weight. Left empty: there is no score."), "formula", score,
        ),
    }  # fmt: skip


def _given(form: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """What the page was given, as the actions take it."""
    rules, score = (
        [one.cleaned_data for one in lines[name] if any(one.cleaned_data.values())] for name in ("rules", "score")
    )
    return {
        "name": form["name"],
        "cycle_id": UUID(form["cycle_id"]) if form["cycle_id"] else None,
        "threshold": form["threshold"],
        "rules": [
            {"key": each["key"], "label": each["label"], "text": each["text"]}
            | ({"criterion": each["criterion"], "version": each["version"]} if each["criterion"] else {})
            for each in rules
        ],
        "score": [{name: each[name] for name in ("label", "formula", "weight")} for each in score],
    }


@needs(TARGET)
def targeting_new(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Write a targeting of a programme."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    lines = _lines(request, [], [])

    def save(given: dict[str, Any]) -> str:
        made = actions.make_targeting(programme.pk, by=viewer, **_given(given, lines))
        return reverse("programmes:targeting", args=[made.pk])

    return _write(request, programme, {}, lines, save, _("Write a targeting"))


@needs(TARGET)
def targeting_change(request: HttpRequest, targeting_id: UUID) -> HttpResponse:
    """Write a draft anew. What was found before stays with its run."""
    viewer = request.viewer
    found = queries.targeting(targeting_id, seen_by=viewer)
    programme = programme_of(found.programme_id, viewer)
    lines = _lines(request, found.rules, found.score)
    initial = {"name": found.name, "threshold": found.threshold, "cycle_id": found.cycle_id or ""}

    def save(given: dict[str, Any]) -> str:
        actions.change_targeting(found.pk, by=viewer, **_given(given, lines))
        return reverse("programmes:targeting", args=[found.pk])

    more = (found.name, reverse("programmes:targeting", args=[found.pk]))
    return _write(request, programme, initial, lines, save, _("Change the targeting"), more)


def _write(
    request: HttpRequest, programme: Any, initial: dict[str, Any], lines: Any, save: Any, heading: Any, *more: Any
) -> HttpResponse:
    viewer = request.viewer
    cycles = [(each.pk, each.name) for each in queries.cycles(programme.pk, seen_by=viewer)]
    builder = builder_of(programme.for_whom, seen_by=viewer, operation_id=programme.operation_id, purpose="eligibility")
    lines["rules"].builder = builder
    form = TargetingForm(request.POST if request.method == "POST" else None, cycles=cycles, initial=initial)
    targetings = (gettext_lazy("Targeting"), reverse("programmes:targetings", args=[programme.pk]))
    return written(
        request, form, save, heading=heading, way=trail(programme, targetings, *more), lines=lines,
        said=_("Saved. Run it to see whom it finds."),
        described=askable(programme.for_whom, programme.operation_id, viewer), builder=builder,
        lead=_("What cannot be decided of somebody is not taken for yes: they are listed, so that the record is mended."),
    )  # fmt: skip


def askable(subject: str, operation_id: UUID, viewer: Viewer, purpose: str = "eligibility") -> list[dict[str, Any]]:
    """What a rule or formula about households or people may ask for, and of the records it leads to."""
    known = criteria.vocabulary(subject, seen_by=viewer, operation_id=operation_id, purpose=purpose)
    first = known.subjects[subject]
    near = [known.subjects[each.subject] for each in first.relations if each.subject in known.subjects]
    return [
        {
            "label": one.label,
            "fields": [field for field in known.fields_of(one) if known.allows(field)],
            "relations": one.relations,
        }
        for one in dict.fromkeys([first, *near])
    ]


@require_GET
@needs(VIEW_TARGETING)
def targeting_page(request: HttpRequest, targeting_id: UUID) -> HttpResponse:
    """One targeting: what it says, its lists and runs, and what may be done with it."""
    return _show(request, targeting_id)


def _show(
    request: HttpRequest, targeting_id: UUID, problems: Sequence[Problem] = (), run_form: RunForm | None = None
) -> HttpResponse:
    viewer = request.viewer
    found = queries.targeting(targeting_id, seen_by=viewer)
    programme = programme_of(found.programme_id, viewer)
    runs = list(queries.targeting_runs(found.pk, seen_by=viewer).order_by("-number"))
    draft = found.state == TargetingState.DRAFT
    refused = why_not_there(viewer, TARGET, found)
    fixed = "" if draft else _("It is no draft any more. Retire it and write another.")
    context = {
        "targeting": found,
        "programme": programme,
        "state_label": TargetingState(found.state).label,
        "tone": TONES[found.state],
        "facts": [
            (_("Cycle"), found.cycle.name if found.cycle else _("all cycles")),
            (_("Threshold"), plain(found.threshold)),
            (_("Written by"), found.changed_by_label or found.made_by_label),
            (_("Proposed by"), found.proposed_by_label),
            (_("Decided by"), found.decided_by_label),
            (_("Note"), found.note),
        ],
        "runs": [{"run": run, "job": progress(run.job, viewer) if run.done_at is None else None} for run in runs],
        "form": run_form or RunForm(),
        "reason_form": ReasonForm(),
        "listed": queries.list_entries(found.pk, seen_by=viewer).count(),
        "entries_url": reverse("programmes:entries", args=[found.pk]),
        "change_url": reverse("programmes:targeting-change", args=[found.pk]),
        "why_not_change": refused or fixed,
        "why_not_run": refused or ("" if found.state != TargetingState.RETIRED else _("It is retired.")),
        "moves": _moves(found, viewer),
        "may_refuse": found.state == TargetingState.PROPOSED and (viewer.may(APPROVE_TARGETING) or viewer.may(TARGET)),
        "may_propose": draft and not refused,
        "may_run": not refused and found.state != TargetingState.RETIRED,
        "problems": list(problems),
        "timeline": story(Targeting, found.pk, viewer),
        "trail": trail(programme, (gettext_lazy("Targeting"), reverse("programmes:targetings", args=[programme.pk]))),
    }
    return TemplateResponse(request, "programmes/targeting.html", context, status=422 if problems or run_form else 200)


def _moves(found: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The next steps of a targeting, those that this viewer may not take with the reason."""
    moves = []
    if found.state == TargetingState.PROPOSED:
        reason = why_not_there(viewer, APPROVE_TARGETING, found) or own(viewer, found.proposed_by)
        moves.append(("approve", _("Approve"), reason, "btn-primary", ""))
    if found.state in (TargetingState.DRAFT, TargetingState.APPROVED):
        confirm = _("Retire this targeting? Nobody can be enrolled by it any more.")
        moves.append(("retire", _("Retire"), why_not_there(viewer, TARGET, found), "btn-quiet", confirm))
    return [
        {"label": label, "url": reverse("programmes:targeting-move", args=[found.pk, verb]), "reason": reason, "style": style,
         "confirm": confirm}
        for verb, label, reason, style, confirm in moves
    ]  # fmt: skip


@require_POST
@needs(TARGET)
def run(request: HttpRequest, targeting_id: UUID) -> HttpResponse:
    """Hold a targeting against the register, in the background."""
    form = RunForm(request.POST)
    if not form.is_valid():
        return _show(request, targeting_id, run_form=form)
    try:
        made = actions.run_targeting(targeting_id, by=request.viewer, day=form.cleaned_data["day"])
    except Problem as problem:
        return _show(request, targeting_id, problems_of(problem))
    messages.success(request, _("Started. You may leave this page; what was found is here when it is done."))
    return redirect("programmes:run", made.pk)


@require_POST
@needs(VIEW_TARGETING)
def move(request: HttpRequest, targeting_id: UUID, verb: str) -> HttpResponse:
    """Propose a run of a targeting, approve or refuse what somebody else proposed, retire it."""
    viewer = request.viewer
    try:
        if verb == "propose":
            actions.propose_targeting(targeting_id, asked_id(request.POST.get("run", "")), by=viewer)
            said = _("Proposed. Somebody else approves it.")
        elif verb == "approve":
            actions.approve_targeting(targeting_id, by=viewer)
            said = _("Approved. Whom it found can be enrolled now.")
        elif verb == "refuse":
            actions.refuse_targeting(targeting_id, by=viewer, reason=request.POST.get("reason", ""))
            said = _("Back to draft.")
        elif verb == "retire":
            actions.retire_targeting(targeting_id, by=viewer)
            said = _("Retired.")
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, targeting_id, problems_of(problem))
    messages.success(request, said)
    return redirect("programmes:targeting", targeting_id)
