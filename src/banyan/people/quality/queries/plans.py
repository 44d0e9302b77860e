"""All checks of a subject as one statement: every record's words of bits in a single scan."""

# ruff: noqa: S608 — composed of declarations and of what criteria compiled; values are bound

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.quality.declarations import Breakdown, declared
from banyan.people.quality.queries.definitions import CheckInForce
from banyan.people.quality.rules.words import word
from banyan.platform.access.viewers import system_viewer
from banyan.platform.criteria.declarations import Subject, subjects
from banyan.platform.criteria.queries import Scan, vocabulary
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.tree import Condition
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

# What stands for a check in a row of the scan.
FAILED, UNKNOWN, PASSED, NOT_ASKED = 3, 2, 1, 0


@dataclass(frozen=True)
class Trees:
    """A check read: whom it is about (None: every active record), and what is wrong."""

    eligible: Condition | None
    failed: Condition


def _trees(check: CheckInForce, known: Vocabulary) -> Trees:
    """A check's CEL as typed trees, with the operation's parameters filled in. Raises the Problems of criteria.

    Findings of a check that does not protect them show to everybody who sees findings, so an own check may then not speak of
    sensitive fields.
    """
    ceiling = Privacy.SENSITIVE if check.protects or not check.own else Privacy.PERSONAL
    known = replace(known, subject=check.subject, ceiling=ceiling, parameters=dict(check.values))
    return Trees(read(check.eligible, known) if check.eligible else None, read(check.predicate, known))


@dataclass
class Plan:
    """The scan over the records of one subject in an operation, with every check that can be read.

    only: a few records instead of all. broken: keys of checks that are left out, because they can no longer be read or ask for
    what the operation forbids to collect; `strict` raises instead.
    """

    operation_id: UUID
    subject: Subject
    checks: Sequence[CheckInForce]
    today: date
    only: Collection[UUID] | None = None
    strict: bool = False
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frame = Scan(self.subject, today=self.today, only=self.only is not None)
        self.codes: dict[int, str] = {}
        self.read: list[CheckInForce] = []
        engine = system_viewer("quality")
        known = vocabulary(self.subject.key, seen_by=engine, operation_id=self.operation_id, purpose="quality")
        for check in self.checks:
            try:
                trees = _trees(check, known)
            except Problem:
                if self.strict:
                    raise
                if not (check.own or check.overlap):
                    # What an operation forbids to collect is not asked of it; any other fault is the program's.
                    _trees(check, replace(known, forbidden=frozenset()))
                self.broken.append(check.key)
                continue
            self.codes[check.bit] = self._code(trees)
            self.read.append(check)

    @classmethod
    def reads(
        cls, operation_id: UUID, subject: str, *, failed: str, eligible: str = "", protects: bool = False
    ) -> "Plan":
        """The plan of one check that is not live, at bit 0. Raises the Problems of criteria when it cannot be read."""
        tried = CheckInForce(
            key="tried", version=1, number=0, label="", about="", dimension="validity", subject=subject, eligible=eligible,
            failed=failed, gate=False, protects=protects, own=True, enabled=True, score="share", target=Decimal(95),
            weight=Decimal(1), bit=0,
        )  # fmt: skip
        return cls(operation_id, subjects()[subject], [tried], timezone.localdate(), strict=True)

    def _code(self, trees: Trees) -> str:
        failed = trees.failed
        # Most checks ask only for what is there or not: nothing about them can be unknown. Nor is it for most records.
        possible, settled = self.frame.possible(failed), self.frame.settled(failed)
        if settled == "TRUE" or possible == self.frame.certain(failed):
            unknown = ""
        else:
            asked = possible if settled is None else f"({settled}) IS NOT TRUE AND {possible}"
            unknown = f" WHEN {asked} THEN {UNKNOWN}"
        code = f"CASE WHEN {self.frame.where(failed)} THEN {FAILED}{unknown} ELSE {PASSED} END"
        if trees.eligible is None:
            return code
        return f"CASE WHEN {self.frame.where(trees.eligible)} THEN {code} ELSE {NOT_ASKED} END"

    def filled(self, names: Sequence[str]) -> str:
        """SQL of how many of these fields a row has filled in."""
        engine = system_viewer("quality")
        known = vocabulary(self.subject.key, seen_by=engine, operation_id=self.operation_id, purpose="quality")
        known = replace(known, ceiling=Privacy.SENSITIVE)
        return " + ".join(f"({self.frame.certain(read(f'has({name})', known))})::int" for name in names)

    @property
    def mask(self) -> int:
        """The bits that this plan computes."""
        return word(self.codes)

    @property
    def breakdown(self) -> Breakdown:
        """By what the subject's scores are broken down; by nothing when nobody declared it."""
        return declared().breakdowns.get(self.subject.key, Breakdown(self.subject.key))

    @property
    def values(self) -> dict[str, Any]:
        """What the statement binds; asked for when it is complete."""
        return self.frame.values

    def sql(self) -> str:
        """Rows of (id, scope_id, place, site, interviewer, source, eligible, failed, unknown), one for each record.

        The codes are computed behind a fence (OFFSET 0), or the planner would copy each of them into all three words.
        """
        codes = "".join(f", {code} AS k{bit}" for bit, code in self.codes.items())
        return (
            "SELECT id, scope_id, place, site, interviewer, source,"
            f" {self._word('> 0')} AS eligible, {self._word(f'= {FAILED}')} AS failed, {self._word(f'= {UNKNOWN}')} AS unknown"
            f" FROM (SELECT {self._columns()}{codes} FROM {self.from_sql()} WHERE {self.where_sql()} OFFSET 0) looked"
        )

    def _word(self, which: str) -> str:
        bits = [f"CASE WHEN k{bit} {which} THEN {1 << bit}::bigint ELSE 0 END" for bit in self.codes]
        return f"({' | '.join(bits) or '0::bigint'})"

    def _columns(self) -> str:
        by = self.breakdown
        columns = {
            "id": self.frame.id,
            "scope_id": self.column(self.subject.scope),
            "place": f"({self.over(by.place)})::uuid",
            **{
                name: f"coalesce(({self.over(getattr(by, name))})::text, '')"
                for name in ("site", "interviewer", "source")
            },
        }
        return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())

    def from_sql(self) -> str:
        """What stands behind FROM, with what the breakdown joins."""
        return f"{self.frame.from_sql()} {self.over(self.breakdown.joins)}".strip()

    def where_sql(self) -> str:
        """What stands behind WHERE: live records of the operation, or the few asked for."""
        return self.frame.where_sql(only=None if self.only is None else list(self.only), operation=self.operation_id)

    def column(self, name: str) -> str:
        """A column of the scan's rows."""
        return f"{self.frame.alias}.{name}"

    def over(self, sql: str) -> str:
        """SQL of a declaration over the scan's rows."""
        return sql.replace("%", "%%").replace("{t}", self.frame.alias)
