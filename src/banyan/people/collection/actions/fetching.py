"""Fetching: what is new or changed on a KoBo server becomes files of the day's batch of the source."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils import timezone

from banyan.people.collection.actions.receiving import File, add_to_day
from banyan.people.collection.actions.sources import version_for, working_scope_of
from banyan.people.collection.models import Batch, FetchedSubmission, Source, SourceKind
from banyan.people.collection.servers import KoboServer
from banyan.people.collection.sources.records import uid_of
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer

# What the server changes by itself, or writes with addresses that differ from day to day.
_PASSING = frozenset(
    {"_attachments", "_validation_status", "_notes", "_tags", "_status", "_supplementalDetails", "_bamboo_dataset_id"}
)
LARGEST_PARCEL = 150_000_000


@dataclass
class Page:
    """What of one page of a server is new or changed, with its attachments, and all that stands on the page."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)
    uids: dict[int, str] = field(default_factory=dict)
    changed: int = 0
    left: int = 0
    media: list[File] = field(default_factory=list)


def sift(source: Source, rows: Sequence[dict[str, Any]]) -> Page:
    """The rows of a page that were not fetched as they are now. An edited one keeps the id it had first."""
    page = Page()
    numbered = [(int(row["_id"]), row) for row in rows if str(row.get("_id", "")).isdigit()]
    known = {
        each.remote_id: each
        for each in FetchedSubmission.objects.filter(source=source, remote_id__in=[number for number, _row in numbered])
    }
    for number, row in numbered:
        digest = digest_of(row)
        page.numbers.append(number)
        before = known.get(number)
        if before is not None and before.digest == digest and before.gone_at is None:
            continue
        if before is not None and before.uid:
            row = {**row, "meta/rootUuid": before.uid}
            page.changed += before.digest != digest
        page.digests[number] = digest
        page.uids[number] = before.uid if before is not None and before.uid else uid_of(row)
        page.fresh.append(row)
    return page


def digest_of(row: dict[str, Any]) -> str:
    """A digest over what was answered and when, without what the server changes by itself."""
    kept = {key: value for key, value in row.items() if key not in _PASSING}
    return hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()


def fetch_media(server: KoboServer, page: Page, watch: Callable[[], None]) -> None:
    """Attachments of the fresh rows, as far as they are small enough; what is left out is counted."""
    size = 0
    for row in page.fresh:
        for each in row.get("_attachments") or ():
            if not isinstance(each, dict) or each.get("is_deleted"):
                continue
            url, name = each.get("download_url"), str(each.get("media_file_basename") or each.get("filename") or "")
            watch()
            content = server.attachment(url) if isinstance(url, str) and url and size < LARGEST_PARCEL else None
            if content is None or not name:
                page.left += 1
                continue
            size += len(content)
            page.media.append((name.rpartition("/")[2], content))


@action("collection.submit_batch")
def keep_page(source: Source, page: Page, *, by: Viewer, asset: str) -> Batch | None:
    """Add a page's new and changed submissions to the day's batch and remember them: both or neither."""
    if not page.fresh:
        return None
    content = orjson.dumps(page.fresh, option=orjson.OPT_SORT_KEYS)
    first, last = min(page.digests), max(page.digests)
    batch = add_to_day(
        [(f"{asset}-{first}-{last}.json", content)],
        by=by,
        operation_id=source.operation_id,
        scope_id=working_scope_of(source, by),
        kind=SourceKind.KOBO,
        source_id=source.pk,
        form_version_id=version_for(source),
        media=page.media,
    )
    now = timezone.now()
    FetchedSubmission.objects.bulk_create(
        [
            FetchedSubmission(
                source=source, remote_id=number, uid=page.uids[number][:200], digest=digest, fetched_at=now
            )
            for number, digest in page.digests.items()
        ],
        update_conflicts=True,
        unique_fields=["source", "remote_id"],
        update_fields=["digest", "fetched_at", "gone_at"],
    )
    return batch


@action("collection.submit_batch")
def note_gone(source: Source, seen: set[int], *, by: Viewer) -> int:
    """Mark what was fetched before and is no longer on the server; returns how many are newly missing."""
    known = FetchedSubmission.objects.filter(source=source, gone_at=None).values_list("remote_id", flat=True)
    missing = [number for number in known if number not in seen]
    return FetchedSubmission.objects.filter(source=source, remote_id__in=missing).update(gone_at=timezone.now())
