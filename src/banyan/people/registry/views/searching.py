"""Search before registering: one page, whatever is known about somebody, and why each answer fits.

What is looked for travels in the body of the request and in no address; who was found is an entry in the log of reads.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from banyan.people.registry import queries
from banyan.people.registry.inputs import SearchForm
from banyan.people.registry.queries.labels import SEX
from banyan.people.registry.rules.ages import ages_on
from banyan.people.registry.views.showing import TONES, age_text, in_language
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

SEARCHED = "registry.searched"
SEARCH_COUNTS_FOR = 3600  # seconds in which somebody may register after having searched


@needs("registry.view_person")
def search(request: HttpRequest) -> HttpResponse:
    """The search page; sent back, it shows who fits and why."""
    viewer = request.viewer
    labels = queries.labels((SEX,), seen_by=viewer)
    asked = request.method == "POST"
    form = SearchForm(request.POST if asked else None, labels=labels)
    problems: list[Problem] = []
    answers: list[dict[str, Any]] = []
    place = (
        places.chosen(request.POST.get("place", ""), request.POST.get("place_text", "")[:200], seen_by=viewer)
        if asked
        else None
    )
    if asked and request.POST.get("place_text", "").strip() and place is None:
        problems.append(Problem("registry.place_unknown", code=request.POST["place_text"][:60]))
    searched = asked and form.is_valid() and not problems
    if searched:
        question = form.question(place.pk if place else None)
        try:
            found = queries.find_people(question, seen_by=viewer)
        except Problem as problem:
            problems, searched = list(problem.errors or [problem]), False
        else:
            answers = shown(found, labels, viewer)
            log_read(
                viewer, kind="search", subject="registry.person", ids=[each.person.pk for each in found],
                purpose="search", query=repr(question),
            )  # fmt: skip
    context = {
        "form": form,
        "problems": problems,
        "answers": answers,
        "searched": searched,
        "place": place,
        "place_text": request.POST.get("place_text", ""),
        "picker_url": reverse("places:pick") if viewer.may("places.view_place") else "",
        "may_register": viewer.may("registry.register_person"),
        "token": token_of(viewer) if searched else "",
        "prefill": {name: request.POST.get(name, "") for name in ("text", "sex", "born", "phone", "document")},
    }
    part = request.headers.get("HX-Target") == "answers"
    template = "registry/parts/answers.html" if part else "registry/search.html"
    # HTMX swaps in only answers that went well, and the mistakes are to be read.
    status = 422 if (problems or form.errors) and not part else 200
    response = TemplateResponse(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def token_of(viewer: Viewer) -> str:
    """Proof that somebody searched just now."""
    return signing.dumps(str(viewer.id), salt=SEARCHED)


def has_searched(token: str, viewer: Viewer) -> bool:
    """Whether the proof is this viewer's and not too old."""
    try:
        return bool(signing.loads(token, salt=SEARCHED, max_age=SEARCH_COUNTS_FOR) == str(viewer.id))
    except signing.BadSignature:
        return False


def _places(found: Sequence[queries.Found], viewer: Viewer) -> dict[UUID, str]:
    """Where each person lives, or the household: names by person, in one query."""
    if not viewer.may("places.view_place"):
        return {}
    wanted = {
        each.person.pk: each.person.place_id or (each.membership.household.place_id if each.membership else None)
        for each in found
    }
    rows = places.places(seen_by=viewer).filter(pk__in=[pk for pk in wanted.values() if pk])
    names = {pk: in_language(by_language, name) for pk, by_language, name in rows.values_list("pk", "names", "name")}
    return {person: names[place] for person, place in wanted.items() if place in names}


def shown(found: Sequence[queries.Found], labels: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The answers as rows: who, where, and why they fit."""
    today = timezone.localdate()
    where = _places(found, viewer)
    return [
        {
            "person": each.person,
            "household": each.membership.household if each.membership else None,
            "sex": labels.of(SEX, each.person.sex),
            "age": age_text(ages_on(each.person.birth_date, today)),
            "place": where.get(each.person.pk, ""),
            "status": each.person.get_status_display(),
            "tone": TONES.get(each.person.status, "plain"),
            "why": each.why,
        }
        for each in found
    ]
