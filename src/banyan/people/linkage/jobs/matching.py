"""Comparisons in the background: what moved as soon as it has, everybody every night, anything on demand."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage import actions, engine, queries
from banyan.people.linkage.models import Run, RunKind
from banyan.people.linkage.queries.models import model_in_force
from banyan.people.linkage.rules.estimating.drift import level_counts
from banyan.people.linkage.rules.features import unpacked
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress

# So few are compared with whoever shares a key with them; more than that, with a frame of everybody.
FEW: Final = 3_000
# Pairs that share a document are weighed whatever comes of it; more bearers than this, and it is no document of a person.
BEARERS: Final = 20
_LOWEST: Final = -200.0
_SHAPE: Final[dict[str, Any]] = {
    "first": pl.String, "second": pl.String, "weight": pl.Float64, "probability": pl.Float64, "levels": pl.List(pl.Int8),
    "brought": pl.List(pl.String), "document": pl.Boolean,
}  # fmt: skip
Say = Callable[[str], None]


@job("linkage.compare", label=_("Compare registrations"), retry=Backoff(attempts=3), lock="linkage:{operation}")
def compare(progress: Progress, *, by: Viewer, run: str, operation: str) -> Outcome:
    """A comparison that somebody asked for."""
    return _outcome(compared(UUID(run), progress=progress))


@job("linkage.compare_moved", label=_("Compare what changed"), retry=Backoff(attempts=5), lock="linkage:{operation}")
def compare_moved(progress: Progress, *, by: Viewer, operation: str) -> Outcome:
    """Compare whoever was registered or changed and has not been compared since; nothing when nobody waits."""
    with viewing(system_viewer("linkage")) as reader:
        nobody = not queries.uncompared(UUID(operation), seen_by=reader)
        nobody = nobody and not queries.orphans(UUID(operation), seen_by=reader)
    if nobody:
        return Outcome(summary=_("Nobody was waiting."))
    run = actions.begin_run(UUID(operation), kind=RunKind.INTAKE, by=by)
    return _outcome(compared(run.pk, progress=progress))


@job("linkage.follow_batch", label=_("Compare the people of a batch"), retry=Backoff(attempts=5))
def follow_batch(progress: Progress, *, by: Viewer, batch: str, asked: int) -> Outcome:
    """A large batch, once no other import needs the machine."""
    done = actions.follow_batch(UUID(batch), by=by, asked=asked)
    return Outcome(
        summary=_("The people were made ready.") if done else _("Another import goes on; asked again in a minute.")
    )


@schedule(cron="20 0 * * *")
@job("linkage.compare_all", label=_("Look for duplicates everywhere"), retry=Backoff(attempts=3))
def compare_all(progress: Progress, *, by: Viewer) -> Outcome:
    """Every night: what was put aside comes back when its day has come, then each operation is compared as a whole."""
    with viewing(by):
        operations = operations_within("linkage.view_case", seen_by=by)
    with progress.once("shelf") as first:
        if first:
            actions.reopen_due(by=by)
    for number, operation in enumerate(operations, 1):
        with progress.once(str(operation.pk)) as first:
            if first:
                actions.start_run(operation.pk, by=by, kind=RunKind.NIGHT)
        progress.report(number, len(operations))
    return Outcome(summary=_("Comparisons were started."), counts={_("Operations"): len(operations)})


def compared(run_id: UUID, *, progress: Progress | None = None) -> Run:
    """Make a comparison: read, weigh, write. Nothing is locked while the engine weighs."""
    started = perf_counter()

    def say(done: int) -> None:
        if progress is not None:
            progress.report(done, 4)

    with viewing(system_viewer("linkage")) as reader:
        run = Run.objects.get(pk=run_id)
        if run.finished_at is not None:  # taken up again after it was written
            return run
    if run.whole and run.operation_id is not None:
        actions.refresh(operation_id=run.operation_id, by=reader)
    say(1)
    with viewing(reader):
        in_force = model_in_force(run.operation_id, seen_by=reader)
    people, found, report = (_everybody if run.whole else _moved)(run.operation_id, in_force.model, reader)
    say(2)
    if run.operation_id is None and found.height:
        operation = dict(people.select("person", "operation").iter_rows())
        apart = [operation[one] != operation[other] for one, other in found.select("first", "second").iter_rows()]
        found = found.filter(pl.Series(apart, dtype=pl.Boolean))
    found = found.with_columns(
        pl.Series("zone", [engine.zone(weight, in_force.model) for weight in found["weight"]], dtype=pl.String)
    )
    counts = {
        "people": int(people["covered"].sum() or 0), "pairs_found": found.height,
        "zones": {zone: int((found["zone"] == zone).sum()) for zone in ("unlikely", "possible", "probable")},
        "documents": int(found["document"].sum() or 0), **report, "seconds": round(perf_counter() - started, 1),
        "model": in_force.version,
    }  # fmt: skip
    say(3)
    return actions.keep_found(
        run_id,
        actions.Comparison(
            found, people.select("person", "digest", "covered"), in_force.pk, counts, _drift(found, in_force.model)
        ),
        by=reader,
    )


def _drift(found: pl.DataFrame, model: engine.Model) -> dict[str, Any]:
    """How often each level came among the pairs that are looked at, by comparison: to be held against the training."""
    levels = found.filter(pl.col("weight") >= model.review)["levels"].to_list()
    return {
        "levels": level_counts(levels, {name: len(words) for name, words in engine.level_names(model).items()}),
        "pairs": len(levels),
    }


def _everybody(
    operation_id: UUID | None, model: engine.Model, reader: Viewer
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]:
    with viewing(reader):
        rows = queries.feature_rows(operation_id, seen_by=reader)
    frame = unpacked(rows)
    found = engine.pairs_within(frame, model)
    pairs = _ordered(found.pairs)
    bearers = _bearers(frame)
    if bearers.height:
        clashing = engine.pairs_within(bearers, model, floor=_LOWEST, population=frame.height)
        pairs = _with_documents(pairs, _ordered(clashing.pairs))
    return rows.with_columns(covered=pl.lit(value=True)), pairs, _told(found.report)


def _moved(
    operation_id: UUID | None, model: engine.Model, reader: Viewer
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]:
    crowded = 0
    with viewing(reader):
        new = queries.feature_rows(operation_id, seen_by=reader, waiting=True)
        population = queries.population(operation_id, seen_by=reader)
        own = unpacked(new)
        if new.height <= FEW:
            # Whoever was alike is weighed again, also when the key by which they met is crowded by now.
            alike = queries.partners(set(map(UUID, new["person"])), seen_by=reader)
            met = queries.candidates(own.select("person", "keys"), operation_id, seen_by=reader, besides=alike)
            others, crowded = met.rows, met.crowded
        else:
            others = queries.feature_rows(operation_id, seen_by=reader)
    if not new.height:
        people = new.with_columns(covered=pl.lit(value=True))
        return people, pl.DataFrame(schema=_SHAPE), {}
    others = others.filter(~pl.col("person").is_in(new["person"].implode()))
    register = unpacked(others)
    floor = _LOWEST if new.height <= FEW else None
    within = engine.pairs_within(own, model, floor=floor, population=population)
    between = engine.pairs_between(own, register, model, floor=floor, population=population)
    weighed = _ordered(pl.concat([within.pairs, between.pairs]))
    if floor is None:
        both = pl.concat([own, register])
        bearers = _bearers(both)
        if bearers.height:
            clashing = engine.pairs_within(bearers, model, floor=_LOWEST, population=population)
            weighed = _with_documents(weighed, _ordered(clashing.pairs))
    pairs = weighed.filter((pl.col("weight") >= model.review) | pl.col("document"))
    people = pl.concat([new.with_columns(covered=pl.lit(value=True)), others.with_columns(covered=pl.lit(value=False))])
    told = _told(between.report)
    return people, pairs, {**told, "crowded": crowded or told["crowded"]}


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs as they are kept: the smaller id first."""
    swapped = pl.col("left") > pl.col("right")
    return pairs.select(
        pl.when(swapped).then("right").otherwise("left").alias("first"),
        pl.when(swapped).then("left").otherwise("right").alias("second"),
        "weight", "probability", "levels", pl.col("keys").alias("brought"), "document",
    ).cast(_SHAPE)  # type: ignore[arg-type]  # fmt: skip


def _bearers(frame: pl.DataFrame) -> pl.DataFrame:
    """People whose document somebody else bears too."""
    held = frame.select("person", "document_numbers").explode("document_numbers").drop_nulls().unique()
    shared = held.filter(pl.len().over("document_numbers").is_between(2, BEARERS))
    return frame.filter(pl.col("person").is_in(shared["person"].unique().implode()))


def _with_documents(pairs: pl.DataFrame, clashing: pl.DataFrame) -> pl.DataFrame:
    """What was found, and whoever bears the same document however unlike they are."""
    more = clashing.filter("document").join(pairs, on=["first", "second"], how="anti")
    return pl.concat([pairs, more])


def _told(report: dict[str, Any]) -> dict[str, Any]:
    """What the engine says about a comparison, as the run keeps it."""
    names = ("pairs_compared", "keys", "capped", "capped_pairs_left_out")
    return {**{name: report[name] for name in names if name in report}, "crowded": len(report.get("capped", []))}


def _outcome(run: Run) -> Outcome:
    counts = run.counts
    return Outcome(
        summary=_("The registrations were compared."),
        counts={
            _("People compared"): counts.get("people", 0),
            _("Probable duplicates"): counts.get("zones", {}).get("probable", 0),
            _("Possible duplicates"): counts.get("zones", {}).get("possible", 0),
            _("Cases opened"): counts.get("cases_opened", 0),
            _("Keys too common to follow"): counts.get("crowded", 0),
        },
        links=(Link(_("This comparison"), reverse("linkage:run", args=[run.pk])),),
    )
