"""The second person's look at a proposed merge, and undoing one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs import ReasonForm, SecondLookForm
from banyan.people.linkage.states import CaseState
from banyan.people.linkage.views import merges, records
from banyan.people.linkage.views.case import apart_words, common, listed, note_opened, title_of
from banyan.people.linkage.views.framing import CONFIRM, UNDO, VIEW, Text, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.kernel.problems import Problem


@needs(VIEW)
def confirm(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was proposed, why and by whom. Somebody else confirms or refuses; who proposed may take it back."""
    view = queries.case(case_id, seen_by=request.viewer)
    if view.case.state != CaseState.PROPOSED or view.proposal is None:
        return redirect("linkage:case", view.case.pk)
    note_opened(view, request.viewer)
    if request.method != "POST":
        return _show(request, view, SecondLookForm())
    verb = request.POST.get("verb", "")
    if verb not in ("confirm", "refuse"):
        raise Problem("not_found")
    form = SecondLookForm(request.POST, refuses=verb == "refuse")
    if not form.is_valid():
        return _show(request, view, form)
    reason, seen = form.cleaned_data["reason"], request.POST.get("seen", "")
    try:
        if verb == "confirm":
            version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
            actions.confirm_merge(case_id, by=request.viewer, note=reason, version=version)
            messages.success(request, _("Confirmed: the records are one now. It can be undone."))
        else:
            actions.refuse_merge(case_id, reason=reason, by=request.viewer)
            messages.success(request, _("The case is open again."))
    except Problem as problem:
        return _show(request, view, form, problems_of(problem))
    return redirect("linkage:case", case_id)


def _show(request: HttpRequest, view: Any, form: SecondLookForm, problems: list[Problem] | None = None) -> HttpResponse:
    viewer, proposal = request.viewer, view.proposal
    partition = [each for each in proposal.partition if len(each["ids"]) > 1]
    alone = {one for each in proposal.partition if len(each["ids"]) == 1 for one in each["ids"]}
    joined = {one for each in partition for one in each["ids"]}
    effects = _effects(view, viewer)
    context = common(view) | {
        "asked": {"who": proposal.by_label, "at": proposal.at, "reason": proposal.reason},
        "clusters": [
            _cluster(view, str(place), each, effects.get(each["survivor"], []))
            for place, each in enumerate(partition, 1)
        ],
        "apart": apart_words(
            [side.letter for side in view.records if str(side.person.pk) in alone],
            [side.letter for side in view.records if str(side.person.pk) not in alone | joined],
        ),
        "form": form,
        "own": view.own_proposal,
        "may_confirm": "confirm" in view.verbs,
        "may_refuse": "refuse" in view.verbs,
        "why_not": _why_not(view, viewer),
        "problems": problems or [],
    }
    status = 422 if problems or form.errors else 200
    response = TemplateResponse(request, "linkage/confirm.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _why_not(view: Any, viewer: Any) -> Text:
    """Why this viewer cannot confirm; empty when they may."""
    if view.own_proposal:
        return gettext_lazy("You proposed this, so somebody else has to look at it and confirm it.")
    return why_not(viewer, CONFIRM)


def _cluster(view: Any, number: str, part: dict[str, Any], effects: list[str]) -> dict[str, Any]:
    ids = [side.person.pk for side in view.records if str(side.person.pk) in part["ids"]]
    by_text = {str(one): one for one in ids}
    letters = [side.letter for side in view.records if side.person.pk in ids]
    columns = [each for each in records.columns(view) if each["id"] in ids]
    if view.case.across:
        found, alike = records.folded(records.rows(view, ids))
        told = {"title": _("%(letters)s are one person") % {"letters": listed(letters)}, "rows": found}
        return (
            told
            | _folded(number, columns, alike)
            | {"effects": [_("It is noted that they are one person. No record changes.")]}
        )
    survivor = by_text[part["survivor"]]
    # Where nothing was chosen the record that stays keeps its own value.
    taken = {field.key: survivor for field in records.fields(view) if field.takeable}
    taken |= {key: by_text[one] for key, one in part.get("take", {}).items() if one in by_text}
    found, alike = records.folded(records.rows(view, ids, number=number, taken=taken))
    rows = [records.survivor_row(view, ids, number, survivor, decided=True), *found]
    return {"title": title_of(letters), "rows": rows, "effects": effects} | _folded(number, columns, alike)


def _folded(number: str, columns: list[dict[str, Any]], alike: list[dict[str, Any]]) -> dict[str, Any]:
    """A cluster with the rows in which all agree folded up."""
    return {
        "number": number,
        "key": f"p{number}",
        "columns": columns,
        "alike": alike,
        "alike_key": f"q{number}",
        "alike_label": records.alike_label(len(alike)),
    }


def _effects(view: Any, viewer: Any) -> dict[str, list[str]]:
    """What confirming does, in sentences, by the record that stays."""
    letters = {side.person.pk: side.letter for side in view.records}
    found = {}
    for each in queries.preview(view.case.pk, seen_by=viewer):
        stays = letters[each.survivor.person.pk]
        lines = [
            _("%(letter)s (%(reference)s) stays. Every other reference leads to it from then on, and stays findable.")
            % {"letter": stays, "reference": each.survivor.person.reference}
        ]
        lines += [
            _("%(label)s that move to it: %(count)d.") % {"label": label, "count": count}
            for label, count in each.moves.items()
            if count
        ]
        lines.append(_("Nobody loses aid by this, and the whole can be undone to the letter."))
        found[str(each.survivor.person.pk)] = lines
    return found


@needs(UNDO)
def undo(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Make the records of a case separate people again: what comes back, what stays, and why."""
    view = queries.case(case_id, seen_by=request.viewer)
    note_opened(view, request.viewer)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo(case_id, reason=form.cleaned_data["reason"], by=request.viewer)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Undone: they are separate people again."))
            return redirect("linkage:case", case_id)
    context = {
        "case": view.case,
        "told": records.told(view),
        "case_url": reverse("linkage:case", args=[view.case.pk]),
        "merges": merges.standing(view, request.viewer),
        "form": form,
        "problems": problems,
        "why_not": "" if "undo" in view.verbs else _("There is no merge to undo here, or your roles do not allow it."),
        "decisions": records.decision_rows(view),
        "trail": trail(view.case.operation_id, (view.case.reference, reverse("linkage:case", args=[view.case.pk]))),
    }
    return TemplateResponse(request, "linkage/undo.html", context, status=422 if problems or form.errors else 200)
