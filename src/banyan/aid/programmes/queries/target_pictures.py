"""Pictures of a run, from its frozen rows alone: how many, where, of which sex and age, by which rule, at which threshold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models import DecimalField as Decimals
from django.db.models.functions import Abs, Coalesce

from banyan.aid.programmes.models import TargetRow
from banyan.aid.programmes.queries.targeting import target_rows, targeting_run
from banyan.aid.programmes.rules.targeting import CHOSEN, GROUPS, IN, INCLUDED, OUT, margin, thresholds
from banyan.platform.access.viewers import Viewer

NUMBERS: Final = 2 * len(GROUPS)
# Thresholds that are tried when nobody names any: the scores of every twentieth.
_SHARES: Final = [share / 20 for share in range(1, 20)]


@dataclass(frozen=True)
class Tally:
    """How many households or people of a programme, and how many people these are."""

    records: int = 0
    people: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.records + other.records, self.people + other.people)


@dataclass(frozen=True)
class Totals:
    """What a run came to: by verdict, those chosen (in and included), and all."""

    by_verdict: dict[str, Tally]

    @property
    def chosen(self) -> Tally:
        """Those who may be enrolled."""
        return sum((self.by_verdict.get(verdict, Tally()) for verdict in CHOSEN), Tally())

    @property
    def all(self) -> Tally:
        """Everybody who was looked at."""
        return sum(self.by_verdict.values(), Tally())


@dataclass(frozen=True)
class PlaceTally:
    """A place: those chosen, the people that these are, those who cannot be decided, all who were looked at."""

    place_id: UUID | None
    chosen: int
    people: int
    unknown: int
    records: int


@dataclass(frozen=True)
class SexAge:
    """People by sex and `rules.targeting.GROUPS`, and those whose sex or age is not known."""

    female: tuple[int, ...]
    male: tuple[int, ...]
    unknown: int

    @property
    def people(self) -> int:
        """All of them."""
        return sum(self.female) + sum(self.male) + self.unknown


@dataclass(frozen=True)
class RuleTally:
    """One of the alternative rules: how many meet it, cannot be decided, do not meet it; how many meet no other."""

    key: str
    label: str
    met: int
    unknown: int
    refuted: int
    only: int


@dataclass(frozen=True)
class Cut:
    """What a threshold would come to: those chosen and their people, those who cannot be decided; the change from now."""

    threshold: Decimal
    records: int
    people: int
    unknown: int
    change: int


def target_totals(run_id: UUID, *, seen_by: Viewer) -> Totals:
    """Households or people, and members, by verdict. One query."""
    found = target_rows(run_id, seen_by=seen_by).values("verdict").annotate(records=Count("pk"), people=Sum("size"))
    return Totals({each["verdict"]: Tally(each["records"], each["people"]) for each in found.order_by("verdict")})


def target_places(run_id: UUID, *, seen_by: Viewer) -> list[PlaceTally]:
    """By place, the one with most chosen first. One query."""
    chosen = Q(verdict__in=CHOSEN)
    found = target_rows(run_id, seen_by=seen_by).values("place_id").annotate(
        chosen=Count("pk", filter=chosen), people=Coalesce(Sum("size", filter=chosen), 0),
        unknown=Count("pk", filter=Q(verdict="unknown")), records=Count("pk"),
    )  # fmt: skip
    return [PlaceTally(**each) for each in found.order_by("-chosen", "place_id")]


def target_sex_age(run_id: UUID, *, seen_by: Viewer, verdicts: Collection[str] = CHOSEN) -> SexAge:
    """Who the people of these verdicts are. One query."""
    return sex_age_of(target_rows(run_id, seen_by=seen_by).filter(verdict__in=verdicts))


def sex_age_of(found: "QuerySet[TargetRow]") -> SexAge:
    """Who the people of some rows are."""
    cells = {f"n{place}": Coalesce(Sum(f"composition__{place}"), 0) for place in range(NUMBERS)}
    sums: dict[str, Any] = found.order_by().aggregate(**cells, people=Coalesce(Sum("size"), 0))
    counts = tuple(int(sums[name]) for name in cells)
    half = len(GROUPS)
    return SexAge(counts[:half], counts[half:], int(sums["people"]) - sum(counts))


def target_rules(run_id: UUID, *, seen_by: Viewer) -> list[RuleTally]:
    """How many meet each rule, and how many would be lost without it. Lists and threshold left aside. One query."""
    found = targeting_run(run_id, seen_by=seen_by)
    asked: dict[str, Any] = {}
    for place in range(len(found.rules)):
        for name, letter in (("met", "c"), ("unknown", "u"), ("refuted", "r")):
            asked[f"{name}{place}"] = Count("pk", filter=Q(marks__regex=f"^.{{{place}}}{letter}"))
        # The others refuted or unknown: without this rule nobody would be certain.
        asked[f"only{place}"] = Count("pk", filter=Q(marks__regex=f"^[^c]{{{place}}}c[^c]*$"))
    if not asked:
        return []
    sums = target_rows(run_id, seen_by=seen_by).aggregate(**asked)
    return [
        RuleTally(
            rule["key"], rule["label"], *(sums[f"{name}{place}"] for name in ("met", "unknown", "refuted", "only"))
        )
        for place, rule in enumerate(found.rules)
    ]


# Lists decide before score and threshold do; a rule that is refuted does so at any threshold.
_CUTS = """
WITH judged AS ({rows}), cuts AS (SELECT unnest(%s::numeric[]) AS threshold)
SELECT c.threshold,
       count(*) FILTER (WHERE j.eligible = 'c' AND j.score >= c.threshold),
       coalesce(sum(j.size) FILTER (WHERE j.eligible = 'c' AND j.score >= c.threshold), 0),
       count(*) FILTER (WHERE j.score IS NULL OR j.eligible = 'u' AND j.score >= c.threshold)
FROM cuts c CROSS JOIN judged j GROUP BY c.threshold ORDER BY c.threshold
"""
_QUANTILES = """
WITH judged AS ({rows})
SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY score) FROM judged WHERE score IS NOT NULL
"""


def sensitivity(run_id: UUID, wanted: Sequence[Decimal] | None = None, *, seen_by: Viewer) -> list[Cut]:
    """How many would be chosen at other thresholds, least first; without a score nobody can say. At most three queries."""
    found = targeting_run(run_id, seen_by=seen_by)
    if not found.score:
        return []
    judged = target_rows(run_id, seen_by=seen_by).filter(verdict__in=("in", "out", "unknown")).exclude(eligible="r")
    sql, values = judged.values("score", "eligible", "size").query.sql_with_params()
    by_list = Q(verdict=INCLUDED)
    kept = target_rows(run_id, seen_by=seen_by).aggregate(
        records=Count("pk", filter=by_list), people=Coalesce(Sum("size", filter=by_list), 0),
        now=Count("pk", filter=Q(verdict=IN)),
    )  # fmt: skip
    with connection.cursor() as cursor:
        if wanted is None:
            cursor.execute(_QUANTILES.format(rows=sql), [*values, _SHARES])
            wanted = cursor.fetchone()[0] or []
        cuts = thresholds(wanted, found.threshold)
        cursor.execute(_CUTS.format(rows=sql), [*values, cuts])
        counted = {row[0]: row[1:] for row in cursor.fetchall()}
    # Nobody is left to be judged: only lists count, at any threshold.
    counts = {cut: counted.get(cut, (0, 0, 0)) for cut in cuts}
    return [
        Cut(cut, kept["records"] + records, kept["people"] + people, unknown, records - kept["now"])
        for cut, (records, people, unknown) in counts.items()
    ]


def borderline(run_id: UUID, wanted: Decimal | None = None, *, seen_by: Viewer) -> "QuerySet[TargetRow, Any]":
    """Those who are nearly in or nearly out, the nearest first, each with `gap`.

    With a threshold: whose score lies at most `wanted` from it (a twentieth of all scores when not given), gap is how far.
    Without: who is out because a single part of a rule of several is not so, gap is nought.
    """
    found = targeting_run(run_id, seen_by=seen_by)
    judged = target_rows(run_id, seen_by=seen_by).filter(verdict__in=("in", "out"))
    if found.threshold is None:
        # In a frozen row rules stand apart by spaces, their parts side by side.
        near = judged.filter(verdict=OUT, atoms__regex=r"(^| )(c+rc*|rc+)( |$)")
        return near.annotate(gap=Value(Decimal(0), output_field=Decimals())).order_by("pk")
    judged = judged.filter(score__isnull=False).exclude(eligible="r")
    if wanted is None:
        ends = judged.aggregate(least=Min("score"), greatest=Max("score"))
        wanted = margin(ends["least"] or Decimal(0), ends["greatest"] or Decimal(0))
    gap = ExpressionWrapper(Abs(F("score") - found.threshold), output_field=Decimals(max_digits=19, decimal_places=4))
    return judged.annotate(gap=gap).filter(gap__lte=wanted).order_by("gap", "pk")
