"""Registering a household by hand: only after a search, and never past people who look the same."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.registry import queries
from banyan.people.registry.inputs import HouseholdForm, MemberForm
from banyan.people.registry.inputs.by_hand import MAY, attempt, working_choices
from banyan.people.registry.queries.labels import DOCUMENTS, RELATIONSHIP, RESIDENCE, SEX, Labels
from banyan.people.registry.views.searching import has_searched, shown, token_of
from banyan.platform.access.doors import needs
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

MOST_MEMBERS = 40


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
    home = HouseholdForm(request.POST if sent else None, labels=labels, areas=working_choices(viewer), prefix="home")
    members = _members(request, labels, wanted)
    problems: list[Problem] = []
    likely: list[dict[str, Any]] = []
    if wanted in ("save", "confirm"):
        text = request.POST.get("place_text", "")[:200]
        place = places.chosen(request.POST.get("place", ""), text, seen_by=viewer)
        if place is None and text.strip():
            problems.append(Problem("registry.place_unknown", code=text))
        made = attempt(
            home,
            members,
            place=place.pcode if place else "",
            by=viewer,
            confirmed=wanted == "confirm",
            problems=problems,
        )
        if made.household is not None:
            messages.success(request, _("The household was registered."))
            return redirect("registry:household", made.household)
        problems = list(made.problems)
        rows = shown([each for each, _name in made.likely], labels, viewer)
        likely = [row | {"looks_like": name} for row, (_each, name) in zip(rows, made.likely, strict=True)]
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
