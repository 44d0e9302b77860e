"""The page of one person and of one household: summary first, then sections, what was changed, who looked."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.collection import queries as collection
from banyan.people.registry import queries
from banyan.people.registry.models import Household, Person
from banyan.people.registry.queries.records import HouseholdRecord, PersonRecord, may_here
from banyan.people.registry.rules.ages import ages_on, group_names
from banyan.people.registry.states import TONES as STATE_TONES
from banyan.people.registry.views import showing
from banyan.people.registry.views.changing.wording import KIND_LABELS
from banyan.people.registry.views.merges import merge_context, standing_page
from banyan.people.registry.views.stories import story
from banyan.people.registry.vocabulary import READING
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

VIEW = "registry.view_person"
PROPOSE = "registry.propose_change"
MOST_MOVES = 40


@require_GET
@needs(VIEW)
def person_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person; sensitive values stay masked. Opening it is an entry in the log of reads.

    A registration that was merged leads to the one that stands, unless it is asked for itself.
    """
    record = queries.person_record(person_id, seen_by=request.viewer)
    if leads_to := standing_page(request, record.person):
        log_read(request.viewer, kind="open", subject="registry.person", ids=[person_id], purpose="merged")
        return redirect(leads_to)
    return _person(request, record, "page")


@require_POST
@needs("registry.view_sensitive")
def person_shown(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The same page with sensitive values, for the purpose that was given."""
    purpose = _purpose(request)
    record = queries.person_record(person_id, seen_by=request.viewer, shown=True)
    if not record.may_show:
        raise Problem("not_allowed")
    return _person(request, record, f"sensitive: {purpose}")


@require_GET
@needs(VIEW)
def household_page(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """One household with its members today or on the day asked for (`on`)."""
    day, error = _day(request.GET.get("on", ""))
    record = queries.household_record(household_id, seen_by=request.viewer, on=day)
    return _household(request, record, "page", error)


@require_POST
@needs("registry.view_sensitive")
def household_shown(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """The same page with sensitive values, for the purpose that was given."""
    purpose = _purpose(request)
    record = queries.household_record(household_id, seen_by=request.viewer, shown=True)
    if not record.may_show:
        raise Problem("not_allowed")
    return _household(request, record, f"sensitive: {purpose}", "")


def _purpose(request: HttpRequest) -> str:
    purpose = request.POST.get("purpose", "")
    if purpose not in READING:
        raise Problem("registry.purpose_missing")
    return purpose


def _day(text: str) -> tuple[date | None, str]:
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    return day, str(
        _("“%(text)s” is not a day. These are the members today.") % {"text": text[:20]}
    ) if text and day is None else ""


def _person(request: HttpRequest, record: PersonRecord, purpose: str) -> HttpResponse:
    viewer, person = request.viewer, record.person
    log_read(viewer, kind="open", subject="registry.person", ids=[person.pk], purpose=purpose)
    home = record.membership.household if record.membership else None
    context = {
        "record": record,
        "person": person,
        "household": home,
        "former": [each for each in record.memberships if each.until is not None],
        "facts": showing.person_summary(record),
        "sections": showing.person_sections(record),
        "family": _family(record),
        "notices": showing.notice_rows(record.notices, record.notice),
        "photo_url": reverse("registry:photo", args=[person.pk]) if person.photo else "",
        "show_url": reverse("registry:person-show", args=[person.pk]),
        "notice_url": reverse("registry:notice", args=["people", person.pk]),
        "actions": _person_actions(viewer, record, home),
        **merge_context(request, record),
        "trail": [(_("Register"), reverse("registry:overview")), (_("People"), reverse("registry:people"))],
    }
    return _answer(request, "registry/person.html", context, record, Person, person)


def _family(record: PersonRecord) -> list[dict[str, Any]]:
    return [
        {
            "membership": each,
            "person": each.person,
            "role": showing.roles_of(each, record.labels),
            "sex": record.labels.of("sex", each.person.sex),
            "age": showing.age_text(ages_on(each.person.birth_date, record.today)),
            "here": each.person_id == record.person.pk,
        }
        for each in record.family
    ]


def _household(request: HttpRequest, record: HouseholdRecord, purpose: str, error: str) -> HttpResponse:
    viewer, household = request.viewer, record.household
    ids = [household.pk, *(each.person_id for each in record.members)]
    log_read(viewer, kind="open", subject="registry.household", ids=ids, purpose=purpose)
    context = {
        "record": record,
        "household": household,
        "facts": showing.household_summary(record),
        "more": showing.household_facts(record),
        "members": [_member(record, each) for each in record.members],
        "earlier": [_member(record, each) for each in record.earlier],
        "groups": _groups(record),
        "moves": _moves(record),
        "notices": showing.notice_rows(record.notices, record.notice),
        "day_error": error,
        "show_url": reverse("registry:household-show", args=[household.pk]),
        "notice_url": reverse("registry:notice", args=["households", household.pk]),
        "map_url": _map_url(viewer, record),
        "actions": _household_actions(viewer, record),
        "trail": [(_("Register"), reverse("registry:overview")), (_("Households"), reverse("registry:households"))],
    }
    return _answer(request, "registry/household.html", context, record, Household, household)


def _moves(record: HouseholdRecord) -> list[dict[str, Any]]:
    """Who came and who left, newest first, with the size from that day on."""
    size_from = dict(record.size_changes)
    moves: list[dict[str, Any]] = []
    for each in (*record.members, *record.earlier):
        moves.append({"on": each.since, "person": each.person, "came": True, "reason": ""})
        if each.until is not None:
            moves.append({"on": each.until, "person": each.person, "came": False, "reason": each.reason})
    moves.sort(key=lambda move: (move["on"], move["came"]), reverse=True)
    return [move | {"size": size_from.get(move["on"])} for move in moves[:MOST_MOVES]]


def _member(record: HouseholdRecord, membership: Any) -> dict[str, Any]:
    return {
        "membership": membership,
        "person": membership.person,
        "role": showing.roles_of(membership, record.labels),
        "sex": record.labels.of("sex", membership.person.sex),
        "age": showing.age_text(record.ages.get(membership.person_id)),
    }


def _groups(record: HouseholdRecord) -> list[dict[str, Any]]:
    """The composition as rows of a table: age group, women and girls, men and boys, others, all."""
    counted = record.composition
    rows = []
    for group in group_names():
        total = counted.of(group=group)
        if total or group != "unknown":
            female, male = counted.of(sex="female", group=group), counted.of(sex="male", group=group)
            label = _("not known well enough") if group == "unknown" else group.replace("-", "–")
            rows.append(
                {"label": label, "female": female, "male": male, "other": total - female - male, "total": total}
            )
    return rows


def _map_url(viewer: Viewer, record: HouseholdRecord) -> str:
    household = record.household
    if household.lat is None or not record.shown or not queries.position_allowed(household, seen_by=viewer):
        return ""
    return reverse("registry:position", args=[household.pk])


def _why_not(viewer: Viewer, permission: str, scope_id: int) -> str:
    return "" if may_here(viewer, permission, scope_id) else str(_("Your roles do not allow this here."))


def _person_actions(viewer: Viewer, record: PersonRecord, home: Household | None) -> list[dict[str, Any]]:
    person = record.person
    gone = str(_("This registration has been withdrawn.")) if person.status == "withdrawn" else ""
    return [
        {
            "label": _("Ask for a change"),
            "url": reverse("registry:propose-menu", args=["person", person.pk]),
            "reason": gone or _why_not(viewer, PROPOSE, person.scope_id),
        },
        {
            "label": _("Take or change the photo"),
            "url": reverse("registry:photo-change", args=[person.pk]),
            "reason": gone or _why_not(viewer, "registry.register_person", person.scope_id),
        },
        {
            "label": _("Record a notice"),
            "url": reverse("registry:notice", args=["people", person.pk]),
            "reason": gone or _why_not(viewer, "registry.register_person", person.scope_id),
        },
        {
            "label": _("Print the household's card"),
            "url": reverse("registry:card", args=[home.pk]) if home else "",
            "reason": ("" if home else str(_("The person belongs to no household.")))
            or _why_not(viewer, "registry.print_card", person.scope_id),
        },
    ]


def _household_actions(viewer: Viewer, record: HouseholdRecord) -> list[dict[str, Any]]:
    household = record.household
    gone = str(_("This registration has been withdrawn.")) if household.status == "withdrawn" else ""
    return [
        {
            "label": _("Ask for a change"),
            "url": reverse("registry:propose-menu", args=["household", household.pk]),
            "reason": gone or _why_not(viewer, PROPOSE, household.scope_id),
        },
        {
            "label": _("Print the card"),
            "url": reverse("registry:card", args=[household.pk]),
            "reason": gone or _why_not(viewer, "registry.print_card", household.scope_id),
        },
        {
            "label": _("Record a notice"),
            "url": reverse("registry:notice", args=["households", household.pk]),
            "reason": gone or _why_not(viewer, "registry.register_person", household.scope_id),
        },
    ]


def _source_url(viewer: Viewer, subject: Any) -> str:
    """The page of the submission a record came with; empty where there is none, or it lies out of reach."""
    if subject.submission is None or not viewer.may("collection.view_batch"):
        return ""
    try:
        found = collection.submission(subject.submission, seen_by=viewer)
        return reverse("collection:submission", args=[found.pk])
    except (Problem, NoReverseMatch):
        return ""


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], record: Any, model: Any, subject: Any
) -> HttpResponse:
    viewer = request.viewer
    table = "person" if model is Person else "household"
    context |= {
        "open_requests": [
            (each, KIND_LABELS.get(each.kind, each.kind), STATE_TONES[each.state])
            for each in queries.open_requests_for(table, subject.pk, seen_by=viewer)
        ],
        "propose_url": "",  # stands among the actions, with the reason where it is refused
        "presence_url": reverse("registry:presence", args=[table, subject.pk]),
        "may_record": may_here(viewer, "registry.register_person", subject.scope_id),
        "source_url": _source_url(viewer, subject),
        "timeline": story(model, subject.pk, viewer),
        "looks": queries.looks(subject.pk, seen_by=viewer),
        "may_see_looks": viewer.may(queries.SEE_LOOKS),
        "tone": showing.TONES.get(subject.status, "plain"),
        "status_label": subject.get_status_display(),
        "reading": list(READING.items()),
        "why_not_show": "" if record.may_show else _("Your roles do not open masked values here."),
    }
    response = TemplateResponse(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@needs("registry.view_sensitive")
def position(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Where a household lives, as GeoJSON for the map; only where the operation collects positions. Logged."""
    viewer = request.viewer
    household = queries.household(household_id, seen_by=viewer)
    if household.lat is None or household.lon is None or not queries.position_allowed(household, seen_by=viewer):
        raise Problem("not_found")
    log_read(viewer, kind="open", subject="registry.household", ids=[household.pk], purpose="position")
    point = {"type": "Point", "coordinates": [household.lon, household.lat]}
    properties = {"name": household.reference, "url": "", "role": "self"}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    response = JsonResponse({"type": "FeatureCollection", "features": [feature]}, content_type="application/geo+json")
    response["Cache-Control"] = "no-store"
    return response
