"""The lists of people and of households."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.registry import queries
from banyan.people.registry.models import Status
from banyan.people.registry.queries.labels import NEEDS, RESIDENCE, SEX, Labels
from banyan.people.registry.rules.ages import ages_on
from banyan.people.registry.views.showing import TONES, both_names, in_language
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Listing, respond

VIEW = "registry.view_person"
BROWSING = "list"


def _place(row: Any) -> str:
    """The person's own place, else where the household lives."""
    own = in_language(row["place__names"], row["place__name"])
    return own or in_language(row.get("home_place_names"), row.get("home_place"))


def _names(row: Any) -> str:
    return both_names(row["full_name"], row["name_original"])


def people_listing(viewer: Viewer, labels: Labels) -> Listing:
    """The list of people as this viewer may filter it."""
    today = timezone.localdate()
    return Listing(
        key="people",
        title=_("People"),
        columns=[
            Column("full_name", _("Name"), link="/registry/people/{id}/", show=_names),
            Column("reference", _("Reference"), kind="code"),
            Column("sex", _("Sex"), sortable=False, choices=labels.words.get(SEX)),
            Column("birth_date", _("Age"), kind="number", sortable=False, show=lambda row: str(ages_on(row["birth_date"], today) or "")),
            Column("place__name", _("Place"), sortable=False, wide_only=True, show=_place),
            Column("household_reference", _("Household"), kind="code", sortable=False, wide_only=True),
            Column("status", _("Status"), kind="badge", sortable=False, choices=dict(Status.choices), tones=TONES),
            Column("registered_on", _("Registered"), kind="date", sortable=False, wide_only=True),
        ],
        filters=queries.people_filters(seen_by=viewer, labels=labels),
        sort="full_name",
        extra=["name_original", "place__names", "home_place", "home_place_names"],
        empty=_("Nobody is registered yet."),
        empty_next=_("Search, then register"),
        empty_url=reverse("registry:search"),
    )  # fmt: skip


def household_listing(viewer: Viewer, labels: Labels) -> Listing:
    """The list of households as this viewer may filter it."""
    return Listing(
        key="households",
        title=_("Households"),
        columns=[
            Column("reference", _("Reference"), kind="code", link="/registry/households/{id}/"),
            Column("head_name", _("Head"), sortable=False),
            Column("size", _("People"), kind="number", sortable=False),
            Column("place__name", _("Place"), sortable=False, show=_place),
            Column("residence_status", _("Residence status"), sortable=False, wide_only=True, choices=labels.words.get(RESIDENCE)),
            Column("status", _("Status"), kind="badge", sortable=False, choices=dict(Status.choices), tones=TONES),
            Column("registered_on", _("Registered"), kind="date"),
        ],
        filters=queries.household_filters(seen_by=viewer, labels=labels),
        sort="-registered_on",
        extra=["place__names"],
        empty=_("No household is registered yet."),
        empty_next=_("Search, then register"),
        empty_url=reverse("registry:search"),
    )  # fmt: skip


@require_GET
@needs(VIEW)
def people_list(request: HttpRequest) -> HttpResponseBase:
    """People to browse and filter; by name, number or document they are found by search."""
    return _answer(request, "people")


@require_GET
@needs(VIEW)
def household_list(request: HttpRequest) -> HttpResponseBase:
    """Households to browse and filter."""
    return _answer(request, "households")


def _answer(request: HttpRequest, subject: str) -> HttpResponseBase:
    viewer = request.viewer
    labels = queries.labels((SEX, RESIDENCE, NEEDS), seen_by=viewer)
    people = subject == "people"
    listing = people_listing(viewer, labels) if people else household_listing(viewer, labels)
    rows = queries.people_rows(seen_by=viewer) if people else queries.household_rows(seen_by=viewer)
    filters = request.GET.copy()
    for name in ("sort", "after", "before", "page_size", "format"):
        filters.pop(name, None)
    may_export = viewer.may("registry.export_person")
    context = {
        "subject": subject,
        "export_url": reverse("registry:export", args=[subject]) + (f"?{filters.urlencode()}" if filters else ""),
        "may_export": may_export,
        "why_not_export": "" if may_export else _("Your roles do not allow exports."),
        "place_picker": reverse("places:pick") if viewer.may("places.view_place") else "",
    }

    def seen(ids: list[Any]) -> None:
        if ids:
            log_read(
                viewer, kind="list", subject=f"registry.{'person' if people else 'household'}", ids=ids,
                purpose=BROWSING, query=filters.urlencode(),
            )  # fmt: skip

    return respond(request, listing, rows, "registry/list.html", context, on_list=seen)
