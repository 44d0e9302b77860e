"""Hits: the queue, one of them side by side with the entry, decisions, and one person compared now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.screening import HitReasonForm, ScreenPersonForm
from banyan.people.linkage.models import HitZone, ListSource
from banyan.people.linkage.states import HIT, HitState
from banyan.people.linkage.views.screening import wording
from banyan.people.linkage.views.screening.comparing import sides
from banyan.people.linkage.views.screening.framing import DECIDE, VIEW, note_read, tabs, trail
from banyan.people.registry import queries as registry
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Location, Problem

DECISIONS = {
    "clear": actions.clear_hit,
    "escalate": actions.escalate_hit,
    "confirm": actions.confirm_hit,
    "dismiss": actions.dismiss_hit,
    "reopen": actions.reopen_hit,
    "withdraw": actions.withdraw_hit,
}
BUTTONS = {
    "clear": gettext_lazy("Not this person"),
    "escalate": gettext_lazy("May be this person: escalate"),
    "confirm": gettext_lazy("Confirm"),
    "dismiss": gettext_lazy("Not this person after all"),
    "reopen": gettext_lazy("Open again"),
    "withdraw": gettext_lazy("Withdraw the confirmation"),
}
DONE = {
    "clear": gettext_lazy("Cleared. It comes back only when the data change."),
    "escalate": gettext_lazy("Escalated. Somebody else decides now."),
    "confirm": gettext_lazy("Confirmed. Nothing is stopped by it."),
    "dismiss": gettext_lazy("Cleared. It comes back only when the data change."),
    "reopen": gettext_lazy("Open again."),
    "withdraw": gettext_lazy("The confirmation is withdrawn; the hit is open again."),
}
_BY_TWO = ("confirm", "dismiss")


def hit_listing() -> Listing:
    """The queue: what a document supports first, a name alone last."""
    return Listing(
        key="hits",
        title=gettext_lazy("Hits"),
        columns=[
            Column(
                "own_name",
                gettext_lazy("Person in the register"),
                sortable=False,
                link=lambda row: reverse("linkage:hit", args=[row["id"]]),
            ),
            Column("listed_name", gettext_lazy("Person on a list"), sortable=False, wide_only=True),
            Column(
                "source",
                gettext_lazy("List"),
                kind="choice",
                sortable=False,
                choices=dict(ListSource.choices),
                wide_only=True,
            ),
            Column(
                "zone",
                gettext_lazy("Rests on"),
                kind="badge",
                sortable=False,
                choices=dict(HitZone.choices),
                tones=wording.ZONE_TONES,
                wide_only=True,
            ),
            Column("weight", gettext_lazy("Weight"), kind="number", wide_only=True),
            Column(
                "state",
                gettext_lazy("State"),
                kind="badge",
                sortable=False,
                choices=dict(HitState.choices),
                tones=wording.STATE_TONES,
            ),
            Column("found_at", gettext_lazy("Found"), kind="date", wide_only=True),
        ],
        filters=[
            Filter("state", gettext_lazy("State"), kind="choice", choices=HitState.choices, primary=True),
            Filter("zone", gettext_lazy("Rests on"), kind="choice", choices=HitZone.choices),
            Filter("source", gettext_lazy("List"), kind="choice", choices=ListSource.choices),
            Filter(
                "gone",
                gettext_lazy("Not found any more"),
                kind="yesno",
                where=lambda rows, yes: rows.filter(gone_on__isnull=not yes),
            ),
        ],
        sort="standing",
        empty=gettext_lazy("Nobody in the register is like anybody on the lists in use."),
        empty_next=gettext_lazy("Load a list, or see under Comparisons whether the register has been compared."),
    )


@require_GET
@needs(VIEW)
def hit_list(request: HttpRequest) -> HttpResponseBase:
    """The queue of hits within reach, with whether the comparison is up to date."""
    return _queue(request, ScreenPersonForm())


def _queue(request: HttpRequest, form: ScreenPersonForm, problems: list[Problem] | None = None) -> HttpResponseBase:
    viewer = request.viewer
    counts = queries.hit_counts(seen_by=viewer)
    context = {
        "tabs": tabs("hits"),
        "standing": queries.screening_standing(seen_by=viewer),
        "counts": [(label, counts[state], f"?state={state}") for state, label in HitState.choices],
        "form": form,
        "problems": problems or [],
        "why_not": why_not(viewer, DECIDE),
    }
    rows = queries.screening_hits(seen_by=viewer).annotate(standing=F("rank") * 1000.0 - F("weight"))
    response = respond(
        request, hit_listing(), rows, "linkage/screening/hits.html", context,
        on_list=lambda ids: note_read(viewer, ids, listed=True),
    )  # fmt: skip
    if problems or form.errors:
        response.status_code = 422
    return response


@require_GET
@needs(VIEW)
def hit_page(request: HttpRequest, hit_id: UUID) -> HttpResponse:
    """One hit: both sides, why they are alike, what happened so far, and what may be decided."""
    return _show(request, hit_id)


def _show(
    request: HttpRequest, hit_id: UUID, form: HitReasonForm | None = None, problems: list[Problem] | None = None
) -> HttpResponse:
    viewer = request.viewer
    hit = queries.screening_hit(hit_id, seen_by=viewer)
    record = registry.person_record(hit.person_id, seen_by=viewer)
    note_read(viewer, [hit.pk])
    others = [each for each in queries.hits_of(hit.person_id, seen_by=viewer) if each.pk != hit.pk]
    context = {
        "hit": hit,
        "person": record.person,
        "party": hit.party,
        "sides": sides(hit, record, seen_by=viewer),
        "zone_label": HitZone(hit.zone).label,
        "zone_tone": wording.ZONE_TONES[hit.zone],
        "source_label": ListSource(hit.source).label,
        "state_label": HitState(hit.state).label,
        "state_tone": wording.STATE_TONES[hit.state],
        "steps": [(wording.VERBS[step.verb], step) for step in queries.hit_steps(hit.pk, seen_by=viewer)],
        "others": [(each, ListSource(each.source).label, HitState(each.state).label) for each in others],
        "form": form or HitReasonForm(initial={"seen": queries.mark_of(hit, seen_by=viewer)}),
        "decisions": _decisions(hit, viewer),
        "problems": problems or [],
        "trail": trail(),
    }
    status = 422 if problems or (form is not None and form.errors) else 200
    return TemplateResponse(request, "linkage/screening/hit.html", context, status=status)


def _decisions(hit: Any, viewer: Any) -> list[dict[str, Any]]:
    """What can be done in this state, each with the reason why not."""
    found = []
    for verb in HIT.verbs(hit.state):
        reason = why_not(viewer, HIT.permission_for(verb))
        if not reason and verb in _BY_TWO and hit.escalated_by == viewer.id:
            reason = _("You escalated it: somebody else decides.")
        found.append({"verb": verb, "label": BUTTONS[verb], "why_not": reason})
    return found


@require_POST
@needs(DECIDE)
def decide(request: HttpRequest, hit_id: UUID) -> HttpResponse:
    """Take one step with a hit; the button says which."""
    verb = request.POST.get("verb", "")
    if verb not in DECISIONS:
        raise Problem("not_found")
    form = HitReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, hit_id, form)
    try:
        DECISIONS[verb](hit_id, by=request.viewer, **form.cleaned_data)
    except Problem as problem:
        return _show(request, hit_id, form, problems_of(problem))
    messages.success(request, DONE[verb])
    return redirect("linkage:hit", hit_id)


@require_POST
@needs(DECIDE)
def screen_person(request: HttpRequest) -> HttpResponseBase:
    """Compare one person with the lists now, and show what there is."""
    viewer, form = request.viewer, ScreenPersonForm(request.POST)
    if not form.is_valid():
        return _queue(request, form)
    try:
        reference = check_reference(form.cleaned_data["reference"])
        person = registry.people(seen_by=viewer).filter(reference=reference).values_list("pk", flat=True).first()
        if person is None:
            raise Problem("linkage.person_unknown", reference=reference, at=Location(field="reference"))
        found = actions.screen_person(person, by=viewer)
    except Problem as problem:
        return _queue(request, form, list(problem.errors or [problem]))
    current = [hit for hit in found if hit.gone_on is None]
    if not current:
        messages.success(request, _("Compared: this person is like nobody on the lists in use."))
        return redirect("linkage:hits")
    messages.success(request, _("Compared."))
    return redirect("linkage:hit", current[0].pk)
