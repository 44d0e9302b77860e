"""Reading the files of a batch, confirming what its columns hold, checking every row and staging the result."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.collection import sources, states
from banyan.people.collection.actions import comparing, staging
from banyan.people.collection.actions.receiving import FOLDER, locked, one_at_a_time, start
from banyan.people.collection.models import Batch, RawFile, Source, SourceKind, Submission
from banyan.people.collection.queries.knowledge import FormKnowledge, form_knowledge, lookups
from banyan.people.collection.rules import recognition
from banyan.people.collection.rules.canonical import canonical
from banyan.people.collection.rules.checking import check
from banyan.people.collection.rules.identity import extra_columns, numbered, settled, value_columns
from banyan.people.collection.rules.shapes import Canonical, Checked, Mapping, Reading
from banyan.people.collection.sources import Unreadable
from banyan.people.collection.states import BatchState
from banyan.people.forms.declarations import register_fields
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

Report = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


@action("collection.submit_batch")
def begin_reading(batch_id: UUID, *, by: Viewer) -> Batch:
    """Mark a received batch as being read, so that pages show it while the job works. Others stay as they are."""
    batch = locked(batch_id)
    if batch.state in (BatchState.RECEIVED, BatchState.REFUSED):
        batch.state = states.advance(batch.state, "read")
        batch.save()
    return batch


@action("collection.submit_batch")
def read_batch(batch_id: UUID, *, by: Viewer, report: Report = _quiet) -> Batch:
    """Read the files that came since the last time; check and stage them, or ask a person what the columns hold.

    A file that cannot be read makes the batch refused, with the reason in its notes; rows are never the cause.
    """
    # A batch of the day grows while others decide, so it takes their lock first; a new one only when it compares.
    grows = Batch.objects.filter(pk=batch_id, state=BatchState.REVIEW).exists()
    batch = locked(batch_id, deciding=grows)
    if batch.state != (BatchState.REVIEW if grows else BatchState.READING):
        return batch
    known = form_knowledge(batch, seen_by=by)
    try:
        reading, position = _read(batch, known, since=batch.files_read)
    except Unreadable as error:
        return _refuse(batch, Problem("collection.file_unread", file=batch.name, reason=str(error.reason)))
    if reading is None:
        return batch
    mapping = recognition.guess(reading, register_fields(), known.schema, known.binding, _remembered(batch, reading))
    _describe(batch, reading, mapping)
    if batch.state == BatchState.REVIEW:
        # A batch of the day grows: what nobody has mapped yet is kept as further attributes.
        return _take_in(batch, reading, mapping, known, position, by, report)
    if not settled(mapping):
        batch.state = states.advance(batch.state, "ask")
        batch.save()
        return batch
    batch.state = states.advance(batch.state, "check")
    return _take_in(batch, reading, mapping, known, position, by, report)


@action("collection.submit_batch")
def confirm_mapping(
    batch_id: UUID, mapping: Mapping, *, by: Viewer, remember: bool = True, source_name: str = ""
) -> Batch:
    """Keep which column feeds which field, as a person confirmed it, and start the check.

    The source remembers it (a batch without source gets one) unless `remember` is False. A batch in review is checked
    anew as long as nothing of it was decided. Raises Problem collection.batch_state, collection.mapping_incomplete.
    """
    batch = locked(batch_id)
    if batch.state == BatchState.REVIEW and Submission.objects.filter(batch=batch).exclude(decision="pending").exists():
        raise Problem("collection.batch_state", state=states.LABELS[batch.state])
    batch.state = states.advance(batch.state, "check")
    if all(table.subject == "ignore" for table in mapping.tables):
        raise Problem("collection.nothing_inside")
    batch.mapping = mapping.to_json()
    batch.detected = batch.detected | {"remember": remember, "source_name": source_name.strip()[:200]}
    return start(batch, "check_batch", by)


@action("collection.submit_batch")
def check_batch(batch_id: UUID, *, by: Viewer, report: Report = _quiet) -> Batch:
    """Check and stage all files of a batch by its confirmed mapping, in place of what an earlier check staged."""
    batch = locked(batch_id)
    if batch.state != BatchState.CHECKING:
        return batch
    known = form_knowledge(batch, seen_by=by)
    try:
        reading, position = _read(batch, known, since=0)
    except Unreadable as error:
        return _refuse(batch, Problem("collection.file_unread", file=batch.name, reason=str(error.reason)))
    if reading is None:
        return _refuse(batch, Problem("collection.nothing_inside"))
    mapping = Mapping.from_json(batch.mapping)
    if batch.detected.get("remember", True):
        _remember(batch, reading, mapping, by)
    staging.clear(batch)
    return _take_in(batch, reading, mapping, known, position, by, report)


def _read(batch: Batch, known: FormKnowledge, *, since: int) -> tuple[Reading | None, int]:
    """The files from position `since` on as one reading, and the position after the last. Raises Unreadable."""
    if batch.purged_at is not None:
        raise Problem("collection.files_destroyed", day=batch.purged_at.date().isoformat())
    files, media, position = [], {}, since
    for raw in RawFile.objects.filter(batch=batch, position__gte=since).order_by("position"):
        content = vault.fetch(raw.file)
        position = raw.position + 1
        if raw.is_media:
            media[raw.name] = content
        else:
            files.append((raw.name, content))
    if not files:
        return None, position
    repeats = known.schema.repeats if known.schema is not None else ()
    return sources.read_files(files, media, repeats=repeats), position


def _take_in(
    batch: Batch, reading: Reading, mapping: Mapping, known: FormKnowledge, position: int, by: Viewer, report: Report
) -> Batch:
    """Canonical form, check, staging, comparison; the batch is then to be reviewed."""
    rows = sum(table.frame.height for table in reading.tables)
    report(0, rows)
    shaped = canonical(reading, mapping, known.schema)
    if not shaped.households.height and not shaped.people.height:
        return _refuse(batch, Problem("collection.nothing_inside"))
    checked = numbered(check(shaped, lookups(batch, shaped, known, seen_by=by)))
    first = Submission.objects.filter(batch=batch).count()
    _keep_media(batch, reading, position, by)
    staging.stage(
        batch, checked, namespace=known.form_id or batch.source_id or recognition.signature(reading), first=first,
        file_position=batch.files_read, report=report,
    )  # fmt: skip
    batch.columns = _columns(batch.columns if first else {}, shaped, checked)
    batch.files_read = RawFile.objects.filter(batch=batch).count()
    if batch.state == BatchState.CHECKING:
        batch.state = states.advance(batch.state, "stage")
    batch.save()
    one_at_a_time(batch.operation_id, "outcomes")
    comparing.compare([batch.id], batch.operation_id)
    return comparing.count(batch)


def _keep_media(batch: Batch, reading: Reading, position: int, by: Viewer) -> None:
    """Attachments that came packed inside of a file, each locked by itself: a photo is asked for one by one."""
    apart = set(RawFile.objects.filter(batch=batch, is_media=True).values_list("name", flat=True))
    packed = {name: content for name, content in reading.media.items() if name[:255] not in apart}
    RawFile.objects.bulk_create(
        RawFile(
            batch=batch, operation_id=batch.operation_id, scope_id=batch.scope_id, position=position + number,
            name=name[:255], size=len(content), digest=staging.digest(content), is_media=True,
            file=vault.keep(content, folder=FOLDER), received_by=batch.submitted_label,
        )
        for number, (name, content) in enumerate(packed.items())
    )  # fmt: skip


def _remembered(batch: Batch, reading: Reading) -> dict[str, Any] | None:
    """What the batch's source remembers; for a batch without source that of a source with the same headers."""
    if batch.source_id is None:
        batch.source = (
            Source.objects.filter(
                operation_id=batch.operation_id,
                signature=recognition.signature(reading),
                is_active=True,
                kind=SourceKind.FILE,
            )
            .order_by("-made_at", "-id")
            .first()
        )
    return dict(batch.source.mapping) if batch.source is not None and batch.source.mapping else None


def _remember(batch: Batch, reading: Reading, mapping: Mapping, by: Viewer) -> None:
    kept = recognition.remember(reading, mapping)
    signature = recognition.signature(reading)
    if batch.source is not None:
        batch.source.mapping, batch.source.signature = kept, signature
        batch.source.save()
        return
    name = batch.detected.get("source_name") or batch.name
    taken = set(Source.objects.filter(operation_id=batch.operation_id).values_list("name", flat=True))
    unique = name if name not in taken else f"{name[:180]} {signature[:8]}"
    if unique in taken:
        unique = f"{name[:150]} {batch.id}"
    batch.source = Source.objects.create(
        operation_id=batch.operation_id, name=unique, kind=SourceKind.FILE, mapping=kept, signature=signature,
        form_id=batch.form_version.form_id if batch.form_version else None, working_scope=batch.scope_id,
        made_by=str(by.label),
    )  # fmt: skip


def _describe(batch: Batch, reading: Reading, mapping: Mapping) -> None:
    batch.kind = batch.kind or reading.kind
    batch.mapping = mapping.to_json()
    batch.notes = [*batch.notes, *(_note(problem) for problem in reading.notes)]
    batch.detected = batch.detected | {
        # Values are personal: locked, and shown masked to whoever confirms the mapping.
        "samples": vault.lock_text(json.dumps(recognition.samples(reading)), about=f"samples:{batch.pk}"),
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "form_hint": reading.form_hint,
        "tables": [
            {
                "name": table.name,
                "rows": table.frame.height,
                "headers": [
                    {"letter": h.letter, "name": h.name, "label": h.label, "path": h.path, "hxl": h.hxl}
                    for h in table.headers
                ],
            }
            for table in reading.tables
        ],
    }


def _columns(before: dict[str, Any], shaped: Canonical, checked: Checked) -> dict[str, Any]:
    cells = {name: list(cell) for name, cell in shaped.cells.items()}
    found: dict[str, Any] = {
        "cells": before.get("cells", {}) | cells,
        "paths": before.get("paths", {}) | shaped.paths,
        "evidence": before.get("evidence", {}) | checked.evidence,
    }
    for subject, frame in (("household", checked.households), ("person", checked.people)):
        for part, names in (("", value_columns(frame)), ("_extras", extra_columns(frame))):
            found[subject + part] = sorted({*before.get(subject + part, []), *names})
    return found


def _note(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "parameters": {name: str(value) for name, value in problem.parameters.items()},
        "at": problem.at.as_dict() if problem.at else {},
    }


def _refuse(batch: Batch, problem: Problem) -> Batch:
    """Put the batch aside with the reason; a batch that has grown keeps what it holds already."""
    batch.notes = [*batch.notes, _note(problem)]
    if batch.state == BatchState.REVIEW:
        batch.files_read = RawFile.objects.filter(batch=batch).count()
        batch.save()
        return batch
    batch.state = states.advance(batch.state, "refuse")
    batch.finished_at = timezone.now()
    batch.save()
    return batch
