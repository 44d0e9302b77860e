"""Registrations of one person: where a merged one leads, the others of somebody, and taking a merge back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs import UnmergeForm
from banyan.people.registry.models import Person
from banyan.people.registry.queries.records import PersonRecord, may_here
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

MERGE = "registry.merge_person"


def standing_page(request: HttpRequest, person: Person) -> str:
    """Where a merged registration leads; empty for one that stands, for a survivor out of reach, and when it is asked for itself."""
    if person.merged_into_id is None or "itself" in request.GET:
        return ""
    if not queries.people(seen_by=request.viewer).filter(pk=person.merged_into_id).exists():
        return ""
    return f"{reverse('registry:person', args=[person.merged_into_id])}?known_by={person.pk}"


def merge_context(request: HttpRequest, record: PersonRecord) -> dict[str, Any]:
    """What a person's page says about merges: the registration that stands, and the others that lead here."""
    viewer, person = request.viewer, record.person
    stands = None
    if person.merged_into_id is not None:
        stands = queries.people(seen_by=viewer).filter(pk=person.merged_into_id).first()
    came_by = request.GET.get("known_by", "")
    return {
        "stands": stands,
        "merged_away": person.merged_into_id is not None,
        "known_by": next((each for each in record.aliases if str(each.person.pk) == came_by), None),
        "aliases": [{"alias": each, "undo_url": _undo_url(viewer, person, each)} for each in record.aliases],
    }


def _undo_url(viewer: Viewer, person: Person, alias: queries.Alias) -> str:
    """Where the merge is taken back; empty for who may not."""
    may = may_here(viewer, MERGE, person.scope_id) and may_here(viewer, MERGE, alias.person.scope_id)
    return reverse("registry:unmerge", args=[person.pk, alias.merge.pk]) if may and alias.merge else ""


@needs(MERGE)
def unmerge(request: HttpRequest, person_id: UUID, merge_id: UUID) -> HttpResponse:
    """Take a merge back, with a reason: the registrations stand for themselves again."""
    viewer = request.viewer
    person = queries.person(person_id, seen_by=viewer)
    merge = next((each for each in queries.merges_of([person_id], seen_by=viewer) if each.pk == merge_id), None)
    if merge is None or merge.survivor_id != person_id:
        raise Problem("not_found")
    form = UnmergeForm(request.POST if request.method == "POST" else None)
    back = reverse("registry:person", args=[person_id])
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.unmerge(merge_id, reason=form.cleaned_data["reason"], by=viewer)
        except Problem as problem:
            if problem.status != 409:  # nobody was faster, and no later merge stands before this one
                raise
            problems = [problem]
        else:
            messages.success(request, _("The registrations stand for themselves again."))
            if done.kept:
                messages.info(request, _kept(len(done.kept), person.reference))
            return redirect("registry:person", merge.merged_id)
    log_read(viewer, kind="open", subject="registry.person", ids=[person_id, merge.merged_id], purpose="merge")
    context = {
        "form": form,
        "problems": problems,
        "person": person,
        "merge": merge,
        "cancel_url": back,
        "trail": [(_("Register"), reverse("registry:overview")), (person.reference, back)],
    }
    response = TemplateResponse(
        request, "registry/unmerge.html", context, status=422 if problems or form.errors else 200
    )
    response["Cache-Control"] = "no-store"
    return response


def _kept(number: int, reference: str) -> str:
    return ngettext(
        "%(number)s entry came after the merge and stays with %(reference)s. Look whether it belongs there.",
        "%(number)s entries came after the merge and stay with %(reference)s. Look whether they belong there.",
        number,
    ) % {"number": number, "reference": reference}
