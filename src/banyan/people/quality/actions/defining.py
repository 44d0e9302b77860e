"""Definitions kept beside the code: a changed text is a new version, computed beside the former one for a while."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from banyan.people.quality.declarations import Check, declared
from banyan.people.quality.models import Definition, State
from banyan.people.quality.rules.words import BITS, first_free
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

RUN = "quality.change_check"
# Old and new versions are both computed for so long, so that a step in a trend can be told from a change of words.
OVERLAP_DAYS = 30
_MEANING = ("subject", "eligible", "failed", "score", "mandatory")


@action(RUN)
def renew_definitions(*, by: Viewer) -> list[Definition]:
    """Bring the kept definitions to what the rooms declare now; returns the new ones.

    Whoever changes the text of a check makes a new version of it, whether or not they counted the version up. What no room
    declares any more is retired. Raises Problem quality.no_bit_left.
    """
    today = timezone.localdate()
    live = {row.key: row for row in Definition.objects.filter(operation=None, state="live")}
    made = []
    for key, check in declared().checks.items():
        row = live.pop(key, None)
        if row is None or any(getattr(row, name) != getattr(check, name) for name in _MEANING):
            made.append(keep_definition(check, since=today, by=by))
        elif (row.gate, row.protects) != (check.gate, check.protects):
            # Who sees it and what asks for it is no matter of what is counted.
            Definition.objects.filter(pk=row.pk).update(gate=check.gate, protects=check.protects)
    Definition.objects.filter(pk__in=[row.pk for row in live.values()]).update(state="retired", until=today)
    Definition.objects.filter(state="overlap", until__lte=today).update(state="retired")
    return made


@action(RUN)
def keep_definition(check: Check, *, since: date, by: Viewer, operation_id: UUID | None = None) -> Definition:
    """Keep a new version of a check and give it a bit; the former version is computed beside it for OVERLAP_DAYS."""
    former = Definition.objects.filter(key=check.key).order_by("-version").first()
    if former is not None and former.state == "live":
        # A version of this very day was never shown in a trend.
        kept = "retired" if former.since == since else "overlap"
        Definition.objects.filter(pk=former.pk).update(state=kept, until=since + timedelta(days=OVERLAP_DAYS))
    return Definition.objects.create(
        key=check.key, version=max(check.version, former.version + 1 if former else 1), subject=check.subject,
        operation_id=operation_id, eligible=check.eligible, failed=check.failed, score=check.score, gate=check.gate,
        protects=check.protects, mandatory=check.mandatory, bit=_free_bit(check.subject, operation_id), since=since,
    )  # fmt: skip


def _free_bit(subject: str, operation_id: UUID | None) -> int:
    """A bit that no other check of the subject holds: neither a live one, nor a retired one that rows still remember."""
    rows = Definition.objects.filter(subject=subject)
    if operation_id is not None:
        # Operations do not share rows, so their own checks may share bits.
        rows = rows.filter(Q(operation=None) | Q(operation=operation_id))
    held = set(rows.exclude(state="retired").values_list("bit", flat=True))
    held |= _remembered(subject, set(rows.filter(state="retired").values_list("bit", flat=True)) - held)
    free = first_free(held)
    if free is None:
        raise Problem("quality.no_bit_left", most=BITS)
    return free


def _remembered(subject: str, bits: Iterable[int]) -> set[int]:
    standing = State.objects.filter(subject=subject)
    return {bit for bit in bits if standing.annotate(held=_has(bit)).filter(held__gt=0).exists()}


def _has(bit: int) -> object:
    return F("eligible").bitand(1 << bit)
