"""Rules and scores of a targeting read into typed trees, with every fault told at once and with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from banyan.aid.programmes.rules.targeting import is_sensitive, leaves
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.rules import write
from banyan.platform.criteria.rules.tree import Condition, Value
from banyan.platform.kernel.problems import Location, Problem, raise_all

MOST_RULES: Final = 12
MOST_LINES: Final = 30
PURPOSE: Final = "eligibility"
_LARGEST: Final = Decimal(10**12)


@dataclass(frozen=True)
class RuleTree:
    """One of the alternative rules, read."""

    key: str
    label: str
    text: str
    node: Condition

    @property
    def leaves(self) -> tuple[Condition, ...]:
        """The parts that are graded each on its own."""
        return leaves(self.node)

    def frozen(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        """The rule as a run keeps it, with the texts of its parts."""
        parts = [{"text": write(leaf), "sensitive": is_sensitive(leaf)} for leaf in self.leaves]
        return {**saved, "key": self.key, "label": self.label, "text": self.text, "parts": parts}


@dataclass(frozen=True)
class LineTree:
    """One line of a score, read: so much for each."""

    label: str
    formula: str
    weight: Decimal
    node: Value

    def frozen(self) -> dict[str, Any]:
        """The line as a run keeps it."""
        return {
            "label": self.label, "formula": self.formula, "weight": str(self.weight), "sensitive": is_sensitive(self.node),
        }  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a targeting asks of records."""

    subject: str
    rules: tuple[RuleTree, ...]
    score: tuple[LineTree, ...]
    threshold: Decimal | None

    @property
    def nodes(self) -> list[Any]:
        """Every tree in it."""
        return [*(rule.node for rule in self.rules), *(line.node for line in self.score)]


def read_targeting(
    for_whom: str, operation_id: UUID, rules: Sequence[Mapping[str, Any]], score: Sequence[Mapping[str, Any]],
    threshold: Decimal | None, *, seen_by: Viewer,
) -> Asked:  # fmt: skip
    """Rules and score as this viewer may ask them.

    Raises every fault at once, each placed at "rules.0" or "score.0": the Problems of criteria for texts, and
    programmes.targeting_too_long, rule_unnamed, number_odd, threshold_without_score.
    """
    found: list[Problem] = []
    if len(rules) > MOST_RULES or len(score) > MOST_LINES:
        found.append(Problem("programmes.targeting_too_long", rules=MOST_RULES, lines=MOST_LINES))
    trees: list[RuleTree] = []
    lines: list[LineTree] = []
    for place, rule in enumerate(rules[:MOST_RULES]):
        at, text = Location(field=f"rules.{place}"), str(rule.get("text") or "")
        label = _named(rule, found, at)
        key = _key(rule, place, [one.key for one in trees])
        try:
            node = criteria.check(text, for_whom, seen_by=seen_by, operation_id=operation_id, purpose=PURPOSE)
            trees.append(RuleTree(key, label, text, node))
        except Problem as problem:
            found += [one.placed(at) for one in problem.errors or (problem,)]
    for place, line in enumerate(score[:MOST_LINES]):
        at, text = Location(field=f"score.{place}"), str(line.get("formula") or "")
        label, weight = _named(line, found, at), _weight(line.get("weight"))
        if weight is None:
            found.append(Problem("programmes.number_odd", number=str(line.get("weight")), at=at))
        try:
            value = criteria.formula(text, for_whom, seen_by=seen_by, operation_id=operation_id, purpose=PURPOSE)
            lines.append(LineTree(label, text, weight or Decimal(0), value))
        except Problem as problem:
            found += [one.placed(at) for one in problem.errors or (problem,)]
    if threshold is not None and not score:
        found.append(Problem("programmes.threshold_without_score", at=Location(field="threshold")))
    if threshold is not None and _weight(threshold) is None:
        found.append(Problem("programmes.number_odd", number=str(threshold), at=Location(field="threshold")))
    raise_all(found)
    return Asked(for_whom, tuple(trees), tuple(lines), threshold)


def _named(said: Mapping[str, Any], found: list[Problem], at: Location) -> str:
    label = str(said.get("label") or "").strip()[:120]
    if not label:
        found.append(Problem("programmes.rule_unnamed", at=at))
    return label


def _key(said: Mapping[str, Any], place: int, taken: Sequence[str]) -> str:
    """The key of a rule within its targeting; a run names its counts by it."""
    wanted = str(said.get("key") or "")[:20]
    return (
        wanted
        if wanted and wanted not in taken
        else next(key for number in range(place + 1, place + 2 + len(taken)) if (key := f"r{number}") not in taken)
    )


def _weight(said: Any) -> Decimal | None:
    """A number of at most four decimals; None for what is none. Floats are no numbers to pay by."""
    if said is None or isinstance(said, bool | float):
        return None
    try:
        number = Decimal(str(said))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > _LARGEST or number != round(number, 4):
        return None
    return number
