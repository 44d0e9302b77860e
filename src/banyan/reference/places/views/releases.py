"""Pages of releases: all of them, one, the differences between two."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.listing import Column, Filter, Listing, as_csv, as_xlsx, respond
from banyan.reference.places import actions, queries
from banyan.reference.places.models import Release, Status
from banyan.reference.places.rules.countries import country_name
from banyan.reference.places.states import RELEASE_LABELS
from banyan.reference.places.wording import kind_label

TONES = {"current": "good", "imported": "info", "superseded": "plain"}
CHANGE_LABELS = {
    "added": _("added"),
    "removed": _("removed"),
    "recoded": _("perhaps a new code"),
    "renamed": _("renamed"),
    "reparented": _("lies elsewhere"),
    "moved": _("point moved"),
    "status": _("status changed"),
}
CHANGE_TONES = {
    "added": "good",
    "removed": "bad",
    "recoded": "warn",
    "renamed": "info",
    "reparented": "warn",
    "moved": "info",
}
PAGE = 100
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

RELEASES = Listing(
    key="releases",
    title=_("Releases"),
    columns=[
        Column(
            "label", _("Release"), link="/places/releases/{id}/", show=lambda row: f"{row['authority']} {row['label']}"
        ),
        Column("country", _("Country"), show=lambda row: country_name(row["country"], get_language() or "en")),
        Column("state", _("State"), kind="badge", choices=RELEASE_LABELS, tones=TONES),
        Column("published_on", _("Published"), sortable=False, wide_only=True),
        Column("created_at", _("Imported"), kind="datetime"),
    ],
    filters=[
        Filter("country", _("Country code"), where="country__iexact"),
        Filter("state", _("State"), kind="choice", choices=list(RELEASE_LABELS.items())),
    ],
    extra=["authority"],
    sort="country",
    empty=_("No releases yet."),
)
DIFFERENCES = [
    Column("pcode", _("P-code"), kind="code"),
    Column("kind", _("Kind"), show=lambda row: kind_label(row["kind"])),
    Column("changes", _("Change"), show=lambda row: ", ".join(str(CHANGE_LABELS[change]) for change in row["changes"])),
    Column("old_name", _("Name before")),
    Column("new_name", _("Name after")),
    Column("old_parent", _("Lay in")),
    Column("new_parent", _("Lies in")),
    Column("old_status", _("Status before"), choices=dict(Status.choices)),
    Column("new_status", _("Status after"), choices=dict(Status.choices)),
    Column("km", _("Moved by (km)"), kind="number", show=lambda row: round(row["km"], 1) if row["km"] else None),
    Column("recode", _("Other code")),
]


@require_GET
@needs("places.view_place")
def release_list(request: HttpRequest) -> HttpResponseBase:
    """All releases of all countries."""
    return respond(
        request,
        RELEASES,
        queries.releases(seen_by=request.viewer),
        "places/releases.html",
        {"may_import": request.viewer.may("places.import_places"), "trail": [(_("Places"), reverse("places:list"))]},
    )


@require_GET
@needs("places.view_place")
def release_record(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release: how many places of each kind, what to compare it with, make it current."""
    viewer = request.viewer
    release = queries.release(release_id, seen_by=viewer)
    rows = (
        queries.releases(seen_by=viewer).filter(country=release.country).exclude(pk=release.pk).order_by("-created_at")
    )
    return TemplateResponse(
        request,
        "places/release.html",
        {
            "release": release,
            "country": country_name(release.country, get_language() or "en"),
            "state_label": RELEASE_LABELS[release.state],
            "state_tone": TONES[release.state],
            "tally": [(kind_label(row["kind"]), row["count"]) for row in queries.tally(release.pk, seen_by=viewer)],
            "facts": [
                (_("Authority"), release.authority), (_("Release"), release.label), (_("Published"), release.published_on),
                (_("Terms of use"), release.terms),
            ],
            "others": list(rows),
            "may_release": viewer.may("places.release_places") and release.state != "current",
            "timeline": timeline(Release, release.pk, seen_by=viewer, limit=20),
            "trail": [(_("Places"), reverse("places:list")), (_("Releases"), reverse("places:releases"))],
        },
    )  # fmt: skip


@require_POST
@needs("places.release_places")
def make_current(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Make a release the current one of its country."""
    actions.make_release_current(release_id, by=request.viewer)
    messages.success(request, _("The release is now the current one."))
    return redirect("places:release", release_id)


@require_GET
@needs("places.view_place")
def compare(request: HttpRequest) -> HttpResponseBase:
    """What differs between two releases: filtered, page by page, or as a file."""
    viewer = request.viewer
    try:
        old, new = UUID(request.GET.get("old", "")), UUID(request.GET.get("new", ""))
    except ValueError:
        return redirect("places:releases")
    first, second = queries.release(old, seen_by=viewer), queries.release(new, seen_by=viewer)
    change = request.GET.get("change", "") if request.GET.get("change") in queries.CHANGES else ""
    after = request.GET.get("after", "").replace("\x00", "")
    file_format = request.GET.get("format", "")
    if file_format in _TYPES and viewer.may("places.export_place"):
        rows = _all(old, new, viewer, change)
        name = f"differences-{first.label}-{second.label}"
        file = as_csv(DIFFERENCES, rows) if file_format == "csv" else as_xlsx(DIFFERENCES, rows, title=name)
        return FileResponse(
            file, as_attachment=True, filename=f"{name}.{file_format}", content_type=_TYPES[file_format]
        )
    found = queries.differences(old, new, seen_by=viewer, change=change, after=after, limit=PAGE + 1)
    counts = queries.difference_counts(old, new, seen_by=viewer)
    query = request.GET.copy()
    query.pop("after", None)
    follow = ""
    if len(found) > PAGE:
        next_page = query.copy()
        next_page["after"] = found[PAGE - 1]["pcode"]
        follow = "?" + next_page.urlencode()
    base = f"?old={old}&new={new}"
    return TemplateResponse(
        request,
        "places/compare.html",
        {
            "old": first, "new": second, "rows": list(_shown(found[:PAGE])), "change": change, "follow": follow,
            "first_url": f"{base}&change={change}" if after else "",
            "tabs": [("", _("all"), sum(counts.values()), base), *(
                (code, CHANGE_LABELS[code], count, f"{base}&change={code}") for code, count in counts.items())],
            "csv_url": f"{base}&change={change}&format=csv" if viewer.may("places.export_place") else "",
            "xlsx_url": f"{base}&change={change}&format=xlsx" if viewer.may("places.export_place") else "",
            "trail": [(_("Places"), reverse("places:list")), (_("Releases"), reverse("places:releases"))],
        },
    )  # fmt: skip


def _all(old: UUID, new: UUID, viewer: Any, change: str) -> list[dict[str, Any]]:
    return queries.differences(old, new, seen_by=viewer, change=change, limit=1_000_000)


def _shown(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            **row,
            "kind_label": kind_label(row["kind"]),
            "tags": [(CHANGE_LABELS[change], CHANGE_TONES.get(change, "plain")) for change in row["changes"]],
            "name_changed": "renamed" in row["changes"],
            "parent_changed": "reparented" in row["changes"],
            "km": round(row["km"], 1) if "moved" in row["changes"] else None,
        }
