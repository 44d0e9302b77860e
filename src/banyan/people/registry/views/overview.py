"""The register at a glance: per operation how many, what arrived lately, what waits."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.registry import queries
from banyan.people.registry.policy import MODULE
from banyan.platform.access.doors import needs


@require_GET
@needs("registry.view_person")
def overview(request: HttpRequest) -> HttpResponse:
    """Numbers of each operation within reach, recent batches, and what waits for somebody."""
    viewer = request.viewer
    context = {
        "operations": queries.operation_numbers(seen_by=viewer),
        "batches": queries.recent_batches(seen_by=viewer),
        "waiting": queries.waiting(seen_by=viewer),
        "about": {
            "module": MODULE,
            "restriction_label": _("Restricted"),
            "restriction_text": _("Only for named people who need it for their work."),
            "tone": "bad",
        },
    }
    return TemplateResponse(request, "registry/overview.html", context)
