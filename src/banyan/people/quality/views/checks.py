"""One check: its words and its computing, how it moved, and the very records that fail, to be assigned, waived or mended."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import DIMENSIONS, declared
from banyan.people.quality.inputs import AssignForm, WaiveForm
from banyan.people.quality.views import showing
from banyan.people.quality.views.framing import CHANGE, SET, VIEW, may_see, own_list, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import id_from
from banyan.platform.kernel.listing import Column, Filter, Listing, ListState, Page, chosen_id
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

Text = str | Promise
# So many findings are decided on at once: more deserve a look at the check itself.
MOST_AT_ONCE = 5_000
_ANNOTATED = ("is_waived", "waived_until", "waiver_reason", "assignee_label", "due_on", "reopened")


def finding_listing(operation: Any, check: Any, viewer: Viewer) -> Listing:
    """The records that fail a check, as this viewer may filter them."""

    def mine(rows: Any, wanted: bool) -> Any:
        return rows.filter(assignee=viewer.id) if wanted else rows.exclude(assignee=viewer.id)

    def place(rows: Any, text: str) -> Any:
        found = places.by_code(text, seen_by=viewer) if viewer.may("places.view_place") else None
        if found is None:
            raise ValueError(_("There is no place with the code “%(text)s” within your reach.") % {"text": text})
        return rows.filter(place=found.pk)

    def assignee(rows: Any, text: str) -> Any:
        return rows.filter(assignee=None) if text == "nobody" else rows.filter(assignee=chosen_id(text))

    def colleagues() -> list[tuple[str, Text]]:
        if not viewer.may(CHANGE):
            return [("nobody", _("Nobody"))]
        found = queries.assignees(operation.pk, seen_by=viewer)
        return [("nobody", _("Nobody")), *((str(key), name) for key, name in found)]

    return Listing(
        key="findings",
        title=gettext_lazy("Records that fail"),
        columns=[
            Column("first_seen", gettext_lazy("First seen"), kind="date"),
            Column("site", gettext_lazy("Site"), wide_only=True),
            Column("interviewer", gettext_lazy("Interviewer"), wide_only=True),
            Column("source", gettext_lazy("Source"), wide_only=True),
        ],
        filters=[
            Filter("assignee", gettext_lazy("Assigned to"), kind="choice", choices=colleagues, where=assignee, primary=True),
            Filter("waived", gettext_lazy("Waived"), kind="yesno", where="is_waived", primary=True),
            Filter("mine", gettext_lazy("On my list"), kind="yesno", where=mine),
            Filter("site", gettext_lazy("Site"), where="site"),
            Filter("interviewer", gettext_lazy("Interviewer"), where="interviewer"),
            Filter("source", gettext_lazy("Source"), where="source"),
            Filter("seen", gettext_lazy("First seen"), kind="dates", where="first_seen"),
            Filter("place", gettext_lazy("P-code of the place"), where=place, hint=gettext_lazy("Such as MMR001001.")),
        ],
        sort="id",
        extra=["place", *_ANNOTATED],
        empty=_("No record fails this check."),
        empty_next=_("Nothing to mend here. Look at the other checks."),
    )  # fmt: skip


@require_GET
@needs(VIEW)
def check_page(request: HttpRequest, operation_id: UUID, key: str) -> HttpResponse:
    """Words for everybody who may see checks; figures and records for who may see the records."""
    return _show(request, operation_id, key)


def _show(
    request: HttpRequest,
    operation_id: UUID,
    key: str,
    problems: Sequence[Problem] = (),
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, VIEW)
    check = queries.check(operation.pk, key, seen_by=viewer)
    open_ = may_see(operation, viewer) and queries.may_see(check, seen_by=viewer)
    context: dict[str, Any] = {
        "operation": operation,
        "check": check,
        "dimension": DIMENSIONS[check.dimension],
        "params": [(each.label, check.values.get(each.name, each.default), each.unit) for each in check.params],
        "definitions": list(queries.definitions(key, seen_by=viewer)),
        "tabs": tabs(viewer, operation, ""),
        "trail": trail(operation),
        "may_see": open_,
        "is_protected": check.protects and may_see(operation, viewer),
        "set_url": reverse("quality:setting", args=[operation.pk, key]),
        "why_not_set": why_not(viewer, SET),
        "problems": problems,
    }
    if not open_:
        return TemplateResponse(request, "quality/check.html", context)
    scores = queries.scores(operation.pk, seen_by=viewer)
    score = next((each for each in scores.checks if each.check.key == key), None)
    context |= {
        "day": scores.day,
        "score": score and showing.score_row(score, operation.pk),
        "mending": queries.mending(operation.pk, key=key, seen_by=viewer),
        "trend_title": check.label,
        "trend_url": reverse("quality:check-trend", args=[operation.pk, key]),
        "mendable": key in mendable(check.subject),
        "may_change": viewer.may(CHANGE),
        "why_not_change": why_not(viewer, CHANGE),
        "assign_form": (forms or {}).get("assign") or (_assign_form(operation, viewer) if viewer.may(CHANGE) else None),
        "waive_form": (forms or {}).get("waive") or WaiveForm(prefix="waive"),
        "decide_url": reverse("quality:decide", args=[operation.pk, key]),
        **showing.trend(operation, key, viewer),
    }

    def fill(page: Page) -> None:
        with_cards(page, check.subject, viewer, f"quality: {key}")

    listing = finding_listing(operation, check, viewer)
    rows = queries.findings(operation.pk, key, seen_by=viewer)
    status = 422 if problems else 200
    return own_list(request, listing, rows, "quality/check.html", "quality/parts/findings.html", context, fill, status)


def mendable(subject: str) -> Any:
    """Which checks of a subject can be mended in place, and by which field."""
    records = declared().records.get(subject)
    return records.mendable if records is not None and records.mend is not None else {}


def _assign_form(operation: Any, viewer: Viewer, data: Any = None) -> AssignForm:
    return AssignForm(data, prefix="assign", colleagues=queries.assignees(operation.pk, seen_by=viewer))


def with_cards(page: Page, subject: str, viewer: Viewer, purpose: str) -> None:
    """Give the rows of a page their cards, and enter in the log of reads who was shown."""
    cards = queries.cards(subject, [row["id"] for row in page.rows], seen_by=viewer)
    names = showing.place_names([str(row["place"]) for row in page.rows if row["place"]], viewer)
    for row in page.rows:
        row["card"] = cards.get(row["id"])
        row["place_name"] = names.get(row["place"], ("", ""))[1]
    note_shown(subject, list(cards), viewer, purpose)


def note_shown(subject: str, ids: Sequence[UUID], viewer: Viewer, purpose: str) -> None:
    """Enter in the log of reads whose names a list or a sheet showed."""
    if ids:
        log_read(viewer, kind="list", subject=declared().records[subject].read_subject, ids=ids, purpose=purpose)


@require_POST
@needs(CHANGE)
def decide(request: HttpRequest, operation_id: UUID, key: str) -> HttpResponse:
    """Assign, release or waive the findings ticked, or all that the filters leave."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, CHANGE)
    check = queries.check(operation.pk, key, seen_by=viewer)
    verb = request.POST.get("verb", "")
    forms: dict[str, Any] = {}
    try:
        if verb == "assign":
            forms["assign"] = form = _assign_form(operation, viewer, request.POST)
            if not form.is_valid():
                return _show(request, operation_id, key, _faults(form), forms)
            done = actions.assign(operation.pk, key, chosen(request, operation, check), by=viewer, **form.cleaned_data)
            messages.success(
                request, ngettext("%(n)d finding assigned.", "%(n)d findings assigned.", done) % {"n": done}
            )
        elif verb == "waive":
            forms["waive"] = waiving = WaiveForm(request.POST, prefix="waive")
            if not waiving.is_valid():
                return _show(request, operation_id, key, _faults(waiving), forms)
            done = actions.waive(
                operation.pk, key, chosen(request, operation, check), by=viewer, **waiving.cleaned_data
            )
            messages.success(request, ngettext("%(n)d finding waived.", "%(n)d findings waived.", done) % {"n": done})
        elif verb == "release":
            done = actions.unassign(operation.pk, key, chosen(request, operation, check), by=viewer)
            messages.success(
                request,
                ngettext("%(n)d finding taken off lists.", "%(n)d findings taken off lists.", done) % {"n": done},
            )
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, operation_id, key, problems_of(problem), forms)
    address = showing.check_url(operation.pk, key)
    return redirect(f"{address}?{request.GET.urlencode()}#list-findings" if request.GET else f"{address}#list-findings")


def chosen(request: HttpRequest, operation: Any, check: Any) -> list[UUID]:
    """The records ticked; with "all" those that the filters in the address leave, as far as one decision may go."""
    if request.POST.get("which") == "all":
        listing = finding_listing(operation, check, request.viewer)
        rows = queries.findings(operation.pk, check.key, seen_by=request.viewer)
        found, _used, errors = listing.filtered(rows, ListState.read(request.GET))
        ids = [] if errors else list(found.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    else:
        ids = [key for key in map(id_from, request.POST.getlist("record")) if key]
    if not ids:
        raise Problem("quality.nothing_chosen")
    if len(ids) > MOST_AT_ONCE:
        raise Problem("quality.too_many_chosen", most=MOST_AT_ONCE)
    return ids


def _faults(form: Any) -> list[Problem]:
    """What is wrong with a form that stands below a list, said above it."""
    return [
        Problem("kernel.field_invalid", message=f"{form[name].label}: {message}")
        for name, found in form.errors.items()
        for message in found
    ]
