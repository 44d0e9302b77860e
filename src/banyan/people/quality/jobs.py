"""Checks in the background: every night the whole of each operation, and what moved as soon as it has."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.people.quality import actions
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress

# Passes wait for each other: each needs the whole machine, and counts from where the one before left off.
_LOCK = "quality"


def _outcome(done: actions.PassDone) -> Outcome:
    return Outcome(
        summary=_("The records were checked."),
        counts={
            _("Records looked at"): done.checked,
            _("Records that moved"): done.moved,
            _("Findings opened"): done.opened,
            _("Findings resolved"): done.resolved,
            _("Own checks that cannot be read"): len(done.broken),
        },
    )


@job("quality.check_moved", label=_("Check what changed"), retry=Backoff(attempts=5), lock=_LOCK)
def check_moved(progress: Progress, *, by: Viewer) -> Outcome:
    """Check the records that wait, until none does; what one call takes commits by itself."""
    done, total = actions.PassDone(), 0
    while (part := actions.check_moved(by=by)).checked:
        done += part
        total += part.checked
        progress.report(total, total)
    return _outcome(done)


@job("quality.check_operation", label=_("Check an operation"), retry=Backoff(attempts=3), lock=_LOCK)
def check_operation(progress: Progress, *, by: Viewer, operation: str) -> Outcome:
    """Check every record of an operation."""
    return _outcome(actions.run_pass(UUID(operation), by=by))


@schedule(cron="40 1 * * *")
@job("quality.check_all", label=_("Check the quality of all records"), retry=Backoff(attempts=3), lock=_LOCK)
def check_all(progress: Progress, *, by: Viewer) -> Outcome:
    """Every night: end waivers whose day has come, check every operation, thin out the scores of long ago."""
    with viewing(by):
        operations = operations_within("quality.view_findings", seen_by=by)
    done = actions.PassDone()
    for number, operation in enumerate(operations, 1):
        with progress.once(str(operation.pk)) as first:
            if first:
                done += actions.run_pass(operation.pk, by=by)
        progress.report(number, len(operations))
    with progress.once("keep") as first:
        if first:
            actions.keep_scores(by=by)
    return _outcome(done)
