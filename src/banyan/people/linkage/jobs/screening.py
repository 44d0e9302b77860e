"""The register compared with sanctions lists, in the background, by the system: the lists concern everybody.

What a job returns is seen by who looks after jobs, so it says how many people were compared and never how many were hits.
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.people.linkage import actions
from banyan.people.linkage.models import RunReason
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress

# One after the other: each compares with the lists as they are when it begins.
_LOCK = "linkage:screening"


def _screen(progress: Progress, reason: str, *, asked_by: str = "", version: str = "") -> Outcome:
    system = system_viewer("screening")
    begun = actions.begin_screening(reason, by=system, asked_by=asked_by, version=UUID(version) if version else None)
    with viewing(system):
        run = actions.screen_register(begun.pk, by=system, report=progress.report)
    return Outcome(
        summary=_("The register was compared with the sanctions lists in use."),
        counts={_("People in the register"): run.counts["people"], _("People compared"): run.counts["compared"]},
    )


@job(
    "linkage.screen_register", label=_("Compare everybody with sanctions lists"), retry=Backoff(attempts=3), lock=_LOCK
)
def screen_register(progress: Progress, *, by: Viewer, version: str = "") -> Outcome:
    """Compare the whole register: after a list was loaded, or when somebody asks for it."""
    reason = RunReason.LIST if version else RunReason.DEMAND
    return _screen(progress, reason, asked_by=str(by.label), version=version)


@schedule(cron="20 3 * * *")
@job(
    "linkage.screen_changed",
    label=_("Compare changed people with sanctions lists"),
    retry=Backoff(attempts=3),
    lock=_LOCK,
)
def screen_changed(progress: Progress, *, by: Viewer) -> Outcome:
    """Every night: whoever was registered or changed since they were compared last."""
    return _screen(progress, RunReason.NIGHT)
