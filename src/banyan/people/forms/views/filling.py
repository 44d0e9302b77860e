"""Forms in the browser: looked at before they are used, and filled.

The engine (`@getodk/web-forms`) is ODK's own. It runs its expression parser in WebAssembly, writes its styles into the
page and reads that parser from a data: address, so these pages, and no others, loosen the content security policy
by exactly that; scripts still come from this server alone.
"""

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.people.forms import queries
from banyan.people.forms.models import FormVersion
from banyan.platform.access.doors import needs
from banyan.platform.kernel.problems import Problem

VIEW = "forms.view_form"
ENGINE = {
    "script-src": ["'wasm-unsafe-eval'"],
    "style-src": ["'unsafe-inline'"],
    "connect-src": ["data:"],
    "font-src": ["data:"],
}
loosened: Any = csp_update(ENGINE)


@require_GET
@needs(VIEW)
@loosened
def preview(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Fill a version to see how it behaves: the XML that would be sent is shown, nothing is stored."""
    version = queries.version(version_id, seen_by=request.viewer)
    return _page(request, version, reverse("forms:version", args=[version.pk]), is_preview=True)


@require_GET
@needs(VIEW)
@loosened
def fill(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Fill the current version of a form; what is sent goes to the collection room."""
    version = queries.current_version(form_id, seen_by=request.viewer)
    if version is None:
        raise Problem("forms.not_published")
    return _page(request, version, reverse("forms:form", args=[form_id]), send_url=_collection(version))


@require_GET
@needs(VIEW)
def xform(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The XForm of a version, as ODK Collect and the engine in the browser read it."""
    version = queries.version(version_id, seen_by=request.viewer)
    if not version.xform:
        raise Problem("forms.not_converted")
    return HttpResponse(version.xform, content_type="text/xml; charset=utf-8")


def _page(
    request: HttpRequest, version: FormVersion, back_url: str, *, send_url: str = "", is_preview: bool = False
) -> HttpResponse:
    if not version.xform:
        raise Problem("forms.not_converted")
    context = {
        "version": version,
        "xform_url": reverse("forms:xform", args=[version.pk]),
        "words": _words(),
        "back_url": back_url,
        "send_url": send_url,
        "is_preview": is_preview,
    }
    return TemplateResponse(request, "forms/runner.html", context)


def _collection(version: FormVersion) -> str:
    """Where a filled form goes; "" while no room above takes it."""
    try:
        return reverse("collection:fill", args=[version.pk])
    except NoReverseMatch:
        return ""


def _words() -> dict[str, str]:
    """What the engine says in English only, and what the page says about sending."""
    return {
        "Send": _("Send"),
        "Add": _("Add"),
        "Remove": _("Remove"),
        "Cancel": _("Cancel"),
        "Powered by": _("Powered by"),
        "Change language": _("Change language"),
        "Rank items": _("Rank items"),
        "Take picture": _("Take picture"),
        "Choose image": _("Choose image"),
        "Choose file": _("Choose file"),
        "Get location": _("Get location"),
        "Save location": _("Save location"),
        "Zoom to fit": _("Zoom to fit"),
        "Zoom to current location": _("Zoom to current location"),
        "Undo last change": _("Undo last change"),
        "1 question with error.": _("1 question with error."),
        "{count} questions with errors.": _("{count} questions with errors."),
        "Condition not satisfied: required": _("An answer is required here."),
        "Condition not satisfied: constraint": _("This answer is not allowed here."),
        "sent": _("The form was sent. You can fill the next one."),
        "sent link": _("See what was sent"),
        "failed": _("The form was not sent. What you filled in is still here: try again."),
        "offline": _("The server cannot be reached. What you filled in is still here: try again when you are online."),
        "previewed": _("This is a preview: nothing was sent. Below is what would have been."),
        "not loaded": _("The form could not be loaded. Load the page again."),
    }
