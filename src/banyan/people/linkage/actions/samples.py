"""Samples of pairs: drawn by lot in the background, labelled by two people apart from each other, closed."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.linkage import queries
from banyan.people.linkage.models import Sample, SampleItem, SampleLabel
from banyan.people.linkage.rules.belonging import groups_of
from banyan.people.linkage.rules.estimating.agreement import VERDICTS, verdict_of
from banyan.people.linkage.rules.sampling import Drawn
from banyan.people.linkage.states import DECIDE, TRAIN
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem

FEWEST, MOST = 20, 2000
_SYSTEM = system_viewer("linkage")


@action(TRAIN)
def start_sample(operation_id: UUID, *, by: Viewer, label: str, size: int, seed: int | None = None) -> Sample:
    """Have pairs drawn in the background, weighed by the model that counts in the operation. seed: the same gives the same pairs.

    Raises Problem not_found, linkage.sample_size.
    """
    if operation_id not in {each.pk for each in queries.training_operations(seen_by=by)}:
        raise Problem("not_found")
    if not FEWEST <= size <= MOST:
        raise Problem("linkage.sample_size", least=FEWEST, most=MOST, at=Location(field="size"))
    now = queries.model_in_force(operation_id, seen_by=by)
    row = Sample.objects.create(
        operation_id=operation_id, label=label.strip()[:120], model_id=now.pk, model_version=now.version, wanted=size,
        seed=secrets.randbits(31) if seed is None else seed, review=now.review, probable=now.probable, made_by=by.id,
        made_by_label=str(by.label)[:200],
    )  # fmt: skip
    row.job = jobs.start("linkage.draw_sample", by=by, sample=str(row.pk)).pk
    row.save(update_fields=["job"])
    return row


@action(TRAIN)
def keep_sample(sample_id: UUID, drawn: Drawn, *, by: Viewer) -> int:
    """Write the pairs that the lot gave, with the groups they belong to; returns how many. A sample drawn already stays as it is.

    Raises Problem not_found, linkage.sample_empty.
    """
    row = queries.sample(sample_id, seen_by=by)
    if row.drawn_at is not None:
        return 0
    people = _people(row, drawn)
    found = [
        (first, second, each)
        for each in drawn.pairs.iter_rows(named=True)
        # Who was withdrawn since is in no register any more.
        if (first := people.get(min(each["left"], each["right"])))
        and (second := people.get(max(each["left"], each["right"])))
    ]
    if not found:
        raise Problem("linkage.sample_empty")
    year = timezone.localdate().year
    # Whoever draws need not see anybody: the pairs are for those who label.
    with viewing(_SYSTEM):
        SampleItem.objects.bulk_create(
            SampleItem(
                id=new_id(), sample=row, position=position, first_id=first["person"], second_id=second["person"],
                scope_id=first["scope_id"], second_scope_id=second["scope_id"], stratum=each["stratum"],
                weight=each["weight"], probability=each["probability"], groups=groups_of(first, second, year),
            )
            for position, (first, second, each) in enumerate(found, 1)
        )  # fmt: skip
    row.strata, row.beneath, row.drawn_at = drawn.strata, {"pairs": drawn.beneath}, timezone.now()
    row.save(update_fields=["strata", "beneath", "drawn_at"])
    return len(found)


def _people(row: Sample, drawn: Drawn) -> Mapping[str, Mapping[str, Any]]:
    ids = {UUID(each) for column in ("left", "right") for each in drawn.pairs[column]}
    with viewing(_SYSTEM):
        frames = registry.linkage_rows(operation=row.operation_id, ids=ids, seen_by=_SYSTEM)
        return {each["person"]: each for frame in frames for each in frame.iter_rows(named=True)}


@action(DECIDE)
def label_pair(item_id: UUID, *, by: Viewer, verdict: str, note: str = "") -> SampleLabel:
    """Say what a pair is: "same", "different" or "unsure". Two who agree settle it; where they do not, a third does.

    Raises Problem not_found, linkage.sample_verdict, sample_judged, sample_closed.
    """
    if verdict not in VERDICTS:
        raise Problem("linkage.sample_verdict", verdict=verdict, at=Location(field="verdict"))
    if by.id is None:
        raise Problem("not_allowed", permission=DECIDE)  # people judge, machines do not
    pair = queries.blind_pair(item_id, seen_by=by)
    # Whoever comes second at the same moment waits here, and is told when the pair is settled.
    item = SampleItem.objects.select_for_update(of=("self",)).select_related("sample").get(pk=pair.item_id)
    if item.sample.closed_at is not None:
        raise Problem("linkage.sample_closed")
    said = list(SampleLabel.objects.filter(item=item).order_by("turn").values_list("verdict", flat=True))
    if verdict_of(said):
        raise Problem("linkage.sample_judged")
    label = SampleLabel.objects.create(
        item=item, sample=item.sample, scope_id=item.scope_id, second_scope_id=item.second_scope_id, turn=len(said) + 1,
        given_by=by.id, given_by_label=str(by.label)[:200], verdict=verdict, note=note.strip()[:300],
    )  # fmt: skip
    if settled := verdict_of([*said, verdict]):
        item.verdict, item.judged_at = settled, timezone.now()
        item.save(update_fields=["verdict", "judged_at"])
    return label


@action(TRAIN)
def close_sample(sample_id: UUID, *, by: Viewer) -> Sample:
    """Nobody labels it any more; its figures stay. Raises Problem not_found, linkage.sample_closed, sample_undrawn."""
    row = queries.sample(sample_id, seen_by=by)
    if row.closed_at is not None:
        raise Problem("linkage.sample_closed")
    if row.drawn_at is None:
        raise Problem("linkage.sample_undrawn")
    row.closed_at, row.closed_by_label = timezone.now(), str(by.label)[:200]
    row.save(update_fields=["closed_at", "closed_by_label"])
    return row
