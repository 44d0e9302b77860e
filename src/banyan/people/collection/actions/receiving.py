"""Receiving: files are locked into the vault and a job is started; nothing of them is read in the request."""

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.collection import states
from banyan.people.collection.models import Batch, RawFile, Source, SourceKind
from banyan.people.collection.states import BatchState
from banyan.people.forms import queries as forms
from banyan.platform.access import queries as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Location, Problem

File = tuple[str, bytes]
LARGEST = 200_000_000
"""Bytes of one file."""
FOLDER = "submissions"
# States in which a batch of the day still takes more.
_COLLECTING = (BatchState.RECEIVED, BatchState.READING, BatchState.MAPPING, BatchState.CHECKING, BatchState.REVIEW)


@action("collection.submit_batch")
def submit_batch(
    files: Sequence[File], *, by: Viewer, operation_id: UUID, scope_id: int, source_id: UUID | None = None,
    form_version_id: UUID | None = None, name: str = "", media: Sequence[File] = (),
) -> Batch:  # fmt: skip
    """Keep uploaded files (name, content) as a new batch and start the job that reads them.

    Raises Problem collection.no_file, collection.too_large, collection.area_closed, collection.form_other_operation, and
    collection.file_known when the same files were received in the operation before and are not put aside.
    """
    digests = _checked(files, media)
    _require_scope(scope_id, operation_id, by)
    source = _source(source_id, operation_id)
    _require_form(form_version_id, operation_id, by)
    one_at_a_time(operation_id, "files")
    _refuse_known(operation_id, files, digests)
    batch = Batch.objects.create(
        operation_id=operation_id, scope_id=scope_id, source=source, form_version_id=form_version_id,
        name=(name.strip() or files[0][0])[:255], submitted_by=by.id, submitted_label=str(by.label),
    )  # fmt: skip
    _keep(batch, files, media, digests, by)
    return start(batch, "read_batch", by)


@action("collection.submit_batch")
def add_to_day(
    files: Sequence[File], *, by: Viewer, operation_id: UUID, scope_id: int, kind: SourceKind, source_id: UUID | None = None,
    form_version_id: UUID | None = None, media: Sequence[File] = (), on: date | None = None,
) -> Batch | None:  # fmt: skip
    """Add submissions that come one by one (filled in the browser, sent by a server) to today's batch of their kind.

    A day has one batch for each area, source, form and person, as long as nobody has accepted it. None when the very same
    file is there already (a server sends again what it is not sure of).
    Raises the Problems of `submit_batch` except collection.file_known.
    """
    digests = _checked(files, media)
    _require_scope(scope_id, operation_id, by)
    source = _source(source_id, operation_id)
    _require_form(form_version_id, operation_id, by)
    one_at_a_time(operation_id, "files")
    if all(_known(operation_id, digest) for digest in digests[: len(files)]):
        return None
    day = on or timezone.localdate()
    open_today = Batch.objects.filter(
        operation_id=operation_id, scope_id=scope_id, form_version_id=form_version_id, submitted_by=by.id, collects_on=day,
        kind=kind, state__in=_COLLECTING,
    )  # fmt: skip
    # A batch without source gets one when its columns are confirmed, and still collects what comes without.
    if source is not None:
        open_today = open_today.filter(source=source)
    batch = open_today.select_for_update(of=("self",)).order_by("submitted_at", "id").first()
    if batch is None:
        batch = Batch.objects.create(
            operation_id=operation_id, scope_id=scope_id, source=source, form_version_id=form_version_id, kind=kind,
            name=f"{SourceKind(kind).label} {day.isoformat()}", submitted_by=by.id, submitted_label=str(by.label),
            collects_on=day,
        )  # fmt: skip
    _keep(batch, files, media, digests, by)
    return start(batch, "read_batch", by)


@action("collection.submit_batch")
def read_again(batch_id: UUID, *, by: Viewer) -> Batch:
    """Read a refused batch once more, after form, mapping or program were mended. Raises Problem collection.batch_state."""
    batch = locked(batch_id)
    states.advance(batch.state, "read")
    return start(batch, "read_batch", by)


def locked(batch_id: UUID, *, deciding: bool = False) -> Batch:
    """The batch, locked until the end of the action. Raises Problem not_found.

    deciding: whoever will compare takes the lock of the operation first and that of the batch after it. In any other
    order two who accept overlapping batches would wait for each other.
    """
    if deciding:
        operation_id = Batch.objects.filter(pk=batch_id).values_list("operation_id", flat=True).first()
        if operation_id is not None:
            one_at_a_time(operation_id, "outcomes")
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise Problem("not_found")
    return batch


def start(batch: Batch, verb: str, by: Viewer) -> Batch:
    """Start a job about the batch; with the transaction that called."""
    label = _("Submissions: %(name)s") % {"name": batch.name}
    batch.job = jobs.start(f"collection.{verb}", by=by, label=label, batch=str(batch.pk)).pk
    batch.save()
    return batch


def one_at_a_time(operation_id: UUID, what: str) -> None:
    """Wait until no other transaction of the operation compares or accepts: two never decide from the same past."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"collection:{what}:{operation_id}"])


def _checked(files: Sequence[File], media: Sequence[File]) -> list[str]:
    if not files:
        raise Problem("collection.no_file", at=Location(field="files"))
    for name, content in (*files, *media):
        if len(content) > LARGEST:
            raise Problem(
                "collection.too_large", file=name, limit=f"{LARGEST // 1_000_000} MB", at=Location(field="files")
            )
    return [hashlib.sha256(content).hexdigest() for _name, content in (*files, *media)]


def _require_scope(scope_id: int, operation_id: UUID, by: Viewer) -> None:
    reach = by.reach("collection.submit_batch")
    reached = reach.everything or scope_id in reach.scopes
    if not reached or scope_id not in access.operation_scopes(operation_id, seen_by=by).values():
        raise Problem("collection.area_closed", at=Location(field="area"))


def _source(source_id: UUID | None, operation_id: UUID) -> Source | None:
    if source_id is None:
        return None
    found = Source.objects.filter(pk=source_id, operation_id=operation_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _require_form(form_version_id: UUID | None, operation_id: UUID, by: Viewer) -> None:
    if form_version_id is None:
        return
    if forms.version(form_version_id, seen_by=by).form.operation_id != operation_id:
        raise Problem("collection.form_other_operation", at=Location(field="form"))


def _known(operation_id: UUID, digest: str) -> RawFile | None:
    return (
        RawFile.objects.filter(operation_id=operation_id, digest=digest, is_media=False)
        .exclude(batch__state__in=states.OVER)
        .select_related("batch")
        .first()
    )


def _refuse_known(operation_id: UUID, files: Sequence[File], digests: Sequence[str]) -> None:
    known = [_known(operation_id, digest) for digest in digests[: len(files)]]
    if all(known):
        first = known[0]
        raise Problem(
            "collection.file_known",
            file=files[0][0],
            batch=first.batch.name if first else "",
            at=Location(field="files"),
        )


def _keep(batch: Batch, files: Sequence[File], media: Sequence[File], digests: Sequence[str], by: Viewer) -> None:
    last = RawFile.objects.filter(batch=batch).aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    RawFile.objects.bulk_create(
        RawFile(
            batch=batch, operation_id=batch.operation_id, scope_id=batch.scope_id, position=start + number, name=name[:255],
            size=len(content), digest=digest, file=vault.keep(content, folder=FOLDER), is_media=number >= len(files),
            received_by=str(by.label),
        )
        for number, ((name, content), digest) in enumerate(zip((*files, *media), digests, strict=True))
    )  # fmt: skip
