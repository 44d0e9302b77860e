"""Who is at a record, and the operation's rules about changes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.registry import actions, queries
from banyan.people.registry.models import OperationChangeRules
from banyan.people.registry.queries.changing.presence import present
from banyan.people.registry.views.changing.wording import KIND_LABELS
from banyan.people.registry.views.stories import story
from banyan.platform.access.declarations import declared
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operations_within
from banyan.platform.kernel.problems import Problem

RULES = "registry.change_rules"


@require_POST
@needs("registry.view_person")
def presence(request: HttpRequest, table: str, record_id: UUID) -> HttpResponse:
    """Say that this viewer is here, and show who else is. Asked every 15 seconds while the page is open."""
    viewer = request.viewer
    editing = request.POST.get("editing", "")
    actions.note_presence(table, record_id, by=viewer, editing=editing if editing in KIND_LABELS else "")
    others = [
        {"label": each.label, "since": each.since, "editing": KIND_LABELS.get(each.editing, "")}
        for each in present(record_id, seen_by=viewer)
    ]
    response = TemplateResponse(request, "registry/changes/here.html", {"others": others})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@needs(RULES)
def rules_list(request: HttpRequest) -> HttpResponse:
    """Operations whose rules this viewer may change; with one of them its rules at once."""
    found = operations_within(RULES, seen_by=request.viewer)
    if len(found) == 1:
        return redirect("registry:change-rules-of", found[0].pk)
    context = {"operations": found, "trail": _trail()}
    return TemplateResponse(request, "registry/changes/operations.html", context)


@needs(RULES)
def rules_page(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Who proposes and who approves each kind of change in an operation."""
    viewer = request.viewer
    operation = next((each for each in operations_within(RULES, seen_by=viewer) if each.pk == operation_id), None)
    if operation is None:
        raise Problem("not_found")
    rules = queries.change_rules(operation_id, seen_by=viewer)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = _save(request, operation_id, rules)
        if not problems:
            messages.success(request, _("The rules were saved."))
            return redirect("registry:change-rules-of", operation_id)
    rows = OperationChangeRules.objects.filter(operation=operation_id).order_by("-changed_at")
    context = {
        "operation": operation,
        "rows": [_row(request, rule) for rule in rules.values()],
        "problems": problems,
        "latest": rows.first(),
        "timeline": [entry for row in rows[:5] for entry in story(OperationChangeRules, row.pk, viewer, limit=5)],
        "trail": _trail(),
    }
    return TemplateResponse(request, "registry/changes/rules.html", context, status=422 if problems else 200)


def _trail() -> list[tuple[Any, str]]:
    return [(_("Register"), reverse("registry:overview")), (_("Change requests"), reverse("registry:changes"))]


def _row(request: HttpRequest, rule: Any) -> dict[str, Any]:
    posted = request.POST if request.method == "POST" else None
    kind = rule.kind
    proposers = set(posted.getlist(f"proposers.{kind}") if posted is not None else rule.proposers)
    approvers = set(posted.getlist(f"approvers.{kind}") if posted is not None else rule.approvers)
    return {
        "kind": kind,
        "label": KIND_LABELS[kind],
        "needs_approval": f"approval.{kind}" in posted if posted is not None else rule.needs_approval,
        "needs_evidence": f"evidence.{kind}" in posted if posted is not None else rule.needs_evidence,
        "proposers": [(code, label, code in proposers) for code, label in _roles("registry.propose_change")],
        "approvers": [(code, label, code in approvers) for code, label in _roles("registry.approve_change")],
    }


def _roles(permission: str) -> list[tuple[str, Any]]:
    return [(role.code, role.label) for role in declared().roles_with(permission)]


def _save(request: HttpRequest, operation_id: UUID, rules: Any) -> list[Problem]:
    """Save the rules that differ from those that hold; every problem at once."""
    found: list[Problem] = []
    for kind, rule in rules.items():
        wanted = {
            "needs_approval": f"approval.{kind}" in request.POST,
            "needs_evidence": f"evidence.{kind}" in request.POST,
            "proposers": sorted(request.POST.getlist(f"proposers.{kind}")),
            "approvers": sorted(request.POST.getlist(f"approvers.{kind}")),
        }
        held = {
            "needs_approval": rule.needs_approval,
            "needs_evidence": rule.needs_evidence,
            "proposers": sorted(rule.proposers),
            "approvers": sorted(rule.approvers),
        }
        if wanted == held:
            continue
        try:
            actions.set_change_rule(operation_id, kind, by=request.viewer, **wanted)  # type: ignore[arg-type]  # checked there
        except Problem as problem:
            found += list(problem.errors or [problem])
    return found
