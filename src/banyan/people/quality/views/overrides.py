"""Gates opened for one record: asked for by one person, decided on by another, for some days."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import declared
from banyan.people.quality.inputs import OverrideForm
from banyan.people.quality.models import Override
from banyan.people.quality.states import OverrideState
from banyan.people.quality.views.checks import note_shown
from banyan.people.quality.views.framing import ASK, CONFIRM, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

TONES = {"asked": "warn", "open": "good", "refused": "bad"}


def override_listing() -> Listing:
    """Requests to open a gate, and what became of them."""
    return Listing(
        key="overrides",
        title=gettext_lazy("Opened gates"),
        columns=[
            Column("asked_at", gettext_lazy("Asked"), kind="datetime", link=lambda row: reverse("quality:override", args=[row["id"]])),
            Column("asked_by_label", gettext_lazy("Asked by")),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(OverrideState.choices), tones=TONES),
            Column("decided_by_label", gettext_lazy("Decided by"), wide_only=True),
            Column("expires_at", gettext_lazy("Open until"), kind="datetime"),
        ],
        filters=[
            Filter("state", gettext_lazy("State"), kind="choice", choices=OverrideState.choices),
            Filter("asked", gettext_lazy("Asked on"), kind="dates", where="asked_at__date"),
        ],
        sort="-asked_at",
        empty=_("No gate was ever opened here."),
        empty_next=_("A gate is asked for where it stops a document: when a card is printed."),
    )  # fmt: skip


@require_GET
@needs(ASK)
def override_list(request: HttpRequest, operation_id: UUID) -> HttpResponseBase:
    """All requests of an operation, the newest first."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, ASK)
    context = {"operation": operation, "tabs": tabs(viewer, operation, "overrides")}
    rows = queries.overrides(operation_id=operation.pk, seen_by=viewer)
    return respond(request, override_listing(), rows, "quality/overrides.html", context)


@require_GET
@needs(ASK)
def override_page(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """One request: whom it is about, what stops it, why it was asked, and the decision."""
    return _show(request, override_id)


def _show(request: HttpRequest, override_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    asked = queries.override(override_id, seen_by=viewer)
    operation = operation_of(asked.operation_id, viewer, ASK)
    card = queries.cards(asked.subject, [asked.record_id], seen_by=viewer).get(asked.record_id)
    note_shown(asked.subject, [asked.record_id] if card else [], viewer, "quality: gate")
    labels = {check.key: check.label for check in queries.checks(operation.pk, seen_by=viewer)}
    own = asked.asked_by == viewer.id
    context = {
        "asked": asked,
        "card": card,
        "stopped_by": [labels.get(key, key) for key in asked.checks],
        "state_label": OverrideState(asked.state).label,
        "tone": TONES[asked.state],
        "is_over": asked.expires_at is not None and asked.expires_at <= timezone.now(),
        "waits": asked.state == OverrideState.ASKED,
        "why_not": why_not(viewer, CONFIRM) or (_("You asked for it: somebody else decides.") if own else ""),
        "decide_url": reverse("quality:override-decide", args=[asked.pk]),
        "problems": problems or [],
        "timeline": timeline(Override, asked.pk, seen_by=viewer, limit=20),
        "trail": trail(operation, (gettext_lazy("Opened gates"), reverse("quality:overrides", args=[operation.pk]))),
    }
    return TemplateResponse(request, "quality/override.html", context, status=422 if problems else 200)


@require_POST
@needs(CONFIRM)
def decide(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """Open the gate or refuse to: somebody else than who asked."""
    viewer, answer = request.viewer, request.POST.get("answer", "").strip()
    try:
        if request.POST.get("verb") == "confirm":
            actions.confirm_override(override_id, by=viewer, answer=answer)
            messages.success(request, _("The gate is open for this record."))
        elif request.POST.get("verb") == "refuse":
            actions.refuse_override(override_id, by=viewer, answer=answer)
            messages.success(request, _("Refused."))
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, override_id, problems_of(problem))
    return redirect("quality:override", override_id)


@needs(ASK)
def ask(request: HttpRequest, subject: str, record_id: UUID) -> HttpResponse:
    """Ask that a record pass the gates that stop it now, although it is not mended."""
    viewer = request.viewer
    if subject not in declared().records:
        raise Problem("not_found")
    card = queries.cards(subject, [record_id], seen_by=viewer).get(record_id)
    if card is None:
        raise Problem("not_found")
    stopped: list[Any] = queries.gate(subject, [record_id], seen_by=viewer).get(record_id, [])
    form = OverrideForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_override(subject, record_id, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Asked. Somebody else decides now."))
            return redirect("quality:override", asked.pk)
    note_shown(subject, [record_id], viewer, "quality: gate")
    context = {
        "card": card, "stopped": stopped, "form": form, "problems": problems, "cancel_url": card.url,
        "trail": [(card.reference, card.url)],
    }  # fmt: skip
    return TemplateResponse(request, "quality/ask.html", context, status=422 if form.errors or problems else 200)
