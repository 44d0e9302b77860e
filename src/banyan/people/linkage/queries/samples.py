"""Samples of pairs: which waits for whom, and what the labels say of linkage.

Whoever labels sees no weight, no stratum and nobody else's word. Figures of a whole sample are read as the system and told to who
may see models; figures of groups only to who may besides see every record of the sample.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from banyan.people.linkage.models import Sample, SampleItem, SampleLabel
from banyan.people.linkage.rules.belonging import KINDS
from banyan.people.linkage.rules.estimating.agreement import Agreement, agreement
from banyan.people.linkage.rules.estimating.groups import Grouped, GroupQuality, by_group
from banyan.people.linkage.rules.estimating.strata import Judged, Quality, Stratum, quality, thresholds
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, system_viewer, viewing, within
from banyan.platform.kernel.problems import Problem

VIEW, CASES, DECIDE = "linkage.view_model", "linkage.view_case", "linkage.decide_case"
_SYSTEM = system_viewer("linkage")


@dataclass(frozen=True)
class BlindPair:
    """A pair as whoever labels it gets it: nothing but who the two are, and whether others differed about them."""

    item_id: UUID
    position: int
    first_id: UUID
    second_id: UUID
    disputed: bool


@dataclass(frozen=True)
class Progress:
    """How far the labelling is: pairs in all, settled, in dispute, with one label, and those that this viewer may still judge."""

    pairs: int
    settled: int
    disputed: int
    once: int
    waiting_for_me: int
    judged_by_me: int


@dataclass(frozen=True)
class SampleQuality:
    """What a sample says: quality at both thresholds and at every edge, and how far the labellers agree."""

    review: Quality
    probable: Quality
    curve: list[Quality]
    agreement: Agreement | None


def samples(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[Sample]:
    """The samples of an operation, the newest first; none out of reach."""
    seen_by.require(VIEW)
    rows = Sample.objects.filter(operation=operation_id, operation__in=operations_within(VIEW, seen_by=seen_by))
    return rows.order_by("-made_at", "-id")


def sample(sample_id: UUID, *, seen_by: Viewer) -> Sample:
    """One sample. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = Sample.objects.select_related("operation").filter(pk=sample_id).first()
    if found is None or found.operation not in operations_within(VIEW, seen_by=seen_by):
        raise Problem("not_found")
    return found


def sample_items(sample_id: UUID, *, seen_by: Viewer) -> QuerySet[SampleItem]:
    """The pairs of a sample of which both records are in reach, in the order of the lot."""
    seen_by.require(CASES)
    return SampleItem.objects.filter(_both(CASES, seen_by), sample=sample_id).order_by("position")


def next_pair(sample_id: UUID, *, seen_by: Viewer, after: int = 0) -> BlindPair | None:
    """The next pair that this viewer may judge: open, within reach, not judged by the same person before; None when none is left.

    after: only those behind this position.
    """
    seen_by.require(DECIDE)
    rows = _mine(sample_id, seen_by).filter(position__gt=after)
    found = rows.order_by("position").annotate(given=Count("labels")).first()
    if found is None:
        return None
    return BlindPair(found.pk, found.position, found.first_id, found.second_id, found.given > 1)


def blind_pair(item_id: UUID, *, seen_by: Viewer) -> BlindPair:
    """One pair, if this viewer may judge it now. Raises Problem not_found, linkage.sample_judged."""
    seen_by.require(DECIDE)
    found = SampleItem.objects.filter(_both(DECIDE, seen_by), pk=item_id).annotate(given=Count("labels")).first()
    if found is None:
        raise Problem("not_found")
    if not _mine(found.sample_id, seen_by).filter(pk=item_id).exists():
        raise Problem("linkage.sample_judged")
    return BlindPair(found.pk, found.position, found.first_id, found.second_id, found.given > 1)


def labelling(sample_id: UUID, *, seen_by: Viewer) -> Progress:
    """How far the labelling of a sample is; counts of pairs, nothing of what was said."""
    one = sample(sample_id, seen_by=seen_by)
    counts: Counter[tuple[bool, int]] = Counter()
    with viewing(_SYSTEM):
        for verdict, given in (
            SampleItem.objects.filter(sample=one).annotate(given=Count("labels")).values_list("verdict", "given")
        ):
            counts[verdict != "", min(given, 2)] += 1
    may = seen_by.may(DECIDE)
    return Progress(
        pairs=sum(counts.values()),
        settled=sum(many for (is_settled, _given), many in counts.items() if is_settled),
        disputed=counts[False, 2],
        once=counts[False, 1],
        waiting_for_me=_mine(sample_id, seen_by).count() if may and one.closed_at is None else 0,
        judged_by_me=SampleLabel.objects.filter(sample=one, given_by=_me(seen_by)).count() if may else 0,
    )


def sample_quality(sample_id: UUID, *, seen_by: Viewer) -> SampleQuality:
    """Precision and recall with their intervals, at both thresholds and at every edge of the strata. Raises Problem not_found."""
    one = sample(sample_id, seen_by=seen_by)
    layers = _strata(one)
    with viewing(_SYSTEM):
        rows = SampleItem.objects.filter(sample=one).values_list("stratum", "verdict")
        judged = [Judged(stratum, _said(verdict)) for stratum, verdict in rows]
        said: dict[UUID, list[str]] = defaultdict(list)
        for item, verdict in SampleLabel.objects.filter(sample=one).order_by("turn").values_list("item", "verdict"):
            said[item].append(verdict)
    return SampleQuality(
        review=quality(layers, judged, one.review),
        probable=quality(layers, judged, one.probable),
        curve=[quality(layers, judged, threshold) for threshold in thresholds(layers)],
        agreement=agreement([(labels[0], labels[1]) for labels in said.values() if len(labels) > 1]),
    )


def group_quality(sample_id: UUID, *, seen_by: Viewer) -> dict[str, list[GroupQuality]]:
    """Quality of each group against everybody else, by kind of group, at the threshold of review.

    Small numbers about groups are sensitive: only who manages models and reaches every record of the sample is told. Raises Problem
    not_found, not_allowed.
    """
    one = sample(sample_id, seen_by=seen_by)
    if not may_see_groups(one, seen_by=seen_by):
        raise Problem("not_allowed", permission=CASES)
    layers = _strata(one)
    rows = list(
        sample_items(sample_id, seen_by=seen_by).exclude(verdict="").values_list("stratum", "verdict", "groups")
    )
    known = [(stratum, verdict == "same", groups) for stratum, verdict, groups in rows if verdict != "unsure"]
    return {
        kind: by_group(
            layers, [Grouped(stratum, same, groups.get(kind, "")) for stratum, same, groups in known], one.review
        )
        for kind in KINDS
    }


def may_see_groups(one: Sample, *, seen_by: Viewer) -> bool:
    """Whether this viewer manages models and reaches every record of the sample."""
    if not seen_by.may(CASES) or not (seen_by.may("linkage.train_model") or seen_by.may("linkage.approve_model")):
        return False
    with viewing(_SYSTEM):
        whole = SampleItem.objects.filter(sample=one).count()
    return sample_items(one.pk, seen_by=seen_by).count() == whole


def _strata(one: Sample) -> list[Stratum]:
    return [Stratum(layer["low"], layer["high"], layer["size"]) for layer in one.strata]


def _mine(sample_id: UUID, viewer: Viewer) -> QuerySet[SampleItem]:
    return SampleItem.objects.filter(_both(DECIDE, viewer), sample=sample_id, verdict="").exclude(
        labels__given_by=_me(viewer)
    )


def _me(viewer: Viewer) -> UUID:
    """Who judges; work that no person starts has judged nothing."""
    return viewer.id or UUID(int=0)


def _both(permission: str, viewer: Viewer) -> Q:
    reach = viewer.reach(permission)
    return within(reach) & within(reach, scope="second_scope_id")


def _said(verdict: str) -> bool | None:
    return {"same": True, "different": False}.get(verdict)
