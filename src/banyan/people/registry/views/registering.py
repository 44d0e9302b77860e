"""Registering a household by hand: only after a search, and never past people who look the same."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs import HouseholdForm, MemberForm
from banyan.people.registry.queries.changing.loading import known_for
from banyan.people.registry.queries.labels import DOCUMENTS, RELATIONSHIP, RESIDENCE, SEX, Labels
from banyan.people.registry.views.searching import has_searched, shown, token_of
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operations_within, working_areas
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

MAY = "registry.register_person"
MOST_MEMBERS = 40
LIKELY = 0.75  # from here on an answer of search is shown before somebody is registered
MOST_LIKELY = 5


@needs(MAY)
def new_household(request: HttpRequest) -> HttpResponse:
    """The form of a household with its members; rows are added and removed by the server, so it works without script."""
    viewer = request.viewer
    if request.method != "POST" or not has_searched(request.POST.get("token", ""), viewer):
        messages.info(request, _("Search first: the person may be registered already."))
        return redirect("registry:search")
    labels = queries.labels((SEX, RELATIONSHIP, DOCUMENTS, RESIDENCE), seen_by=viewer)
    wanted = request.POST.get("do", "")
    sent = bool(wanted)
    home = HouseholdForm(request.POST if sent else None, labels=labels, areas=_areas(viewer), prefix="home")
    members = _members(request, labels, wanted)
    problems: list[Problem] = []
    likely: list[dict[str, Any]] = []
    if wanted in ("save", "confirm"):
        made, problems, likely = _save(request, viewer, home, members, labels, confirmed=wanted == "confirm")
        if made is not None:
            messages.success(request, _("The household was registered."))
            return redirect("registry:household", made)
    context = {
        "home": home,
        "members": members,
        "problems": problems,
        "likely": likely,
        "token": token_of(viewer),
        "count": len(members),
        "picker_url": reverse("places:pick") if viewer.may("places.view_place") else "",
        "place_id": request.POST.get("place", ""),
        "place_text": request.POST.get("place_text", ""),
        "trail": [(_("Register"), reverse("registry:overview")), (_("Search"), reverse("registry:search"))],
    }
    wrong = wanted in ("save", "confirm") and not likely
    response = TemplateResponse(request, "registry/new_household.html", context, status=422 if wrong else 200)
    response["Cache-Control"] = "no-store"
    return response


def _areas(viewer: Viewer) -> list[tuple[str, str]]:
    """(operation and scope, words) of everywhere the viewer may register people."""
    found = []
    for operation in operations_within(MAY, seen_by=viewer):
        for area in working_areas(operation.pk, MAY, seen_by=viewer):
            label = f"{operation.name}: {area.label}" if area.label else operation.name
            found.append((f"{operation.pk}:{area.scope_id}", label))
    return found


def _members(request: HttpRequest, labels: Labels, wanted: str) -> list[MemberForm]:
    """The rows as they were sent, with one more or one less when that was asked for."""
    if not wanted:  # from the search: what was looked for is not typed again
        born = request.POST.get("born", "").strip()
        first = {
            "full_name": request.POST.get("text", ""),
            "sex": request.POST.get("sex", ""),
            "phone": request.POST.get("phone", ""),
            "document_number": request.POST.get("document", ""),
            "is_head": True,
            ("age" if born.isdecimal() and len(born) < 4 else "birth_date"): born,
        }
        return [MemberForm(None, labels=labels, prefix="member-0", initial=first)]
    count = request.POST.get("count", "1")
    rows = list(range(min(int(count), MOST_MEMBERS) if count.isdecimal() and len(count) < 4 else 1))
    gone = wanted.removeprefix("remove-")
    if wanted.startswith("remove-") and gone.isdecimal() and len(rows) > 1:
        rows = [row for row in rows if str(row) != gone]
    members = [_row(request, labels, row, number) for number, row in enumerate(rows)]
    if wanted == "add" and len(members) < MOST_MEMBERS:
        members.append(MemberForm(None, labels=labels, prefix=f"member-{len(members)}"))
    return members


def _row(request: HttpRequest, labels: Labels, row: int, number: int) -> MemberForm:
    """A row that was sent; after one above it was removed it carries another number, and what was typed with it."""
    if row == number:
        return MemberForm(request.POST, labels=labels, prefix=f"member-{row}")
    typed = {
        name.removeprefix(f"member-{row}-"): value
        for name, value in request.POST.items()
        if name.startswith(f"member-{row}-")
    }
    return MemberForm(None, labels=labels, prefix=f"member-{number}", initial=typed)


def _save(
    request: HttpRequest,
    viewer: Viewer,
    home: HouseholdForm,
    members: list[MemberForm],
    labels: Labels,
    *,
    confirmed: bool,
) -> tuple[UUID | None, list[Problem], list[dict[str, Any]]]:
    """The household's id when it was registered; else every problem, or the people who look the same."""
    fine = [form.is_valid() for form in (home, *members)]  # every one, so that all mistakes are told at once
    if not home.is_valid():
        return None, [], []
    operation, _sign, scope = home.cleaned_data["where"].partition(":")
    text = request.POST.get("place_text", "")[:200]
    place = places.chosen(request.POST.get("place", ""), text, seen_by=viewer)
    problems = [Problem("registry.place_unknown", code=text)] if place is None and text.strip() else []
    known = known_for({}, UUID(operation), seen_by=viewer)
    household = home.values(known) | ({"household.place": place.pcode} if place else {})
    people = [form.values(known) for form in members if form.is_valid()]
    headed = any(each.get("person.is_head") or each.get("person.relationship") == "head" for each in people)
    if len(members) > 1 and not headed:
        problems.append(Problem("registry.head_missing"))
    if not all(fine) or problems or any(form.errors for form in (home, *members)):
        return None, problems, []
    if not confirmed and (likely := _likely(members, labels, viewer)):
        return None, [], likely
    try:
        found, _people = actions.register_household(UUID(operation), household, people, by=viewer, scope_id=int(scope))
    except Problem as problem:
        if problem.status not in (422, 409, 403) or problem.code == "kernel.not_allowed":
            raise
        return None, list(problem.errors or [problem]), []
    return found, [], []


def _likely(members: list[MemberForm], labels: Labels, viewer: Viewer) -> list[dict[str, Any]]:
    """People who are registered and look like one of these, each once, with the member they look like."""
    rows: dict[UUID, dict[str, Any]] = {}
    for form in members:
        try:
            found = queries.find_people(form.question(), seen_by=viewer, most=MOST_LIKELY)
        except Problem:
            continue  # a name of signs only; registering says what is wrong with it
        near = [each for each in found if each.score >= LIKELY]
        for row in shown(near, labels, viewer):
            rows.setdefault(row["person"].pk, {**row, "looks_like": form.cleaned_data["full_name"]})
    if rows:
        log_read(viewer, kind="search", subject="registry.person", ids=list(rows), purpose="search")
    return list(rows.values())
