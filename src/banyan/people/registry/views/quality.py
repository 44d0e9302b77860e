"""What the quality checks found about one record: a part of its page that is fetched once the rest is there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.people.quality import queries as quality
from banyan.people.registry import queries
from banyan.people.registry.models import Household, Person
from banyan.people.registry.queries.records import may_here
from banyan.people.registry.views.records import VIEW
from banyan.platform.access.doors import needs
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

FINDINGS = "quality.view_findings"


@require_GET
@needs(VIEW)
def findings(request: HttpRequest, table: str, record_id: UUID) -> HttpResponse:
    """The checks that this record fails, with how each is mended; as part of its page, or as a page of its own."""
    viewer = request.viewer
    record = _record(table, record_id, viewer)
    subject = "former_person" if table == "person" and record.status == "closed" else table
    found = quality.findings_of(subject, [record.pk], seen_by=viewer).get(record.pk, [])
    back = reverse(f"registry:{table}", args=[record.pk])
    checked = may_here(viewer, "quality.view_check", record.scope_id)
    context = {
        "record": record,
        "may_see": may_here(viewer, FINDINGS, record.scope_id),
        "findings": [
            {
                "finding": each,
                "url": reverse("quality:check", args=[record.operation_id, each.key]) if checked else "",
            }
            for each in found
        ],
        "change_url": reverse("registry:propose-menu", args=[table, record.pk])
        if may_here(viewer, "registry.propose_change", record.scope_id)
        else "",
        "pairs_url": reverse("registry:pairs", args=[record.pk]) if table == "person" else "",
        "trail": [(_("Register"), reverse("registry:overview")), (record.reference, back)],
    }
    whole = not request.htmx
    response = TemplateResponse(request, "registry/quality.html" if whole else "registry/parts/findings.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _record(table: str, record_id: UUID, viewer: Viewer) -> Person | Household:
    if table == "person":
        return queries.person(record_id, seen_by=viewer)
    if table == "household":
        return queries.household(record_id, seen_by=viewer)
    raise Problem("not_found")
