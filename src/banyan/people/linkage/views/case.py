"""One case: records side by side, why they look alike, and the decision of whoever looks at them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs import AssignForm, DecisionForm, clusters_of
from banyan.people.linkage.inputs.deciding import ALONE, DIFFERENT, SAME, UNKNOWN
from banyan.people.linkage.states import CaseState
from banyan.people.linkage.views import merges, records
from banyan.people.linkage.views.framing import DECIDE, VIEW, Text, trail
from banyan.people.linkage.views.queue import next_url
from banyan.people.registry import queries as register
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

# The form on the page; radio buttons of the table belong to it by this id.
FORM = "decision"


def note_opened(view: Any, viewer: Viewer) -> None:
    """Enter into the log of reads that the records of a case are shown."""
    log_read(viewer, kind="open", subject="registry.person", ids=list(view.person_ids), purpose="linkage: case")


def common(view: Any) -> dict[str, Any]:
    """What every page of a case shows."""
    case = view.case
    return {
        "case": case,
        "told": records.told(view),
        "columns": records.columns(view),
        "pairs": records.pairs(view),
        "masked": records.is_masked(view),
        "same_household": records.in_one_household(view),
        "no_events": not any(side.history for side in view.records),
        "decisions": records.decision_rows(view),
        "case_url": reverse("linkage:case", args=[case.pk]),
        "map_url": reverse("linkage:case-map", args=[case.pk]) if any(map(_is_located, view.records)) else "",
        "seen": case.version,
        "trail": trail(case.operation_id),
    }


def _is_located(side: Any) -> bool:
    """Whether it is known where on a map the place of a record lies."""
    place = side.person.place or (side.household.place if side.household else None)
    return place is not None and place.lat is not None


@needs(VIEW)
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case with its records; sending decides, or, in a group, goes on to the values that are kept."""
    view = queries.case(case_id, seen_by=request.viewer)
    if view.case.state == CaseState.PROPOSED:
        return redirect("linkage:confirm", view.case.pk)
    note_opened(view, request.viewer)
    if request.method != "POST":
        return _show(request, view, DecisionForm(size=len(view.records)))
    request.viewer.require(DECIDE)
    form = DecisionForm(request.POST, size=len(view.records))
    if not form.is_valid():
        return _show(request, view, form)
    try:
        if form.cleaned_data["decision"] == SAME and _asks_for_values(request, view):
            return _join(request, view, form)
        _decide(request, view, form.cleaned_data)
    except Problem as problem:
        return _show(request, view, form, problems_of(problem))
    target = next_url(request, view.case.operation_id) if request.POST.get("next") else ""
    return redirect(target or reverse("linkage:case", args=[view.case.pk]))


def _asks_for_values(request: HttpRequest, view: Any) -> bool:
    """Whether a second page asks which values are kept: in a group, and where anything will be joined at all."""
    return len(view.records) > 2 and not view.case.across and "joined" not in request.POST


def _decide(request: HttpRequest, view: Any, given: dict[str, Any]) -> None:
    viewer, case = request.viewer, view.case
    version, reason = _version(request), given["reason"]
    if given["decision"] == SAME:
        actions.propose_merge(case.pk, _clusters(request, view), reason=reason, by=viewer, version=version)
        messages.success(request, _("Proposed. A second person looks at it before anything is joined."))
    elif given["decision"] == DIFFERENT:
        actions.separate(case.pk, reason=reason, by=viewer, version=version)
        messages.success(request, _("Noted as different people. They come back only if a record changes."))
    else:
        actions.shelve(case.pk, reason=reason, until=given["until"], by=viewer, version=version)
        day = date_format(given["until"], "DATE_FORMAT")
        messages.success(request, _("Put aside until %(day)s.") % {"day": day})


def _version(request: HttpRequest) -> int | None:
    """Which version of the case was looked at."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _clusters(request: HttpRequest, view: Any) -> list[Any]:
    fields = [field.key for field in records.fields(view) if field.takeable and not view.case.across]
    ids = [side.person.pk for side in view.records]
    return clusters_of(request.POST.dict(), ids, fields=fields, stays=records.survivors(view))


def _join(request: HttpRequest, view: Any, form: DecisionForm) -> HttpResponse:
    """The second page of a decision about a group: which record stays and which values are kept, for each person found."""
    clusters = [each for each in _clusters(request, view) if len(each.ids) > 1]
    if not clusters:
        raise Problem("linkage.partition_apart")
    joined = {one for each in clusters for one in each.ids}
    context = common(view) | {
        "clusters": [_cluster(view, place, each) for place, each in enumerate(clusters, 1)],
        "apart": _apart(request, view, joined),
        # The numbers are counted anew, so that what the page asks fits what is sent.
        "carried": [
            ("decision", SAME), ("joined", "yes"), ("seen", request.POST.get("seen", "")),
            *_regrouped(request, view, clusters),
        ],
        "form": form,
        "form_id": FORM,
    }  # fmt: skip
    return _private(TemplateResponse(request, "linkage/join.html", context))


def _regrouped(request: HttpRequest, view: Any, clusters: list[Any]) -> list[tuple[str, str]]:
    numbers = {one: str(place) for place, each in enumerate(clusters, 1) for one in each.ids}
    found = []
    for side in view.records:
        given = request.POST.get(f"group.{side.person.pk}", UNKNOWN)
        alone = ALONE if given.isdecimal() or given == ALONE else UNKNOWN  # a group of one is somebody else
        found.append((f"group.{side.person.pk}", numbers.get(side.person.pk, alone)))
    return found


def _cluster(view: Any, place: int, cluster: Any) -> dict[str, Any]:
    number = str(place)
    letters = [side.letter for side in view.records if side.person.pk in cluster.ids]
    return {
        "number": number,
        "key": f"j{number}",
        "title": title_of(letters),
        "columns": [each for each in records.columns(view) if each["id"] in cluster.ids],
        "rows": [
            records.survivor_row(view, cluster.ids, number, cluster.survivor),
            *(row for row in records.rows(view, cluster.ids, number=number) if row["chosen"] or row["key"] in records.ALWAYS),
        ],
    }  # fmt: skip


def title_of(letters: list[str]) -> str:
    """What a cluster is called."""
    return _("%(letters)s become one record") % {"letters": listed(letters)}


def listed(letters: list[str]) -> str:
    """Letters in a row: "A, B and C"."""
    if len(letters) < 2:
        return "".join(letters)
    return _("%(first)s and %(last)s") % {"first": ", ".join(letters[:-1]), "last": letters[-1]}


def _apart(request: HttpRequest, view: Any, joined: set[UUID]) -> str:
    """Who is not joined, and whether as somebody else or because nobody can say."""
    alone: list[str] = []
    unknown: list[str] = []
    for side in view.records:
        if side.person.pk not in joined:
            given = request.POST.get(f"group.{side.person.pk}", UNKNOWN)
            (unknown if given == UNKNOWN else alone).append(side.letter)
    return apart_words(alone, unknown)


def apart_words(alone: list[str], unknown: list[str]) -> str:
    """Who stays out of a merge, in words."""
    told = []
    if alone:
        told.append(
            ngettext("%(letters)s is somebody else.", "%(letters)s are other people.", len(alone))
            % {"letters": listed(alone)}
        )
    if unknown:
        told.append(_("Of %(letters)s it cannot be said yet.") % {"letters": listed(unknown)})
    return " ".join(told)


def _show(request: HttpRequest, view: Any, form: DecisionForm, problems: list[Problem] | None = None) -> HttpResponse:
    viewer, case, size = request.viewer, view.case, len(view.records)
    decides = "propose" in view.verbs
    # Across operations nothing is joined, so no value is chosen.
    pair = decides and size == 2 and not case.across
    found = records.rows(view, number="1" if pair else "")
    shown, alike = records.folded(found)
    if pair:
        ids = [side.person.pk for side in view.records]
        shown.insert(0, records.survivor_row(view, ids, "1", records.survivors(view)[0]))
        _keep_choices(request, shown)
    context = common(view) | {
        "question": question(view),
        # More than three records need the whole width.
        "is_wide": size > 3,
        "rows": shown,
        "alike": alike,
        "alike_label": records.alike_label(len(alike)),
        "cluster": "1" if pair else "",
        "form_id": FORM,
        "form": form if decides else None,
        "belongs": _belongs(request, view) if decides and size > 2 else None,
        "why_not": "" if decides else _closed(view, viewer),
        "actions": _actions(view),
        "stayed": merges.stayed(view, viewer) if case.state == CaseState.UNDONE else [],
        "problems": problems or [],
    }
    if "assign" in view.verbs:
        colleagues = queries.assignees(case.pk, seen_by=viewer)
        context |= {
            "assign_form": AssignForm(
                colleagues=colleagues, initial={"assignee": str(case.assignee or "")}, prefix="to"
            ),
            "assign_url": reverse("linkage:assign", args=[case.pk]),
        }
    status = 422 if problems or form.errors else 200
    return _private(TemplateResponse(request, "linkage/case.html", context, status=status))


def question(view: Any) -> Text:
    """What the page asks."""
    if len(view.records) == 2:
        return _("Are these two records one person?")
    return _("Which of these %(n)d records are one person?") % {"n": len(view.records)}


def _keep_choices(request: HttpRequest, rows: list[dict[str, Any]]) -> None:
    """What was chosen before an error is still chosen after it."""
    for row in rows:
        if row["chosen"] and (sent := request.POST.get(row["name"])):
            for cell in row["cells"]:
                cell["picked"] = str(cell["id"]) == sent


def _belongs(request: HttpRequest, view: Any) -> list[dict[str, Any]]:
    """For each record of a group who it belongs to: a number, somebody else, or not known."""
    proposed = records.together(view)
    numbers = [(str(number), _("person %(n)d") % {"n": number}) for number in range(1, len(view.records) // 2 + 1)]
    options = [(UNKNOWN, _("cannot say")), *numbers, (ALONE, _("somebody else"))]
    return [
        {
            "letter": side.letter,
            "id": side.person.pk,
            "name": side.person.full_name,
            "options": options,
            "value": request.POST.get(f"group.{side.person.pk}", proposed[side.person.pk] or UNKNOWN),
        }
        for side in view.records
    ]


def _closed(view: Any, viewer: Viewer) -> Text:
    """Why nothing is asked here."""
    if view.case.state == CaseState.OPEN:
        return gettext_lazy("Your roles let you look at cases, not decide on them.")
    if not viewer.may(DECIDE):
        return gettext_lazy("Your roles do not allow this.")
    words = {
        CaseState.MERGED: gettext_lazy("This was decided: the records became one. It can be undone."),
        CaseState.SEPARATE: gettext_lazy(
            "This was decided: different people. The records come back only if one of them changes."
        ),
        CaseState.SHELVED: gettext_lazy("This is put aside. Open it again to decide."),
        CaseState.UNDONE: gettext_lazy("The merge was undone. The records are separate again."),
    }
    return words.get(view.case.state, gettext_lazy("There is nothing left to decide here."))


def _actions(view: Any) -> list[dict[str, Any]]:
    """What else may be done with a case as it stands."""
    found: list[dict[str, Any]] = []
    if "reopen" in view.verbs:
        found.append(
            {"label": _("Open it again"), "url": reverse("linkage:reopen", args=[view.case.pk]), "post": "yes"}
        )
    if view.case.state == CaseState.MERGED:
        may = "undo" in view.verbs
        reason = "" if may else _("Your roles do not let you undo merges.")
        found.append(
            {"label": _("Undo the merge"), "url": reverse("linkage:undo", args=[view.case.pk]), "reason": reason}
        )
    return found


@require_POST
@needs(DECIDE)
def reopen(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Look at a case again before its day."""
    try:
        actions.reopen(case_id, by=request.viewer)
    except Problem as problem:
        messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))
    return redirect("linkage:case", case_id)


@require_POST
@needs(DECIDE)
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a case on somebody's list, or on nobody's."""
    viewer = request.viewer
    form = AssignForm(request.POST, colleagues=queries.assignees(case_id, seen_by=viewer), prefix="to")
    if not form.is_valid():
        messages.error(request, _("Choose somebody from the list."))
        return redirect("linkage:case", case_id)
    try:
        actions.assign(case_id, form.cleaned_data["assignee"], by=viewer)
    except Problem as problem:
        messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))
    else:
        messages.success(request, _("Assigned.") if form.cleaned_data["assignee"] else _("Nobody has this case now."))
    return redirect("linkage:case", case_id)


@require_GET
@needs(VIEW)
def case_map(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where the records of a case are, as GeoJSON: the places, and positions of households for who may see them. Logged."""
    viewer = request.viewer
    view = queries.case(case_id, seen_by=viewer)
    features: dict[Any, Any] = {}
    located: list[UUID] = []
    for side in view.records:
        home = side.household
        place = side.person.place_id or (home.place_id if home else None)
        if place is not None and place not in features:
            drawn = places.boundary_collection(place, seen_by=viewer)["features"]
            if drawn and drawn[0]["properties"]["role"] == "self":
                features[place] = drawn[0]
        if home and home.lat is not None and home.lon is not None and register.position_allowed(home, seen_by=viewer):
            located.append(home.pk)
            features[home.pk, side.letter] = {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [home.lon, home.lat]},
                "properties": {"name": f"{side.letter} {home.reference}", "url": "", "role": "self"},
            }
    if located:
        log_read(viewer, kind="open", subject="registry.household", ids=located, purpose="position")
    return _private(
        JsonResponse(
            {"type": "FeatureCollection", "features": list(features.values())}, content_type="application/geo+json"
        )
    )


def _private(response: Any) -> Any:
    """Nobody on the way keeps a page about people."""
    response["Cache-Control"] = "no-store"
    return response
