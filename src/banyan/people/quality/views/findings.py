"""One finding: the record, what is wrong with it, and whatever this viewer may do about it; and one's own work list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import declared
from banyan.people.quality.inputs import MendForm, WaiveForm
from banyan.people.quality.views import showing
from banyan.people.quality.views.checks import mendable, note_shown
from banyan.people.quality.views.framing import CHANGE, FINDINGS, own_list, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.listing import Column, Filter, Listing, Page
from banyan.platform.kernel.problems import Problem


@needs(FINDINGS)
def finding_page(request: HttpRequest, operation_id: UUID, key: str, record_id: UUID) -> HttpResponse:
    """The finding of a check about one record. Sending a value mends it, or proposes to."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    check = queries.check(operation.pk, key, seen_by=viewer)
    card = queries.cards(check.subject, [record_id], seen_by=viewer).get(record_id)
    if card is None or not queries.may_see(check, seen_by=viewer):
        raise Problem("not_found")
    found = queries.findings(operation.pk, key, seen_by=viewer).filter(pk=record_id).first()
    field = mendable(check.subject).get(key, "")
    form = _mend_form(check.subject, field, viewer, request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and found is not None and field and form.is_valid():
        try:
            done = actions.mend(check.subject, record_id, key, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            _tell(request, done)
            return redirect(_next(request, operation, check, record_id, viewer))
    note_shown(check.subject, [record_id], viewer, f"quality: {key}")
    list_url = showing.check_url(operation.pk, key)
    context = {
        "operation": operation,
        "check": check,
        "record_id": record_id,
        "card": card,
        "found": found,
        "mend_form": form if field and found is not None else None,
        "waive_form": WaiveForm(),
        "waive_url": reverse("quality:waive", args=[operation.pk, key, record_id]),
        "may_change": viewer.may(CHANGE),
        "why_not_change": why_not(viewer, CHANGE),
        "problems": problems,
        "list_url": f"{list_url}#list-findings",
        "tabs": tabs(viewer, operation, ""),
        "trail": trail(operation, (check.label, list_url)),
    }
    return TemplateResponse(request, "quality/finding.html", context, status=422 if problems or form.errors else 200)


def _mend_form(subject: str, field: str, viewer: Viewer, data: Any) -> MendForm:
    """The form that asks for a better value: chosen from codes, as a day, or written."""
    records = declared().records[subject]
    described = subjects().get(subject)
    known = described.field_named(field) if described and field else None
    choices = records.choices(field, seen_by=viewer) if field and records.choices is not None else []
    return MendForm(data, choices=choices, label=known.label if known else "", kind=known.kind if known else "")


def _tell(request: HttpRequest, done: Any) -> None:
    if done.done:
        messages.success(request, _("Mended. The score has moved."))
    else:
        messages.info(request, _("Proposed. The record is mended once somebody else approves it."))


def _next(request: HttpRequest, operation: Any, check: Any, record_id: UUID, viewer: Viewer) -> str:
    """The finding after this one when the viewer wants to go on, else the list."""
    if "next" in request.POST:
        rows: Any = queries.findings(operation.pk, check.key, seen_by=viewer)
        rows = rows.filter(is_waived=False).order_by("pk")
        after = rows.filter(pk__gt=record_id).values_list("pk", flat=True).first()
        following = after or rows.exclude(pk=record_id).values_list("pk", flat=True).first()
        if following is not None:
            return reverse("quality:finding", args=[operation.pk, check.key, following])
    return f"{showing.check_url(operation.pk, check.key)}#list-findings"


@require_POST
@needs(CHANGE)
def waive(request: HttpRequest, operation_id: UUID, key: str, record_id: UUID) -> HttpResponse:
    """Waive one finding, or end its waiver."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, CHANGE)
    if request.POST.get("verb") == "end":
        found = queries.findings(operation.pk, key, seen_by=viewer).filter(pk=record_id).first()
        if found is None or found.waiver_id is None:
            raise Problem("not_found")
        actions.end_waiver(found.waiver_id, by=viewer)
        messages.success(request, _("The waiver has ended."))
    else:
        form = WaiveForm(request.POST)
        if not form.is_valid():
            faults = [f"{form[name].label}: {each}" for name, found in form.errors.items() for each in found]
            messages.error(request, " ".join(faults))
            return redirect("quality:finding", operation.pk, key, record_id)
        try:
            actions.waive(operation.pk, key, [record_id], by=viewer, **form.cleaned_data)
        except Problem as problem:
            messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))
        else:
            messages.success(request, _("Waived."))
    return redirect("quality:finding", operation.pk, key, record_id)


def work_listing(labels: dict[str, Any]) -> Listing:
    """One's own work list. labels: what checks are called."""
    return Listing(
        key="work",
        title=gettext_lazy("My list"),
        columns=[
            Column("check_key", gettext_lazy("Check"), choices=labels),
            Column("due_on", gettext_lazy("Until"), kind="date"),
            Column("assigned_by_label", gettext_lazy("Assigned by"), wide_only=True),
            Column("note", gettext_lazy("Note"), wide_only=True, sortable=False),
        ],
        filters=[
            Filter("check", gettext_lazy("Check"), kind="choice", where="check_key", choices=list(labels.items()), primary=True),
            Filter("due", gettext_lazy("Until"), kind="dates", where="due_on"),
        ],
        sort="due_on",
        extra=["record_id", "subject"],
        empty=_("Nothing is on your list."),
        empty_next=_("Open a check, tick records and assign them to yourself."),
    )  # fmt: skip


@require_GET
@needs(FINDINGS)
def work(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Findings that somebody, or the viewer, put on the viewer's list; those due first come first."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    labels = {check.key: check.label for check in queries.checks(operation.pk, seen_by=viewer)}
    rows = queries.assigned_to(viewer.id, operation_id=operation.pk, seen_by=viewer)

    def fill(page: Page) -> None:
        _with_cards(page, operation, labels, viewer, "quality: work list")

    context = {"operation": operation, "tabs": tabs(viewer, operation, "work")}
    return own_list(request, work_listing(labels), rows, "quality/work.html", "quality/parts/work.html", context, fill)


def waiver_listing(labels: dict[str, Any]) -> Listing:
    """Waivers that stand. labels: what checks are called."""
    return Listing(
        key="waivers",
        title=gettext_lazy("Waived findings"),
        columns=[
            Column("check_key", gettext_lazy("Check"), choices=labels),
            Column("reason", gettext_lazy("Reason"), sortable=False),
            Column("given_by_label", gettext_lazy("Waived by")),
            Column("given_at", gettext_lazy("Waived on"), kind="datetime"),
            Column("expires_on", gettext_lazy("Until"), kind="date"),
        ],
        filters=[
            Filter("check", gettext_lazy("Check"), kind="choice", where="check_key", choices=list(labels.items()), primary=True),
            Filter("by", gettext_lazy("Waived by"), where="given_by_label__istartswith", primary=True),
            Filter("until", gettext_lazy("Until"), kind="dates", where="expires_on"),
        ],
        sort="expires_on",
        extra=["record_id", "subject"],
        empty=_("Nothing is waived."),
    )  # fmt: skip


@require_GET
@needs(FINDINGS)
def waivers(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """All waivers that stand in an operation: who said of what that it is right, why, until when."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    labels = {check.key: check.label for check in queries.checks(operation.pk, seen_by=viewer)}

    def fill(page: Page) -> None:
        _with_cards(page, operation, labels, viewer, "quality: waivers")

    context = {"operation": operation, "trail": trail(operation)}
    rows = queries.waivers(operation.pk, seen_by=viewer)
    return own_list(
        request, waiver_listing(labels), rows, "quality/waivers.html", "quality/parts/waivers.html", context, fill
    )


def _with_cards(page: Page, operation: Any, labels: dict[str, Any], viewer: Viewer, purpose: str) -> None:
    """Give rows about records of several kinds their cards, labels and addresses; showing them is logged."""
    subjects_of: dict[str, list[UUID]] = {}
    for row in page.rows:
        subjects_of.setdefault(row["subject"], []).append(row["record_id"])
    cards: dict[UUID, Any] = {}
    for subject, ids in subjects_of.items():
        seen = queries.cards(subject, ids, seen_by=viewer)
        note_shown(subject, list(seen), viewer, purpose)
        cards |= seen
    for row in page.rows:
        row["card"] = cards.get(row["record_id"])
        row["label"] = labels.get(row["check_key"], row["check_key"])
        row["url"] = reverse("quality:finding", args=[operation.pk, row["check_key"], row["record_id"]])
