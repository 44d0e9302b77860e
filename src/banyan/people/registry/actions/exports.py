"""Exports of people and households: asked for with a reason, written into the vault, destroyed after a few days."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.people.registry import queries
from banyan.people.registry.models import Export
from banyan.people.registry.rules.exporting import AT_ONCE, KEPT_DAYS, MOST_ROWS
from banyan.people.registry.vocabulary import FORMATS, USES
from banyan.platform.access.acting import action
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.listing import as_csv, as_xlsx
from banyan.platform.kernel.problems import Location, Problem, raise_all

MAY = "registry.export_person"
SHORTEST_REASON = 10
FOLDER = "exports"


def _most() -> int:
    return int(getattr(settings, "REGISTRY_EXPORT_ROWS", MOST_ROWS))


@action(MAY)
def request_export(
    subject: str, filters: Mapping[str, list[str]], *, by: Viewer, file_format: str, use: str, reason: str,
    with_sensitive: bool = False,
) -> Export:  # fmt: skip
    """Ask for a file of the people or households that the filters leave: written now when small, else in the background.

    Raises Problem not_found for another subject; every fault at once: registry.purpose_missing, filter_unreadable,
    export_too_many, and not_allowed for sensitive values that `by` may not see.
    """
    if subject not in ("people", "households") or file_format not in FORMATS or use not in USES:
        raise Problem("not_found")
    if with_sensitive:
        by.require("registry.view_sensitive")
    rows, errors = queries.narrowed(subject, filters, seen_by=by)
    found = [Problem("registry.filter_unreadable", message=message) for message in errors]
    if len(reason.strip()) < SHORTEST_REASON:
        found.append(Problem("registry.purpose_missing", at=Location(field="reason")))
    raise_all(found)
    most = _most()
    count = queries.count_up_to(rows, most, seen_by=by)
    if count > most:
        raise Problem("registry.export_too_many", count=f"> {most}", limit=most)
    export = Export.objects.create(
        account=by.id, label=f"{subject}-{timezone.localdate():%Y-%m-%d}", subject=subject,
        filters={name: list(values) for name, values in filters.items() if any(values)}, file_format=file_format, use=use,
        with_sensitive=with_sensitive, reason=reason.strip()[:300], rows=count,
        expires_at=timezone.now() + timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    if count <= AT_ONCE:
        return _write(export, by)
    job = jobs.start("registry.write_export", by=by, label=_("Export of people"), export=str(export.pk))
    export.job = job.pk
    export.save(update_fields=["job"])
    return export


@action(MAY)
def write_export(export_id: UUID, *, by: Viewer) -> Export:
    """Write the file of an export that was asked for; one that is written already stays as it is. Raises not_found."""
    export = queries.own_export(export_id, seen_by=by)
    return export if export.file else _write(export, by)


@action(MAY)
def open_export(export_id: UUID, *, by: Viewer) -> bytes:
    """The file, for the one who asked for it. Raises Problem not_found, registry.export_over."""
    export = queries.own_export(export_id, seen_by=by)
    if not export.file or export.expires_at <= timezone.now():
        raise Problem("registry.export_over")
    try:
        content = vault.fetch(export.file)
    except (FileNotFoundError, vault.Broken):
        raise Problem("registry.export_over") from None
    log_read(
        by,
        kind="export",
        subject=_subject(export),
        ids=[],
        count=export.rows,
        purpose=export.reason,
        query=str(export.pk),
    )
    return content


@action(MAY)
def clear_exports(*, by: Viewer) -> int:
    """Destroy the files whose days are over; returns how many. The entries stay."""
    over = list(Export.objects.filter(expires_at__lte=timezone.now()).exclude(file=""))
    names = [export.file for export in over]
    Export.objects.filter(pk__in=[export.pk for export in over]).update(file="", size=0)
    transaction.on_commit(lambda: _destroy(names))
    return len(names)


def _destroy(names: list[str]) -> None:
    for name in names:
        vault.destroy(name)


def _subject(export: Export) -> str:
    return "registry.person" if export.subject == "people" else "registry.household"


def _write(export: Export, by: Viewer) -> Export:
    (columns, rows), ids, left_out = queries.export_table(
        export.subject, export.filters, use=export.use, sensitive=export.with_sensitive, most=_most(), seen_by=by
    )
    made = as_csv(columns, rows) if export.file_format == "csv" else as_xlsx(columns, rows, title=export.label)
    with made as stream:
        content = stream.read()
    export.file = vault.keep(content, folder=FOLDER)
    export.size, export.rows, export.left_out = len(content), len(rows), left_out
    export.save(update_fields=["file", "size", "rows", "left_out"])
    log_read(
        by, kind="export", subject=_subject(export), ids=ids, purpose=export.reason,
        query=repr(sorted(export.filters.items())),
    )  # fmt: skip
    return export
