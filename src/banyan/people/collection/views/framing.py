"""What pages of batches share: the trail above, the funnel, progress of jobs, and what a person may do and why not."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import queries
from banyan.people.collection.models import Batch, OperationRules
from banyan.people.collection.states import verbs
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.problems import Problem

Text = str | Promise
# The picture: width of the largest step, height of a step with its words, height of a bar, in units of the drawing.
_WIDE, _STEP, _BAR = 420, 50, 18


def trail(batch: Batch | None = None) -> list[tuple[Text, str]]:
    """The way back to the list, and to the batch."""
    found: list[tuple[Text, str]] = [(_("Submissions"), reverse("collection:list"))]
    if batch is not None:
        found.append((batch.name, reverse("collection:batch", args=[batch.pk])))
    return found


def funnel(batch: Batch) -> dict[str, Any] | None:
    """Received → without errors → accepted → registered, as bars and as a table; None before anything was read."""
    counts = batch.counts
    received = int(counts.get("submissions", 0))
    if not received:
        return None
    quiet = int(counts.get("unchanged", 0)) + int(counts.get("repeated", 0))
    good = received - int(counts.get("errors", 0)) - int(counts.get("rejected", 0)) - int(counts.get("withdrawn", 0))
    steps: list[tuple[Text, int]] = [
        (_("Received and read"), received),
        (_("New or changed"), max(received - quiet, 0)),
        (_("Without errors"), max(good, 0)),
        (_("Accepted"), int(counts.get("accepted", 0))),
        (_("Registered"), int(counts.get("registered", 0))),
    ]
    mirrored = get_language_bidi()
    bars = []
    for number, (label, count) in enumerate(steps):
        width = max(round(_WIDE * count / received, 1), 2 if count else 0)
        top = number * _STEP
        bars.append(
            {"label": label, "count": count, "share": round(100 * count / received), "words": top + 14, "bar": top + 20,
             "width": width, "x": _WIDE - width if mirrored else 0}
        )  # fmt: skip
    return {
        "bars": bars, "height": len(bars) * _STEP, "width": _WIDE, "thick": _BAR,
        "near": _WIDE if mirrored else 0, "far": 0 if mirrored else _WIDE,
        "near_anchor": "end" if mirrored else "start", "far_anchor": "start" if mirrored else "end",
    }  # fmt: skip


def progress_of(job_id: Any, viewer: Viewer, *, only_running: bool = False) -> dict[str, Any] | None:
    """A job as the progress component shows it; None when it is forgotten or somebody else's."""
    if not job_id:
        return None
    try:
        shown: dict[str, Any] = running.progress_of(running.job(UUID(str(job_id)), seen_by=viewer))
    except Problem:
        return None
    return shown if shown["is_running"] or not only_running else None


def allowed(
    batch: Batch, rules: OperationRules, viewer: Viewer, compared: queries.BatchComparison | None
) -> dict[str, Any]:
    """For each thing to do with a batch "" when the viewer may, else the reason why not; None when it does not fit at all."""
    open_ = verbs(batch.state)
    reviews = queries.may_review(batch, seen_by=viewer)
    own = rules.separate_duties and viewer.id is not None and viewer.id == batch.submitted_by
    counts = batch.counts
    not_allowed = _("Your roles do not allow this here.")
    verbs_shown = ("accept", "accept_uncompared", "reject", "reject_batch", "undo", "map", "read", "mend")
    found: dict[str, Any] = dict.fromkeys(verbs_shown)
    if "accept" in open_:
        found["accept"] = (
            not_allowed if not reviews
            else _("Who submitted a batch may not accept it in this operation.") if own
            else _("Nothing can be accepted: all is decided, unchanged, or has errors.") if not counts.get("ready")
            else ""
        )  # fmt: skip
        if found["accept"] == "" and compared is not None and compared.state != "done":
            found["accept_uncompared"] = ""
            found["accept"] = _("Its people were not compared with the register yet.")
        found["reject"] = "" if reviews else not_allowed
        found["mend"] = (
            "" if queries.may_review(batch, seen_by=viewer, permission="collection.submit_batch") else not_allowed
        )
    if "reject" in open_:
        found["reject_batch"] = "" if reviews else not_allowed
    if "undo" in open_:
        undoes = queries.may_review(batch, seen_by=viewer, permission="collection.undo_batch")
        found["undo"] = "" if undoes else not_allowed
    submits = queries.may_review(batch, seen_by=viewer, permission="collection.submit_batch")
    if "check" in open_ and batch.state != "reading":
        found["map"] = "" if submits else not_allowed
    if batch.state == "refused":
        found["read"] = "" if submits else not_allowed
    return found
