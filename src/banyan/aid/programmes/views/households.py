"""What programmes know of one household: why it is in or out, where it is enrolled, what it is entitled to, what it appealed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.aid.programmes import queries
from banyan.aid.programmes.models import Verdict
from banyan.aid.programmes.models.entitlements import VERDICTS
from banyan.aid.programmes.rules.entitling import Verdict as Entitled
from banyan.aid.programmes.states import AppealState, EnrolmentState
from banyan.aid.programmes.views.entitled import TONES as ENTITLED_TONES
from banyan.aid.programmes.views.framing import (
    ENROL,
    TONES,
    VIEW_ENROLMENT,
    VIEW_ENTITLEMENT,
    VIEW_TARGETING,
    plain,
    trail,
)
from banyan.aid.programmes.views.runs import VERDICT_TONES
from banyan.aid.programmes.views.wording import words_for
from banyan.people.registry import queries as registry
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

# How a part of a rule was graded: the word, the colour that repeats it.
MARKS = {
    "c": (gettext_lazy("met"), "good"),
    "u": (gettext_lazy("cannot be decided"), "warn"),
    "r": (gettext_lazy("not met"), "plain"),
    "–": (gettext_lazy("not shown to your roles"), "plain"),
}
# Runs that tell of a household, the latest first.
MOST_RUNS = 10


@require_GET
@needs(VIEW_ENROLMENT)
def household_page(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """One household. Opening it is an entry in the log of reads."""
    viewer = request.viewer
    household = registry.household(household_id, seen_by=viewer)
    members = registry.members(household.pk, seen_by=viewer)
    ids = [household.pk, *(each.person_id for each in members)]
    log_read(viewer, kind="open", subject="registry.household", ids=ids, purpose="programmes")
    head = next((each.person for each in members if each.is_head), None)
    context = {
        "household": household,
        "head": head,
        "household_url": reverse("registry:household", args=[household.pk]),
        "reasons": _reasons(household, members, viewer) if viewer.may(VIEW_TARGETING) else [],
        "enrolments": _enrolments(household, viewer),
        "appeals": _appeals(household, viewer),
        "entitlements": _entitlements(household, viewer) if viewer.may(VIEW_ENTITLEMENT) else [],
        "may_appeal": viewer.may(ENROL),
        "trail": trail(),
    }
    return TemplateResponse(request, "programmes/household.html", context)


def _reasons(household: Any, members: list[Any], viewer: Viewer) -> list[dict[str, Any]]:
    """Why the household, or its people, are in or out: by each targeting that is used or was run last."""
    found: list[dict[str, Any]] = []
    words = words_for(viewer)
    rows = queries.targetings(seen_by=viewer).filter(operation=household.operation_id).exclude(state="retired")
    for targeting in rows[:MOST_RUNS]:
        run = targeting.run or queries.targeting_runs(targeting.pk, seen_by=viewer).exclude(done_at=None).first()
        if run is None:
            continue
        people = {each.person_id: each.person for each in members} if run.for_whom == "person" else {None: None}
        for person_id, person in people.items():
            try:
                told = queries.why_targeted(run.pk, person_id or household.pk, seen_by=viewer, words=words)
            except Problem as problem:
                if problem.code != "kernel.not_found":
                    raise
                continue  # the run did not look at them: registered later, or out of reach then
            found.append(_told(targeting, run, told, person))
    return found


def _told(targeting: Any, run: Any, told: Any, person: Any) -> dict[str, Any]:
    return {
        "targeting": targeting,
        "run": run,
        "person": person,
        "verdict": Verdict(told.verdict).label,
        "tone": VERDICT_TONES[told.verdict],
        "by_list": told.by_list,
        "row": told.row,
        "score": plain(told.score),
        "threshold": plain(run.threshold),
        "rules": [
            {"label": rule.label, "mark": MARKS[rule.mark][0], "tone": MARKS[rule.mark][1], "told": _words(rule.told)}
            for rule in told.rules
        ],
        "lines": [
            {
                "label": line.label,
                "words": line.words,
                "weight": plain(line.weight),
                "points": plain(line.points),
                "hidden": line.hidden,
            }
            for line in told.lines
        ],
        "appeal_url": _appeal_url(targeting.programme_id, told.row.household_id, run=run.pk, person=told.row.person_id),
    }


def _words(told: Any) -> dict[str, Any]:
    label, tone = MARKS[told.mark]
    return {"text": told.text, "mark": label, "tone": tone, "parts": [_words(each) for each in told.parts]}


def _appeal_url(programme_id: UUID, household_id: UUID, **about: UUID | None) -> str:
    address = reverse("programmes:appeal-new", args=[programme_id, household_id])
    return f"{address}?{urlencode({name: str(value) for name, value in about.items() if value})}"


def _enrolments(household: Any, viewer: Viewer) -> list[dict[str, Any]]:
    rows = queries.enrolments(seen_by=viewer, household_id=household.pk).select_related("person")
    return [
        {
            "row": row,
            "state": EnrolmentState(row.state).label,
            "tone": TONES[row.state],
            "appeal_url": _appeal_url(row.programme_id, household.pk, enrolment=row.pk, person=row.person_id),
        }
        for row in rows
    ]


def _appeals(household: Any, viewer: Viewer) -> list[dict[str, Any]]:
    rows = queries.appeals(seen_by=viewer, household_id=household.pk)
    return [{"row": row, "state": AppealState(row.state).label, "tone": TONES[row.state]} for row in rows]


def _entitlements(household: Any, viewer: Viewer) -> list[dict[str, Any]]:
    rows = queries.entitlements_of(household.pk, seen_by=viewer)
    return [
        {"row": row, "verdict": VERDICTS[Entitled(row.verdict)], "tone": ENTITLED_TONES[row.verdict]} for row in rows
    ]
