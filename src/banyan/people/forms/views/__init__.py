"""Pages of forms: the list, one form with its versions."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.forms import queries
from banyan.platform.access.doors import needs
from banyan.platform.kernel.listing import Column, Listing, respond

VIEW = "forms.view_form"

FORMS = Listing(
    key="forms",
    title=_("Forms"),
    columns=[
        Column("title", _("Form")),
        Column("code", _("Code"), kind="code"),
        Column("operation__name", _("Operation")),
        Column("created_at", _("Added"), kind="datetime", wide_only=True),
    ],
    sort="title",
    empty=_("No forms yet."),
)


@require_GET
@needs(VIEW)
def form_list(request: HttpRequest) -> HttpResponseBase:
    """Forms of the operations within reach."""
    return respond(request, FORMS, queries.forms(seen_by=request.viewer), "forms/list.html", {})
