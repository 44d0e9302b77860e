"""Verifications: drawing one, asking, what the answers say of the whole plan, and the work list of what differs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.verification import AnswerForm, SettleForm, VerificationForm
from banyan.aid.payments.models import Verification, VerificationItem
from banyan.aid.payments.models.verification import Answer, Method, Settled
from banyan.aid.payments.rules.handing import shown
from banyan.aid.payments.rules.verifying import ANSWERS, LESS, NOTHING, Estimate, Finding
from banyan.aid.payments.views.framing import at, frame, progress_of, say_problems, trail
from banyan.aid.payments.views.stories import story
from banyan.aid.payments.views.wording import quantity
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

VIEW, VERIFY, SETTLE = "payments.view_verification", "payments.verify", "payments.settle_verification"
TONES = {
    Answer.RECEIVED: "good", Answer.LESS: "warn", Answer.NOTHING: "bad", Answer.UNREACHED: "plain",
    Answer.REFUSED: "plain", "": "plain",
}  # fmt: skip
_ANSWERED = {"": gettext_lazy("waits"), **dict(Answer.choices)}
# On a sheet for paper; more are asked by telephone or shared out.
PRINTED = 500


def listing(new_url: str = "") -> Listing:
    """Verifications, the newest first."""

    def closed(rows: Any, wanted: bool) -> Any:
        return rows.exclude(closed_at=None) if wanted else rows.filter(closed_at=None)

    return Listing(
        key="verifications",
        title=gettext_lazy("Verifications"),
        columns=[
            Column("label", gettext_lazy("Name"), link=lambda row: reverse("payments:verification", args=[row["id"]])),
            Column("plan_reference", gettext_lazy("Plan"), kind="code", sortable=False),
            Column("method", gettext_lazy("Asked by"), choices=dict(Method.choices), wide_only=True),
            Column("size", gettext_lazy("Lines"), kind="number"),
            Column("made_at", gettext_lazy("Made"), kind="date", wide_only=True),
            Column("closed_at", gettext_lazy("Closed"), kind="date", wide_only=True),
        ],
        filters=[Filter("closed", gettext_lazy("Closed"), kind="yesno", where=closed)],
        sort="-made_at",
        empty=gettext_lazy("Nobody has asked yet whether it arrived"),
        empty_next=gettext_lazy("Draw lines to verify")
        if new_url
        else gettext_lazy("Open a payment plan by which something arrived, and verify it there."),
        empty_url=new_url,
    )  # fmt: skip


@require_GET
@needs(VIEW)
def verification_list(request: HttpRequest) -> HttpResponseBase:
    """The verifications of one operation."""
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        raise Problem("not_found")
    open_ = queries.mismatches(operation.pk, seen_by=request.viewer).count()
    context = {
        **frame(request, "verifications", operation, operations),
        "heading": _("Verification"),
        "lead": _("%(count)s mismatches wait to be settled.") % {"count": number_format(open_)} if open_ else "",
    }
    rows = queries.verifications(operation.pk, seen_by=request.viewer)
    return respond(request, listing(), rows, "payments/list.html", context)


def _trail(operation_id: UUID, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return trail(operation_id, (gettext_lazy("Verification"), at("payments:verifications", operation_id)), *more)


@require_GET
@needs(VIEW)
def plan_list(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """The verifications of one plan."""
    plan = queries.plan(plan_id, seen_by=request.viewer)
    new_url = reverse("payments:verification-new", args=[plan.pk])
    reason = why_not(request.viewer, VERIFY)
    context = {
        "heading": _("Verification of %(plan)s") % {"plan": plan.reference},
        "trail": _trail(plan.operation_id),
        "actions": [{"label": _("Draw lines to verify"), "url": new_url, "reason": reason, "style": "btn-primary"}],
    }
    rows = queries.verifications(plan.operation_id, seen_by=request.viewer).filter(plan=plan)
    return respond(request, listing("" if reason else new_url), rows, "payments/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(VERIFY)
def verification_new(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say how sure the figures are to be; so many lines are drawn by lot."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)
    operation_of(plan.operation_id, viewer, VERIFY)
    form = VerificationForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start_verification(plan.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The lines are drawn."))
            return redirect("payments:verification", made.pk)
    context = {
        "form": form, "problems": problems, "heading": _("Draw lines to verify"), "submit": _("Draw the lines"),
        "trail": _trail(plan.operation_id), "cancel_url": reverse("payments:plan-verifications", args=[plan.pk]),
        "lead": _("Lines by which something arrived are drawn by lot; the people are asked whether they got it."),
    }  # fmt: skip
    return TemplateResponse(request, "payments/form.html", context, status=422 if form.errors or problems else 200)


def items_listing() -> Listing:
    """Lines to verify, in the order of the lot."""

    def settled(rows: Any, wanted: bool) -> Any:
        differing = rows.filter(outcome__in=[LESS, NOTHING])
        return differing.exclude(settled="") if wanted else differing.filter(settled="")

    return Listing(
        key="verification-items",
        title=gettext_lazy("Lines to verify"),
        columns=[
            Column("position", gettext_lazy("No."), kind="number"),
            Column(
                "household__reference", gettext_lazy("Household"), kind="code", sortable=False,
                link=lambda row: reverse("payments:verification-item", args=[row["id"]]),
            ),
            Column("recorded", gettext_lazy("Recorded"), sortable=False, show=lambda row: quantity(row["recorded"], row["unit"])),
            Column("outcome", gettext_lazy("Outcome"), kind="badge", choices=_ANSWERED, tones=TONES),
            Column("settled", gettext_lazy("Settled"), choices={"": "", **dict(Settled.choices)}, wide_only=True),
            Column("answered_by_label", gettext_lazy("Who"), wide_only=True),
        ],
        filters=[
            Filter("outcome", gettext_lazy("Outcome"), kind="choice", where="outcome", choices=Answer.choices),
            Filter("settled", gettext_lazy("Mismatch settled"), kind="yesno", where=settled),
        ],
        extra=("unit",),
        sort="position",
        empty=gettext_lazy("No line of this verification is within your reach"),
    )  # fmt: skip


@require_GET
@needs(VIEW)
def verification_page(request: HttpRequest, verification_id: UUID) -> HttpResponseBase:
    """What was asked, what the answers say of every line of the plan, and the lines themselves."""
    viewer = request.viewer
    row = queries.verification(verification_id, seen_by=viewer)
    told = queries.verification_finding(row.pk, seen_by=viewer)
    reason = why_not(viewer, VERIFY)
    over = _("It is closed.") if row.closed_at else ""
    context = {
        "row": row,
        "job": progress_of(row.job, viewer),
        "done": queries.verification_progress(row.pk, seen_by=viewer),
        "told": told,
        "shares": share_rows(told),
        "amount": percent(told.amount) if told.amount else "",
        "facts": _facts(row),
        "sheet_url": reverse("payments:verification-sheet", args=[row.pk]),
        "close_url": reverse("payments:verification-close", args=[row.pk]),
        "why_not_close": reason or over,
        "ask_url": reverse("payments:verification-ask", args=[row.pk]) if row.method == Method.SMS else "",
        "timeline": story(Verification, row.pk, viewer),
        "trail": _trail(row.operation_id),
    }
    rows = queries.verification_items(row.pk, seen_by=viewer)
    return respond(request, items_listing(), rows, "payments/verification/page.html", context)


def share_rows(told: Finding) -> list[dict[str, Any]]:
    """Each answer with its share of those who answered, and how many lines of the plan that stands for."""
    if not told.answered:
        return []
    return [
        {
            "label": Answer(each).label, "share": percent(told.shares[each]), "lines": _whole(told.lines[each]),
        }
        for each in ANSWERS
    ]  # fmt: skip


def percent(one: Estimate) -> str:
    """A share with its interval, in per cent."""
    value, low, high = (number_format(round(100 * each, 1), decimal_pos=1) for each in (one.value, one.low, one.high))
    return _between(f"{value} %", low, f"{high} %")


def _whole(one: Estimate) -> str:
    return _between(*(number_format(round(each)) for each in (one.value, one.low, one.high)))


def _between(value: str, low: str, high: str) -> str:
    return f"{value} ({low}–{high})"


def _facts(row: Verification) -> list[tuple[Any, Any]]:
    return [
        (_("Plan"), row.plan.reference),
        (_("Asked by"), row.get_method_display()),
        (_("Who is asked"), _("Everybody whom something reached") if row.whole else _("A sample drawn by lot")),
        (_("Lines by which something arrived"), number_format(row.population)),
        (_("Lines drawn"), number_format(row.size)),
        (_("Confidence and margin"), f"{row.confidence} %, ± {number_format(row.margin)} %"),
        (_("Seed"), str(row.seed)),
        (_("Until"), row.due_on),
        (_("Made by"), row.made_by_label),
        (_("Closed by"), row.closed_by_label),
    ]


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def item_page(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One line: whom to ask, what is recorded, what they say; and what a mismatch turned out to be."""
    viewer = request.viewer
    item = queries.verification_item(item_id, seen_by=viewer)
    settling = "settled" in request.POST
    sent = request.POST if request.method == "POST" else None
    answer = AnswerForm(
        None if settling else sent,
        initial={
            "outcome": item.outcome,
            "note": item.note,
            "said": shown(item.said) if item.outcome == LESS and item.said else None,
        },
    )
    settle = SettleForm(sent if settling else None)
    problems: list[Problem] = []
    form = settle if settling else answer
    if sent is not None and form.is_valid():
        try:
            act = actions.settle_item if settling else actions.answer_item
            act(item.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            if problem.code == "kernel.not_allowed":
                raise
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("payments:verification", item.verification_id)
        item.refresh_from_db()
    asked = queries.asked([item], seen_by=viewer, phones=True)[0]
    log_read(
        viewer, kind="open", subject="registry.household", ids=[item.household_id], purpose="payments: verification"
    )
    back = reverse("payments:verification", args=[item.verification_id])
    differs = item.outcome in (LESS, NOTHING)
    context = {
        "item": item, "asked": asked, "recorded": quantity(item.recorded, item.unit), "problems": problems,
        "said": quantity(item.said, item.unit) if item.said is not None else "",
        "answer": None if item.settled or item.verification.closed_at or not viewer.may(VERIFY) else answer,
        "settle": settle if differs and not item.settled and viewer.may(SETTLE) else None,
        "trail": _trail(item.verification.operation_id, (item.verification.label, back)),
    }  # fmt: skip
    wrong = problems or (sent is not None and form.errors)
    return TemplateResponse(request, "payments/verification/item.html", context, status=422 if wrong else 200)


def _before(item: VerificationItem) -> dict[str, Any]:
    return {
        "outcome": item.outcome,
        "note": item.note,
        "said": shown(item.said) if item.outcome == LESS and item.said else None,
    }


@require_GET
@needs(VIEW)
def sheet(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """The lines for paper, A4, with room to write; with telephones where people are called. An entry in the log of reads."""
    viewer = request.viewer
    row = queries.verification(verification_id, seen_by=viewer)
    items = list(queries.verification_items(row.pk, seen_by=viewer).filter(outcome="")[:PRINTED])
    asked = queries.asked(items, seen_by=viewer, phones=row.method == Method.PHONE)
    ids = [each.household_id for each in items]
    log_read(viewer, kind="export", subject="registry.household", ids=ids, purpose="payments: verification")
    context = {
        "row": row, "with_phone": row.method == Method.PHONE, "outcomes": list(Answer.labels),
        "asked": [{"one": each, "recorded": quantity(each.item.recorded, each.item.unit)} for each in asked],
    }  # fmt: skip
    return TemplateResponse(request, "payments/verification/sheet.html", context)


@require_POST
@needs(VERIFY)
def close(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """Nothing more is entered after this; its figures stay."""
    return _done(request, verification_id, actions.close_verification, _("The verification is closed."))


@require_POST
@needs(VERIFY)
def ask(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """Send the question by text message to everybody not asked yet."""
    return _done(request, verification_id, actions.ask_by_message, _("The questions are on their way."))


def _done(request: HttpRequest, verification_id: UUID, act: Any, said: str) -> HttpResponse:
    try:
        act(verification_id, by=request.viewer)
    except Problem as problem:
        if problem.status == 404:
            raise
        say_problems(request, problem)
    else:
        messages.success(request, said)
    return redirect("payments:verification", verification_id)
