"""Models trained, samples drawn and models compared, in the background: each reads a whole operation, outside of any transaction.

They read as the system, because whoever looks after models need not see anybody; what they keep names nobody but the pairs of a sample.
"""

from typing import Any
from uuid import UUID

import polars as pl
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage import actions, engine, queries
from banyan.people.linkage.models import Zone
from banyan.people.linkage.rules.estimating.drift import level_counts
from banyan.people.linkage.rules.sampling import draw, edges
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job
from banyan.platform.jobs.progress import Progress
from banyan.platform.kernel.problems import Problem

# Each takes the whole machine for a while.
_LOCK = "linkage:models"
_SYSTEM = system_viewer("linkage")
# From fewer people chance learns more than the model does.
FEWEST_PEOPLE = 1000


def _frame(operation_id: UUID | None) -> pl.DataFrame:
    with viewing(_SYSTEM):
        return queries.frame(operation_id, seen_by=_SYSTEM)


@job("linkage.train_model", label=_("Train a model of matching"), retry=Backoff(attempts=2), lock=_LOCK)
def train_model(progress: Progress, *, by: Viewer, model: str) -> Outcome:
    """Train a draft; it waits for approval by somebody else afterwards. Raises Problem linkage.training_poor."""
    with viewing(by):
        row = queries.model_version(UUID(model), seen_by=by)
        now = queries.model_in_force(row.operation_id, seen_by=by)
    frame = _frame(row.operation_id)
    if frame.height < FEWEST_PEOPLE:
        raise Problem("linkage.training_poor", count=frame.height, least=FEWEST_PEOPLE)
    seed = int(row.report.get("seed", 1))
    trained = engine.train(frame, seed=seed, start=now.model)
    progress.report(1, 2)
    report = {**trained.report, "seed": seed, "people": frame.height, **_seen(frame, trained.model)}
    actions.keep_training(
        row.pk, by=by, settings=trained.model.as_json(), report=report, review=trained.model.review,
        probable=trained.model.probable,
    )  # fmt: skip
    progress.report(2, 2)
    return Outcome(
        summary=_("The model is trained. Somebody else has to approve it."), counts={_("People"): frame.height}
    )


def _seen(frame: pl.DataFrame, model: engine.Model) -> dict[str, Any]:
    """What the model makes of the people it was trained on: pairs by weight, and how often they reach each level.

    curve: lower ends of steps of one bit, pairs in each, and how many of these the model believes to be one person. levels:
    of the pairs that somebody would look at; runs are compared with them later. crowded: keys that too many share.
    """
    found = engine.pairs_within(frame, model, floor=edges(model.review, model.probable)[0])
    pairs = found.pairs
    steps = (
        pairs.group_by(weight=pl.col("weight").floor())
        .agg(count=pl.len(), believed=pl.col("probability").sum())
        .sort("weight")
    )
    shown = pairs.filter(pl.col("weight") >= model.review)
    heights = {name: len(levels) for name, levels in engine.level_names(model).items()}
    return {
        "curve": {
            "weights": steps["weight"].to_list(),
            "counts": steps["count"].to_list(),
            "expected": [round(each, 2) for each in steps["believed"]],
        },
        "levels": level_counts(shown["levels"].to_list(), heights),
        "pairs": shown.height,
        "crowded": found.report["capped"],
    }


@job("linkage.draw_sample", label=_("Draw a sample of pairs"), retry=Backoff(attempts=2), lock=_LOCK)
def draw_sample(progress: Progress, *, by: Viewer, sample: str) -> Outcome:
    """Draw the pairs of a sample by lot, from strata above and below the threshold of review."""
    with viewing(by):
        row = queries.sample(UUID(sample), seen_by=by)
        weighing = queries.weighing_of(row.model_id, seen_by=by)
    lows = edges(row.review, row.probable)
    found = engine.pairs_within(_frame(row.operation_id), weighing.model, floor=lows[0])
    drawn = draw(found.pairs, lows, row.wanted, row.seed)
    count = actions.keep_sample(row.pk, drawn, by=by)
    progress.report(count, count)
    return Outcome(
        summary=_("The pairs are drawn and wait to be judged."),
        counts={_("Pairs to draw from"): found.pairs.height, _("Pairs drawn"): count},
    )


@job("linkage.compare_models", label=_("Compare two models of matching"), retry=Backoff(attempts=2), lock=_LOCK)
def compare_models(progress: Progress, *, by: Viewer, comparison: str) -> Outcome:
    """Weigh the same people by two models and count the pairs that change their zone."""
    with viewing(by):
        row = queries.model_comparison(UUID(comparison), seen_by=by)
        both = [queries.weighing_of(each, seen_by=by) for each in (row.former_id, row.latter_id)]
    frame = _frame(row.operation_id)
    zones = []
    for number, weighing in enumerate(both):
        pairs = engine.pairs_within(frame, weighing.model).pairs
        zone = pl.when(pl.col("weight") >= weighing.probable).then(pl.lit(Zone.PROBABLE.value))
        zones.append(pairs.select("left", "right", zone.otherwise(pl.lit(Zone.POSSIBLE.value)).alias("zone")))
        progress.report(number + 1, len(both))
    joined = zones[0].join(zones[1], on=["left", "right"], how="full", coalesce=True)
    # A pair that a model did not find reaches its threshold nowhere.
    cells = joined.with_columns(pl.col("zone", "zone_right").fill_null(Zone.UNLIKELY.value)).group_by(
        "zone", "zone_right"
    )
    moved = {
        f"{former}>{latter}": count for former, latter, count in cells.len().sort("zone", "zone_right").iter_rows()
    }
    actions.keep_comparison(row.pk, by=by, people=frame.height, moved=moved)
    return Outcome(summary=_("Both models weighed the same people."), counts={_("Pairs"): joined.height})
