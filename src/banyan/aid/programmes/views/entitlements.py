"""What the enrolled are entitled to in a cycle: simulated before anything is promised, proposed by one, approved by another, amended
but never changed.
"""

from collections.abc import Sequence
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
from banyan.aid.programmes.inputs.entitlements import AmendForm, SimulateForm
from banyan.aid.programmes.inputs.fields import ReasonForm
from banyan.aid.programmes.models import RoundingName
from banyan.aid.programmes.models.entitlements import CAUSES, VERDICTS, EntitlementRun
from banyan.aid.programmes.states import CycleState, EntitlementState, PackageState
from banyan.aid.programmes.views import charts
from banyan.aid.programmes.views.entitled import TONES as VERDICT_TONES
from banyan.aid.programmes.views.entitled import run_way
from banyan.aid.programmes.views.framing import (
    APPROVE_ENTITLEMENT,
    ENTITLE,
    TONES,
    VIEW_ENTITLEMENT,
    list_of,
    own,
    plain,
    programme_of,
    progress,
    trail,
    why_not_there,
    written,
)
from banyan.aid.programmes.views.mapping import mapped
from banyan.aid.programmes.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing
from banyan.platform.kernel.problems import Problem


def listing(programme: Any) -> Listing:
    """The reckonings of a programme, the newest first."""
    return Listing(
        key="entitlement-runs",
        title=gettext_lazy("Entitlements"),
        columns=[
            Column(
                "made_at", gettext_lazy("Simulated"), kind="datetime",
                link=lambda row: reverse("programmes:entitlement-run", args=[row["id"]]),
            ),
            Column("cycle__name", gettext_lazy("Cycle")),
            Column("package__name", gettext_lazy("Package")),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(EntitlementState.choices), tones=TONES),
            Column("made_by_label", gettext_lazy("Simulated by"), wide_only=True),
            Column("approved_by_label", gettext_lazy("Approved by"), wide_only=True),
        ],
        filters=[Filter("state", gettext_lazy("State"), kind="choice", choices=EntitlementState.choices)],
        sort="-made_at",
        empty=_("Nothing was simulated yet."),
        empty_next=_("Simulate"),
        empty_url=reverse("programmes:simulate", args=[programme.pk]),
    )  # fmt: skip


@require_GET
@needs(VIEW_ENTITLEMENT)
def run_list(request: HttpRequest, programme_id: UUID) -> HttpResponseBase:
    """The reckonings of a programme, simulated, proposed or approved."""
    programme = programme_of(programme_id, request.viewer)
    return list_of(
        request, programme, "entitlements", listing(programme),
        queries.entitlement_runs(seen_by=request.viewer, programme_id=programme.pk).order_by(),
        lead=_("What the enrolled are entitled to. Nothing is promised until somebody else has approved it."), right=ENTITLE,
    )  # fmt: skip


@needs(ENTITLE)
def simulate(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Reckon a package for a cycle, without promising anything."""
    viewer = request.viewer
    programme = programme_of(programme_id, viewer)
    cycles = queries.cycles(programme.pk, seen_by=viewer).filter(state=CycleState.OPEN)
    packages = queries.packages(programme.pk, seen_by=viewer).filter(state=PackageState.APPROVED)
    form = SimulateForm(
        request.POST if request.method == "POST" else None,
        cycles=[(each.pk, each.name) for each in cycles],
        packages=[(each.pk, f"{each.name}, {each.version}") for each in packages],
    )

    def save(given: dict[str, Any]) -> str:
        made = actions.simulate_entitlements(
            UUID(given["cycle_id"]), UUID(given["package_id"]), by=viewer, day=given["day"]
        )
        return reverse("programmes:entitlement-run", args=[made.pk])

    address = reverse("programmes:entitlements", args=[programme.pk])
    return written(
        request, form, save, heading=_("Simulate"), way=trail(programme, (gettext_lazy("Entitlements"), address)),
        submit=_("Simulate"), said=_("Started. You may leave this page; what was found is here when it is done."),
        lead=_("An approved package for an open cycle: everybody enrolled who is not entitled to it yet."),
    )  # fmt: skip


@require_GET
@needs(VIEW_ENTITLEMENT)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One reckoning: what it comes to, by place and size, what has to be mended, and what may be done with it."""
    return _show(request, run_id)


def _show(request: HttpRequest, run_id: UUID, problems: Sequence[Problem] = ()) -> HttpResponse:
    viewer = request.viewer
    run = queries.entitlement_run(run_id, seen_by=viewer)
    context: dict[str, Any] = {
        "run": run,
        "programme": run.programme,
        "state_label": EntitlementState(run.state).label,
        "tone": TONES[run.state],
        "facts": _facts(run),
        "job": progress(run.job, viewer) if run.reckoned_at is None else None,
        "moves": _moves(run, viewer),
        "may_refuse": run.state == EntitlementState.PROPOSED and viewer.may(ENTITLE),
        "reason_form": ReasonForm(),
        "problems": list(problems),
        "timeline": story(EntitlementRun, run.pk, viewer),
        "trail": run_way(run)[:-1],
    }
    if run.reckoned_at is not None:
        context |= _figures(run, request, viewer)
    return TemplateResponse(request, "programmes/entitlement_run.html", context, status=422 if problems else 200)


def _facts(run: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Cycle"), run.cycle.name),
        (_("Package"), f"{run.package.name}, {run.package.version}"),
        (_("As of"), run.day),
        (_("Rounding"), RoundingName(run.rounding).label),
        (_("Smallest unit"), plain(run.step)),
        (_("At most"), plain(run.cap)),
        (_("Simulated by"), run.made_by_label),
        (_("Proposed by"), run.proposed_by_label),
        (_("Approved by"), run.approved_by_label),
        (_("Why it is amended"), run.reason),
        (_("Why it was refused"), run.refused_why),
    ]


def _figures(run: Any, request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    verdicts = queries.entitled_sums(run.pk, "verdict", seen_by=viewer)
    places = queries.entitled_sums(run.pk, "place", seen_by=viewer)
    sizes = queries.entitled_sums(run.pk, "size", seen_by=viewer)
    widths = charts.bars([each.due for each in sizes])
    amounts = [each.amount for each in verdicts if each.amount is not None]
    return {
        "verdicts": [
            {"code": each.key, "label": VERDICTS[each.key], "tone": VERDICT_TONES[each.key], "sum": each} for each in verdicts
        ],
        "amount": sum(amounts) if amounts else None,
        "money": queries.affordable(run.pk, seen_by=viewer) if run.currency else None,
        "sizes": [{"sum": each, "width": width} for each, width in zip(sizes, widths, strict=True)],
        "row": charts.ROW,
        "items": queries.entitled_sums(run.pk, "item", seen_by=viewer) if not run.currency else [],
        "causes": [
            {"code": each.key, "label": CAUSES[each.key], "sum": each}
            for each in queries.entitled_sums(run.pk, "cause", seen_by=viewer)
            if each.key
        ],
        "rows_url": reverse("programmes:entitled", args=[run.pk]),
        "figure_label": _("Entitled"),
        **mapped({each.key: each.due for each in places if each.key}, request.GET.get("within", ""), viewer),
    }  # fmt: skip


def _moves(run: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The next steps of a reckoning, those that this viewer may not take with the reason."""
    moves: list[tuple[str, Any, Any, str, Any]] = []
    reckoned = "" if run.reckoned_at else _("It is at work.")
    if run.state == EntitlementState.SIMULATED:
        moves.append(("propose", _("Propose"), why_not_there(viewer, ENTITLE, run) or reckoned, "btn-primary", ""))
        confirm = _("Throw this simulation away? Nothing was promised by it.")
        moves.append(("drop", _("Throw away"), why_not_there(viewer, ENTITLE, run) or reckoned, "btn-quiet", confirm))
    if run.state == EntitlementState.PROPOSED:
        mine = own(viewer, run.proposed_by) or own(viewer, run.made_by)
        confirm = _("Approve? What is approved is never changed, only amended.")
        moves.append(
            ("approve", _("Approve"), why_not_there(viewer, APPROVE_ENTITLEMENT, run) or mine, "btn-primary", confirm)
        )
    told = [
        {"label": label, "url": reverse("programmes:entitlement-move", args=[run.pk, verb]), "reason": reason, "style": style,
         "confirm": confirm, "post": "yes"}
        for verb, label, reason, style, confirm in moves
    ]  # fmt: skip
    if run.reckoned_at:
        told.append(
            {"label": _("Other formula"), "url": reverse("programmes:other-formula", args=[run.pk]), "style": "btn-quiet",
             "reason": why_not(viewer, ENTITLE)}
        )  # fmt: skip
    if run.payable:
        told.append(
            {"label": _("Amend"), "url": reverse("programmes:entitlement-amend", args=[run.pk]), "style": "btn-quiet",
             "reason": why_not(viewer, ENTITLE)}
        )  # fmt: skip
    return told


@require_POST
@needs(VIEW_ENTITLEMENT)
def move(request: HttpRequest, run_id: UUID, verb: str) -> HttpResponse:
    """Propose a reckoning or throw it away, approve or refuse what somebody else proposed."""
    viewer = request.viewer
    try:
        if verb == "propose":
            actions.propose_entitlements(run_id, by=viewer)
            said = _("Proposed. Somebody else approves it.")
        elif verb == "approve":
            actions.approve_entitlements(run_id, by=viewer)
            said = _("Approved. It can be paid now.")
        elif verb == "refuse":
            actions.refuse_entitlements(run_id, by=viewer, reason=request.POST.get("reason", ""))
            said = _("Sent back.")
        elif verb == "drop":
            programme_id = queries.entitlement_run(run_id, seen_by=viewer).programme_id
            actions.drop_simulation(run_id, by=viewer)
            messages.success(request, _("The simulation was thrown away."))
            return redirect("programmes:entitlements", programme_id)
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, run_id, problems_of(problem))
    messages.success(request, said)
    return redirect("programmes:entitlement-run", run_id)


@needs(ENTITLE)
def amend(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Reckon some of an approved run again, or take it back, as a new run that somebody else approves."""
    viewer = request.viewer
    run = queries.entitlement_run(run_id, seen_by=viewer)
    form = AmendForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        wanted = {line.strip().upper() for line in given["references"].splitlines() if line.strip()}
        name = "person__reference" if run.subject == "person" else "household__reference"
        rows = queries.entitlements(run.pk, seen_by=viewer)
        found = dict(rows.filter(**{f"{name}__in": wanted}).values_list("enrolment_id", name))
        unknown = sorted(wanted - set(found.values()))
        if unknown:
            raise Problem("programmes.list_unknown", reference=", ".join(unknown)[:200])
        made = actions.amend_entitlements(
            run.pk, list(found), by=viewer, reason=given["reason"], withdraw=given["withdraw"]
        )
        return reverse("programmes:entitlement-run", args=[made.pk])

    return written(
        request, form, save, heading=_("Amend"), way=run_way(run), said=_("Simulated. Look at it, then propose it."),
        lead=_("What was approved stays as it is until somebody else approves the amendment."),
    )  # fmt: skip
