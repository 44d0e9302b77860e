"""Pages of emergency access: asking, reviewing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.platform.access import actions, queries
from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.doors import needs
from banyan.platform.access.inputs import GlassInput, ReviewInput, tell
from banyan.platform.access.views.framing import form_page, tabs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

EMERGENCIES = Listing(
    key="emergencies",
    title=_("Emergency access"),
    columns=[
        Column("begins_at", _("Began"), kind="datetime", link="/access/emergencies/{id}/"),
        Column("account__name", _("Who")),
        Column("subject_label", _("To what")),
        Column("ends_at", _("Ends"), kind="datetime"),
        Column("reviewed_at", _("Reviewed"), kind="datetime"),
    ],
    filters=[Filter("open", _("Waits for review"), kind="yesno", where="reviewed_at__isnull")],
    sort="-begins_at",
    empty=_("Nobody took emergency access."),
)


@require_GET
@needs("access.review_break_glass")
def emergency_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody's emergency access, for supervisors."""
    return respond(
        request,
        EMERGENCIES,
        queries.breakglasses(seen_by=request.viewer),
        "access/list.html",
        {"tabs": tabs(request), "heading": _t("Emergency access")},
    )


@require_http_methods(["GET", "POST"])
@needs("access.break_glass")
def own_emergencies(request: HttpRequest) -> HttpResponse:
    """One's own emergency access, and the request for it."""
    form = GlassInput(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.break_glass(data["reason"], data["hours"], area_id=data["area_id"], by=request.viewer)
        except Problem as problem:
            tell(form, problem)
        else:
            messages.warning(request, _t("Emergency access is open. Supervisors were told and will review it."))
            return redirect("access:own_emergencies")
    context = {
        "form": form,
        "mine": queries.own_breakglasses(seen_by=request.viewer)[:50],
        "now": timezone.now(),
        "tabs": tabs(request),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "access/own_emergencies.html", context, status=status)


@require_POST
@needs("access.break_glass")
def end(request: HttpRequest, breakglass_id: UUID) -> HttpResponse:
    """Give up one's own emergency access before its time."""
    actions.end_glass(breakglass_id, by=request.viewer)
    return redirect("access:own_emergencies")


@require_http_methods(["GET", "POST"])
@needs(SIGNED_IN)
def emergency(request: HttpRequest, breakglass_id: UUID) -> HttpResponse:
    """One emergency access: what, why, and its review."""
    viewer = request.viewer
    found = queries.breakglass_by_id(breakglass_id, seen_by=viewer)
    may_review = viewer.may("access.review_break_glass") and found.reviewed_at is None and found.account_id != viewer.id
    form = ReviewInput(request.POST or None)
    if request.method == "POST":
        if not may_review:
            raise Problem("not_allowed")
        if form.is_valid():
            try:
                actions.review_glass(found.pk, form.cleaned_data["justified"], form.cleaned_data["review"], by=viewer)
            except Problem as problem:
                tell(form, problem)
            else:
                messages.success(request, _t("The review is on record."))
                return redirect("access:emergencies")
    facts = [
        (_t("Who"), found.account.name),
        (_t("To what"), found.subject_label),
        (_t("Reason"), found.reason),
        (_t("Began"), found.begins_at),
        (_t("Ends"), found.ends_at),
        (_t("Reviewed"), found.reviewed_at),
        (_t("Reviewed by"), found.reviewed_by),
        (_t("Was justified"), {True: _t("yes"), False: _t("no"), None: None}[found.justified]),
        (_t("Review"), found.review),
    ]
    return form_page(
        request,
        form,
        heading=_t("Emergency access"),
        submit=_t("Record the review"),
        back=reverse("access:emergencies")
        if viewer.may("access.review_break_glass")
        else reverse("access:own_emergencies"),
        back_label=_t("Emergency access"),
        facts=facts,
        no_form=not may_review,
    )
