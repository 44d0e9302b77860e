"""Why somebody is in or out: a frozen row told in words, rule by rule and part by part."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from banyan.aid.programmes.models import TargetingRun, TargetRow
from banyan.aid.programmes.queries.targeting import target_rows, targeting_run
from banyan.aid.programmes.rules.targeting import Told, leaves, told
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import subjects
from banyan.platform.criteria.rules import Words, phrase
from banyan.platform.criteria.vocabulary import PHRASES
from banyan.platform.kernel.problems import Problem

HIDDEN: Final = "–"
"""Stands for a grade that this viewer may not know."""


@dataclass(frozen=True)
class RuleReason:
    """One of the alternative rules, and how it was graded: c met, u cannot be decided, r not met, HIDDEN."""

    key: str
    label: str
    mark: str
    told: Told


@dataclass(frozen=True)
class LineReason:
    """One line of the score, and the points it gave; None where these are not known, `hidden` where they may not be."""

    label: str
    words: str
    weight: Decimal
    points: Decimal | None
    hidden: bool = False


@dataclass(frozen=True)
class Reasons:
    """What a run says of one record, and why. `row` is what was frozen on the day of the run."""

    row: TargetRow
    run: TargetingRun
    rules: tuple[RuleReason, ...]
    lines: tuple[LineReason, ...]

    @property
    def verdict(self) -> str:
        """What was decided."""
        return self.row.verdict

    @property
    def score(self) -> Decimal | None:
        """The points together; None also where they would give away what is hidden."""
        return None if any(line.hidden for line in self.lines) else self.row.score

    @property
    def by_list(self) -> bool:
        """Whether a list decided."""
        return self.row.verdict in ("included", "excluded")


def why_targeted(run_id: UUID, record_id: UUID, *, seen_by: Viewer, words: Words | None = None) -> Reasons:
    """Why a household or person is in or out, from what was frozen: told the same however the register has changed since.

    Parts about sensitive fields are hidden from who may not see these. Whoever shows it to people writes that into the log of
    reads. Raises Problem not_found.
    """
    found = targeting_run(run_id, seen_by=seen_by)
    this = Q(person=record_id) if found.for_whom == "person" else Q(household=record_id)
    row = target_rows(run_id, seen_by=seen_by).filter(this).first()
    if row is None:
        raise Problem("not_found")
    sensitive = subjects()[found.for_whom].sensitive
    hides = bool(sensitive) and row.scope_id not in seen_by.reach(sensitive)
    marks = row.atoms.split(" ")
    return Reasons(
        row,
        found,
        tuple(
            _rule(found, rule, mark, atoms, hides=hides, words=words)
            for rule, mark, atoms in zip(found.rules, row.marks, marks, strict=False)
        ),
        tuple(
            _line(found, line, points, hides=hides, words=words)
            for line, points in zip(found.score, row.points, strict=True)
        ),
    )


def _rule(
    found: TargetingRun, rule: Mapping[str, Any], mark: str, atoms: str, *, hides: bool, words: Words | None
) -> RuleReason:
    hidden = [hides and part["sensitive"] for part in rule["parts"]]
    tree = _tree(found, rule["text"], len(atoms))
    if tree is None:
        # What the rule asked for is no longer known: its own text says it.
        parts = tuple(Told(part["text"], letter) for part, letter in zip(rule["parts"], atoms, strict=True))
        whole = Told(rule["text"], mark, parts if len(parts) > 1 else ())
    else:
        said = [phrase(leaf, words=words) for leaf in leaves(tree)]
        whole = told(said, atoms, tree, {name: str(PHRASES[name]) for name in ("and", "or", "not", "choose")})
    if any(hidden):
        return RuleReason(rule["key"], rule["label"], HIDDEN, _veiled(whole, hidden[::-1]))
    return RuleReason(rule["key"], rule["label"], mark, whole)


def _veiled(part: Told, hidden: list[bool]) -> Told:
    """The same words, without grades of what may not be known, nor of what would give it away. `hidden`: of the leaves, last first."""
    if not part.parts:
        return Told(part.text, HIDDEN) if hidden.pop() else part
    inside = tuple(_veiled(one, hidden) for one in part.parts)
    return Told(part.text, HIDDEN if any(one.mark == HIDDEN for one in inside) else part.mark, inside)


def _tree(found: TargetingRun, text: str, count: int) -> Any:
    try:
        node = criteria.tree_of(
            text,
            found.for_whom,
            seen_by=system_viewer("targeting"),
            operation_id=found.operation_id,
            purpose="eligibility",
        )
    except Problem:
        return None
    return node if len(leaves(node)) == count else None


def _line(
    found: TargetingRun, line: Mapping[str, Any], points: Decimal | None, *, hides: bool, words: Words | None
) -> LineReason:
    try:
        node = criteria.formula(
            line["formula"], found.for_whom, seen_by=system_viewer("targeting"), operation_id=found.operation_id,
            purpose="eligibility",
        )  # fmt: skip
        said = phrase(node, words=words)
    except Problem:
        said = line["formula"]
    veiled = hides and line["sensitive"]
    return LineReason(line["label"], said, Decimal(line["weight"]), None if veiled else points, veiled)
