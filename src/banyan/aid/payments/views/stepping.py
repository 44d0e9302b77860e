"""Steps of a plan: what may be done next, by whom and why not by the viewer; and taking a step, each on a page that says to what."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.plans import HANDED_OUT, AssignForm, FollowUpForm, StepForm
from banyan.aid.payments.models import BY_ACCOUNT, Format, Mechanism, Plan
from banyan.aid.payments.states import UNSENT, LineState, PlanState
from banyan.aid.payments.views.framing import FILES, LINES, PREPARE, VIEW, Text, at, say_problems, trail
from banyan.aid.payments.views.wording import worth
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

LABELS: Mapping[str, Text] = {
    "lock": gettext_lazy("Lock the entitlements"),
    "assign": gettext_lazy("Assign a provider"),
    "submit": gettext_lazy("Send for approval"),
    "approve": gettext_lazy("Approve"),
    "authorise": gettext_lazy("Authorise"),
    "release": gettext_lazy("Release the funds"),
    "refuse": gettext_lazy("Send back"),
    "abort": gettext_lazy("Abort"),
    "send": gettext_lazy("Mark as sent"),
    "close": gettext_lazy("Close the plan"),
}
# These are taken at once; the others on a page that shows what is agreed to, or asks for words.
_AT_ONCE: Mapping[str, Text] = {
    "lock": gettext_lazy("Lock these lines? Then a provider is assigned."),
    "submit": gettext_lazy("Send this plan for approval? Others will look at its lines as they are now."),
    "send": gettext_lazy("Was the list handed over to whoever pays?"),
    "close": gettext_lazy("Close this plan? What did not arrive goes back to the budget."),
}
# What stands above the page of a step.
_LEADS: Mapping[str, Text] = {
    "approve": gettext_lazy(
        "You agree that these lines are right. Your word counts for these lines only: if one changes, it is void."
    ),
    "authorise": gettext_lazy(
        "You agree that the money may be spent on these lines. Your word is void if one of them changes."
    ),
    "release": gettext_lazy("The funds are released, and the list can be sent. Nothing can be taken back afterwards."),
    "refuse": gettext_lazy("What was approved is void, and whoever prepared the plan reads your reason."),
    "abort": gettext_lazy("The plan ends here. Its entitlements can be paid by another plan."),
}
_WITH_REASON = ("refuse", "abort")
_DONE: Mapping[str, Text] = {
    "lock": gettext_lazy("The entitlements are locked."),
    "submit": gettext_lazy("The plan was sent for approval."),
    "approve": gettext_lazy("You approved these lines."),
    "authorise": gettext_lazy("You authorised these lines."),
    "release": gettext_lazy("The funds are released."),
    "refuse": gettext_lazy("The plan was sent back."),
    "abort": gettext_lazy("The plan was aborted."),
    "send": gettext_lazy("The plan is marked as sent."),
    "close": gettext_lazy("The plan is closed."),
}
_STYLES = {"approve": "btn-primary", "authorise": "btn-primary", "release": "btn-primary", "submit": "btn-primary"}


def actions_of(plan: Plan, eyes: queries.Eyes, viewer: Viewer) -> list[dict[str, Any]]:
    """What can be done with a plan in its state, each greyed with the reason where this viewer may not."""
    found = []
    for step in eyes.next:
        if step.verb not in LABELS:
            continue
        entry: dict[str, Any] = {
            "label": LABELS[step.verb],
            "url": reverse("payments:step", args=[plan.pk, step.verb]),
            "reason": _unready(plan, step.verb) if step.may else why_words(step.why),
            "style": _STYLES.get(step.verb, "btn-quiet"),
        }
        if step.verb in _AT_ONCE:
            entry |= {"post": "yes", "confirm": _AT_ONCE[step.verb]}
        found.append(entry)
    if plan.state not in UNSENT and plan.state != PlanState.RELEASED and plan.state != PlanState.ABORTED:
        found.append(
            {
                "label": _("Make a plan of what did not arrive"),
                "url": reverse("payments:plan-follow", args=[plan.pk]),
                "reason": why_not(viewer, PREPARE),
            }
        )
    return found


def _unready(plan: Plan, verb: str) -> Text:
    """Why a step that is the viewer's cannot be taken yet; empty when it can."""
    return _("Its lines are being made.") if verb == "lock" and plan.generated_at is None else ""


def why_words(code: str) -> str:
    """Why a step is not the viewer's, in the words that trying it would answer."""
    if not code or code == "not_allowed":
        return _("Your roles do not allow this.")
    return str(Problem(code).detail)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def step(request: HttpRequest, plan_id: UUID, verb: str) -> HttpResponse:
    """Take a step of a plan, after a look at what it is about."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)
    if verb == "assign":
        return _assign(request, plan)
    if verb not in LABELS or (request.method == "GET" and verb in _AT_ONCE):
        raise Problem("not_found")
    if verb in _AT_ONCE:
        return _at_once(request, plan, verb)
    form = StepForm(
        request.POST if request.method == "POST" else None, needs_reason=verb in _WITH_REASON,
        initial={"digest": plan.digest},
    )  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            _take(verb)(plan.pk, viewer, form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, str(_DONE[verb]))
            return redirect("payments:plan", plan.pk)
    context = {
        "plan": plan, "form": form, "problems": problems, "heading": LABELS[verb], "lead": _LEADS[verb], "submit": LABELS[verb],
        "cancel_url": reverse("payments:plan", args=[plan.pk]), "facts": agreed_facts(plan, viewer),
        "held": plan.held, "held_url": f"{reverse('payments:lines', args=[plan.pk])}?state={LineState.HELD}",
        "lines_url": reverse("payments:lines", args=[plan.pk]) if viewer.may(LINES) else "", "trail": plan_trail(plan),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/step.html", context, status=status)


def _take(verb: str) -> Callable[[UUID, Viewer, Mapping[str, Any]], Any]:
    """The action of a step that a page asked about."""
    table: dict[str, Callable[[UUID, Viewer, Mapping[str, Any]], Any]] = {
        "approve": lambda plan, by, said: actions.approve_plan(plan, by=by, digest=said["digest"], note=said["note"]),
        "authorise": lambda plan, by, said: actions.authorise_plan(
            plan, by=by, digest=said["digest"], note=said["note"]
        ),
        "release": lambda plan, by, said: actions.release_plan(plan, by=by, digest=said["digest"], note=said["note"]),
        "refuse": lambda plan, by, said: actions.refuse_plan(plan, by=by, reason=said["note"]),
        "abort": lambda plan, by, said: actions.abort_plan(plan, by=by, reason=said["note"]),
    }
    return table[verb]


def _at_once(request: HttpRequest, plan: Plan, verb: str) -> HttpResponse:
    table: dict[str, Callable[..., Any]] = {
        "lock": actions.lock_plan, "submit": actions.submit_plan, "send": actions.mark_sent, "close": actions.close_plan,
    }  # fmt: skip
    try:
        table[verb](plan.pk, by=request.viewer)
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, str(_DONE[verb]))
    return redirect("payments:plan", plan.pk)


def agreed_facts(plan: Plan, viewer: Viewer) -> list[tuple[Text, Any]]:
    """To what somebody agrees: how many lines, how much, from which budget lines, by whom it is paid out and when."""
    found: list[tuple[Text, Any]] = [
        (_("Programme"), f"{plan.programme.name}, {plan.cycle.name}"),
        (_("Lines"), plan.lines),
        (_("Amount"), worth(plan.amount, plan) if plan.is_money else ""),
        (
            _("Provider"),
            ", ".join(str(part) for part in (plan.provider_label, mechanism_label(plan.mechanism)) if part),
        ),
        (_("Prepared by"), plan.made_by_label),
        (_("Checksum of the lines"), plan.digest[:16]),
    ]
    budgets = queries.budgets(plan.pk, seen_by=viewer)
    return found + [(each.budget_line.code, f"{each.budget_line.name}: {worth(each.amount, plan)}") for each in budgets]


def mechanism_label(code: str) -> Text:
    """A way of paying in words; what is none of ours as it was written."""
    known: dict[str, Text] = {**dict(Mechanism.choices), HANDED_OUT: _("handed out")}
    return known.get(code, code)


def plan_trail(plan: Plan) -> list[tuple[Text, str]]:
    """Where a page below a plan lies."""
    return trail(
        plan.operation_id, (_("Payment plans"), at("payments:plans", plan.operation_id)),
        (plan.reference, reverse("payments:plan", args=[plan.pk])),
    )  # fmt: skip


def _assign(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Who pays out, and by what. What a provider would not take is told before it is assigned."""
    viewer = request.viewer
    known = list(queries.providers(plan.operation_id, seen_by=viewer))
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        providers=[(each.pk, each.name) for each in known], mechanisms=Mechanism.choices, is_money=plan.is_money,
        initial={"provider": plan.provider or "", "provider_label": plan.provider_label, "mechanism": plan.mechanism},
    )  # fmt: skip
    problems: list[Problem] = []
    doubts: list[str] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        doubts = _doubts(plan, said, viewer)
        if not doubts or "anyway" in request.POST:
            try:
                actions.assign_provider(
                    plan.pk, by=viewer, provider_id=said["provider"], mechanism=said["mechanism"],
                    provider_label=next((each.name for each in known if each.pk == said["provider"]), said["provider_label"]),
                )  # fmt: skip
                if said["mechanism"] in BY_ACCOUNT:
                    actions.take_accounts(plan.pk, by=viewer)
            except Problem as problem:
                problems = problems_of(problem)
            else:
                messages.success(request, _("The provider is assigned."))
                return redirect("payments:plan", plan.pk)
    context = {
        "plan": plan, "form": form, "problems": problems, "doubts": doubts, "heading": LABELS["assign"],
        "submit": LABELS["assign"], "cancel_url": reverse("payments:plan", args=[plan.pk]), "trail": plan_trail(plan),
    }  # fmt: skip
    status = 422 if form.errors or problems or doubts else 200
    return TemplateResponse(request, "payments/assign.html", context, status=status)


def _doubts(plan: Plan, said: Mapping[str, Any], viewer: Viewer) -> list[str]:
    """How many lines the provider would not take as they are."""
    if not said["provider"] or not plan.is_money or not viewer.may(LINES):
        return []
    found = queries.unpayable(plan.pk, said["provider"], said["mechanism"], seen_by=viewer)
    told = [
        (found.too_small, _("%d lines are below its smallest transfer.")),
        (found.too_large, _("%d lines are above its largest transfer.")),
    ]
    if said["mechanism"] in BY_ACCOUNT:
        told.append((found.without_account, _("For %d lines the collector has no account of this kind.")))
    return [words % count for count, words in told if count]


@require_http_methods(["GET", "POST"])
@needs(PREPARE)
def follow_up(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A plan of what did not arrive by this one: only what is still due."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_follow_up(plan.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The lines are being made."))
            return redirect("payments:plan", made.pk)
    context = {
        "form": form, "problems": problems, "heading": _("Make a plan of what did not arrive"), "submit": _("Make the plan"),
        "lead": _("What failed, came back, was not claimed or arrived in part is paid again, and never more than is still due."),
        "cancel_url": reverse("payments:plan", args=[plan.pk]), "trail": plan_trail(plan),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)


@require_POST
@needs(FILES)
def make_file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Make the file for the provider; for the same lines it is the same file."""
    try:
        actions.make_file(plan_id, by=request.viewer, format=request.POST.get("format", ""))
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, _("The file is made. Fetch it below."))
    return redirect(f"{reverse('payments:plan', args=[plan_id])}#files-heading")


@require_POST
@needs(FILES)
def open_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Fetch a file as the provider is to have it; this is an entry in the log of reads."""
    name, content = actions.open_file(file_id, by=request.viewer)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def formats_of(plan: Plan, viewer: Viewer) -> list[tuple[str, Text]]:
    """In which formats a file can be made of a plan now; none before its funds are released, or of goods."""
    if plan.state in UNSENT or plan.state == PlanState.ABORTED or not plan.is_money or not viewer.may(FILES):
        return []
    return list(Format.choices)
