"""Pages of history: the latest changes, what one change did, announced facts, a record through time."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.doors import needs
from banyan.platform.history import queries, rules, tracking, wording
from banyan.platform.history.models import Kind
from banyan.platform.history.policy import EXPORT_HISTORY, VIEW_HISTORY
from banyan.platform.history.queries import logs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem


def _actor(row: Mapping[str, Any]) -> str:
    """Name of who did it."""
    return str(row["actor_name"] or wording.actor_label(row["actor"]))


def _thing(row: Mapping[str, Any]) -> str:
    """The kind of record, by the name its model has today."""
    try:
        return str(capfirst(str(tracking.tracked_model(row["table__name"])._meta.verbose_name_plural)))
    except Problem:
        return str(row["table__name"])


def _rooms() -> list[tuple[str, Any]]:
    known = declared()
    return [(module.room, module.label) for module in known.modules if known.rooms[module.room] is module]


CHANGES = Listing(
    key="changes",
    title=_("Changes"),
    columns=[
        Column("at", _("When"), kind="datetime", sortable=False, link="/history/changes/{id}/"),
        Column("actor", _("Who"), sortable=False, show=_actor),
        Column("kind", _("Did"), sortable=False, choices=dict(Kind.choices)),
        Column("rows", _("Rows"), kind="number", sortable=False),
        Column("table__name", _("Of"), sortable=False, show=_thing),
        Column("action", _("Action"), kind="code", sortable=False, wide_only=True),
        Column("cause", _("Cause"), sortable=False, wide_only=True, show=lambda row: wording.cause_label(row["cause"])),
        Column("purpose", _("Purpose"), sortable=False, export_only=True),
        Column("transaction", _("Transaction"), sortable=False, export_only=True),
    ],
    extra=["actor_name"],
    filters=[
        Filter("room", _("Module"), kind="choice", choices=_rooms, where=logs.by_room, primary=True),
        Filter("who", _("Name of who did it"), where=logs.by_actor, primary=True),
        Filter("did", _("Kind of change"), kind="choice", choices=Kind.choices, where="kind"),
        Filter("action", _("Action"), where="action__startswith"),
        Filter("cause", _("Cause"), where="cause__startswith"),
        Filter("transaction", _("Transaction"), where="transaction"),
        Filter("at", _("When"), kind="dates", where="at__date"),
    ],
    sort="-id",
    empty=_("No changes yet."),
    empty_next=_("Every change of a kept record appears here, whoever makes it and however."),
)

FACTS = Listing(
    key="facts",
    title=_("Announced facts"),
    columns=[
        Column("at", _("When"), kind="datetime", sortable=False),
        Column("name", _("Fact"), kind="code", sortable=False),
        Column(
            "payload", _("Content"), kind="code", sortable=False, show=lambda row: orjson.dumps(row["payload"]).decode()
        ),
        Column("actor", _("Who"), sortable=False, show=_actor),
        Column("action", _("Action"), kind="code", sortable=False, wide_only=True),
        Column("cause", _("Cause"), sortable=False, wide_only=True, show=lambda row: wording.cause_label(row["cause"])),
    ],
    extra=["actor_name"],
    filters=[
        Filter("name", _("Fact"), where="name__startswith", primary=True),
        Filter("who", _("Name of who did it"), where=logs.by_actor),
        Filter("at", _("When"), kind="dates", where="at__date"),
    ],
    sort="-id",
    empty=_("Nothing was announced yet."),
    empty_next=_("When something happens that other modules react to, it is announced and kept here."),
)


@require_GET
@needs(VIEW_HISTORY)
def change_list(request: HttpRequest) -> HttpResponseBase:
    """The latest changes of everything."""
    viewer = request.viewer
    return respond(
        request,
        CHANGES,
        queries.changes(seen_by=viewer),
        "history/changes.html",
        may_export=viewer.may(EXPORT_HISTORY),
    )


@require_GET
@needs(VIEW_HISTORY)
def change_record(request: HttpRequest, number: int) -> HttpResponse:
    """One change and what it did to its first rows."""
    viewer = request.viewer
    change = queries.change(number, seen_by=viewer)
    context = {
        "change": change,
        "actor": change.actor_name or wording.actor_label(change.actor),
        "cause": wording.cause_label(change.cause),
        "thing": _thing({"table__name": change.table.name}),
        "rows": queries.rows_of(number, seen_by=viewer),
    }
    return TemplateResponse(request, "history/change.html", context)


@require_GET
@needs(VIEW_HISTORY)
def fact_list(request: HttpRequest) -> HttpResponseBase:
    """The log of announced facts."""
    viewer = request.viewer
    return respond(
        request, FACTS, queries.facts(seen_by=viewer), "history/facts.html", may_export=viewer.may(EXPORT_HISTORY)
    )


@require_GET
@needs(SIGNED_IN)
def record(request: HttpRequest, table: str, object_id: UUID) -> HttpResponse:
    """A record through time: how it was on a date, and its timeline. Row-level security decides what is seen of it."""
    viewer = request.viewer
    model = tracking.tracked_model(table)
    entries, more = _entries(request, table, object_id)
    typed = request.GET.get("at", "")
    state: list[tuple[str, Any]] | None = None
    problem = None
    if typed:
        try:
            at = rules.instant(typed, timezone.get_current_timezone())
            found = queries.as_it_was(model, object_id, at, seen_by=viewer)
            hidden = [] if found is None else queries.hidden_then(model, found, seen_by=viewer)
            state = None if found is None else _shown_state(model, found, hidden)
        except Problem as error:
            problem = error
    if not entries and state is None and problem is None:
        raise Problem("not_found")
    context = {
        "thing": capfirst(str(model._meta.verbose_name)),
        "table": table,
        "object_id": object_id,
        "timeline": entries,
        "more": more,
        "typed": typed,
        "state": state,
        "problem": problem,
    }
    return TemplateResponse(request, "history/record.html", context, status=problem.status if problem else 200)


@require_GET
@needs(SIGNED_IN)
def record_timeline(request: HttpRequest, table: str, object_id: UUID) -> HttpResponse:
    """The timeline component alone, for pages that load it later or load more of it."""
    entries, more = _entries(request, table, object_id)
    return TemplateResponse(
        request,
        "history/timeline.html",
        {"timeline": entries, "more": more, "table": table, "object_id": object_id},
    )


def _entries(request: HttpRequest, table: str, object_id: UUID) -> tuple[list[queries.TimelineEntry], int | None]:
    """A page of the timeline and the number to continue after."""
    before = request.GET.get("before", "")
    entries = queries.timeline(
        tracking.tracked_model(table),
        object_id,
        seen_by=request.viewer,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=queries.LIMIT + 1,
    )
    more = entries[queries.LIMIT - 1].number if len(entries) > queries.LIMIT else None
    return entries[: queries.LIMIT], more


def _shown_state(model: Any, state: Mapping[str, Any], hidden: Iterable[str]) -> list[tuple[str, Any]]:
    labels = {field.name: capfirst(str(field.verbose_name)) for field in model._meta.concrete_fields}
    shown = [(labels.get(name, name), value) for name, value in state.items() if name != "scope_id"]
    return [*shown, *((labels[name], _("hidden")) for name in hidden if name != "scope_id")]
