"""Questions by text message, sent in the background and outside of any transaction."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.aid.payments import actions, queries
from banyan.aid.payments.declarations import Message, gateway
from banyan.aid.payments.rules.handing import shown
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job
from banyan.platform.jobs.progress import Progress

# As many as a gateway takes at once.
CHUNK = 200


@job("payments.ask_by_message", label=gettext_lazy("Ask by text message"), retry=Backoff(attempts=3))
def ask_by_message(progress: Progress, *, by: Viewer, verification: str) -> Outcome:
    """Ask whoever was not asked yet and has a telephone. Killed between sending and noting, the same key tells the gateway so."""
    key = UUID(verification)
    with viewing(by):
        waiting = queries.verification_items(key, seen_by=by).filter(asked_at=None, outcome="")
        people = queries.asked(list(waiting), seen_by=by, phones=True)
        log_read(
            by, kind="export", subject="registry.household", ids=[each.item.household_id for each in people],
            purpose="payments: verification by message",
        )  # fmt: skip
    messages = [Message(each.item.pk, each.phone, _question(each)) for each in people if each.phone]
    sent = 0
    for start in range(0, len(messages), CHUNK):
        took = gateway().send(messages[start : start + CHUNK])
        sent += actions.note_asked(key, sorted(took), by=by)
        progress.report(min(start + CHUNK, len(messages)), len(messages))
    return Outcome(
        summary=_("The questions were sent."),
        counts={_("Messages sent"): sent, _("Without a telephone"): len(people) - len(messages)},
    )


def _question(each: queries.Asked) -> str:
    return _(
        "We recorded that you received %(quantity)s %(unit)s. Reply 1 if that is right, 2 if you received less, 3 if you received nothing."
    ) % {"quantity": shown(each.item.recorded), "unit": each.item.unit}
