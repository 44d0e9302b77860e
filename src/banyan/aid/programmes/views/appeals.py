"""Appeals: who says that they were left out wrongly, and what somebody else than who noted it decided."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.enrolments import AppealForm, DecisionForm
from banyan.aid.programmes.models import Appeal
from banyan.aid.programmes.states import AppealState
from banyan.aid.programmes.views.framing import (
    DECIDE_APPEAL,
    ENROL,
    TONES,
    VIEW_ENROLMENT,
    own,
    programme_of,
    tabs,
    trail,
    written,
)
from banyan.aid.programmes.views.stories import story
from banyan.aid.programmes.views.target_rows import noting, record_columns, reference_filter
from banyan.people.registry import queries as registry
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import why_not
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.ids import asked_id
from banyan.platform.kernel.listing import Column, Filter, Listing, respond


def listing(programme: Any) -> Listing:
    """The appeals of a programme."""
    return Listing(
        key="appeals",
        title=gettext_lazy("Appeals"),
        columns=[
            Column("asked_at", gettext_lazy("Noted"), kind="date", link=lambda row: reverse("programmes:appeal", args=[row["id"]])),
            *record_columns(programme.for_whom),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(AppealState.choices), tones=TONES),
            Column("asked_by_label", gettext_lazy("Noted by"), wide_only=True),
            Column("decided_by_label", gettext_lazy("Decided by"), wide_only=True),
        ],
        filters=[
            reference_filter(programme.for_whom),
            Filter("state", gettext_lazy("State"), kind="choice", choices=AppealState.choices, primary=True),
        ],
        sort="-asked_at",
        empty=_("Nobody has appealed."),
        empty_next=_("An appeal is noted on the page of the household."),
        extra=["household_id"],
    )  # fmt: skip


@require_GET
@needs(VIEW_ENROLMENT)
def appeal_list(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """The appeals of a programme."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    rows = queries.appeals(seen_by=viewer, programme_id=programme.pk).order_by()
    context = {"programme": programme, "tabs": tabs(viewer, programme, "appeals"), "trail": trail()}
    return respond(
        request, listing(programme), rows, "programmes/list_of.html", context,
        on_list=noting(rows, viewer, "programmes: appeals"),
    )  # fmt: skip


@needs(VIEW_ENROLMENT)
def appeal_page(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """One appeal, with the decision, or the form by which somebody else decides."""
    viewer = request.viewer
    found: Any = queries.appeal(appeal_id, seen_by=viewer)
    if request.method == "POST":
        viewer.require(DECIDE_APPEAL)
    programme = found.programme
    log_read(viewer, kind="open", subject="registry.household", ids=[found.household_id], purpose="programmes: appeal")
    refused = why_not(viewer, DECIDE_APPEAL) or own(viewer, found.asked_by)
    form = DecisionForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        act = actions.uphold_appeal if given["verb"] == "uphold" else actions.refuse_appeal
        act(found.pk, given["decision"], by=viewer)
        return reverse("programmes:appeal", args=[found.pk])

    address = reverse("programmes:appeals", args=[programme.pk])
    return written(
        request, form, save, heading=_("Appeal"), template="programmes/appeal.html",
        way=trail(programme, (gettext_lazy("Appeals"), address)), said=_("Decided."),
        appeal=found, programme=programme, state_label=AppealState(found.state).label, tone=TONES[found.state],
        is_open=found.state == AppealState.OPEN, why_not_decide=refused,
        household_url=reverse("programmes:household", args=[found.household_id]),
        timeline=story(Appeal, found.pk, viewer),
    )  # fmt: skip


@needs(ENROL)
def appeal_new(request: HttpRequest, programme_id: UUID, household_id: UUID) -> HttpResponse:
    """Note what a household, or one of its people (`?person=`), says against being left out or put out."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    household = registry.household(household_id, seen_by=viewer)
    form = AppealForm(request.POST if request.method == "POST" else None)
    person_id, run_id, enrolment_id = (
        asked_id(text) if (text := request.GET.get(name)) else None for name in ("person", "run", "enrolment")
    )

    def save(given: dict[str, Any]) -> str:
        made = actions.note_appeal(
            programme.pk, household.pk, by=viewer, reason=given["reason"], person_id=person_id, targeting_run_id=run_id,
            enrolment_id=enrolment_id,
        )  # fmt: skip
        return reverse("programmes:appeal", args=[made.pk])

    address = reverse("programmes:household", args=[household.pk])
    return written(
        request, form, save, heading=_("Note an appeal"), way=trail(programme, (household.reference, address)),
        said=_("Noted. Somebody else decides."),
    )  # fmt: skip
