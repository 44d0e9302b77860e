"""Who is enrolled, who waits, who was found in two programmes; and the steps by which people go on, stand still or leave."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.enrolments import EnrolForm, StepForm
from banyan.aid.programmes.models import Overlapping
from banyan.aid.programmes.states import ENROLMENT, EnrolmentState
from banyan.aid.programmes.views.framing import (
    ENROL,
    TONES,
    VIEW_ENROLMENT,
    programme_of,
    tabs,
    trail,
    trimmed,
    written,
)
from banyan.aid.programmes.views.target_rows import noting, record_columns, reference_filter
from banyan.people.registry import queries as registry
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, ListState, respond
from banyan.platform.kernel.problems import Problem

Text = str | Promise

WORDS: dict[str, Text] = {
    "admit": gettext_lazy("Admit"),
    "suspend": gettext_lazy("Suspend"),
    "resume": gettext_lazy("Resume"),
    "graduate": gettext_lazy("Graduate"),
    "exit": gettext_lazy("End"),
}
# More rows than these are not moved by one press of a button.
MOST_AT_ONCE = 2000


def _acts() -> dict[str, Callable[..., Any]]:
    return {
        "admit": actions.admit,
        "suspend": actions.suspend,
        "resume": actions.resume,
        "graduate": actions.graduate,
        "exit": actions.end_enrolments,
    }


def listing(programme: Any) -> Listing:
    """The enrolments of a programme."""
    return Listing(
        key="enrolments",
        title=gettext_lazy("Enrolment"),
        columns=[
            *record_columns(programme.for_whom),
            Column("place__name", gettext_lazy("Place"), wide_only=True),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(EnrolmentState.choices), tones=TONES),
            Column("since", gettext_lazy("Since"), kind="date"),
            Column(
                "score", gettext_lazy("Score"), kind="number", show=lambda row: trimmed(row["score"]), wide_only=True
            ),
            Column("overlap", gettext_lazy("Elsewhere too"), kind="yesno", wide_only=True),
            Column("reason", gettext_lazy("Reason"), wide_only=True),
        ],
        filters=[
            reference_filter(programme.for_whom),
            Filter("state", gettext_lazy("State"), kind="choice", choices=EnrolmentState.choices, primary=True),
            Filter("since", gettext_lazy("Since"), kind="dates"),
            Filter("overlap", gettext_lazy("Elsewhere too"), kind="yesno"),
        ],
        sort="-since",
        empty=_("Nobody is enrolled yet."),
        empty_next=_("Run a targeting, have it approved, and enrol whom it found."),
        extra=["household_id"],
        page_size=50,
    )


@require_GET
@needs(VIEW_ENROLMENT)
def enrolment_list(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """Enrolments of a programme, with the steps that may be taken for all that the filters leave or for some."""
    return _show(request, programme_id)


def _show(request: HttpRequest, programme_id: UUID, problems: list[Problem] | None = None) -> HttpResponseBase:
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    rows = queries.enrolments(seen_by=viewer, programme_id=programme.pk).order_by()
    counts = queries.enrolment_counts(programme.pk, seen_by=viewer)
    state = request.GET.get("state", "")
    context = {
        "programme": programme,
        "tabs": tabs(viewer, programme, "enrolments"),
        "trail": trail(),
        "views": [
            {"label": label, "count": counts.get(code, 0), "url": f"?state={code}", "current": code == state}
            for code, label in EnrolmentState.choices
        ],
        "above": "programmes/parts/enrolled.html",
        "problems": problems or [],
        "actions": [
            {
                "label": _("Enrol by hand"),
                "url": reverse("programmes:enrol", args=[programme.pk]),
                "reason": why_not(viewer, ENROL),
                "style": "btn-quiet",
            },
            {
                "label": _("Admit from the waiting list"),
                "url": reverse("programmes:admit-waiting", args=[programme.pk]),
                "reason": why_not(viewer, ENROL) or ("" if counts.get("waiting") else _("Nobody waits.")),
                "style": "btn-primary",
                "post": "yes",
                "confirm": _("Admit from the waiting list, the highest score first, as far as quotas have room?"),
            },
        ],
        # Steps are taken for everybody that the filters leave, so first a state is chosen.
        "steps": [{"label": WORDS[verb], "url": _step_url(programme, verb, request)} for verb in ENROLMENT.verbs(state)]
        if viewer.may(ENROL) and state in EnrolmentState.values
        else [],
        "overlaps_url": reverse("programmes:overlaps", args=[programme.pk]),
    }
    return respond(
        request, listing(programme), rows, "programmes/list_of.html", context,
        may_export=True,
        on_list=noting(rows, viewer, "programmes: enrolment"),
        on_export=noting(rows, viewer, "programmes: enrolment", "export"),
    )  # fmt: skip


def _step_url(programme: Any, verb: str, request: HttpRequest) -> str:
    kept = ListState.read(request.GET).with_(after="", before="").query()
    return f"{reverse('programmes:enrolments-step', args=[programme.pk, verb])}{kept}"


@needs(ENROL)
def step(request: HttpRequest, programme_id: UUID, verb: str) -> HttpResponse:
    """Admit, suspend, resume, graduate or end the enrolments that the filters leave, with one reason."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    act = _acts().get(verb)
    if act is None or request.GET.get("state", "") not in EnrolmentState.values:
        raise Problem("not_found")
    ids = _left(programme, request, viewer)
    if not ids:
        raise Problem("not_found")
    address = f"{reverse('programmes:enrolments', args=[programme.pk])}{ListState.read(request.GET).query()}"
    form = StepForm(request.POST if request.method == "POST" else None, initial={"count": len(ids)})

    def save(given: dict[str, Any]) -> str:
        moved = act(ids, by=viewer, reason=given["reason"])
        messages.info(request, ngettext("%(n)d enrolment moved.", "%(n)d enrolments moved.", moved) % {"n": moved})
        return reverse("programmes:enrolments", args=[programme.pk])

    lead = ngettext("It is done for %(n)d enrolment.", "It is done for %(n)d enrolments.", len(ids)) % {"n": len(ids)}
    if len(ids) == MOST_AT_ONCE:
        lead = _("It is done for the first %(n)d. Do it again for the rest.") % {"n": MOST_AT_ONCE}
    return written(
        request, form, save, heading=WORDS[verb], way=trail(programme, (gettext_lazy("Enrolment"), address)),
        said=_("Done."), submit=WORDS[verb], lead=lead,
    )  # fmt: skip


def _left(programme: Any, request: HttpRequest, viewer: Viewer) -> list[UUID]:
    """The enrolments that the filters in the address leave; nobody when a filter cannot be understood."""
    rows = queries.enrolments(seen_by=viewer, programme_id=programme.pk, permission=ENROL).order_by()
    page = listing(programme).page(rows, ListState.read(request.GET))
    if page.errors:
        return []
    found = listing(programme).rows(rows, ListState.read(request.GET).with_(after="", before=""))
    return [row["id"] for row, _number in zip(found, range(MOST_AT_ONCE), strict=False)]


@require_POST
@needs(ENROL)
def admit_waiting(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """Fill the quotas from the waiting list, in its order."""
    try:
        count = actions.admit_waiting(programme_id, by=request.viewer)
    except Problem as problem:
        return _show(request, programme_id, problems_of(problem))
    messages.success(request, ngettext("%(n)d enrolment moved.", "%(n)d enrolments moved.", count) % {"n": count})
    return redirect("programmes:enrolments", programme_id)


@require_POST
@needs(ENROL)
def enrol_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Enrol whom an approved run found, in the background."""
    viewer = request.viewer
    job = actions.start_enrolling(run_id, by=viewer)
    messages.success(request, _("Started. You may leave this page; who is enrolled is here when it is done."))
    return redirect("jobs:record", job.pk)


@needs(ENROL)
def enrol(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Enrol one household, or person, by hand, with a reason."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    of_people = programme.for_whom == "person"
    form = EnrolForm(
        request.POST if request.method == "POST" else None, initial={"reference": request.GET.get("reference", "")}
    )

    def save(given: dict[str, Any]) -> str:
        household_id, person_id = record_of(given["reference"], programme, viewer)
        actions.enrol(programme.pk, household_id, by=viewer, person_id=person_id, reason=given["reason"])
        return reverse("programmes:enrolments", args=[programme.pk])

    address = reverse("programmes:enrolments", args=[programme.pk])
    return written(
        request, form, save, heading=_("Enrol by hand"), way=trail(programme, (gettext_lazy("Enrolment"), address)),
        said=_("Saved."), lead=_("People are enrolled.") if of_people else _("Households are enrolled."),
    )  # fmt: skip


def record_of(reference: str, programme: Any, viewer: Viewer) -> tuple[UUID, UUID | None]:
    """The household, and the person where people are enrolled, that a reference names. Raises Problem list_unknown."""
    wanted = reference.strip().upper()
    rows: Any = registry.people if programme.for_whom == "person" else registry.households
    found = rows(seen_by=viewer).filter(operation=programme.operation_id, reference=wanted).first()
    if found is None:
        raise Problem("programmes.list_unknown", reference=wanted[:40])
    if programme.for_whom != "person":
        return found.pk, None
    home = registry.membership_of([found.pk], seen_by=viewer).get(found.pk)
    if home is None:
        raise Problem("programmes.list_unknown", reference=wanted[:40])
    return home.household_id, found.pk


@require_GET
@needs(VIEW_ENROLMENT)
def overlaps(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """Who was found in another programme of the same purpose, and how it was ruled."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    rows = queries.overlaps(programme.pk, seen_by=viewer)
    found = Listing(
        key="overlaps",
        title=gettext_lazy("Found in two programmes"),
        columns=[
            *record_columns(programme.for_whom),
            Column(
                "other__name", gettext_lazy("Other programme"),
                link=lambda row: reverse("programmes:programme", args=[row["other_id"]]),
            ),
            Column("ruling", gettext_lazy("Ruling"), kind="choice", choices=dict(Overlapping.choices)),
            Column("found_at", gettext_lazy("Found"), kind="datetime", wide_only=True),
        ],
        filters=[
            reference_filter(programme.for_whom),
            Filter("ruling", gettext_lazy("Ruling"), kind="choice", choices=Overlapping.choices, primary=True),
        ],
        sort="-found_at",
        empty=_("Nobody was found in two programmes of this purpose."),
        empty_next="",
        extra=["household_id", "other_id"],
    )  # fmt: skip
    address = reverse("programmes:enrolments", args=[programme.pk])
    context = {"programme": programme, "trail": trail(programme, (gettext_lazy("Enrolment"), address))}
    return respond(
        request, found, rows, "programmes/list_of.html", context, on_list=noting(rows, viewer, "programmes: overlaps")
    )
