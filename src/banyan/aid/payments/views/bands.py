"""Approval bands: from which amounts on how many people give their word."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.bands import BandsForm
from banyan.aid.payments.views.framing import BANDS, VIEW, at, frame
from banyan.aid.payments.views.wording import money
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of, why_not
from banyan.platform.kernel.problems import Problem


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def bands(request: HttpRequest) -> HttpResponse:
    """The bands of an operation, for everybody who has a part in plans; who may, changes them."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        raise Problem("not_found")
    known = list(queries.bands(operation.pk, seen_by=viewer).order_by("from_amount"))
    form = BandsForm(request.POST if request.method == "POST" else None, bands=known)
    problems: list[Problem] = []
    if request.method == "POST":
        viewer.require(BANDS)
        if form.is_valid():
            try:
                actions.set_bands(operation.pk, form.bands(), by=viewer, currency=form.cleaned_data["currency"])
            except Problem as problem:
                problems = problems_of(problem)
            else:
                messages.success(request, _("Saved. They count for plans that are sent for approval from now on."))
                return redirect(at("payments:bands", operation.pk))
    reason = why_not(viewer, BANDS)
    context: dict[str, Any] = {
        **frame(request, "bands", operation, operations),
        "bands": [(money(each.from_amount, each.currency), each) for each in known],
        "form": None if reason else form, "why_not": reason, "problems": problems,
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/bands.html", context, status=status)
