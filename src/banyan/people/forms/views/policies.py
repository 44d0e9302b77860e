"""The pages of the collection policy: which operations have one, and one operation's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from banyan.people.forms import actions, queries
from banyan.people.forms.declarations import KINDS_OF_DATA
from banyan.people.forms.models import CollectionPolicy
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operations_within
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.problems import Problem

VIEW, CHANGE = "forms.view_form", "forms.change_policy"


@require_GET
@needs(VIEW)
def policy_list(request: HttpRequest) -> HttpResponse:
    """What each operation within reach does not collect."""
    viewer = request.viewer
    rows = [
        (operation, [KINDS_OF_DATA[kind] for kind in KINDS_OF_DATA if kind in forbidden])
        for operation in operations_within(VIEW, seen_by=viewer)
        for forbidden in [queries.policy(operation.pk, seen_by=viewer)]
    ]
    return TemplateResponse(
        request, "forms/policies.html", {"rows": rows, "trail": [(_("Forms"), reverse("forms:list"))]}
    )


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def policy(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """See what an operation does not collect; change it with the permission to."""
    viewer = request.viewer
    found = queries.policy_record(operation_id, seen_by=viewer)
    may_change = any(each.pk == operation_id for each in operations_within(CHANGE, seen_by=viewer))
    forbidden, note = frozenset(found.forbidden), found.note
    problems: list[Problem] = []
    if request.method == "POST":
        forbidden, note = frozenset(request.POST.getlist("forbidden")), request.POST.get("note", "")[:2000]
        try:
            actions.change_policy(operation_id, forbidden, note, by=viewer)
        except Problem as problem:
            if problem.status != 422:
                raise
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, _("The policy was saved."))
            return redirect("forms:policy", operation_id)
    asking = queries.asking(operation_id, forbidden, seen_by=viewer)
    context = {
        "policy": found,
        "operation": found.operation,
        "kinds": [(kind, label, kind in forbidden) for kind, label in KINDS_OF_DATA.items()],
        "note": note,
        "may_change": may_change,
        "asking": [
            (version, [(asked.question.name, asked.question.row, KINDS_OF_DATA[asked.kind]) for asked in found_there])
            for version, found_there in asking.items()
        ],
        "problems": problems,
        "timeline": timeline(CollectionPolicy, found.pk, seen_by=viewer, limit=20) if not found._state.adding else [],
        "trail": [(_("Forms"), reverse("forms:list")), (_("What is not collected"), reverse("forms:policies"))],
    }
    return TemplateResponse(request, "forms/policy.html", context, status=422 if problems else 200)
