"""Pages of saved criteria: the list, one criterion with its versions and uses, retiring it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import actions, queries
from banyan.platform.criteria.declarations import Subject, code_choices, subjects
from banyan.platform.criteria.models import Criterion, CriterionVersion
from banyan.platform.criteria.states import CRITERION_LABELS, verbs
from banyan.platform.criteria.views import telling
from banyan.platform.criteria.views.checking import Checked, allowed, check_text
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

VIEW, CHANGE = "criteria.view_criterion", "criteria.change_criterion"


def _named(criteria: QuerySet[Criterion], text: str) -> QuerySet[Criterion]:
    return criteria.filter(Q(name__icontains=text) | Q(key__icontains=text))


def _subjects() -> list[tuple[str, Any]]:
    return [(subject.key, subject.label) for subject in subjects().values()]


CRITERIA = Listing(
    key="criteria",
    title=gettext_lazy("Criteria"),
    columns=[
        Column("name", gettext_lazy("Name"), link="/criteria/{id}/"),
        Column("subject", gettext_lazy("Selects"), show=lambda row: str(_label(row["subject"]))),
        Column("operation_name", gettext_lazy("Operation"), show=lambda row: row["operation_name"] or _("All operations")),
        Column("number", gettext_lazy("Version"), kind="number"),
        Column("owner_name", gettext_lazy("Owner"), wide_only=True),
        Column("state", gettext_lazy("State"), kind="badge", choices=CRITERION_LABELS, tones=telling.STATE_TONES),
        Column("changed_at", gettext_lazy("Changed"), kind="datetime", wide_only=True),
    ],
    filters=[
        Filter("q", gettext_lazy("Name or key"), where=_named),
        Filter("subject", gettext_lazy("Selects"), kind="choice", where="subject", choices=_subjects),
        Filter("state", gettext_lazy("State"), kind="choice", where="state", choices=tuple(CRITERION_LABELS.items())),
    ],
    sort="name",
    empty=gettext_lazy("No criteria are saved yet. A criterion is a rule that selects records, such as: children under five."),
    empty_next=gettext_lazy("Make a criterion"),
    empty_url="/criteria/new/",
)  # fmt: skip


def _label(subject: str) -> Any:
    found = subjects().get(subject)
    return found.label if found else subject


def trail(criterion: Criterion | None = None) -> list[tuple[Any, str]]:
    """The way to a page of criteria."""
    way: list[tuple[Any, str]] = [(_("Criteria"), reverse("criteria:list"))]
    return [*way, (criterion.name, reverse("criteria:criterion", args=[criterion.pk]))] if criterion else way


@require_GET
@needs(VIEW)
def criterion_list(request: HttpRequest) -> HttpResponseBase:
    """The saved criteria of the operations within reach."""
    rows = queries.criteria(seen_by=request.viewer)
    return respond(request, CRITERIA, rows, "criteria/list.html", {"may_change": request.viewer.may(CHANGE)})


@require_GET
@needs(VIEW)
def criterion_record(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """One criterion: what it says, versions, uses, what happened."""
    viewer = request.viewer
    found = queries.criterion(criterion_id, seen_by=viewer)
    versions = list(queries.versions(criterion_id, seen_by=viewer))
    uses = queries.used_by([found.pk], seen_by=viewer).get(found.pk, [])
    checked, outline = _read(found, versions[0], request)
    context = {
        "record": found,
        "current": versions[0],
        "before": versions[1] if len(versions) > 1 else None,
        "versions": versions,
        "findings": checked.findings,
        "outline": outline,
        "state_label": CRITERION_LABELS[found.state],
        "state_tone": telling.STATE_TONES[found.state],
        "facts": [
            (_("Selects"), _label(found.subject)),
            (_("Key"), found.key),
            (_("Operation"), found.operation.name if found.operation else _("All operations")),
            (_("Purpose"), queries.PURPOSES[found.purpose].label),
            (_("Owner"), found.owner_name),
        ],
        "uses": uses,
        "why_not_retire": _("Something still uses it.") if uses else "",
        "verbs": verbs(found.state),
        "may_change": viewer.may(CHANGE),
        "timeline": timeline(Criterion, found.pk, seen_by=viewer, limit=20),
        "trail": trail(),
    }
    return TemplateResponse(request, "criteria/criterion.html", context)


def labels_of(known: Mapping[str, Subject], viewer: Viewer) -> telling.Labels:
    """The labels of all codes that may stand in a criterion; none for who may not see code lists."""
    lists = telling.lists_of(known)
    try:
        return code_choices(lists, seen_by=viewer) if lists else {}
    except Problem as problem:
        if problem.code != "kernel.not_allowed":
            raise
        return {}


def _read(
    criterion: Criterion, version: CriterionVersion, request: HttpRequest
) -> tuple[Checked, dict[str, Any] | None]:
    """A version as it reads today, and in words where it can still be read."""
    vocabulary = queries.vocabulary(
        criterion.subject, seen_by=request.viewer, operation_id=criterion.operation_id, purpose=criterion.purpose
    )
    checked = check_text(version.text, vocabulary)
    known = allowed(vocabulary)
    labels = labels_of(known, request.viewer)
    built = checked.builder
    return checked, telling.outline(built, criterion.subject, known, labels) if built else None


@require_GET
@needs(VIEW)
def compare_versions(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """Two versions of a criterion beside each other, and what differs line by line."""
    viewer = request.viewer
    found = queries.criterion(criterion_id, seen_by=viewer)
    versions = {version.number: version for version in queries.versions(criterion_id, seen_by=viewer)}
    chosen = [
        _number(request.GET.get(name), default) for name, default in (("old", found.number - 1), ("new", found.number))
    ]
    if not all(number in versions for number in chosen):
        raise Http404
    old, new = (versions[number] for number in chosen)
    sides = []
    for version in (old, new):
        _checked, outline = _read(found, version, request)
        sides.append({"version": version, "outline": outline})
    context = {
        "record": found,
        "old": old,
        "new": new,
        "numbers": sorted(versions),
        "same": old.text == new.text,
        "pieces": telling.differences(old.text, new.text),
        "sides": sides,
        "trail": trail(found),
    }
    return TemplateResponse(request, "criteria/compare.html", context)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


@require_POST
@needs(CHANGE)
def retire(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """The criterion is no longer offered."""
    actions.retire_criterion(criterion_id, by=request.viewer)
    messages.success(request, _("The criterion is retired."))
    return redirect("criteria:criterion", criterion_id)


@require_POST
@needs(CHANGE)
def restore(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """The criterion is in use again."""
    actions.restore_criterion(criterion_id, by=request.viewer)
    messages.success(request, _("The criterion is in use again."))
    return redirect("criteria:criterion", criterion_id)
