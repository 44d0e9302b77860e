"""Targetings, their lists, runs and rows, within the reach of who looks."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from banyan.aid.programmes.models import ListEntry, Targeting, TargetingRun, TargetRow
from banyan.aid.programmes.queries.programmes import programme
from banyan.aid.programmes.queries.target_reading import Asked, read_targeting
from banyan.aid.programmes.rules.targeting import digest
from banyan.aid.programmes.states import TargetingState
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW: Final = "programmes.view_targeting"


def _seen(viewer: Viewer) -> Q:
    """What a targeting asks holds nothing about people: who sees targeting anywhere in an operation reads it."""
    viewer.require(VIEW)
    if viewer.reach(VIEW).everything:
        return Q()
    return Q(operation__in=[each.pk for each in operations_within(VIEW, seen_by=viewer)])


def targetings(programme_id: UUID | None = None, *, seen_by: Viewer) -> QuerySet[Targeting]:
    """Targetings, of one programme if it is named, the latest first. With programme and run."""
    rows = Targeting.objects.filter(_seen(seen_by)).select_related("programme", "run").order_by("-number")
    return rows if programme_id is None else rows.filter(programme=programme_id)


def targeting(targeting_id: UUID, *, seen_by: Viewer) -> Targeting:
    """One targeting with its programme and the run proposed. Raises Problem not_found."""
    found = targetings(seen_by=seen_by).filter(pk=targeting_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def list_entries(targeting_id: UUID, *, seen_by: Viewer) -> QuerySet[ListEntry]:
    """Who stands on the lists of a targeting, in the order of writing; those within reach. With the record."""
    seen_by.require(VIEW)
    rows = ListEntry.objects.filter(within(seen_by.reach(VIEW)), targeting=targeting_id)
    return rows.select_related("household", "person").order_by("pk")


def targeting_runs(targeting_id: UUID, *, seen_by: Viewer) -> QuerySet[TargetingRun]:
    """Runs of a targeting, the latest first."""
    rows = TargetingRun.objects.filter(_seen(seen_by), targeting=targeting_id)
    return rows.select_related("targeting").order_by("-number")


def targeting_run(run_id: UUID, *, seen_by: Viewer) -> TargetingRun:
    """One run with its targeting and programme. Raises Problem not_found."""
    rows = TargetingRun.objects.filter(_seen(seen_by)).select_related("targeting__programme")
    found = rows.filter(pk=run_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def approved_run(run_id: UUID, *, seen_by: Viewer) -> TargetingRun:
    """A run that somebody proposed and another approved: the only kind that anybody is enrolled by.

    Raises Problem not_found, programmes.run_unapproved.
    """
    found = targeting_run(run_id, seen_by=seen_by)
    if found.targeting.state != TargetingState.APPROVED or found.targeting.run_id != found.pk or found.done_at is None:
        raise Problem("programmes.run_unapproved")
    return found


def target_rows(run_id: UUID, *, seen_by: Viewer) -> QuerySet[TargetRow]:
    """What a run found, record by record, within reach. Whoever shows them to people writes that into the log of reads."""
    seen_by.require(VIEW)
    return TargetRow.objects.filter(within(seen_by.reach(VIEW)), run=run_id)


def check_targeting(
    programme_id: UUID, *, seen_by: Viewer, rules: Sequence[Any], score: Sequence[Any] = (), threshold: Any = None
) -> Asked:
    """Rules and score of a programme as this viewer may write them. Raises Problem not_found, and every fault at once."""
    found = programme(programme_id, seen_by=seen_by)
    return read_targeting(found.for_whom, found.operation_id, rules, score, threshold, seen_by=seen_by)


def digest_now(found: Targeting, *, seen_by: Viewer) -> str:
    """What a targeting says now, its lists as this viewer sees them included."""
    listed = list_entries(found.pk, seen_by=seen_by).values_list("kind", "household_id", "person_id")
    said = [(kind, str(person or household)) for kind, household, person in listed]
    return digest(found.rules, found.score, found.threshold, said)


def targeting_uses(criterion_ids: Sequence[UUID], *, seen_by: Viewer) -> list[tuple[UUID, str, str]]:
    """Targetings whose rules were taken from these saved criteria: for criteria's "used by"."""
    if not seen_by.may(VIEW):
        return []
    wanted = {str(one): one for one in criterion_ids}
    found = []
    for each in targetings(seen_by=seen_by).exclude(state=TargetingState.RETIRED).exclude(rules=[]):
        for key in dict.fromkeys(str(rule.get("criterion") or "") for rule in each.rules):
            if key in wanted:
                found.append((wanted[key], f"{each.programme.name}: {each.name}", f"/programmes/targeting/{each.pk}/"))
    return found
