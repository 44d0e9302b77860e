"""What the pages of this room have in common: the row of tabs, the page of a single form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.platform.access.declarations import SIGNED_IN


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages of this room that the viewer may open."""
    entries = [
        ("accounts", _("Accounts"), "access.view_account"),
        ("grants", _("Grants"), "access.view_grant"),
        ("roles", _("Roles"), SIGNED_IN),
        ("who", _("Who can do this?"), "access.view_grant"),
        ("operations", _("Operations"), SIGNED_IN),
        ("tokens", _("Access tokens"), SIGNED_IN),
        ("reads", _("Log of reads"), "access.view_read_log"),
        ("emergencies", _("Emergency access"), "access.review_break_glass"),
        ("own_emergencies", _("My emergency access"), "access.break_glass"),
    ]
    return [
        {"label": label, "url": reverse(f"access:{name}"), "current": request.path == reverse(f"access:{name}")}
        for name, label, permission in entries
        if request.viewer.may(permission)
    ]


def form_page(
    request: HttpRequest, form: Any, *, heading: str, submit: str, back: str, back_label: str, **more: Any
) -> HttpResponse:
    """A page with one form; 422 when what was sent cannot be taken."""
    context = {
        "form": form,
        "heading": heading,
        "submit": submit,
        "cancel_url": back,
        "trail": [(back_label, back)],
        **more,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "access/form.html", context, status=status)
