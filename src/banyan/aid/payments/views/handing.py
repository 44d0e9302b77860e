"""Handing out, on a telephone: read a card, see what is due, take a signature, next."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.distributions import CardForm, HandForm
from banyan.aid.payments.models import Distribution
from banyan.aid.payments.models.distributions import Collector
from banyan.aid.payments.rules.handing import ALTERNATE, COLLECTOR, PROXY
from banyan.aid.payments.states import HAND_OUT, DistributionState
from banyan.aid.payments.views.distributions import VIEW, note_read
from banyan.aid.payments.views.framing import at, say_problems, trail
from banyan.aid.payments.views.wording import quantity
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem


def _trail(day: Distribution) -> list[tuple[Any, str]]:
    return trail(
        day.operation_id,
        (gettext_lazy("Distributions"), at("payments:distributions", day.operation_id)),
        (day.site.name, reverse("payments:distribution", args=[day.pk])),
    )


@require_http_methods(["GET", "POST"])
@needs(HAND_OUT)
def hand(request: HttpRequest, distribution_id: UUID) -> HttpResponse:
    """Read the next card. What it says stands in no address: it is sent, and leads to the household."""
    viewer = request.viewer
    day = queries.distribution(distribution_id, seen_by=viewer)
    form = CardForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.household_of_card(day.pk, form.cleaned_data["reference"], seen_by=viewer)
        except Problem as problem:
            if problem.status == 403:
                raise
            problems = [problem]
        else:
            return redirect("payments:distribution-household", day.pk, found)
    context = {
        "day": day, "form": form, "problems": problems, "counts": queries.distribution_counts(day.pk, seen_by=viewer),
        "is_open": day.state == DistributionState.OPEN, "trail": _trail(day),
    }  # fmt: skip
    wrong = form.errors or problems
    return TemplateResponse(request, "payments/distributions/hand.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def household(request: HttpRequest, distribution_id: UUID, household_id: UUID) -> HttpResponse:
    """What a household is due, who may take it, what it took; and, for who hands out, handing it out."""
    viewer = request.viewer
    day = queries.distribution(distribution_id, seen_by=viewer)
    one = queries.household_due(day.pk, household_id, seen_by=viewer)
    hold = queries.standing_hold(household_id, seen_by=viewer)
    reason = _why_not(day, one, hold, viewer)
    names = {PROXY: ""}
    names |= {COLLECTOR: one.collector.name} if one.collector else {}
    names |= {ALTERNATE: one.alternate.name} if one.alternate else {}
    options: dict[str, Any] = {"dues": [due for due in one.dues if due.left], "names": names}
    problems: list[Problem] = []
    if request.method == "POST":
        if reason and not viewer.may(HAND_OUT):
            raise Problem("not_allowed", permission=HAND_OUT)
        form = HandForm(request.POST, request.FILES, **options)
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.hand_out(
                    day.pk, household_id, form.quantities(), by=viewer, key=said["key"], who=said["who"],
                    name=said["name"], **form.pictures(),
                )  # fmt: skip
            except Problem as problem:
                problems = problems_of(problem)
            else:
                messages.success(request, _("Handed out."))
                return redirect("payments:distribution-hand", day.pk)
    else:
        form = HandForm(initial={"who": COLLECTOR if one.collector else PROXY}, **options)
    note_read(viewer, [household_id], kind="open")
    context = {
        "day": day, "one": one, "form": None if reason else form, "problems": problems, "why_not": reason,
        "quantities": [form[name] for name in form.lines],
        "handouts": [_handout_row(day, each, viewer) for each in queries.handouts(day.pk, seen_by=viewer, household_id=household_id)],
        "dues": [
            {"item": due.item or _("Amount"), "granted": quantity(due.granted, due.unit), "handed": quantity(due.handed, due.unit)}
            for due in one.dues
        ],
        "next_url": reverse("payments:distribution-hand", args=[day.pk]), "may_next": viewer.may(HAND_OUT),
        "trail": _trail(day),
    }  # fmt: skip
    wrong = problems or (not reason and form.errors)
    return TemplateResponse(request, "payments/distributions/household.html", context, status=422 if wrong else 200)


def _why_not(day: Distribution, one: Any, hold: Any, viewer: Viewer) -> Any:
    """Why nothing may be handed out; empty when it may."""
    if one.done:
        return _("Everything was handed out.")
    if day.state != DistributionState.OPEN:
        return _("The distribution is not open.")
    if hold is not None:
        return _("Payments to this household are held. Ask who put the hold.")
    return why_not(viewer, HAND_OUT)


def _handout_row(day: Distribution, each: Any, viewer: Viewer) -> dict[str, Any]:
    pictures = [
        (label, reverse("payments:handout-picture", args=[each.pk, kind]))
        for kind, label in (("signature", _("Signature")), ("photo", _("Photo")))
        if getattr(each, kind)
    ]
    may_back = day.state == DistributionState.OPEN and viewer.may(HAND_OUT) and each.back_at is None
    return {
        "one": each,
        "who": each.name or Collector(each.who).label,
        "given": ", ".join(f"{item} {quantity(amount, unit)}".strip() for item, unit, amount in each.given),
        "pictures": pictures,
        "back_url": reverse("payments:handout-back", args=[each.pk]) if may_back else "",
    }


@require_POST
@needs(HAND_OUT)
def take_back(request: HttpRequest, handout_id: UUID) -> HttpResponse:
    """What was handed out by mistake comes back."""
    handout = queries.handout(handout_id, seen_by=request.viewer)
    try:
        actions.take_goods_back(handout_id, by=request.viewer, reason=request.POST.get("reason", ""))
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, _("It is noted as handed back."))
    return redirect("payments:distribution-household", handout.distribution_id, handout.household_id)


@require_GET
@needs(VIEW)
def picture(request: HttpRequest, handout_id: UUID, kind: str) -> HttpResponse:
    """The signature or photo itself, kept by nobody on the way; looking at it is an entry in the log of reads."""
    handout = queries.handout(handout_id, seen_by=request.viewer)
    name = {"signature": handout.signature, "photo": handout.photo}.get(kind, "")
    if not name:
        raise Problem("not_found")
    try:
        content = vault.fetch(name)
    except (FileNotFoundError, vault.Broken, ValueError):
        raise Problem("not_found") from None
    note_read(request.viewer, [handout.household_id], kind="open")
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
