"""In how many days an operation wants cases decided."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.targets import TargetsForm
from banyan.people.linkage.views.framing import CONFIRM, queue_url, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of
from banyan.platform.kernel.problems import Problem


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CONFIRM)
def targets(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """See and set the days."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, CONFIRM)
    form = TargetsForm(
        request.POST if request.method == "POST" else None, instance=queries.targets(operation.pk, seen_by=viewer)
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_targets(operation.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved. It counts for cases that come up from now on."))
            return redirect(queue_url(operation.pk))
    context = {
        "form": form, "problems": problems, "cancel_url": queue_url(operation.pk), "heading": _("How soon cases are decided"),
        "trail": trail(operation.pk),
        "lead": _("A case that is overdue stands first in the queue. Nobody loses anything by it."),
    }  # fmt: skip
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)
