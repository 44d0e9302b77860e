"""Accepted batches registered, undone ones withdrawn, exports written and destroyed, in the background."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from uuid import UUID

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import actions as collection
from banyan.people.collection import queries as submitted
from banyan.people.quality import actions as quality
from banyan.people.registry import actions
from banyan.people.registry.actions.batches import (
    TakenOver,
    check_when_quiet,
    finish_batch,
    take_over_chunk,
    withdraw_batch,
)
from banyan.people.registry.actions.registering import AcceptedBatch
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress
from banyan.platform.kernel.problems import Problem

# Large enough that a statement costs nothing beside its rows, small enough that a kill loses seconds.
PEOPLE_AT_ONCE = 10_000
PARTS_AT_ONCE = 2
# Looks, two minutes apart, for an hour without imports. Then the check takes its share: somebody always imports.
MOST_WAITS = 30


@job("registry.register_batch", label=_("Register people"), retry=Backoff(attempts=5), lock="registry:{batch}")
def register_batch(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Take over what was accepted, chunk by chunk: what is committed is not read again, whoever was killed when."""
    with viewing(by):
        found = submitted.batch(UUID(batch), seen_by=by)
        size, total = _chunk_size(found.counts), found.counts.get("people_accepted", 0)
    try:
        done = _take_over(progress, found, size=size, total=total, by=by)
    except Problem as problem:
        # Not repeated: somebody has to mend something first. The batch says what.
        with viewing(by):
            collection.fail_batch(found.pk, by=by, why=problem.as_text())
        raise
    with progress.once("finish") as first:
        if first:
            finish_batch(found.pk, found.operation_id, by=by)
    return Outcome(
        summary=_("The people of the batch are registered."),
        counts={
            _("Households"): done.households,
            _("People"): done.people,
            _("Updates proposed"): done.proposed,
        },
        links=_links(batch),
    )


def _take_over(progress: Progress, found: AcceptedBatch, *, size: int, total: int, by: Viewer) -> TakenOver:
    """Part by part, two at a time: while the database writes one, the other is read and shaped.

    Parts share no submission, and each commits by itself with its step. Inside of an open transaction (tests, the demo's
    first load) other connections would not see the batch: then one after the other.
    """
    with viewing(by):
        parts = submitted.accepted_parts(found.id, size=size, seen_by=by)
    done, people = TakenOver(), 0
    for taken, count in _in_turn(partial(_take_over_part, progress, found, size, by), parts):
        done += taken
        people += count
        progress.report(people, max(total, people))
    return done


def _in_turn(take: Callable[[int], tuple[TakenOver, int]], parts: list[int]) -> Iterator[tuple[TakenOver, int]]:
    if connection.in_atomic_block or len(parts) == 1:
        yield from map(take, parts)
        return
    with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
        # The cause of what a job changes is known to its context alone, which threads do not inherit.
        waiting = [pool.submit(copy_context().run, _apart, take, part) for part in parts]
        try:
            for each in waiting:
                yield each.result()
        finally:
            for each in waiting:
                each.cancel()


def _apart(take: Callable[[int], tuple[TakenOver, int]], part: int) -> tuple[TakenOver, int]:
    try:
        return take(part)
    finally:
        connection.close()


def _take_over_part(
    progress: Progress, found: AcceptedBatch, size: int, by: Viewer, after: int
) -> tuple[TakenOver, int]:
    with viewing(by):
        chunk = submitted.accepted_chunk(found.id, after=after, size=size, seen_by=by)
    if not chunk.submissions.height:
        return TakenOver(), 0
    # The step, the rows and collection's note that they are registered commit together.
    with progress.once(f"submissions {chunk.submissions['ordinal'][0]}-{chunk.last}") as first:
        taken = take_over_chunk(chunk, found, by=by) if first else TakenOver()
    return taken, chunk.people.height


@job("registry.withdraw_batch", label=_("Withdraw an undone batch"), retry=Backoff(attempts=5), lock="registry:{batch}")
def undo_batch(progress: Progress, *, by: Viewer, batch: str, operation: str) -> Outcome:
    """Withdraw the people of an undone batch whom nothing else touched."""
    with progress.once("withdraw") as first:
        done = withdraw_batch(UUID(batch), UUID(operation), by=by) if first else None
    if done is None:
        return Outcome(summary=_("The batch was withdrawn before."), links=_links(batch))
    return Outcome(
        summary=_("The people of the batch were withdrawn, except those whom somebody worked on since."),
        counts={
            _("Households withdrawn"): done.households,
            _("People withdrawn"): done.people,
            _("People kept"): done.kept,
        },
        links=_links(batch),
    )


@job("registry.check_imported", label=_("Check what was imported"), retry=Backoff(attempts=3))
def check_imported(progress: Progress, *, by: Viewer, operation: str, waited: int = 0) -> Outcome:
    """Have an operation checked as a whole, once no batch is on its way: both want the whole machine."""
    with viewing(by):
        waits = waited < MOST_WAITS and submitted.are_arriving(seen_by=by)
    with progress.once("start") as first:
        if first and waits:
            check_when_quiet(UUID(operation), waited=waited + 1)
        elif first:
            quality.start_pass(UUID(operation), by=by)
    return Outcome(summary=_("Other batches are being taken over first.") if waits else _("The check has started."))


@job("registry.write_export", label=_("Export from the register"), retry=Backoff(attempts=3))
def write_export(progress: Progress, *, by: Viewer, export: str) -> Outcome:
    """Write the file of an export; whoever asked for it finds it on its page."""
    with progress.once("file") as first:
        if first:
            done = actions.write_export(UUID(export), by=by)
            progress.report(done.rows, done.rows)
    link = Link(_("Get the file"), reverse("registry:export-page", args=[export]))
    return Outcome(summary=_("The file is ready."), links=(link,))


@schedule(cron="20 2 * * *")
@job("registry.clear_exports", label=_("Destroy files of exports whose days are over"))
def clear_exports(progress: Progress, *, by: Viewer) -> Outcome:
    """Every night: files of exports whose days are over."""
    with progress.once("clear") as first:
        gone = actions.clear_exports(by=by) if first else 0
    return Outcome(summary=_("Files were destroyed."), counts={_("Files"): gone})


def _chunk_size(counts: dict[str, int]) -> int:
    """Submissions to take at once, so that about PEOPLE_AT_ONCE people come with them."""
    people, submissions = counts.get("people", 0), counts.get("submissions", 0)
    each = max(people / submissions, 1) if submissions else 5
    return max(int(PEOPLE_AT_ONCE / each), 1)


def _links(batch: str) -> tuple[Link, ...]:
    try:
        return (Link(_("Open the batch"), reverse("collection:batch", args=[batch])),)
    except NoReverseMatch:
        return ()
