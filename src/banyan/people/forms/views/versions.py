"""Pages of versions: what a workbook holds, what has to be mended, how it differs from another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.forms import actions, queries, states
from banyan.people.forms.actions.policies import policy_findings
from banyan.people.forms.models import FormVersion
from banyan.people.forms.queries.downloads import download
from banyan.people.forms.rules.comparing import compare
from banyan.people.forms.rules.schema import Schema
from banyan.people.forms.states import VERSION_LABELS
from banyan.people.forms.views import CHANGE, VIEW, telling, trail
from banyan.people.forms.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.problems import Problem

TABS = ("problems", "questions", "advice", "mends", "history")


@require_GET
@needs(VIEW)
def version_record(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version: summary; problems with the mends offered; questions; advice; accepted mends; history."""
    viewer = request.viewer
    version = queries.version(version_id, seen_by=viewer)
    tab = request.GET.get("tab", "problems")
    if tab not in TABS:
        raise Http404
    policy = [finding.to_json() for finding in policy_findings(version, version.form.operation_id, by=viewer)]
    # Logic with errors elsewhere in the form is told by those errors.
    logic = (
        [] if version.counts.get("errors", 1) else queries.evaluation.logic_findings(Schema.from_json(version.schema))
    )
    further = [*policy, *(finding.to_json() for finding in logic)]
    found = telling.findings([*further, *version.findings], version.offers)
    errors = [row for row in found if row["severity"] == "error"]
    offers = telling.offers(version.offers) if "mend" in states.verbs(version.state) else []
    context: dict[str, Any] = {
        "version": version,
        "record": version.form,
        "tab": tab,
        "tabs": _tabs(version, tab, len(found)),
        "state_label": VERSION_LABELS[version.state],
        "state_tone": telling.STATE_TONES[version.state],
        "facts": _facts(version),
        "errors": errors,
        "warnings": [row for row in found if row["severity"] != "error"],
        "sure": [offer for offer in offers if not offer["stopgap"]],
        "stopgaps": [offer for offer in offers if offer["stopgap"]],
        "may_change": viewer.may(CHANGE),
        "verbs": states.verbs(version.state),
        "why_not": _why_not(version, len(errors)),
        "is_current": version.form.current_version_id == version.pk,
        "trail": trail(version.form),
        **_job(version, request),
    }
    if tab == "questions":
        schema = Schema.from_json(version.schema) if version.schema else Schema("", "")
        language = request.GET.get("language", schema.default_language or next(iter(schema.languages), ""))
        context |= {
            "outline": telling.outline(schema, language),
            "asked_language": language,
            "asked_languages": schema.languages,
        }
    elif tab == "advice":
        context["advice"] = telling.findings(version.advice)
    elif tab == "history":
        context["timeline"] = story(FormVersion, version.pk, viewer, limit=30)
    return TemplateResponse(request, "forms/version.html", context)


def _tabs(version: FormVersion, current: str, problems: int) -> list[dict[str, Any]]:
    counts = version.counts
    shown = [
        ("problems", _("Problems"), problems),
        ("questions", _("Questions"), counts.get("questions")),
        ("advice", _("Advice"), counts.get("advice")),
        ("mends", _("Accepted mends"), len(version.mends)),
        ("history", _("What happened"), None),
    ]
    return [
        {"label": label, "url": f"?tab={key}", "current": key == current, "count": count} for key, label, count in shown
    ]


def _facts(version: FormVersion) -> list[tuple[Any, Any]]:
    counts = version.counts
    return [
        (_("File"), version.file_name),
        (_("Languages"), ", ".join(language or str(_("without a name")) for language in version.languages)),
        (_("Questions"), counts.get("questions")),
        (_("Choices"), counts.get("choices")),
        (_("Calculations"), counts.get("calculations")),
        (_("Repeats"), counts.get("repeats")),
        (_("Mends accepted"), len(version.mends)),
        (_("SHA-256 of the file"), version.digest[:16] + "…"),
    ]


def _why_not(version: FormVersion, errors: int) -> Any:
    if not version.counts:
        return _("It is still being converted.")
    if errors:
        return _("Mend the errors first.")
    return ""


def _job(version: FormVersion, request: HttpRequest) -> dict[str, Any]:
    """Progress of the job that converts it, while it has not."""
    if not version.job or version.counts:
        return {}
    try:
        shown = running.progress_of(running.job(version.job, seen_by=request.viewer))
    except Problem:
        return {}  # the job was forgotten, or belongs to somebody else
    return {"job": shown, "poll_url": shown["poll_url"], "cancel_url": shown["cancel_url"]}


@require_POST
@needs(CHANGE)
def mend(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Apply the mends that were ticked."""
    version = actions.accept_mends(version_id, request.POST.getlist("mend"), by=request.viewer)
    messages.success(request, _("The mends were applied. The file you uploaded is kept as it was."))
    return redirect("forms:version", version.pk)


@require_POST
@needs(CHANGE)
def publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Make a version the one to fill."""
    actions.publish_version(version_id, by=request.viewer)
    messages.success(request, _("This version is now the one to fill."))
    return redirect("forms:version", version_id)


@require_POST
@needs(CHANGE)
def retire(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put a version out of use."""
    actions.retire_version(version_id, by=request.viewer)
    messages.success(request, _("The version was retired."))
    return redirect("forms:version", version_id)


@require_GET
@needs(VIEW)
def fetch(request: HttpRequest, version_id: UUID, what: str) -> HttpResponse:
    """Download the original, the mended workbook, the XForm, its external choices, or the schema."""
    file = download(version_id, what, seen_by=request.viewer)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{file.plain_name}\"; filename*=UTF-8''{file.quoted_name}"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
@needs(VIEW)
def compare_versions(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """What one version has and another has not, or has otherwise, and what that does to the binding."""
    viewer = request.viewer
    found = queries.form(form_id, seen_by=viewer)
    known = {str(each.number): each for each in queries.versions(form_id, seen_by=viewer).order_by("-number")}
    numbers = list(known)
    chosen = [request.GET.get(name, "") for name in ("old", "new")]
    if not all(number in known for number in chosen):
        if len(numbers) < 2:
            return redirect("forms:form", found.pk)
        return redirect(f"{reverse('forms:compare', args=[found.pk])}?old={numbers[1]}&new={numbers[0]}")
    old, new = (queries.version(known[number].pk, seen_by=viewer) for number in chosen)
    schemas = [Schema.from_json(each.schema) if each.schema else Schema("", "") for each in (old, new)]
    language = request.GET.get("language", schemas[1].default_language)
    fed, feeds = (queries.field_labels(each.pk, seen_by=viewer) for each in (old, new))
    rows = telling.differences(compare(*schemas), fed, feeds, language, schemas[1].default_language)
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in telling.KIND_LABELS}
    context = {
        "record": found, "old": old, "new": new, "rows": rows, "numbers": numbers, "trail": trail(found),
        "counts": [(telling.KIND_LABELS[kind], telling.KIND_TONES[kind], count) for kind, count in counts.items()],
        "lost": [row for row in rows if row["before"] and not row["now"]],
    }  # fmt: skip
    return TemplateResponse(request, "forms/compare.html", context)
