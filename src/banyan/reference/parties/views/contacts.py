"""Pages of contacts: shown when asked for, added, changed, ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import actions, queries
from banyan.reference.parties.inputs import ContactInput
from banyan.reference.parties.views.organisations import trail


@require_POST
@needs("parties.view_contact")
def contact_show(request: HttpRequest, contact_id: UUID) -> HttpResponseBase:
    """The values of a contact; asked for by POST, because asking leaves an entry in the log of reads."""
    found = queries.revealed(contact_id, seen_by=request.viewer)
    part = request.headers.get("HX-Request") == "true"
    context = {
        "contact": found,
        "facts": [
            (_("Name"), found.name),
            (_("Post"), found.post),
            (_("E-mail address"), found.email),
            (_("Telephone"), found.phone),
            (_("Note"), found.note),
            (_("Area"), found.scope.area),
            (_("Left on"), found.until),
        ],
        "may_change": request.viewer.may("parties.change_contact"),
        "trail": trail((found.organisation.name, reverse("parties:record", args=[found.organisation.code]))),
    }
    return TemplateResponse(request, "parties/contact_part.html" if part else "parties/contact.html", context)


@require_http_methods(["GET", "POST"])
@needs("parties.change_contact")
def contact_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add a contact to an organisation."""
    organisation = queries.organisation(code, seen_by=request.viewer)
    form = ContactInput(request.POST or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_contact(by=request.viewer, organisation_id=organisation.id, **form.cleaned_data)
        except Problem as problem:
            if problem.status == 404:
                raise
            problems = list(problem.errors or (problem,))
        else:
            messages.success(request, _("The contact was added."))
            return redirect("parties:record", code)
    context = {
        "form": form,
        "problems": problems,
        "trail": trail((organisation.name, reverse("parties:record", args=[organisation.code]))),
    }
    return TemplateResponse(
        request, "parties/contact_new.html", context, status=422 if problems or form.errors else 200
    )


@require_POST
@needs("parties.change_contact")
def contact_end(request: HttpRequest, contact_id: UUID) -> HttpResponseBase:
    """Say that the person left today."""
    found = actions.end_contact(by=request.viewer, contact_id=contact_id, until=timezone.localdate())
    messages.success(request, _("The contact has ended."))
    return redirect("parties:record", found.organisation.code)
