"""Hits: registered people who may be listed ones, for the few who may know of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from banyan.people.linkage.models import ListVersion, RunReason, ScreeningHit, ScreeningRun, ScreeningStep
from banyan.people.linkage.queries.screening.lists import VIEW
from banyan.people.linkage.states import HitState
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

# A register whose night's comparison is older than this is said not to be compared.
FRESH = timedelta(hours=36)


def screening_hits(*, seen_by: Viewer) -> QuerySet[ScreeningHit]:
    """The hits within reach, each with person and entry. Reach must hold for the screening and for the person's record."""
    seen_by.require(VIEW)
    rows = ScreeningHit.objects.filter(within(seen_by.reach(VIEW)), within(seen_by.reach(registry.VIEW)))
    return rows.select_related("party", "person", "operation").order_by("rank", "-weight", "id")


def screening_hit(hit_id: UUID, *, seen_by: Viewer) -> ScreeningHit:
    """One hit. Raises Problem not_found, also for a hit out of reach."""
    found = (
        screening_hits(seen_by=seen_by).select_related("run", "party__since", "party__until").filter(pk=hit_id).first()
    )
    if found is None:
        raise Problem("not_found")
    return found


def hits_of(person_id: UUID, *, seen_by: Viewer) -> list[ScreeningHit]:
    """All hits of one person, whatever became of them."""
    return list(screening_hits(seen_by=seen_by).filter(person=person_id))


def hit_steps(hit_id: UUID, *, seen_by: Viewer) -> list[ScreeningStep]:
    """What happened to a hit, the latest first."""
    seen_by.require(VIEW)
    rows = ScreeningStep.objects.filter(within(seen_by.reach(VIEW)), hit=hit_id)
    return list(rows.order_by("-at", "-id"))


def mark_of(hit: ScreeningHit, *, seen_by: Viewer) -> str:
    """What a decision says it has seen: it changes with the state, and with the data of either side."""
    seen_by.require(VIEW)
    return f"{hit.state}.{hit.reopened}.{hit.digest_person & 0xFFFFFFFF:x}.{hit.digest_party & 0xFFFFFFFF:x}"


def hit_counts(*, seen_by: Viewer) -> dict[str, int]:
    """How many hits stand where, of those still found."""
    rows = screening_hits(seen_by=seen_by).filter(gone_on=None).order_by().values_list("state").annotate(Count("id"))
    return dict.fromkeys(HitState.values, 0) | dict(rows)


def screening_runs(*, seen_by: Viewer) -> QuerySet[ScreeningRun]:
    """Comparisons of the register with the lists, the latest first."""
    seen_by.require(VIEW)
    return ScreeningRun.objects.select_related("version").order_by("-started_at", "id")


@dataclass(frozen=True)
class Standing:
    """Whether the register stands compared with the lists in use; everything that speaks against it is named."""

    lists: int
    last: ScreeningRun | None
    missing: Collection[ListVersion]
    stale: bool

    @property
    def is_good(self) -> bool:
        """Nothing is left undone."""
        return bool(self.lists and self.last and not self.missing and not self.stale)


def screening_standing(*, seen_by: Viewer) -> Standing:
    """Nothing may end silently: which lists the whole register has not been compared with, and whether nights were missed."""
    seen_by.require(VIEW)
    live = list(ListVersion.objects.filter(is_live=True).order_by("source"))
    done = ScreeningRun.objects.filter(finished_at__isnull=False).exclude(reason=RunReason.PERSON)
    whole = done.exclude(reason=RunReason.NIGHT).order_by("-started_at").first()
    last = done.order_by("-finished_at").first()
    covered = set(whole.versions) if whole else set()
    return Standing(
        lists=len(live),
        last=last,
        missing=[version for version in live if str(version.pk) not in covered],
        stale=last is None or last.finished_at is None or last.finished_at < timezone.now() - FRESH,
    )
