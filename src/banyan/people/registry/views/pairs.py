"""Two registrations that may be one person: noted and decided on the page of one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs import PairForm
from banyan.people.registry.models import ANSWERS, Person
from banyan.people.registry.queries.records import may_here
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.problems import Problem

VIEW, PROPOSE, APPROVE = "registry.view_person", "registry.propose_change", "registry.approve_change"


@needs(VIEW)
def pairs(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The suspected duplicates of a person, and a form to note another one."""
    viewer = request.viewer
    person = queries.person(person_id, seen_by=viewer)
    may_note = may_here(viewer, PROPOSE, person.scope_id)
    form = PairForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST":
        if not may_note:
            raise Problem("not_allowed")
        if form.is_valid():
            try:
                other = queries.people(seen_by=viewer).get(reference=form.cleaned_data["reference"].strip().upper())
                actions.note_pair(person.pk, other.pk, by=viewer, reason=form.cleaned_data["reason"])
            except Person.DoesNotExist:
                problems = [Problem("registry.pair_unknown", reference=form.cleaned_data["reference"])]
            except Problem as problem:
                if problem.status != 422:
                    raise
                problems = [problem]
            else:
                messages.success(request, _("The suspicion was noted. Somebody who approves changes decides on it."))
                return redirect("registry:pairs", person.pk)
    found = queries.pairs_of(person.pk, seen_by=viewer)
    log_read(viewer, kind="open", subject="registry.person", ids=_shown(person, found), purpose="duplicates")
    back = reverse("registry:person", args=[person.pk])
    context = {
        "person": person,
        "pairs": found,
        "form": form if may_note else None,
        "problems": problems,
        "may_decide": may_here(viewer, APPROVE, person.scope_id),
        "answers": [(answer.value, answer.label) for answer in ANSWERS],
        "cancel_url": back,
        "trail": [(_("Register"), reverse("registry:overview")), (person.reference, back)],
    }
    response = TemplateResponse(request, "registry/pairs.html", context, status=422 if problems or form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _shown(person: Any, found: list[queries.Pair]) -> list[UUID]:
    return [person.pk, *(each.other.pk for each in found if each.other is not None)]


@require_POST
@needs(APPROVE)
def decide_pair(request: HttpRequest, person_id: UUID, pair_id: UUID) -> HttpResponse:
    """Say that the two are the same person, or two people. Nothing is merged by it."""
    queries.person(person_id, seen_by=request.viewer)
    actions.decide_pair(pair_id, request.POST.get("resolution", ""), by=request.viewer)
    messages.success(request, _("The decision was noted."))
    return redirect("registry:pairs", person_id)
