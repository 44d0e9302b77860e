"""What an operation sets about checks: targets and weights with their days, parameters, mandatory fields, what is not asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import DIMENSIONS
from banyan.people.quality.inputs import MandatoryForm, SettingForm
from banyan.people.quality.views import showing
from banyan.people.quality.views.framing import SET, VIEW, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.problems import Problem


@require_GET
@needs(VIEW)
def settings_page(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """All checks of an operation with their targets, weights and parameters."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, VIEW)
    found: dict[str, list[dict[str, Any]]] = {}
    for check in queries.checks(operation.pk, seen_by=viewer):
        found.setdefault(check.dimension, []).append(
            {
                "check": check,
                "url": reverse("quality:setting", args=[operation.pk, check.key]),
                "params": [
                    (param.label, check.values.get(param.name, param.default), param.unit) for param in check.params
                ],
            }
        )
    context = {
        "operation": operation,
        "tabs": tabs(viewer, operation, "settings"),
        "groups": [{"label": label, "rows": found[code]} for code, label in DIMENSIONS.items() if code in found],
        "last": queries.last_pass(operation.pk, seen_by=viewer),
        "pass_url": reverse("quality:pass", args=[operation.pk]),
        "why_not_set": why_not(viewer, SET),
    }
    return TemplateResponse(request, "quality/settings.html", context)


@require_POST
@needs(SET)
def start_pass(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Look at all records now instead of at night."""
    operation = operation_of(operation_id, request.viewer, SET)
    actions.start_pass(operation.pk, by=request.viewer)
    messages.success(request, _("All records are being checked in the background."))
    return redirect("quality:settings", operation.pk)


@needs(SET)
def setting_page(request: HttpRequest, operation_id: UUID, key: str) -> HttpResponse:
    """Change what the operation sets about one check."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, SET)
    check = queries.check(operation.pk, key, seen_by=viewer)
    data = request.POST if request.method == "POST" else None
    form = SettingForm(
        data, params=check.params, stored=dict(check.values),
        initial={"enabled": check.enabled, "target": check.target, "weight": check.weight},
    )  # fmt: skip
    fields = _mandatory_form(check, data)
    problems: list[Problem] = []
    if data is not None and form.is_valid() and (fields is None or fields.is_valid()):
        try:
            _save(operation, check, form, fields, viewer)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved. All records are checked again in the background."))
            return redirect("quality:settings", operation.pk)
    settings_url = reverse("quality:settings", args=[operation.pk])
    context = {
        "operation": operation,
        "check": check,
        "check_url": showing.check_url(operation.pk, key),
        "form": form,
        "fields_form": fields,
        "problems": problems,
        "targets": queries.targets(operation.pk, key, seen_by=viewer).order_by("-valid_from"),
        "today": timezone.localdate(),
        "cancel_url": settings_url,
        "trail": trail(operation, (gettext_lazy("Targets and settings"), settings_url)),
    }
    wrong = form.errors or problems or (fields is not None and fields.errors)
    return TemplateResponse(request, "quality/setting.html", context, status=422 if wrong else 200)


def _mandatory_form(check: Any, data: Any) -> MandatoryForm | None:
    """The fields that may be made mandatory; None for a check that is not made of them."""
    if not check.mandatory:
        return None
    fields = subjects()[check.subject].fields
    choices = [(each.name, each.label) for each in fields if not each.derived]
    return MandatoryForm(data, choices=choices, initial={"fields_wanted": check.fields})


def _save(operation: Any, check: Any, form: SettingForm, fields: MandatoryForm | None, viewer: Viewer) -> None:
    """Write what differs from what holds."""
    given = form.cleaned_data
    if (given["target"], given["weight"]) != (check.target, check.weight):
        actions.set_target(
            operation.pk, check.key, by=viewer, target=given["target"], weight=given["weight"],
            valid_from=given["valid_from"],
        )  # fmt: skip
    changes: dict[str, Any] = {}
    if given["enabled"] != check.enabled:
        changes["enabled"] = given["enabled"]
    if form.params() != {param.name: check.values.get(param.name, param.default) for param in check.params}:
        changes["params"] = form.params()
    if fields is not None and set(fields.cleaned_data["fields_wanted"]) != set(check.fields):
        changes["fields"] = fields.cleaned_data["fields_wanted"]
    if changes:
        actions.set_check(operation.pk, check.key, by=viewer, **changes)
