"""The page on which a person confirms what the columns of a batch hold."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import actions, queries, states
from banyan.people.collection.models import Batch
from banyan.people.collection.rules.recognition import masked
from banyan.people.collection.rules.recognition.choosing import (
    KEEP,
    Choice,
    choice_of,
    described_headers,
    mapping_of,
    mapping_problems,
)
from banyan.people.collection.rules.shapes import (
    HOUSEHOLD_COLUMN,
    IGNORED,
    PERSON_COLUMN,
    SUBJECTS,
    SUBMITTED_COLUMN,
    UID_COLUMN,
    Mapping,
)
from banyan.people.forms.declarations import register_fields
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

NEEDED = "collection.submit_batch"
SUBJECT_LABELS = {
    "household": _("households"),
    "person": _("people, with the household they belong to in another table"),
    "both": _("people, each with columns about their household"),
    "ignore": _("nothing to take in"),
}
WHY_LABELS = {
    "name": _("by its name"),
    "label": _("by its label"),
    "path": _("by its place in the form"),
    "hxl": _("by its HXL tag"),
    "binding": _("the form says so"),
    "remembered": _("confirmed before"),
    "values": _("by its values"),
}
_SPECIAL_LABELS = {
    HOUSEHOLD_COLUMN: _("Number of the household (joins people to it)"),
    PERSON_COLUMN: _("Number of the person"),
    UID_COLUMN: _("Id of the submission"),
    SUBMITTED_COLUMN: _("When it was sent"),
}
_TELLING = frozenset({"name", "date", "phone", "document", "geopoint", "email", "photo"})
"""Kinds of values that are masked however few of them differ."""
_GROUPS = (("person", _("About people")), ("household", _("About households")))


@needs(NEEDED)
def mapping(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Which column feeds which field: a guess with its reason, for a person to confirm or change."""
    batch = queries.batch(batch_id, seen_by=request.viewer)
    if "check" not in states.verbs(batch.state) or not batch.detected.get("tables"):
        raise Problem("collection.batch_state", state=states.LABELS[batch.state])
    guessed = Mapping.from_json(batch.mapping)
    chosen, problems, shown = guessed, [], False
    if request.method == "POST":
        headers = described_headers(batch.detected)
        chosen = mapping_of(request.POST, guessed, headers)
        if "show" in request.POST:
            shown = True
            log_read(
                request.viewer,
                kind="open",
                subject="collection.batch",
                ids=[batch.pk],
                purpose=say("Confirming columns"),
            )
        else:
            problems = mapping_problems(chosen, headers, register_fields())
            if not problems:
                remember = "remember" in request.POST
                name = request.POST.get("source_name", "")
                actions.confirm_mapping(batch.pk, chosen, by=request.viewer, remember=remember, source_name=name)
                return redirect("collection:batch", batch.pk)
    context = {
        "batch": batch,
        "tables": _tables(batch, chosen, shown=shown),
        "subjects": [(value, SUBJECT_LABELS[value]) for value in SUBJECTS],
        "problems": problems,
        "shown": shown,
        "notes": _notes(batch),
        "trail": [
            (say("Submissions"), reverse("collection:list")),
            (batch.name, reverse("collection:batch", args=[batch.pk])),
        ],
    }
    return TemplateResponse(request, "collection/mapping.html", context, status=422 if problems else 200)


def _tables(batch: Batch, chosen: Mapping, *, shown: bool) -> list[dict[str, Any]]:
    values = _samples(batch)
    options = {subject: _options(subject) for subject in SUBJECTS}
    labels = _labels()
    tables = []
    for number, (table, tie) in enumerate(zip(batch.detected["tables"], chosen.tables, strict=True)):
        samples = values.get(table["name"], [])
        columns = []
        for position, (header, target) in enumerate(zip(table["headers"], tie.targets, strict=True)):
            choice = choice_of(target)
            sample: dict[str, Any] = samples[position] if position < len(samples) else {"values": [], "few": True}
            plain = shown or (sample["few"] and _kind(target.field) not in _TELLING)
            columns.append(
                {
                    "name": f"column-{number}-{position}",
                    "letter": header["letter"],
                    "header": header["name"] or header["label"] or header["letter"],
                    "label": header["label"] if header["label"] != header["name"] else "",
                    "hxl": header["hxl"],
                    "sample": [value if plain else masked(value) for value in sample["values"]],
                    "why": WHY_LABELS.get(target.why, ""),
                    "certainty": _certainty(target.certainty) if choice != KEEP else "",
                    "tone": "good" if target.certainty >= 0.85 else "warn",
                    "options": format_html(
                        '<option value="{}" selected>{}</option>{}',
                        choice,
                        labels.get(choice, choice),
                        options.get(tie.subject, options["both"]),
                    ),
                }
            )
        tables.append(
            {
                "number": number,
                "label": table["name"] or batch.name,
                "rows": table["rows"],
                "subject": tie.subject,
                "columns": columns,
                "kept": sum(choice_of(target) == KEEP for target in tie.targets),
                "fed": sum(bool(target.field) and target.field != IGNORED for target in tie.targets),
            }
        )
    return tables


def _kind(key: str) -> str:
    field = register_fields().get(key)
    return field.kind if field else ""


def _labels() -> dict[Choice, str]:
    fields = {key: str(field.label) for key, field in register_fields().items()}
    special = {key: str(label) for key, label in _SPECIAL_LABELS.items()}
    return {**fields, **special, KEEP: say("Keep under its own name"), IGNORED: say("Leave out")}


def _options(subject: str) -> SafeString:
    """The choices of a column, once per subject: a page may have hundreds of columns."""
    labels = _labels()
    parts = [
        format_html_join(
            "", '<option value="{}">{}</option>', ((key, labels[key]) for key in (KEEP, IGNORED, *_SPECIAL_LABELS))
        )
    ]
    for about, title in _GROUPS:
        if subject in ("household", "person") and subject != about:
            continue
        entries = ((key, labels[key]) for key, field in register_fields().items() if field.subject == about)
        inner = format_html_join("", '<option value="{}">{}</option>', entries)
        parts.append(format_html('<optgroup label="{}">{}</optgroup>', title, inner))
    return mark_safe("".join(parts))  # noqa: S308 — every part was escaped by format_html


def _certainty(value: float) -> str:
    if value >= 0.85:
        return say("sure")
    return say("likely") if value >= 0.7 else say("perhaps")


def _samples(batch: Batch) -> dict[str, list[dict[str, Any]]]:
    locked = batch.detected.get("samples")
    if not locked:
        return {}
    try:
        found: dict[str, list[dict[str, Any]]] = json.loads(vault.unlock_text(locked, about=f"samples:{batch.pk}"))
    except vault.Broken:
        return {}
    return found


def _notes(batch: Batch) -> list[Problem]:
    return [Problem(note["code"], **note["parameters"]) for note in batch.notes]
