"""The rows of a reckoning one by one, with what has to be mended; and one of them told in words. Reading them is logged."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.aid.programmes import queries
from banyan.aid.programmes.models.entitlements import CAUSES, VERDICTS
from banyan.aid.programmes.rules.entitling import Cause, Verdict
from banyan.aid.programmes.views.framing import VIEW_ENTITLEMENT, Text, trail, trimmed
from banyan.aid.programmes.views.target_rows import noting, record_columns, reference_filter
from banyan.aid.programmes.views.wording import words_for
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.listing import Column, Filter, Listing, respond

TONES = {"due": "good", "nothing": "plain", "undecided": "warn"}


def run_way(run: Any) -> list[tuple[Any, str]]:
    """Where a page below a reckoning lies."""
    programme = run.programme
    return trail(
        programme,
        (gettext_lazy("Entitlements"), reverse("programmes:entitlements", args=[programme.pk])),
        (run.name, reverse("programmes:entitlement-run", args=[run.pk])),
    )


def listing(run: Any) -> Listing:
    """The rows of a reckoning."""
    verdicts: list[tuple[str, Text]] = [(code.value, label) for code, label in VERDICTS.items()]
    causes: list[tuple[str, Text]] = [(code.value, str(label)) for code, label in CAUSES.items() if code]
    return Listing(
        key="entitlements",
        title=gettext_lazy("Entitlements"),
        columns=[
            *record_columns(run.subject),
            Column("place__name", gettext_lazy("Place"), wide_only=True),
            Column("size", gettext_lazy("People"), kind="number", wide_only=True),
            Column("item", gettext_lazy("Item"), wide_only=True),
            Column("amount", gettext_lazy("Amount"), kind="number", show=lambda row: trimmed(row["amount"])),
            Column("quantity", gettext_lazy("Quantity"), kind="number", show=lambda row: trimmed(row["quantity"])),
            Column(
                "verdict", gettext_lazy("Verdict"), kind="badge", choices=dict(verdicts), tones=TONES,
                link=lambda row: reverse("programmes:entitlement", args=[row["id"]]),
            ),
            Column("cause", gettext_lazy("What to mend"), choices=dict(causes), wide_only=True),
        ],
        filters=[
            reference_filter(run.subject),
            Filter("verdict", gettext_lazy("Verdict"), kind="choice", choices=verdicts, primary=True),
            Filter("cause", gettext_lazy("What to mend"), kind="choice", choices=causes),
            Filter("amount", gettext_lazy("Amount"), kind="numbers"),
        ],
        sort="household__reference",
        empty=_("Nobody."),
        empty_next="",
        extra=["household_id"],
    )  # fmt: skip


@require_GET
@needs(VIEW_ENTITLEMENT)
def rows(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Everybody of a reckoning, with amount or quantity, or what keeps it from being decided."""
    viewer = request.viewer
    run = queries.entitlement_run(run_id, seen_by=viewer)
    found = queries.entitlements(run.pk, seen_by=viewer).order_by()
    context = {"programme": run.programme, "trail": run_way(run)}
    return respond(
        request, listing(run), found, "programmes/list_of.html", context,
        may_export=True,
        on_list=noting(found, viewer, "programmes: entitlements"),
        on_export=noting(found, viewer, "programmes: entitlements", "export"),
    )  # fmt: skip


@require_GET
@needs(VIEW_ENTITLEMENT)
def entitlement_page(request: HttpRequest, entitlement_id: UUID) -> HttpResponse:
    """Why this household or person is entitled to this, in words, from the figures that were frozen."""
    viewer = request.viewer
    row: Any = queries.entitlement(entitlement_id, seen_by=viewer)
    run = queries.entitlement_run(row.run_id, seen_by=viewer)
    told = queries.explain_entitlement(row.pk, seen_by=viewer, words=words_for(viewer))
    log_read(
        viewer, kind="open", subject="registry.household", ids=[row.household_id], purpose="programmes: entitlement"
    )
    context = {
        "row": row,
        "run": run,
        "told": told,
        "verdict": VERDICTS[Verdict(row.verdict)],
        "tone": TONES[row.verdict],
        "cause": CAUSES[Cause(row.cause)],
        "household_url": reverse("programmes:household", args=[row.household_id]),
        "trail": run_way(run),
    }
    return TemplateResponse(request, "programmes/entitlement.html", context)
