"""The queue: cases of an operation, whose they are, how alike, until when; and taking the next one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Zone
from banyan.people.linkage.states import CaseState
from banyan.people.linkage.views import showing
from banyan.people.linkage.views.framing import ABOUT, CONFIRM, DECIDE, VIEW, Text, tabs
from banyan.people.registry import queries as register
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.queries import operation_scope, operations_within, scopes_below, working_areas
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, ListState, Page, chosen_id
from banyan.platform.kernel.problems import Problem

Narrow = Callable[[Any, Viewer], Any]

# As many people of a case stand in its line; the others are counted.
SHOWN_PEOPLE = 3


def _mine(rows: Any, viewer: Viewer) -> Any:
    return rows.filter(assignee=viewer.id, state__in=[CaseState.OPEN, CaseState.PROPOSED])


def _in_states(*states: CaseState) -> Narrow:
    return lambda rows, _viewer: rows.filter(state__in=states)


# What the queue is looked at as: label, which cases, their standing order, and what their day says.
VIEWS: dict[str, tuple[Text, Narrow, str, Text]] = {
    "open": (gettext_lazy("Open"), _in_states(CaseState.OPEN), "-priority", gettext_lazy("Due")),
    "mine": (gettext_lazy("Mine"), _mine, "due_on", gettext_lazy("Due")),
    "waiting": (gettext_lazy("For a second person"), _in_states(CaseState.PROPOSED), "due_on", gettext_lazy("Due")),
    "shelved": (gettext_lazy("Put aside"), _in_states(CaseState.SHELVED), "shelved_until", gettext_lazy("Until")),
    "decided": (
        gettext_lazy("Decided"),
        _in_states(CaseState.MERGED, CaseState.SEPARATE, CaseState.UNDONE, CaseState.LAPSED),
        "-decided_at",
        gettext_lazy("Decided"),
    ),
}


def listing(operation: Any, view: str, viewer: Viewer) -> Listing:
    """The list of one view."""

    def areas() -> list[tuple[str, Text]]:
        return [(each.key, each.label) for each in working_areas(operation.pk, VIEW, seen_by=viewer) if each.key]

    def in_area(rows: Any, key: str) -> Any:
        try:
            scope = operation_scope(operation.pk, seen_by=viewer, area_key=key)
        except Problem:
            raise ValueError(
                _("“%(text)s” is no area of this operation. Choose from the list.") % {"text": key}
            ) from None
        below = scopes_below(scope, seen_by=viewer)
        return rows if below is None else rows.filter(scope_ids__overlap=sorted(below))

    def overdue(rows: Any, wanted: bool) -> Any:
        today = timezone.localdate()
        return rows.filter(due_on__lt=today) if wanted else rows.exclude(due_on__lt=today)

    def assignee(rows: Any, text: str) -> Any:
        return rows.filter(assignee=None) if text == "nobody" else rows.filter(assignee=chosen_id(text))

    def colleagues() -> list[tuple[str, Text]]:
        found = queries.assignees(operation.pk, seen_by=viewer) if viewer.may(DECIDE) else []
        return [("nobody", _("Nobody")), *((str(key), name) for key, name in found)]

    filters = [
        Filter("zone", gettext_lazy("How alike"), kind="choice", choices=Zone.choices, primary=True),
        Filter("area", gettext_lazy("Area"), kind="choice", choices=areas, where=in_area, primary=True),
        Filter("overdue", gettext_lazy("Overdue"), kind="yesno", where=overdue, primary=True),
        Filter("document", gettext_lazy("Same document"), kind="yesno", where="exact_document"),
        Filter("size", gettext_lazy("Records"), kind="numbers", where="size"),
        Filter("assignee", gettext_lazy("With whom"), kind="choice", choices=colleagues, where=assignee),
        Filter("opened", gettext_lazy("Opened on"), kind="dates", where="opened_at__date"),
    ]
    if view == "decided":
        done = (CaseState.MERGED, CaseState.SEPARATE, CaseState.UNDONE, CaseState.LAPSED)
        choices = [(each.value, each.label) for each in done]
        filters.insert(0, Filter("state", gettext_lazy("Decision"), kind="choice", choices=choices, primary=True))
    label, _narrow, sort, _when = VIEWS[view]
    return Listing(
        key="cases",
        title=label,
        # Drawn by a template of this room; the columns are what the list may be sorted by.
        columns=[
            Column("reference", gettext_lazy("Case")),
            Column("priority", gettext_lazy("Priority"), kind="number"),
            Column("due_on", gettext_lazy("Due"), kind="date"),
            Column("shelved_until", gettext_lazy("Until"), kind="date"),
            Column("decided_at", gettext_lazy("Decided"), kind="datetime"),
        ],
        filters=filters,
        sort=sort,
        page_size=30,
        extra=[
            "state", "size", "split", "zone", "probability", "exact_document", "assignee", "assignee_label", "proposed_by_label",
            "confirmed_by_label",
        ],
        **_emptiness(view),
    )  # fmt: skip


def _emptiness(view: str) -> dict[str, str]:
    """What an empty list says, and what to do next."""
    return {
        "open": {
            "empty": _("No case is open within your reach"),
            "empty_next": _(
                "New ones come after each batch and every night. Look at those that wait for a second person."
            ),
        },
        "mine": {"empty": _("Nothing is on your list"), "empty_next": _("Take the next one from the open cases.")},
        "waiting": {
            "empty": _("Nothing waits for a second person"),
            "empty_next": _("What somebody proposes to merge waits here until somebody else has looked."),
        },
        "shelved": {
            "empty": _("Nothing is put aside"),
            "empty_next": _("Cases about which somebody was not sure wait here until their day."),
        },
        "decided": {"empty": _("Nothing has been decided yet"), "empty_next": ""},
    }[view]


@require_GET
@needs(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """The open cases of the operation asked for, else of the first within reach."""
    operation, _every = operations_here(request, VIEW)
    if operation is None:
        return TemplateResponse(request, "linkage/nowhere.html", {"about": ABOUT})
    return redirect("linkage:cases", operation.pk, "open")


@require_GET
@needs(VIEW)
def case_list(request: HttpRequest, operation_id: UUID, view: str) -> HttpResponse:
    """One view of the queue. The people it names are an entry in the log of reads."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, VIEW)
    if view not in VIEWS:
        raise Problem("not_found")
    _label, narrow, _sort, when = VIEWS[view]
    page = listing(operation, view, viewer).page(
        narrow(queries.cases(operation_id=operation.pk, seen_by=viewer), viewer), ListState.read(request.GET)
    )
    _fill(page, view, viewer)
    alone = request.headers.get("HX-Target") == "list-cases"
    context: dict[str, Any] = {"page": page, "when_label": when, "operation": operation}
    if not alone:
        counts = queries.counts(operation.pk, seen_by=viewer)
        context |= {
            "operations": operations_within(VIEW, seen_by=viewer),
            "tabs": tabs(viewer, operation, "queue"),
            "views": [
                {
                    "label": label,
                    "url": reverse("linkage:cases", args=[operation.pk, key]),
                    "current": key == view,
                    "count": counts.get(key, 0),
                }
                for key, (label, *_rest) in VIEWS.items()
            ],
            "why_not_take": why_not(viewer, DECIDE),
            "targets_url": reverse("linkage:targets", args=[operation.pk]) if viewer.may(CONFIRM) else "",
            "about": ABOUT,
        }
    response = TemplateResponse(request, "linkage/parts/queue.html" if alone else "linkage/queue.html", context)
    response["Vary"] = "HX-Request, HX-Target"
    response["Cache-Control"] = "no-store"
    return response


def _fill(page: Page, view: str, viewer: Viewer) -> None:
    """Give the rows their people, words and addresses; who is named stands in the log of reads."""
    today = timezone.localdate()
    people = queries.people_of_cases([row["id"] for row in page.rows], seen_by=viewer)
    shown = {person.pk for row in page.rows for person in people.get(row["id"], [])[:SHOWN_PEOPLE]}
    if shown:
        log_read(viewer, kind="list", subject="registry.person", ids=sorted(shown), purpose="linkage: queue")
    homes = register.membership_of([person.pk for each in people.values() for person in each], seen_by=viewer)
    prefetch_related_objects([stay.household for stay in homes.values()], "place")
    for row in page.rows:
        members = people.get(row["id"], [])
        found = [
            person.place or (homes[person.pk].household.place if person.pk in homes else None) for person in members
        ]
        places = {place.name for place in found if place}
        more = len(members) - SHOWN_PEOPLE
        row |= showing.zone(row["zone"]) | showing.state(row["state"])
        row |= {
            "url": reverse("linkage:case", args=[row["id"]]),
            "people": [{"name": person.full_name, "reference": person.reference} for person in members[:SHOWN_PEOPLE]],
            "more": ngettext("%(n)d more", "%(n)d more", more) % {"n": more} if more > 0 else "",
            "size_label": ngettext("%(n)d record", "%(n)d records", row["size"]) % {"n": row["size"]},
            "place": ", ".join(sorted(places)[:2]),
            "day": _day(row, view, today),
            "who": _who(row, view),
        }


def _day(row: dict[str, Any], view: str, today: Any) -> dict[str, Any]:
    """The day of a case as its view tells it."""
    if view == "decided":
        at = row["decided_at"]
        return {"words": date_format(timezone.localtime(at), "SHORT_DATE_FORMAT") if at else "", "late": False}
    if view == "shelved":
        return {
            "words": date_format(row["shelved_until"], "SHORT_DATE_FORMAT") if row["shelved_until"] else "",
            "late": False,
        }
    return showing.due(row["due_on"], today) or {"words": "–", "late": False}


def _who(row: dict[str, Any], view: str) -> str:
    if view == "waiting":
        return _("asked for by %(name)s") % {"name": row["proposed_by_label"]}
    if view == "decided" and row["confirmed_by_label"]:
        return f"{row['proposed_by_label']}, {row['confirmed_by_label']}"
    return str(row["assignee_label"])


@require_POST
@needs(DECIDE)
def take(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Put the most pressing open case that nobody has on the viewer's list, and open it."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, DECIDE)
    return redirect(next_url(request, operation.pk))


def next_url(request: HttpRequest, operation_id: UUID) -> str:
    """Where the next case is, taken for the viewer; the queue when nothing waits."""
    try:
        found = actions.take_next(operation_id=operation_id, by=request.viewer)
    except Problem as problem:
        if problem.code != "linkage.nothing_waiting":
            problems_of(problem)
        found = None
    if found is None:
        messages.info(request, _("No open case is waiting that nobody has taken."))
        return reverse("linkage:cases", args=[operation_id, "open"])
    return reverse("linkage:case", args=[found.pk])
