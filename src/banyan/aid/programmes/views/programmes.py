"""Programmes: the list, the page of one with its money, cycles, packages and quotas, and the forms about them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.fields import ReasonForm
from banyan.aid.programmes.inputs.programmes import BudgetLineForm, CycleForm, ProgrammeForm, QuotaForm
from banyan.aid.programmes.models import ForWhom, Overlapping, Programme, Restriction
from banyan.aid.programmes.states import CYCLE, CycleState, PackageState, ProgrammeState
from banyan.aid.programmes.views.framing import (
    ABOUT,
    APPROVE,
    DESIGN,
    TONES,
    VIEW,
    own,
    picker,
    place_chosen,
    place_names,
    programme_of,
    tabs,
    trail,
    why_not_there,
    written,
)
from banyan.aid.programmes.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.queries import operations_within, working_areas
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, by_id, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import queries as parties

SEE_ORGANISATIONS = "parties.view_organisation"


def _named(rows: Any, text: str) -> Any:
    return rows.filter(name__icontains=text) | rows.filter(code__icontains=text)


def listing(viewer: Viewer) -> Listing:
    """All programmes within reach."""
    operations = [(str(each.pk), each.name) for each in operations_within(VIEW, seen_by=viewer)]
    return Listing(
        key="programmes",
        title=gettext_lazy("Programmes"),
        columns=[
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("programmes:programme", args=[row["id"]])),
            Column("code", gettext_lazy("Code"), kind="code", wide_only=True),
            Column("operation__name", gettext_lazy("Operation"), wide_only=True),
            Column("purpose", gettext_lazy("Purpose"), wide_only=True),
            Column("starts_on", gettext_lazy("First day"), kind="date", wide_only=True),
            Column("ends_on", gettext_lazy("Last day"), kind="date", wide_only=True),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(ProgrammeState.choices), tones=TONES),
        ],
        filters=[
            Filter("q", gettext_lazy("Name or code"), where=_named),
            Filter("state", gettext_lazy("State"), kind="choice", choices=ProgrammeState.choices, primary=True),
            Filter("operation", gettext_lazy("Operation"), kind="choice", choices=operations, where=by_id("operation")),
            Filter("starts", gettext_lazy("First day"), kind="dates", where="starts_on"),
        ],
        sort="-starts_on",
        empty=_("No programme yet."),
        empty_next=_("Design a programme") if viewer.may(DESIGN) else "",
        empty_url=reverse("programmes:new") if viewer.may(DESIGN) else "",
    )  # fmt: skip


@require_GET
@needs(VIEW)
def programme_list(request: HttpRequest) -> HttpResponseBase:
    """The programmes within reach."""
    viewer = request.viewer
    context = {
        "new_url": reverse("programmes:new"),
        "prices_url": reverse("programmes:price-lists"),
        "why_not_new": why_not(viewer, DESIGN),
        "about": ABOUT,
    }
    rows = queries.programmes(seen_by=viewer)
    return respond(request, listing(viewer), rows, "programmes/list.html", context, may_export=True)


@needs(DESIGN)
def programme_new(request: HttpRequest) -> HttpResponse:
    """Design a programme."""
    viewer = request.viewer
    # Whoever works in a part of an operation designs programmes for that part.
    where = [
        (f"{each.pk}/{area.key}", f"{each.name}: {area.label}") if area.key else (str(each.pk), each.name)
        for each in operations_within(DESIGN, seen_by=viewer)
        for area in working_areas(each.pk, DESIGN, seen_by=viewer)
    ]
    form = ProgrammeForm(request.POST if request.method == "POST" else None, operations=where)

    def save(given: dict[str, Any]) -> str:
        operation_id, _slash, area_key = given.pop("operation").partition("/")
        made = actions.create_programme(UUID(operation_id), by=viewer, area_key=area_key, **given)
        return reverse("programmes:programme", args=[made.pk])

    return written(
        request, form, save, heading=_("Design a programme"), way=trail(),
        said=_("Saved as a draft. Somebody else sets it active."),
    )  # fmt: skip


@needs(DESIGN)
def programme_change(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Change what a programme says."""
    viewer = request.viewer
    found = queries.programme(programme_id, seen_by=viewer, permission=DESIGN)
    names = [name for name in ProgrammeForm.base_fields if name not in ("operation", "code")]
    initial = {name: getattr(found, name) for name in names if hasattr(found, name)} | {"version": found.version}
    form = ProgrammeForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(given: dict[str, Any]) -> str:
        actions.change_programme(found.pk, by=viewer, **given)
        return reverse("programmes:programme", args=[found.pk])

    return written(request, form, save, heading=_("Change the programme"), way=trail(found), said=_("Saved."))


@require_GET
@needs(VIEW)
def programme_page(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """One programme: what it is, its money, cycles, packages and quotas, and what may be done with it."""
    return show(request, programme_id)


def show(request: HttpRequest, programme_id: UUID, problems: Sequence[Problem] = ()) -> HttpResponse:
    """The page of a programme, with what went wrong when a button was pressed."""
    viewer = request.viewer
    found = programme_of(programme_id, viewer)
    context = {
        "programme": found,
        "tabs": tabs(viewer, found, "programme"),
        "trail": trail(),
        "state_label": ProgrammeState(found.state).label,
        "tone": TONES[found.state],
        "facts": _facts(found),
        "budget": _budget(found, viewer),
        "cycles": [
            {"cycle": each, "state": CycleState(each.state).label, "tone": TONES[each.state], "verbs": _cycle_moves(each),
             "change_url": reverse("programmes:cycle-change", args=[each.pk]) if each.state == CycleState.DRAFT else ""}
            for each in queries.cycles(found.pk, seen_by=viewer).order_by("number")
        ],
        "packages": [
            {"package": each, "state": PackageState(each.state).label, "tone": TONES[each.state]}
            for each in queries.packages(found.pk, seen_by=viewer).order_by("code", "-version")
        ],
        "quotas": _quotas(found, viewer),
        "moves": _moves(found, viewer),
        "why_not_change": why_not_there(viewer, DESIGN, found),
        "why_not_cycle": why_not_there(viewer, DESIGN, found),
        "problems": list(problems),
        "timeline": story(Programme, found.pk, viewer),
        "about": ABOUT,
    }  # fmt: skip
    return TemplateResponse(request, "programmes/programme.html", context, status=422 if problems else 200)


def _facts(found: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Code"), found.code),
        (_("Operation"), found.operation.name),
        (_("Goal"), found.goal),
        (_("Sector"), found.sector),
        (_("Purpose"), found.purpose),
        (_("Who is in another programme of this purpose"), Overlapping(found.overlap).label),
        (_("Given to"), ForWhom(found.for_whom).label),
        (_("Currency"), found.currency),
        (_("First day"), found.starts_on),
        (_("Last day"), found.ends_on),
        (_("Restriction"), Restriction(found.restriction).label),
        (_("Written by"), found.made_by_label),
        (_("Approved by"), found.approved_by_label),
        (_("Reason"), found.state_reason),
    ]


def _budget(found: Any, viewer: Viewer) -> list[dict[str, Any]]:
    lines = list(queries.budget_lines(found.pk, seen_by=viewer).order_by("code"))
    ids = {each.donor_id for each in lines if each.donor_id}
    known: dict[Any, str] = {}
    if ids and viewer.may(SEE_ORGANISATIONS):
        known = dict(parties.organisations(seen_by=viewer).filter(pk__in=ids).values_list("pk", "name"))
    return [{"line": each, "donor": known.get(each.donor_id, "")} for each in lines]


def _quotas(found: Any, viewer: Viewer) -> list[Any]:
    if viewer.may("programmes.view_enrolment"):
        return list(queries.quota_standing(found.pk, seen_by=viewer))
    rows = list(queries.quotas(found.pk, seen_by=viewer))
    named = place_names([row.place_id for row in rows], viewer)
    return [{"place_name": named.get(row.place_id, ""), "number": row.number} for row in rows]


_WORDS = {
    "activate": gettext_lazy("Set active"),
    "suspend": gettext_lazy("Suspend"),
    "resume": gettext_lazy("Resume"),
    "close": gettext_lazy("Close"),
    "open": gettext_lazy("Open"),
}


def _moves(found: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The next steps of a programme, those that this viewer may not take with the reason."""
    refused = why_not_there(viewer, APPROVE, found)
    steps: dict[str, list[tuple[str, Any]]] = {
        ProgrammeState.DRAFT: [("activate", refused or own(viewer, found.made_by))],
        ProgrammeState.ACTIVE: [("suspend", refused), ("close", refused)],
        ProgrammeState.SUSPENDED: [("resume", refused), ("close", refused)],
    }
    return [
        {"label": _WORDS[verb], "url": reverse("programmes:move", args=[found.pk, verb]), "reason": reason,
         "post": "yes" if verb in _AT_ONCE else "", "style": "btn-primary" if verb in _AT_ONCE else "btn-quiet"}
        for verb, reason in steps.get(found.state, [])
    ]  # fmt: skip


# Steps that need no reason are buttons; the others lead to a form.
_AT_ONCE: dict[str, Callable[..., object]] = {
    "activate": actions.activate_programme,
    "resume": actions.resume_programme,
}
_WITH_REASON: dict[str, Callable[..., object]] = {
    "suspend": actions.suspend_programme,
    "close": actions.close_programme,
}


@needs(APPROVE)
def move(request: HttpRequest, programme_id: UUID, verb: str) -> HttpResponse:
    """Set a programme active, suspend, resume or close it."""
    viewer = request.viewer
    found = programme_of(programme_id, viewer)
    if verb in _AT_ONCE and request.method == "POST":
        try:
            _AT_ONCE[verb](found.pk, by=viewer)
        except Problem as problem:
            return show(request, programme_id, problems_of(problem))
        messages.success(request, _("Done."))
        return redirect("programmes:programme", found.pk)
    if verb not in _WITH_REASON:
        raise Problem("not_found")

    def save(given: dict[str, Any]) -> str:
        _WITH_REASON[verb](found.pk, given["reason"], by=viewer)
        return reverse("programmes:programme", args=[found.pk])

    form = ReasonForm(request.POST if request.method == "POST" else None)
    return written(request, form, save, heading=_WORDS[verb], way=trail(found), said=_("Done."), submit=_WORDS[verb])


@needs(DESIGN)
def budget_line(request: HttpRequest, programme_id: UUID, line_id: UUID | None = None) -> HttpResponse:
    """Add a budget line, or change one."""
    viewer = request.viewer
    found = programme_of(programme_id, viewer)
    donors: list[tuple[Any, str]] = []
    if viewer.may(SEE_ORGANISATIONS):
        donors = list(parties.organisations(seen_by=viewer).order_by("name").values_list("pk", "name")[:MOST_DONORS])
    initial: dict[str, Any] = {"currency": found.currency}
    if line_id:
        line = queries.budget_line(line_id, seen_by=viewer)
        initial = {name: getattr(line, name) for name in ("code", "name", "amount", "currency")}
        initial["donor_id"] = str(line.donor_id or "")
    form = BudgetLineForm(request.POST if request.method == "POST" else None, donors=donors, initial=initial)

    def save(given: dict[str, Any]) -> str:
        donor = given.pop("donor_id")
        actions.set_budget_line(found.pk, by=viewer, donor_id=UUID(donor) if donor else None, **given)
        return reverse("programmes:programme", args=[found.pk])

    return written(request, form, save, heading=_("Budget line"), way=trail(found), said=_("Saved."))


# More organisations than these are not offered in a list; whoever gives money is registered early.
MOST_DONORS = 1000


@needs(DESIGN)
def cycle_new(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Add a cycle to a programme."""
    viewer = request.viewer
    found = programme_of(programme_id, viewer)
    form = CycleForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        actions.add_cycle(found.pk, by=viewer, **given)
        return reverse("programmes:programme", args=[found.pk])

    return written(request, form, save, heading=_("Add a cycle"), way=trail(found), said=_("Saved."))


@needs(DESIGN)
def cycle_change(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Plan a cycle otherwise, as long as it is a draft."""
    viewer = request.viewer
    cycle = queries.cycle(cycle_id, seen_by=viewer)
    initial = {name: getattr(cycle, name) for name in ("name", "starts_on", "ends_on")}
    form = CycleForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(given: dict[str, Any]) -> str:
        actions.change_cycle(cycle.pk, by=viewer, **given)
        return reverse("programmes:programme", args=[cycle.programme_id])

    return written(request, form, save, heading=_("Change the cycle"), way=trail(cycle.programme), said=_("Saved."))


def _cycle_moves(cycle: Any) -> list[dict[str, Any]]:
    return [
        {"label": _WORDS[verb], "url": reverse("programmes:cycle-move", args=[cycle.pk, verb])}
        for verb in CYCLE.verbs(cycle.state)
    ]


@require_POST
@needs(DESIGN)
def cycle_move(request: HttpRequest, cycle_id: UUID, verb: str) -> HttpResponse:
    """Open or close a cycle."""
    viewer = request.viewer
    cycle = queries.cycle(cycle_id, seen_by=viewer)
    act = {"open": actions.open_cycle, "close": actions.close_cycle}.get(verb)
    if act is None:
        raise Problem("not_found")
    try:
        act(cycle.pk, by=viewer)
    except Problem as problem:
        return show(request, cycle.programme_id, problems_of(problem))
    messages.success(request, _("Done."))
    return redirect("programmes:programme", cycle.programme_id)


@needs(DESIGN)
def quota(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Say how many a place and all places in it may have."""
    viewer = request.viewer
    found = programme_of(programme_id, viewer)
    form = QuotaForm(request.POST if request.method == "POST" else None)
    place: Any = place_chosen(request) if request.method == "POST" else None
    missing = request.method == "POST" and place is None
    error = _("Choose a place of the list.") if missing else ""

    def save(given: dict[str, Any]) -> str:
        actions.set_quota(found.pk, place.pk, given["number"], by=viewer)
        return reverse("programmes:programme", args=[found.pk])

    return written(
        request, form, save, heading=_("Set a quota"), way=trail(found), said=_("Saved."), also=not missing,
        **picker(request, error),
    )  # fmt: skip
