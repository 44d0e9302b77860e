"""Notices given to people, and what they agreed to."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs import NoticeForm
from banyan.platform.access.doors import needs
from banyan.platform.kernel.problems import Problem

_PAGES = {"people": "registry:person", "households": "registry:household"}


@needs("registry.register_person")
def give_notice(request: HttpRequest, subject: str, record_id: UUID) -> HttpResponse:
    """Record a notice: version, language, day, which purposes were agreed to and refused, on which legal basis."""
    viewer = request.viewer
    reading: Any = {"people": queries.person, "households": queries.household}.get(subject)
    if reading is None:
        raise Problem("not_found")
    record = reading(record_id, seen_by=viewer)
    back = reverse(_PAGES[subject], args=[record.pk])
    form = NoticeForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.give_notice(
                subject, record.pk, by=viewer, version=data["version"], language=data["language"],
                given_on=data["given_on"], purposes=form.purposes(), legal_basis=data["legal_basis"],
            )  # fmt: skip
        except Problem as problem:
            if problem.status != 422:
                raise
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, _("The notice was recorded."))
            return redirect(back)
    context = {
        "form": form,
        "problems": problems,
        "record": record,
        "cancel_url": back,
        "trail": [(_("Register"), reverse("registry:overview")), (record.reference, back)],
    }
    return TemplateResponse(request, "registry/notice.html", context, status=422 if form.errors or problems else 200)


@require_POST
@needs("registry.register_person")
def withdraw_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """From today on nothing of the notice is agreed to any more."""
    notice = actions.withdraw_notice(notice_id, by=request.viewer)
    messages.success(request, _("The withdrawal was recorded."))
    page = "registry:person" if notice.person_id else "registry:household"
    return redirect(page, notice.person_id or notice.household_id)
