"""Background work: taking an import."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Link, Outcome, job
from banyan.platform.jobs.progress import Progress
from banyan.reference.parties import actions, queries


@job("parties.take_import", label=gettext_lazy("Import of organisations"), lock="parties.import")
def take_import(progress: Progress, *, by: Viewer, import_id: str) -> Outcome:
    """Take an accepted import in one transaction; a second attempt finds it taken and only tells the result."""
    key = UUID(import_id)
    total = queries.import_rows(key, seen_by=by).count()
    progress.report(0, total, note=_("Comparing with what is registered"))
    with progress.once("taken") as first:
        if first:
            actions.take_import(by=by, import_id=key)
    progress.report(total, total, note="")
    batch = queries.import_named(key, seen_by=by)
    counts = batch.counts
    return Outcome(
        summary=_("{added} organisations are new, {changed} changed.").format(
            added=counts["added"], changed=counts["changed"]
        ),
        counts={
            _("New"): counts["added"],
            _("Changed"): counts["changed"],
            _("The same as before"): counts["same"],
            _("Not taken"): counts.get("refused", 0),
        },
        links=(Link(_("Report of the import"), reverse("parties:import", args=[key])),),
    )
