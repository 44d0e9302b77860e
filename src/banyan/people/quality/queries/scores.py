"""Scores: of a day, over time, side by side; only of what lies in the viewer's reach."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from banyan.people.quality.models import AgeCount, Filled, Snapshot
from banyan.people.quality.queries.definitions import CheckInForce, checks
from banyan.people.quality.queries.reaching import may_see, reach_of
from banyan.people.quality.queries.statements import BREAKDOWNS
from banyan.people.quality.rules import ages as age_rules
from banyan.people.quality.rules import control, scoring
from banyan.people.quality.rules.ages import FEWEST_PEOPLE, OLDEST, AgeQuality
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

_SUMS = ("eligible", "failed", "waived", "unknown")


@dataclass(frozen=True)
class CheckScore:
    """One check on one day. hidden: its findings are sensitive and this viewer may not see any of it.

    filled: how many in 100 of the mandatory fields were filled in at the last full pass, for a check that is made of them.
    """

    check: CheckInForce
    eligible: int = 0
    failed: int = 0
    waived: int = 0
    unknown: int = 0
    score: Decimal | None = None
    hidden: bool = False
    filled: Decimal | None = None

    @property
    def open(self) -> int:
        """Findings that are not waived."""
        return self.failed - self.waived

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a score."""
        return None if self.score is None else self.score >= self.check.target

    @property
    def waiver_rate(self) -> Decimal | None:
        """Waived findings in 100 of those it is about: how much of the score was granted, not mended."""
        return scoring.share(self.waived, self.eligible)

    @property
    def unknown_rate(self) -> Decimal | None:
        """Records in 100 of which nothing can be said."""
        return scoring.share(self.unknown, self.eligible)


@dataclass(frozen=True)
class Scores:
    """An operation, or one group of it, on a day. Without a day nothing was ever counted that the viewer may see."""

    day: date | None
    composite: Decimal | None
    target: Decimal | None
    worst: str | None
    dimensions: Mapping[str, Decimal | None]
    checks: list[CheckScore]


@dataclass(frozen=True)
class Point:
    """A score on a day with the limits within which it varies by chance. Of a composite only day, score and target are known."""

    day: date
    version: int
    eligible: int
    failed: int
    waived: int
    score: Decimal | None
    target: Decimal | None
    low: float | None = None
    high: float | None = None
    signal: bool = False


@dataclass(frozen=True)
class LeagueRow:
    """One place, site, interviewer or source beside the others."""

    value: str
    eligible: int
    failed: int
    waived: int
    score: Decimal | None


@dataclass(frozen=True)
class AgeRow:
    """The age quality of one group; `value` is empty for all of them."""

    value: str
    quality: AgeQuality


def scores(operation_id: UUID, *, seen_by: Viewer, by: str = "", value: str = "", day: date | None = None) -> Scores:
    """The scores of the latest day, or of the last one until `day`; of one value of a breakdown when asked for.

    Raises Problem quality.breakdown_unknown.
    """
    asked = [one for one in checks(operation_id, seen_by=seen_by) if one.asked]
    rows = _rows(operation_id, seen_by, by, value, asked)
    if day is not None:
        rows = rows.filter(day__lte=day)
    latest = rows.aggregate(day=Max("day"))["day"]
    counted = {row["check_key"]: row for row in _summed(rows.filter(day=latest), asked, "check_key")} if latest else {}
    told = _told(operation_id, seen_by, by, value, latest) if latest else None
    found = [_scored(one, counted.get(one.key), told, seen_by) for one in asked]
    if latest and not by:
        found = [replace(one, filled=_filled(operation_id, one.check, seen_by, latest)) for one in found]
    parts = [scoring.Scored(one.check.dimension, one.score, one.check.weight) for one in found]
    dimensions = scoring.by_dimension(parts)
    return Scores(
        latest,
        scoring.composite(parts),
        scoring.weighted((one.check.target, one.check.weight) for one in found if one.score is not None),
        scoring.worst(dimensions),
        dimensions,
        found,
    )


def series(
    operation_id: UUID, key: str, *, seen_by: Viewer, by: str = "", value: str = "", since: date | None = None,
    until: date | None = None,
) -> list[Point]:  # fmt: skip
    """A check's score day by day with control limits, both versions while they overlap; with key "" the composite.

    Raises Problem quality.breakdown_unknown.
    """
    asked = [one for one in checks(operation_id, seen_by=seen_by) if one.asked and key in ("", one.key)]
    rows = _rows(operation_id, seen_by, by, value, asked)
    if since:
        rows = rows.filter(day__gte=since)
    if until:
        rows = rows.filter(day__lte=until)
    if not key:
        return _composites(rows, asked)
    # Any: the types of annotations stop at computed names.
    counted: Any = rows.filter(check_key=key).values("day", "version").annotate(
        **{name: Sum(name) for name in _SUMS}, target=Max("target")
    )  # fmt: skip
    days: list[dict[str, Any]] = list(counted.order_by("version", "day"))
    found: list[Point] = []
    for version in dict.fromkeys(row["version"] for row in days):
        # Limits of one definition say nothing about another.
        own = [row for row in days if row["version"] == version]
        around = control.limits([control.Counted(row["eligible"], row["failed"] - row["waived"]) for row in own])
        for row, limit in zip(own, around, strict=True):
            found.append(
                Point(
                    row["day"], version, row["eligible"], row["failed"], row["waived"],
                    scoring.score(row["eligible"], row["failed"], row["waived"]), row["target"],
                    None if limit is None else 100 - 100 * limit.high, None if limit is None else 100 - 100 * limit.low,
                    limit is not None and limit.signal,
                )
            )  # fmt: skip
    return sorted(found, key=lambda point: (point.day, point.version))


def league(operation_id: UUID, key: str, *, by: str, seen_by: Viewer, day: date | None = None) -> list[LeagueRow]:
    """Every value of a breakdown with its score, the lowest first; with key "" the composite. Small groups are for the page to hide.

    Raises Problem quality.breakdown_unknown.
    """
    asked = [one for one in checks(operation_id, seen_by=seen_by) if one.asked and key in ("", one.key)]
    rows = _rows(operation_id, seen_by, by, "", asked, every=True)
    if day is not None:
        rows = rows.filter(day__lte=day)
    latest = rows.aggregate(day=Max("day"))["day"]
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _summed(rows.filter(day=latest), asked, "value", "check_key"):
        groups[row["value"]].append(row)
    known = {one.key: one for one in asked}
    found = []
    for value, group in groups.items():
        parts = [
            (scoring.score(row["eligible"], row["failed"], row["waived"]), known[row["check_key"]].weight)
            for row in group
        ]
        # A composite is about as many as its largest check.
        found.append(
            LeagueRow(
                value, max(row["eligible"] for row in group), sum(row["failed"] for row in group),
                sum(row["waived"] for row in group), scoring.weighted(parts),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (row.score is None, row.score or 0, row.value))


def age_quality(operation_id: UUID, *, seen_by: Viewer, by: str = "") -> list[AgeRow]:
    """The age quality of every group large enough, the worst first; of the whole operation without `by`.

    Raises Problem quality.breakdown_unknown.
    """
    found = []
    for value, group in _ages(operation_id, seen_by, by, None).items():
        quality = _quality(group)
        if quality is not None:
            found.append(AgeRow(value, quality))
    return sorted(found, key=lambda row: (row.quality.score, row.value))


def ages(operation_id: UUID, *, seen_by: Viewer, by: str = "", value: str = "") -> list[int]:
    """How many people told each age from 0 to 99; empty for fewer than FEWEST_PEOPLE. Raises quality.breakdown_unknown."""
    group = _ages(operation_id, seen_by, by, None).get(value if by else "", [])
    counted = _by_age(group)
    return counted if sum(counted) >= FEWEST_PEOPLE else []


def _breakdown(by: str) -> str:
    if by and by not in BREAKDOWNS:
        raise Problem("quality.breakdown_unknown", by=by)
    return by or "all"


def _rows(
    operation_id: UUID, viewer: Viewer, by: str, value: str, asked: Iterable[CheckInForce], *, every: bool = False
) -> "QuerySet[Snapshot]":
    """Snapshot rows of these checks as far as the viewer may see records of their subjects."""
    breakdown = _breakdown(by)
    within = Q(pk__in=[])
    alike: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for one in asked:
        if may_see(one, seen_by=viewer):
            alike[one.subject, one.protects].append(one.key)
    for (subject, protects), keys in alike.items():
        within |= Q(check_key__in=keys) & reach_of(subject, seen_by=viewer, protects=protects)
    rows = Snapshot.objects.filter(within, operation=operation_id, breakdown=breakdown)
    return rows if every or breakdown == "all" else rows.filter(value=value)


def _summed(rows: "QuerySet[Snapshot]", asked: Iterable[CheckInForce], *names: str) -> list[dict[str, Any]]:
    """Counts summed over scopes, of the versions in force."""
    live = Q(pk__in=[])
    for one in asked:
        live |= Q(check_key=one.key, version=one.version)
    return list(rows.filter(live).values(*names).annotate(**{name: Sum(name) for name in _SUMS}).order_by(*names))


def _scored(one: CheckInForce, row: Mapping[str, Any] | None, told: AgeQuality | None, viewer: Viewer) -> CheckScore:
    if not may_see(one, seen_by=viewer):
        return CheckScore(one, hidden=True)
    if row is None:
        return CheckScore(one)
    counted = scoring.score(row["eligible"], row["failed"], row["waived"])
    if one.score == "age_quality":
        counted = told.score if told else None
    return CheckScore(one, row["eligible"], row["failed"], row["waived"], row["unknown"], counted)


def _filled(operation_id: UUID, one: CheckInForce, viewer: Viewer, day: date) -> Decimal | None:
    """How many in 100 of the mandatory fields are filled in within reach, at the last full pass until a day."""
    if not one.mandatory or not may_see(one, seen_by=viewer):
        return None
    rows = Filled.objects.filter(
        reach_of(one.subject, seen_by=viewer, protects=one.protects), operation=operation_id, check_key=one.key,
        version=one.version, day__lte=day,
    )  # fmt: skip
    found = rows.values("day").annotate(asked=Sum("asked"), filled=Sum("filled")).order_by("-day").first()
    return scoring.share(found["filled"], found["asked"]) if found else None


def _composites(rows: "QuerySet[Snapshot]", asked: Iterable[CheckInForce]) -> list[Point]:
    known = {one.key: one for one in asked}
    days: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in _summed(rows, known.values(), "day", "check_key"):
        # The age quality of a day is no share of records, so the trend of the composite leaves it out.
        if known[row["check_key"]].score == "share":
            days[row["day"]].append(row)
    return [
        Point(
            day, 0, 0, 0, 0,
            scoring.weighted(
                (scoring.score(row["eligible"], row["failed"], row["waived"]), known[row["check_key"]].weight) for row in group
            ),
            scoring.weighted((known[row["check_key"]].target, known[row["check_key"]].weight) for row in group),
        )
        for day, group in sorted(days.items())
    ]  # fmt: skip


def _ages(operation_id: UUID, viewer: Viewer, by: str, day: date | None) -> dict[str, list[AgeCount]]:
    """The rows of the latest day by value of the breakdown, in reach."""
    breakdown = _breakdown(by)
    if not viewer.may("quality.view_findings"):
        return {}
    rows = AgeCount.objects.filter(operation=operation_id, breakdown=breakdown)
    subjects = rows.values_list("subject", flat=True).distinct()
    within = Q(pk__in=[])
    for subject in subjects:
        within |= Q(subject=subject) & reach_of(subject, seen_by=viewer)
    rows = rows.filter(within)
    latest = day or rows.aggregate(day=Max("day"))["day"]
    groups: dict[str, list[AgeCount]] = defaultdict(list)
    for row in rows.filter(day=latest):
        groups[row.value].append(row)
    return groups


def _told(operation_id: UUID, viewer: Viewer, by: str, value: str, day: date) -> AgeQuality | None:
    return _quality(_ages(operation_id, viewer, by, day).get(value if by else "", []))


def _by_age(rows: Iterable[AgeCount]) -> list[int]:
    counted = [0] * (OLDEST + 1)
    for row in rows:
        for age, people in row.ages.items():
            counted[int(age)] += people
    return counted


def _quality(rows: list[AgeCount]) -> AgeQuality | None:
    return age_rules.age_quality(
        _by_age(rows), known=sum(row.known for row in rows), first_of_january=sum(row.first_of_january for row in rows)
    )
