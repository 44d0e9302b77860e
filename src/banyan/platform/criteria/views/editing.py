"""Pages on which a criterion is made and changed: built by choosing, or written as text."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.platform.access.doors import needs
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import actions, inputs, queries
from banyan.platform.criteria.declarations import Subject, subjects
from banyan.platform.criteria.models import Criterion
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.views import CHANGE, labels_of, telling, trail
from banyan.platform.criteria.views.checking import Checked, allowed, check_text
from banyan.platform.kernel.ids import id_from
from banyan.platform.kernel.problems import Problem

FALLBACK = "selection"


def vocabulary_for_script(subject: str, known: Mapping[str, Subject], labels: telling.Labels) -> dict[str, Any]:
    """Everything the builder needs to know, for the script."""
    return {
        "subject": subject,
        "subjects": {key: telling.described(one) for key, one in known.items()},
        "choices": telling.choices(labels),
        "operators": telling.operators(),
        "functions": telling.offered(frozenset({""})),
        "macros": telling.offered(frozenset({"records"})),
        "methods": telling.offered(frozenset({"text"})),
        "words": telling.words(),
    }


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def make(request: HttpRequest) -> HttpResponse:
    """Choose what is selected, then build or write the criterion."""
    viewer = request.viewer
    key = request.GET.get("subject", "")
    if key not in subjects():
        return TemplateResponse(request, "criteria/subjects.html", {"subjects": subjects().values(), "trail": trail()})
    given = request.POST if request.method == "POST" else None
    purposes = [(purpose.key, purpose.label) for purpose in queries.PURPOSES.values() if not purpose.reckons]
    initial = {"purpose": FALLBACK, **_unsaved(request)}
    form = inputs.CriterionForm(_kept(request), viewer=viewer, purposes=purposes, initial=initial)
    operation = id_from(given.get("operation", "")) if given else None
    purpose = given.get("purpose") if given else FALLBACK
    vocabulary = _vocabulary(key, viewer, operation, purpose if purpose in queries.PURPOSES else FALLBACK)
    page = _Page(request, form, vocabulary, None)
    if not form.is_bound or not form.is_valid():
        return page.answer()
    about = form.cleaned_data
    try:
        made = actions.save_criterion(
            by=viewer, subject=key, name=about["name"], text=about["text"], note=about["note"],
            operation_id=about["operation"], purpose=about["purpose"],
        )  # fmt: skip
    except Problem as problem:
        return page.refused(problem)
    messages.success(request, _("The criterion was saved."))
    return redirect("criteria:criterion", made.pk)


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def change(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """The next version of a criterion."""
    viewer = request.viewer
    found = queries.criterion(criterion_id, seen_by=viewer, permission=CHANGE)
    initial = {"name": found.name, "text": found.text, "read_version": found.number}
    form = inputs.VersionForm(_kept(request), initial={**initial, **_unsaved(request)})
    page = _Page(request, form, _vocabulary(found.subject, viewer, found.operation_id, found.purpose), found)
    if not form.is_bound or not form.is_valid():
        return page.answer()
    try:
        actions.change_criterion(found.pk, by=viewer, **form.cleaned_data)
    except Problem as problem:
        return page.refused(problem)
    messages.success(request, _("The criterion was saved."))
    return redirect("criteria:criterion", found.pk)


def _kept(request: HttpRequest) -> QueryDict | None:
    """What is to be saved; nothing where only the Check button was pressed."""
    return request.POST if request.method == "POST" and "check" not in request.POST else None


def _unsaved(request: HttpRequest) -> dict[str, str]:
    """What stands in the form while it is only checked: a criterion needs no name for that."""
    return {name: str(value) for name, value in request.POST.items()} if "check" in request.POST else {}


def _vocabulary(subject: str, viewer: Viewer, operation_id: UUID | None, purpose: str) -> Vocabulary:
    return queries.vocabulary(subject, seen_by=viewer, operation_id=operation_id, purpose=purpose)


class _Page:
    """The page with its form, in the states it can have: fresh, checked, refused."""

    def __init__(self, request: HttpRequest, form: Any, vocabulary: Vocabulary, criterion: Criterion | None) -> None:
        self.request, self.form, self.vocabulary, self.criterion = request, form, vocabulary, criterion

    def answer(self) -> HttpResponse:
        """The page as it was asked for; after the Check button with what is wrong, or the count."""
        if "check" in self.request.POST:
            checked = check_text(self.request.POST.get("text", ""), self.vocabulary)
            return self._page(checked=checked, counted=self._counted(checked))
        sound = not self.form.is_bound and self.criterion is not None
        return self._page(sound=sound, status=422 if self.form.errors else 200)

    def refused(self, problem: Problem) -> HttpResponse:
        """The page with what keeps the criterion from being saved: errors of the text stand at their places."""
        if problem.status == 404:
            raise problem
        checked = check_text(self.form.cleaned_data["text"], self.vocabulary)
        told = {finding["code"] for finding in checked.findings}
        others = [one for one in problem.errors or (problem,) if one.code not in told]
        return self._page(checked=checked, problems=others, status=problem.status)

    def _counted(self, checked: Checked) -> str:
        if checked.tree is None:
            return ""
        found, posted = self.criterion, self.request.POST
        operation = found.operation_id if found else id_from(posted.get("operation", ""))
        purpose = found.purpose if found else posted.get("purpose") or FALLBACK
        return told_count(checked.text, self.vocabulary.subject, self.request.viewer, operation, purpose)

    def _page(
        self,
        *,
        checked: Checked | None = None,
        counted: str = "",
        problems: list[Problem] | None = None,
        sound: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        known = allowed(self.vocabulary)
        labels = labels_of(known, self.request.viewer)
        subject = self.vocabulary.subject
        found = self.criterion
        context = {
            "form": self.form,
            "record": found,
            "subject": known[subject],
            "described": [known[subject], *(one for key, one in known.items() if key != subject)],
            "vocabulary": vocabulary_for_script(subject, known, labels),
            "checked": checked is not None,
            "sound": sound or bool(checked and checked.tree),
            "findings": checked.findings if checked else (),
            "problems": problems or [],
            "counted": counted,
            "operation_id": found.operation_id if found else "",
            "purpose": found.purpose if found else "",
            "cancel_url": reverse("criteria:criterion", args=[found.pk]) if found else reverse("criteria:list"),
            "trail": trail(found),
        }
        return TemplateResponse(self.request, "criteria/edit.html", context, status=status)


def told_count(text: str, subject: str, viewer: Viewer, operation_id: UUID | None, purpose: str) -> str:
    """How many a criterion selects, in a sentence; or why that cannot be said."""
    try:
        found = queries.count(text, subject, seen_by=viewer, operation_id=operation_id, purpose=purpose)
    except Problem as problem:
        return f"{problem.detail} {problem.mend}"
    return telling.counted(found.certain, found.unknown, found.total, str(subjects()[subject].label))
