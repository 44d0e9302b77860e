"""Records of a run one by one, those that are borderline, and the lists of a targeting. Whoever reads them stands in the log of reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.target_lists import list_rows
from banyan.aid.programmes.inputs.targeting import ListForm
from banyan.aid.programmes.models import EntryKind, Verdict
from banyan.aid.programmes.states import TargetingState
from banyan.aid.programmes.views.framing import (
    TARGET,
    VIEW_TARGETING,
    programme_of,
    trail,
    trimmed,
    why_not_there,
    written,
)
from banyan.aid.programmes.views.runs import VERDICT_TONES, run_trail
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond

Text = str | Promise


def record_columns(for_whom: str) -> list[Column]:
    """Who a row is about: the household, with the person where people are meant. Names stand in the register only."""
    columns = [
        Column("household__reference", gettext_lazy("Household"), kind="code", link=household_url),
        Column("person__reference", gettext_lazy("Person"), kind="code", sortable=False),
    ]
    return columns if for_whom == "person" else columns[:1]


def household_url(row: Any) -> str:
    """What programmes know of a household."""
    return reverse("programmes:household", args=[row["household_id"]]) if row["household_id"] else ""


def reference_filter(for_whom: str) -> Filter:
    """By the reference of a household or person."""
    name = "person__reference" if for_whom == "person" else "household__reference"
    return Filter("reference", gettext_lazy("Reference"), where=f"{name}__iexact")


def noting(rows: Any, viewer: Viewer, purpose: str, kind: str = "list") -> Callable[[list[Any]], None]:
    """Writes the households of the rows shown into the log of reads."""

    def note(ids: list[Any]) -> None:
        found = set(rows.filter(pk__in=ids).values_list("household_id", flat=True)) - {None}
        if found:
            log_read(viewer, kind=kind, subject="registry.household", ids=sorted(found), purpose=purpose)  # type: ignore[arg-type]

    return note


def _listing(run: Any, *, near: bool) -> Listing:
    columns = [
        *record_columns(run.for_whom),
        Column("place__name", gettext_lazy("Place"), wide_only=True),
        Column("size", gettext_lazy("People"), kind="number", wide_only=True),
        Column("score", gettext_lazy("Score"), kind="number", show=lambda row: trimmed(row["score"])),
        Column("verdict", gettext_lazy("Verdict"), kind="badge", choices=dict(Verdict.choices), tones=VERDICT_TONES),
    ]
    if near:
        columns.append(
            Column("gap", gettext_lazy("From the threshold"), kind="number", show=lambda row: trimmed(row["gap"]))
        )
    else:
        columns.append(Column("reason", gettext_lazy("Reason"), wide_only=True))
    filters = [
        reference_filter(run.for_whom),
        Filter("verdict", gettext_lazy("Verdict"), kind="choice", choices=Verdict.choices, primary=True),
        Filter("score", gettext_lazy("Score"), kind="numbers"),
    ]
    return Listing(
        key="target-rows",
        title=gettext_lazy("Borderline") if near else gettext_lazy("Everybody"),
        columns=columns,
        filters=filters,
        sort="gap" if near else "-score",
        empty=_("Nobody."),
        empty_next="",
        extra=["household_id"],
    )


@require_GET
@needs(VIEW_TARGETING)
def run_rows(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Everybody a run looked at, with the verdict."""
    return _rows(request, run_id, near=False)


@require_GET
@needs(VIEW_TARGETING)
def borderline(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Those who are nearly in or nearly out, the nearest first."""
    return _rows(request, run_id, near=True)


def _rows(request: HttpRequest, run_id: UUID, *, near: bool) -> HttpResponseBase:
    viewer = request.viewer
    run = queries.targeting_run(run_id, seen_by=viewer)
    programme = run.targeting.programme
    rows = (queries.borderline if near else queries.target_rows)(run.pk, seen_by=viewer)
    here = (_("run %(number)s") % {"number": run.number}, reverse("programmes:run", args=[run.pk]))
    lead = ""
    if near:
        lead = (
            _("Nearly in or nearly out: within a twentieth of all scores from the threshold.")
            if run.threshold is not None
            else _("Out because a single part of a rule is not so.")
        )
    context = {"programme": programme, "trail": [*run_trail(run, programme), here], "lead": lead}
    return respond(
        request, _listing(run, near=near), rows, "programmes/list_of.html", context,
        may_export=True,
        on_list=noting(rows, viewer, "programmes: targeting"),
        on_export=noting(rows, viewer, "programmes: targeting", "export"),
    )  # fmt: skip


def _entry_listing(targeting: Any, viewer: Viewer) -> Listing:
    of_people = targeting.programme.for_whom == "person"
    record = "person" if of_people else "household"
    label: Text = gettext_lazy("Person") if of_people else gettext_lazy("Household")
    return Listing(
        key="entries",
        title=gettext_lazy("Lists"),
        columns=[
            Column(f"{record}__reference", label, kind="code"),
            Column("kind", gettext_lazy("List"), kind="choice", choices=dict(EntryKind.choices)),
            Column("reason", gettext_lazy("Reason")),
            Column("source", gettext_lazy("Source"), wide_only=True),
            Column("made_by_label", gettext_lazy("Who"), wide_only=True),
            Column(
                "remove", gettext_lazy("Take off"), computed=True, sortable=False,
                show=lambda _row: _("Take off") if viewer.may(TARGET) and targeting.state == TargetingState.DRAFT else "",
                link=lambda row: reverse("programmes:entry-remove", args=[targeting.pk, row["id"]]),
            ),
        ],
        filters=[
            Filter("reference", gettext_lazy("Reference"), where=f"{record}__reference__iexact"),
            Filter("kind", gettext_lazy("List"), kind="choice", choices=EntryKind.choices, primary=True),
        ],
        sort=f"{record}__reference",
        empty=_("Nobody stands on a list."),
        empty_next=_("Add to a list"),
        empty_url=reverse("programmes:entries-add", args=[targeting.pk]),
    )  # fmt: skip


@require_GET
@needs(VIEW_TARGETING)
def entries(request: HttpRequest, targeting_id: UUID) -> HttpResponseBase:
    """Who is to be included or left out whatever the rules say, by whom and why."""
    viewer = request.viewer
    targeting = queries.targeting(targeting_id, seen_by=viewer)
    programme = programme_of(targeting.programme_id, viewer)
    rows = queries.list_entries(targeting.pk, seen_by=viewer)
    context = {
        "programme": programme,
        "trail": _way(targeting, programme),
        "lead": _("Who stands on both lists is left out. Lists go before rules and score."),
        "action": {
            "label": _("Add to a list"),
            "url": reverse("programmes:entries-add", args=[targeting.pk]),
            "reason": _why_not_add(targeting, viewer),
        },
    }
    return respond(
        request, _entry_listing(targeting, viewer), rows, "programmes/list_of.html", context,
        on_list=noting(rows, viewer, "programmes: lists"),
    )  # fmt: skip


def _why_not_add(targeting: Any, viewer: Viewer) -> Text:
    draft = targeting.state == TargetingState.DRAFT
    return why_not_there(viewer, TARGET, targeting) or (
        "" if draft else _("It is no draft any more. Retire it and write another.")
    )


def _way(targeting: Any, programme: Any) -> list[tuple[Any, str]]:
    return trail(
        programme,
        (gettext_lazy("Targeting"), reverse("programmes:targetings", args=[programme.pk])),
        (targeting.name, reverse("programmes:targeting", args=[targeting.pk])),
    )


@needs(TARGET)
def entries_add(request: HttpRequest, targeting_id: UUID) -> HttpResponse:
    """Put households or people on a list, by file or typed; all of them or, when a row is wrong, nobody."""
    viewer = request.viewer
    targeting = queries.targeting(targeting_id, seen_by=viewer)
    programme = programme_of(targeting.programme_id, viewer)
    post = request.method == "POST"
    form = ListForm(request.POST if post else None, request.FILES if post else None, kinds=EntryKind.choices)

    def save(given: dict[str, Any]) -> str:
        kind, source = given["kind"], given["source"]
        if given["file"]:
            added = actions.import_entries(
                targeting.pk, kind, list_rows(given["file"].read()), by=viewer, source=source
            )
        else:
            typed = [(line.strip(), given["reason"]) for line in given["references"].splitlines() if line.strip()]
            added = actions.add_entries(targeting.pk, kind, typed, by=viewer, source=source)
        if added.known:
            told = ngettext("%(n)d stood there already.", "%(n)d stood there already.", added.known) % {
                "n": added.known
            }
            messages.info(request, told)
        return reverse("programmes:entries", args=[targeting.pk])

    way = [*_way(targeting, programme), (gettext_lazy("Lists"), reverse("programmes:entries", args=[targeting.pk]))]
    return written(
        request, form, save, heading=_("Add to a list"), way=way, said=_("Saved."),
        lead=_("When a row is wrong nobody is taken, and every wrong row is named."),
    )  # fmt: skip


@needs(TARGET)
def entry_remove(request: HttpRequest, targeting_id: UUID, entry_id: UUID) -> HttpResponse:
    """Ask, then take somebody off a list. Runs keep what they found."""
    viewer = request.viewer
    targeting = queries.targeting(targeting_id, seen_by=viewer)
    programme = programme_of(targeting.programme_id, viewer)
    address = reverse("programmes:entries", args=[targeting.pk])

    def save(_given: dict[str, Any]) -> str:
        actions.remove_entries(targeting.pk, [entry_id], by=viewer)
        return address

    form = Form(request.POST if request.method == "POST" else None)
    return written(
        request, form, save, heading=_("Take off"), way=[*_way(targeting, programme), (gettext_lazy("Lists"), address)],
        said=_("Saved."), submit=_("Take off"), lead=_("Runs that are over keep what they found."),
    )  # fmt: skip
