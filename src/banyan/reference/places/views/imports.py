"""Pages of imports: upload, confirm the guess, progress, report, decide."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.history.queries import timeline
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import actions, inputs, queries, states
from banyan.reference.places.models import ImportBatch
from banyan.reference.places.rules import headers
from banyan.reference.places.states import IMPORT_LABELS
from banyan.reference.places.wording import KIND_LABELS

NEEDED = "places.import_places"
TONES = {"uploaded": "info", "checked": "warn", "accepted": "good", "refused": "plain", "undone": "plain"}

IMPORTS = Listing(
    key="place-imports",
    title=_("Imports"),
    columns=[
        Column("label", _("Release"), link="/places/imports/{id}/", show=lambda row: f"{row['authority']} {row['label']}".strip() or "–"),
        Column("state", _("State"), kind="badge", choices=IMPORT_LABELS, tones=TONES),
        Column("country", _("Country")),
        Column("rows", _("Rows"), kind="number", computed=True, sortable=False, show=lambda row: row["counts"].get("rows")),
        Column("not_taken", _("Not taken"), kind="number", computed=True, sortable=False, show=lambda row: row["counts"].get("not_taken")),
        Column("made_by", _("Uploaded by"), wide_only=True),
        Column("made_at", _("Uploaded"), kind="datetime"),
    ],
    filters=[Filter("state", _("State"), kind="choice", choices=list(IMPORT_LABELS.items()), primary=True)],
    extra=["authority", "counts"],
    sort="-made_at",
    empty=_("No imports yet."),
    empty_next=_("Import a release"),
    empty_url="/places/imports/new/",
)  # fmt: skip


def finding_problem(row: Mapping[str, Any]) -> Problem | None:
    """The problem a finding stands for; None when its kind is no longer declared."""
    try:
        return Problem(row["code"], **{"value": row["value"], **row["parameters"]})
    except Exception:  # noqa: BLE001 — an old finding of a kind that has gone must not hide the report
        return None


def _told(row: Mapping[str, Any]) -> str:
    problem = finding_problem(row)
    return problem.detail if problem else str(row["code"])


def _mend(row: Mapping[str, Any]) -> str:
    problem = finding_problem(row)
    return problem.mend if problem else ""


FINDINGS = Listing(
    key="findings",
    title=_("Report"),
    columns=[
        Column(
            "severity",
            _("Weight"),
            kind="badge",
            choices={"error": _("not taken"), "warning": _("look at it")},
            tones={"error": "bad", "warning": "warn"},
            sortable=False,
        ),
        Column("file", _("File and sheet"), sortable=False, wide_only=True),
        Column("row", _("Row"), kind="number", sortable=False),
        Column("column", _("Column"), sortable=False),
        Column("value", _("Value"), sortable=False),
        Column("told", _("What is wrong"), computed=True, sortable=False, show=_told),
        Column("mend", _("How to mend it"), computed=True, sortable=False, show=_mend),
    ],
    filters=[
        Filter(
            "severity",
            _("Weight"),
            kind="choice",
            choices=[("error", _("not taken")), ("warning", _("look at it"))],
            primary=True,
        )
    ],
    extra=["code", "parameters"],
    sort="ordinal",
    empty=_("Nothing was found wrong."),
)


@require_GET
@needs(NEEDED)
def import_list(request: HttpRequest) -> HttpResponseBase:
    """All imports, the latest first."""
    return respond(
        request, IMPORTS, queries.batches(seen_by=request.viewer), "places/imports.html", {"trail": _trail()[:1]}
    )


@needs(NEEDED)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files; what they hold is guessed and shown on the next page."""
    form = inputs.UploadForm(request.POST, request.FILES) if request.method == "POST" else inputs.UploadForm()
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        files = [(file.name, file.read()) for file in form.cleaned_data["files"]]
        try:
            batch = actions.upload_files(
                files, by=request.viewer, authority=form.cleaned_data["authority"], label=form.cleaned_data["label"]
            )
            return redirect("places:import-confirm", batch.pk)
        except Problem as problem:
            problems = list(problem.errors or [problem])
    context = {"form": form, "problems": problems, "trail": _trail()}
    return TemplateResponse(request, "places/upload.html", context, status=422 if problems or form.errors else 200)


@needs(NEEDED)
def confirm(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The guess: release, country, tables, what every column holds; a person confirms or changes it."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    if "check" not in states.verbs(batch.state):
        return redirect("places:import", batch.pk)
    initial = {name: getattr(batch, name) for name in ("country", "authority", "label", "published_on", "terms")}
    form = inputs.ConfirmForm(request.POST if request.method == "POST" else None, initial=initial)
    tables = _tables(batch, request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        given = [
            {"taken": table["taken"], "meanings": [column["meaning"] for column in table["columns"]]}
            for table in tables
        ]
        try:
            actions.confirm_import(batch.pk, by=viewer, tables=given, **form.cleaned_data)
            actions.start_import(batch.pk, "check", by=viewer)
            return redirect("places:import", batch.pk)
        except Problem as problem:
            problems = list(problem.errors or [problem])
    context = {
        "form": form, "problems": problems, "batch": batch, "tables": tables, "trail": _trail(), "meanings": _meanings(),
    }  # fmt: skip
    return TemplateResponse(request, "places/confirm.html", context, status=422 if problems or form.errors else 200)


@require_GET
@needs(NEEDED)
def import_record(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """One import: progress while its job runs, then the report and what can be done."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    shown = None
    if batch.job:
        try:
            shown = running.progress_of(running.job(batch.job, seen_by=viewer))
        except Problem:
            shown = None  # the job was forgotten, or belongs to somebody else
    counts = batch.counts
    context = {
        "batch": batch,
        "state_label": IMPORT_LABELS[batch.state],
        "state_tone": TONES[batch.state],
        "job": shown,
        "poll_url": shown["poll_url"] if shown else "",
        "cancel_url": shown["cancel_url"] if shown else "",
        "verbs": states.verbs(batch.state),
        "stats": [
            (_("Rows read"), counts.get("rows")), (_("Rows that can be taken"), counts.get("taken")),
            (_("Rows not taken"), counts.get("not_taken")), (_("Warnings"), counts.get("warnings")),
            (_("New places"), counts.get("added", counts.get("new"))), (_("Places changed"), counts.get("changed")),
            (_("Boundaries"), counts.get("boundaries")),
        ],
        "timeline": timeline(ImportBatch, batch.pk, seen_by=viewer, limit=20),
        "trail": _trail(),
    }  # fmt: skip
    return respond(
        request, FINDINGS, queries.findings(batch.pk, seen_by=viewer), "places/import.html", context, may_export=True
    )


@require_POST
@needs(NEEDED)
def move(request: HttpRequest, batch_id: UUID, verb: str) -> HttpResponse:
    """Take the good rows, refuse the import, check it again, or undo it."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    if verb in ("take", "check"):
        actions.start_import(batch.pk, verb, by=viewer)
    elif verb == "refuse":
        actions.refuse_import(batch.pk, by=viewer)
        messages.success(request, _("The import was put aside."))
    elif verb == "undo":
        actions.undo_import(batch.pk, by=viewer)
        messages.success(request, _("The import was undone."))
    else:
        raise Http404
    return redirect("places:import", batch.pk)


def _trail() -> list[tuple[Any, str]]:
    return [(_("Places"), reverse("places:list")), (_("Imports"), reverse("places:imports"))]


def _tables(batch: ImportBatch, posted: Any) -> list[dict[str, Any]]:
    tables = []
    for number, table in enumerate(batch.tables):
        columns = [
            {
                "name": f"meaning-{number}-{index}",
                "header": header,
                "meaning": (posted or {}).get(f"meaning-{number}-{index}", table["meanings"][index]),
                "sample": [row[index] for row in table["sample"] if index < len(row) and row[index]][:3],
            }
            for index, header in enumerate(table["headers"])
        ]
        taken = f"taken-{number}" in posted if posted is not None else table["taken"]
        own = KIND_LABELS.get(table["own"], table["own"])
        tables.append({**table, "number": number, "columns": columns, "taken": taken, "own_label": own})
    return tables


def _meanings() -> list[tuple[str, str]]:
    labels = {"code": _("P-code"), "name": _("name"), "parent": _("P-code of the parent"), "level": _("level"), "country": _("country"),
              "lon": _("longitude"), "lat": _("latitude"), "status": _("status"), "since": _("valid from"), "until": _("valid to"),
              "alias": _("other name"), "former": _("former name"), "-": _("not read")}  # fmt: skip
    shown = []
    for meaning in headers.meanings():
        role, language, kind = headers.split_meaning(meaning)
        text = str(labels[role])
        if kind:
            text = f"{KIND_LABELS.get(kind, kind)}: {text}"
        shown.append((meaning, f"{text} ({language})" if language else text))
    return shown
