"""Forms in the background: converting long ones."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.forms import actions, queries
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress


@job("forms.convert_version", label=_("Convert a form"), retry=Backoff(attempts=3), lock="forms.convert:{version}")
def convert_version(progress: Progress, *, by: Viewer, version: str) -> Outcome:
    """Check, convert and lint a long form."""
    with progress.once("convert") as first:
        if first:
            actions.convert_version(UUID(version), by=by, report=progress.report)
    with viewing(by):
        found = queries.version(UUID(version), seen_by=by)
    errors = found.counts.get("errors", 0)
    return Outcome(
        summary=_("The form was converted.") if not errors else _("The form was read; some of it needs mending."),
        counts={
            _("Questions"): found.counts.get("questions", 0),
            _("Errors"): errors,
            _("Warnings"): found.counts.get("warnings", 0),
        },
        links=(Link(_("Report of the version"), reverse("forms:version", args=[version])),),
    )
