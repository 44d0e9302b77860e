"""Pages of the log of reads."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.platform.access import queries
from banyan.platform.access.doors import needs
from banyan.platform.access.views.framing import tabs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond

KINDS = {
    "open": _("opened"),
    "list": _("listed"),
    "search": _("searched"),
    "export": _("exported"),
}
ALERTS = {
    "volume": _("read very many records in one day"),
    "exports": _("exported records"),
    "self": _("looked up themselves"),
}

READS = Listing(
    key="reads",
    title=_("Log of reads"),
    columns=[
        Column("at", _("Time"), kind="datetime"),
        Column("actor_name", _("Who"), sortable=False, show=lambda row: row["actor_name"] or row["actor"]),
        Column("kind", _("What"), choices=KINDS),
        Column("subject", _("Of which kind"), kind="code"),
        Column("count", _("Records"), kind="number"),
        Column("purpose", _("Purpose"), wide_only=True),
        Column("ids", _("Which"), export_only=True, sortable=False, show=lambda row: " ".join(map(str, row["ids"]))),
    ],
    extra=["actor"],
    filters=[
        Filter("actor", _("Who (name or e-mail)"), where=lambda rows, text: rows.filter(actor_name__icontains=text)),
        Filter("kind", _("What"), kind="choice", where="kind", choices=list(KINDS.items())),
        Filter("day", _("Day"), kind="dates", where="at__date"),
        Filter("subject", _("Of which kind"), where="subject"),
        Filter("record", _("Record (id)"), where=queries.reads_of),
        Filter("purpose", _("Purpose"), where="purpose__icontains"),
    ],
    sort="-at",
    empty=_("Nobody has read personal records yet."),
)


@require_GET
@needs("access.view_read_log", purpose="oversight")
def read_list(request: HttpRequest) -> HttpResponseBase:
    """Who read which personal records."""
    viewer = request.viewer
    return respond(
        request,
        READS,
        queries.reads(seen_by=viewer),
        "access/list.html",
        {
            "tabs": tabs(request),
            "heading": _t("Log of reads"),
            "action": {"label": _t("Check the log"), "url": reverse("access:verify_reads")},
        },
        may_export=True,
    )


@require_GET
@needs("access.view_read_log", purpose="oversight")
def verify(request: HttpRequest) -> HttpResponse:
    """Whether the chains are intact, their ends to be kept elsewhere, and what asks for a look."""
    viewer = request.viewer
    alerts: list[Any] = [(ALERTS[alert.kind], alert) for alert in queries.alerts(seen_by=viewer)]
    context = {
        "faults": queries.chain_faults(seen_by=viewer),
        "heads": [head for head in queries.chain_heads(seen_by=viewer) if head[1]],
        "alerts": alerts,
        "trail": [(_t("Log of reads"), reverse("access:reads"))],
    }
    return TemplateResponse(request, "access/verify.html", context)
