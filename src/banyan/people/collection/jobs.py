"""Reading, checking and staging in the background."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import fetching, returning
from banyan.people.collection.actions import sources as keeping
from banyan.people.collection.models import Source, SourceKind
from banyan.people.collection.servers import KoboServer
from banyan.people.collection.states import BatchState
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress

_SUMMARIES: dict[str, Promise] = {
    BatchState.MAPPING: _("The file was read; say which column feeds which field."),
    BatchState.REVIEW: _("The submissions were checked and wait for review."),
    BatchState.REFUSED: _("The file could not be read."),
}


@job("collection.read_batch", label=_("Read submissions"), retry=Backoff(attempts=3), lock="collection:{batch}")
def read_batch(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Read files; check and stage them at once when what their columns hold is known."""
    with progress.once("begin") as first:
        if first:
            actions.begin_reading(UUID(batch), by=by)
    # The step commits with the rows: a job that is killed and taken up again stages nothing twice.
    with progress.once("read") as first:
        if first:
            actions.read_batch(UUID(batch), by=by, report=progress.report)
            actions.ask_whom(UUID(batch), by=by)
    return _outcome(by, batch)


@job("collection.check_batch", label=_("Check submissions"), retry=Backoff(attempts=3), lock="collection:{batch}")
def check_batch(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Check and stage by the mapping that a person confirmed."""
    with progress.once("check") as first:
        if first:
            actions.check_batch(UUID(batch), by=by, report=progress.report)
            actions.ask_whom(UUID(batch), by=by)
    return _outcome(by, batch)


def _outcome(by: Viewer, batch: str) -> Outcome:
    with viewing(by):
        found = queries.batch(UUID(batch), seen_by=by)
    counts = found.counts
    links: tuple[Link, ...]
    try:
        links = (Link(_("Open the batch"), reverse("collection:batch", args=[batch])),)
    except NoReverseMatch:
        links = ()
    return Outcome(
        summary=_SUMMARIES.get(found.state, ""),
        counts={
            _("Submissions"): counts.get("submissions", 0),
            _("People"): counts.get("people", 0),
            _("With errors"): counts.get("errors", 0),
            _("New"): counts.get("new", 0),
            _("Changed"): counts.get("changed", 0),
            _("Unchanged"): counts.get("unchanged", 0),
        },
        links=links,
    )


@job("collection.pull_source", label=_("Fetch submissions"), retry=Backoff(attempts=4), lock="collection:pull:{source}")
def pull_source(progress: Progress, *, by: Viewer, source: str) -> Outcome:
    """Fetch what is new or changed on the server of a source, page by page.

    Nothing is held open while the server is asked. A page is kept whole with the memory of what it held, so a job that is
    killed begins again and takes only what is lacking.
    """
    with viewing(by):
        row = queries.source(UUID(source), seen_by=by, permission="collection.submit_batch")
        keeping.require_complete(row)
        token = keeping.token_of(row)
    counts = {"seen": 0, "fresh": 0, "changed": 0, "media": 0, "left": 0}
    seen: set[int] = set()
    with KoboServer(row.server_url, token) as server:
        asset = server.asset(row.asset_uid)
        for rows, total in server.pages(row.asset_uid):
            with viewing(by):
                page = fetching.sift(row, rows)
            fetching.fetch_media(server, page, progress.check)
            with viewing(by):
                fetching.keep_page(row, page, by=by, asset=str(asset["uid"]))
            seen.update(page.numbers)
            for name, count in (("seen", len(rows)), ("fresh", len(page.fresh)), ("changed", page.changed),
                                ("media", len(page.media)), ("left", page.left)):  # fmt: skip
                counts[name] += count
            progress.report(counts["seen"], max(total, counts["seen"]))
    with viewing(by):
        gone = fetching.note_gone(row, seen, by=by)
    with viewing(keeping.SYSTEM):
        Source.objects.filter(pk=row.pk).update(last_pulled_at=timezone.now())
    return Outcome(
        summary=_("Nothing new on the server.")
        if not counts["fresh"]
        else _("New submissions were fetched; they are read now."),
        counts={
            _("On the server"): counts["seen"],
            _("New or changed"): counts["fresh"],
            _("Changed"): counts["changed"],
            _("Attachments"): counts["media"],
            _("Attachments not taken"): counts["left"],
            _("No longer on the server"): gone,
        },
    )


@schedule(cron="17 * * * *")
@job("collection.pull_sources", label=_("Fetch submissions from all servers"))
def pull_sources(progress: Progress, *, by: Viewer) -> Outcome:
    """Start fetching for every source that is fetched every hour."""
    with viewing(by):
        due = Source.objects.filter(kind=SourceKind.KOBO, fetches_hourly=True, is_active=True).exclude(token_locked="")
        started = [jobs.start("collection.pull_source", by=by, label=each.name, source=str(each.pk)) for each in due]
    return Outcome(counts={_("Started"): len(started)})


@job("collection.return_workbook", label=_("Workbook with findings"), retry=Backoff(attempts=3))
def return_workbook(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Make the submitter's workbook with what was found."""
    with progress.once("make") as first:
        if first:
            returning.make_workbook(UUID(batch), by=by, report=progress.report)
    link = Link(_("Download the workbook"), reverse("collection:workbook", args=[batch]))
    return Outcome(summary=_("The workbook is ready."), links=(link,))
