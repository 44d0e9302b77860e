"""Whom people on their way in look like: read from the batch and the register, and from what was kept of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from banyan.people.collection import queries as submitted
from banyan.people.collection.declarations import Comparison, Likeness, Match
from banyan.people.linkage import engine, wording
from banyan.people.linkage.engine import Model
from banyan.people.linkage.models import Arrival, Incoming, Run, Zone
from banyan.people.linkage.queries.frames import candidates, population
from banyan.people.linkage.queries.models import model_in_force
from banyan.people.linkage.rules import features
from banyan.people.registry import queries as registry
from banyan.people.registry.declarations import Lookalike
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.jobs import queries as jobs
from banyan.platform.kernel.problems import Problem

# What is kept of one row at most: whoever looks like fifty others is shown the likest.
MOST_OF_A_ROW = 10
_LOWEST = -200.0
# So few people are compared each with each; of so few, whoever shares a document is told of whatever they weigh.
_EACH_WITH_EACH, _FEW = 40, 3_000
_AT_ONCE = 5_000
# Megabytes for the engine, besides a thousand bytes a person; what does not fit is written to disk.
_MEGABYTES = 120
_UNCOUNTED = 10_000
_SCHEMA: dict[str, Any] = {
    "left": pl.String, "right": pl.String, "weight": pl.Float64, "probability": pl.Float64, "levels": pl.List(pl.Int8),
    "document": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Recognised:
    """What comparing a batch gave. rows: submission, row, other_row, other_submission, person, weight, probability, zone,
    levels, exact_document. crowded: keys that too many registered people share; left_out: pairs not compared as too many share."""

    batch_id: UUID
    asked: int
    people: int
    rows: pl.DataFrame
    model_version: int
    left_out: int = 0
    crowded: int = 0


def recognised(batch_id: UUID, *, seen_by: Viewer) -> Recognised:
    """Compare the people of a batch with each other and with the register of the operation, as far as it is seen.

    A constant number of statements; nothing is written. Raises Problem not_found.
    """
    read = submitted.arriving(batch_id, registry.ARRIVING_FIELDS, seen_by=seen_by)
    records = registry.arriving_rows(
        read.households, read.people, operation_id=read.operation_id, scope_id=read.scope_id, seen_by=seen_by
    )
    operation_id, asked, owners = read.operation_id, read.asked, _owners(read.people)
    del read  # a large batch stands in memory once
    force = model_in_force(operation_id, seen_by=seen_by)
    if not records.height:
        return Recognised(batch_id, asked, 0, pl.DataFrame(), force.version)
    made, number = features.features_of(records), records.height
    del records
    many = max(population(operation_id, seen_by=seen_by), number)
    twice, left_out = _among(made, force.model, many)
    known, crowded = _registered(made, operation_id, force.model, many, seen_by=seen_by)
    rows = _rows([(twice, "twice"), (known, "known")], owners, force.model)
    return Recognised(batch_id, asked, number, rows, force.version, left_out, crowded)


def lookalikes(records: pl.DataFrame, *, operation_id: UUID, seen_by: Viewer) -> list[Lookalike]:
    """Who is registered in the operation, within the viewer's reach, and looks like people on a form; the likest first."""
    if not records.height:
        return []
    model = model_in_force(operation_id, seen_by=seen_by).model
    found, _crowded = _registered(
        features.features_of(records), operation_id, model, _about(operation_id), seen_by=seen_by
    )
    return [
        Lookalike(int(left), UUID(right), probability, _why(levels, model))
        for left, right, probability, levels in found.sort("weight", descending=True)
        .select("left", "right", "probability", "levels")
        .iter_rows()
    ]


def _among(made: pl.DataFrame, model: Model, many: int) -> tuple[pl.DataFrame, int]:
    """Pairs within a batch, told from both sides; and how many were left out because too many share what they share."""
    if made.height <= _EACH_WITH_EACH:
        frame = features.unpacked(made)
        return _telling(engine.score(frame, frame, model, population=many, floor=_LOWEST), model), 0
    floor, memory = _LOWEST if made.height <= _FEW else None, f"{_MEGABYTES + made.height // 1000}MB"
    parts = features.unpacked_parts(made)
    found = engine.pairs_within_parts(parts, model, population=many, floor=floor, memory=memory)
    pairs = _telling(found.pairs, model)
    both = pl.concat([pairs, pairs.select(_turned(name).alias(name) for name in _SCHEMA)])
    return both, int(found.report["capped_pairs_left_out"])


def _registered(
    made: pl.DataFrame, operation_id: UUID, model: Model, many: int, *, seen_by: Viewer
) -> tuple[pl.DataFrame, int]:  # fmt: skip
    """Pairs with registered people, so many at a time that a large batch takes no more memory than a small one; and how many
    keys were too common to be followed."""
    found, crowded = [pl.DataFrame(schema=_SCHEMA)], 0
    for start in range(0, made.height, _AT_ONCE):
        part = made.slice(start, _AT_ONCE)
        there = candidates(part, operation_id, seen_by=seen_by)
        crowded += there.crowded
        if there.pairs.height:
            frame = pl.concat([features.unpacked(part), there.frame], how="vertical_relaxed")
            met = there.pairs.filter(pl.col("right").is_in(frame["person"].implode()))
            found.append(_telling(engine.score_pairs(frame, met, model, population=many), model))
    return pl.concat(found), crowded


def _about(operation_id: UUID) -> int:
    """About how many people are registered, as the last comparison counted: at the desk nobody waits for a count."""
    last = Run.objects.filter(operation=operation_id, counts__has_key="people").order_by("-started_at").first()
    return int(last.counts["people"]) if last is not None and last.counts["people"] else _UNCOUNTED


def _telling(pairs: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Pairs from the threshold of review on, and those that share a document whatever else they share."""
    return pairs.select(list(_SCHEMA)).filter((pl.col("weight") >= model.review) | pl.col("document"))


def comparison(batch_id: UUID, *, seen_by: Viewer) -> Comparison:
    """How far the comparison of a batch is, and what came of it. Three queries."""
    found = Arrival.objects.filter(batch=batch_id).first()
    if found is None:
        return Comparison()
    known, twice = (
        _waiting(batch_id, seen_by=seen_by).filter(pk__in=holding(batch_id, likeness, seen_by=seen_by)).count()
        for likeness in ("known", "twice")
    )
    return Comparison(
        asked=found.asked, people=found.people, known=known, twice=twice, at=found.finished_at, failed=_failure(found.job),
        notes=tuple(_notes(found)),
    )  # fmt: skip


def answered(batch_id: UUID, *, seen_by: Viewer) -> int:
    """The number of collection's request that was answered last for a batch, 0 for none."""
    seen_by.require("collection.view_batch")
    return Arrival.objects.filter(batch=batch_id).values_list("asked", flat=True).first() or 0


def holding(batch_id: UUID, likeness: Likeness, *, seen_by: Viewer) -> QuerySet[Incoming, Any]:
    """The submissions of a batch with a row that looks like somebody registered, or like another row: a query of ids."""
    seen_by.require("collection.view_batch")
    return Incoming.objects.filter(batch=batch_id, person__isnull=likeness == "twice").values("submission")


def matches(submission_id: UUID, *, seen_by: Viewer) -> list[Match]:
    """Whom the rows of a submission look like, the likest first; people out of reach without anything about them."""
    seen_by.require("collection.view_batch")
    rows = list(Incoming.objects.filter(submission=submission_id).order_by("-weight", "id"))
    if not rows:
        return []
    people = _people([row.person_id for row in rows if row.person_id], seen_by=seen_by)
    others = {
        row.pk: (row.values.get("person.full_name", ""), row.submission_id)
        for row in submitted.rows(
            list({each.other_submission for each in rows if each.other_submission}), seen_by=seen_by
        )
    }
    batch = submitted.submission(submission_id, seen_by=seen_by).batch
    model = model_in_force(batch.operation_id, seen_by=seen_by).model
    return [match for row in rows if (match := _match(row, people, others, model)) is not None]


def _match(
    row: Incoming, people: dict[UUID, Any], others: dict[UUID, tuple[str, UUID]], model: Model
) -> Match | None:  # fmt: skip
    zone = Zone(row.zone)
    if row.person_id is None:
        if row.other_row not in others:  # replaced by a later check, which is compared anew
            return None
        name, submission = others[row.other_row]
        url = reverse("collection:submission", args=[submission])
        return Match(
            row.row, "twice", zone, zone.label, name, url=f"{url}#row-{row.other_row}", why=_why(row.levels, model)
        )
    person = people.get(row.person_id)
    if person is None:
        return Match(row.row, "known", zone, zone.label)
    return Match(
        row.row, "known", zone, zone.label, person.full_name, person.reference, reverse("registry:person", args=[person.pk]),
        _why(row.levels, model), person.pk,
    )  # fmt: skip


def _people(ids: Iterable[UUID], *, seen_by: Viewer) -> dict[UUID, Any]:
    """Those of these people whom the viewer may see, by id."""
    if not seen_by.may(registry.VIEW):
        return {}
    return {person.pk: person for person in registry.people(seen_by=seen_by).filter(pk__in=set(ids))}


def _why(levels: Sequence[int], model: Model) -> tuple[str | Promise, ...]:
    """What speaks for it, in words, the strongest first; nothing when the model has other comparisons by now."""
    names = engine.level_names(model)
    if len(levels) != len(names):
        return ()
    told = wording.lines(levels, names, engine.weights(model))
    return tuple(words for _comparison, words, weight in told if weight > 0)


def _turned(name: str) -> pl.Expr:
    return pl.col({"left": "right", "right": "left"}.get(name, name))


def _owners(people: pl.DataFrame) -> pl.DataFrame:
    """Which submission each row belongs to."""
    if not people.height:
        return pl.DataFrame(schema={"row": pl.String, "submission_id": pl.String})
    return people.select(pl.col("staged_row_id").alias("row"), "submission_id")


def _rows(found: Sequence[tuple[pl.DataFrame, Likeness]], owners: pl.DataFrame, model: Model) -> pl.DataFrame:
    """What is kept: the likest few of each row, of either kind."""
    parts = []
    for pairs, likeness in found:
        twice = likeness == "twice"
        none = pl.lit(None, pl.String)
        part = (
            pairs.join(owners, left_on="left", right_on="row", how="inner")
            .rename({"submission_id": "submission"})
            .join(owners, left_on="right", right_on="row", how="left")
            .sort("weight", descending=True)
            .group_by("left", maintain_order=True)
            .head(MOST_OF_A_ROW)
        )
        parts.append(
            part.select(
                "submission",
                pl.col("left").alias("row"),
                (pl.col("right") if twice else none).alias("other_row"),
                (pl.col("submission_id") if twice else none).alias("other_submission"),
                (none if twice else pl.col("right")).alias("person"),
                "weight",
                "probability",
                pl.when(pl.col("weight") >= model.probable).then(pl.lit(Zone.PROBABLE.value))
                .when(pl.col("weight") >= model.review).then(pl.lit(Zone.POSSIBLE.value))
                .otherwise(pl.lit(Zone.UNLIKELY.value)).alias("zone"),
                "levels",
                pl.col("document").alias("exact_document"),
            )
        )  # fmt: skip
    return pl.concat(parts) if parts else pl.DataFrame()


def _waiting(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[Any]:
    condition = Q(decision="pending", outcome="new")
    return submitted.submissions(batch_id, seen_by=seen_by).filter(condition).order_by()


def _failure(job: UUID | None) -> str:
    """Why the last comparison came to nothing; empty while there is hope."""
    if job is None:
        return ""
    try:
        found = jobs.job(job, seen_by=system_viewer("linkage"))
    except Problem:  # forgotten, as old jobs are
        return ""
    told = jobs.progress_of(found)
    return str(told["state_label"]) if told["state"] in ("failed", "cancelled") else ""


def _notes(found: Arrival) -> Iterable[str | Promise]:
    if found.left_out:
        yield ngettext_lazy(
            "{count} pair was not looked at, because too many people share what they have in common.",
            "{count} pairs were not looked at, because too many people share what they have in common.",
            found.left_out,
        ).format(count=found.left_out)
    elif found.crowded:
        yield _("Some names or numbers are too common to find people by them alone.")


__all__ = ["MOST_OF_A_ROW", "Recognised", "answered", "comparison", "holding", "lookalikes", "matches", "recognised"]
