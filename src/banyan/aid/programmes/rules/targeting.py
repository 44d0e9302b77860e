"""Who is targeted: rules graded part by part, scores added up, lists heeded, one verdict for each record.

The statement of a run computes the same in SQL; tests hold the two against each other. A record of which a part cannot be
decided is graded unknown, and what is unknown is never in: it is listed to be mended.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Generic, TypeVar

from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import Condition, Node
from banyan.platform.kernel.privacy import Privacy

T = TypeVar("T")

REFUTED, UNKNOWN, MET = 0, 1, 2
LETTERS: Final = "ruc"
"""What stands for a grade in a frozen row: refuted, unknown, certain."""

OUT, UNDECIDED, IN, INCLUDED, EXCLUDED = "out", "unknown", "in", "included", "excluded"
CHOSEN: Final = (IN, INCLUDED)
"""The verdicts of those who may be enrolled."""

INCLUDE, EXCLUDE = "include", "exclude"
SEXES: Final = ("female", "male")
GROUPS: Final = ("0-4", "5-11", "12-17", "18-59", "60+")
AGES: Final = ((0, 4), (5, 11), (12, 17), (18, 59), (60, None))
"""First and last age of each group."""

PLACES: Final = Decimal("0.0001")
"""Points are rounded to this, half up, before they are added and compared: what is frozen judges as it was judged."""


def is_sensitive(node: Node) -> bool:
    """Whether anything in a condition or formula is sensitive."""
    fields = (part.field for part in tree.walk(node) if isinstance(part, tree.FieldRef))
    return any(field.privacy in (Privacy.SENSITIVE, Privacy.SECRET) for field in fields)


@dataclass(frozen=True)
class Algebra(Generic[T]):
    """How the parts of a condition are joined: as grades, as SQL, as words."""

    both: Callable[[Sequence[T]], T]
    either: Callable[[Sequence[T]], T]
    turned: Callable[[T], T]
    chosen: Callable[[T, T, T], T]


def leaves(node: Condition) -> tuple[Condition, ...]:
    """The parts of a condition that are graded each on its own, in the order written.

    What is asked of related records is one part: it has no grade for the record but its own.
    """
    match node:
        case tree.And(parts=inside) | tree.Or(parts=inside):
            return tuple(leaf for part in inside for leaf in leaves(part))
        case tree.Not(a=tree.Has()):
            return (node,)
        case tree.Not(a=a):
            return leaves(a)
        case tree.Choose(condition=condition, then=then, otherwise=otherwise):
            return (*leaves(condition), *leaves(then), *leaves(otherwise))  # type: ignore[arg-type]
    return (node,)


def folded(node: Condition, values: Iterator[T], by: Algebra[T]) -> T:
    """The value of a whole condition from the values of its leaves."""
    match node:
        case tree.And(parts=inside):
            return by.both([folded(part, values, by) for part in inside])
        case tree.Or(parts=inside):
            return by.either([folded(part, values, by) for part in inside])
        case tree.Not(a=tree.Has()):
            return next(values)
        case tree.Not(a=a):
            return by.turned(folded(a, values, by))
        case tree.Choose(condition=condition, then=then, otherwise=otherwise):
            which, yes, no = (folded(part, values, by) for part in (condition, then, otherwise))  # type: ignore[arg-type]
            return by.chosen(which, yes, no)
    return next(values)


def _chosen(which: int, yes: int, no: int) -> int:
    return UNKNOWN if which == UNKNOWN else yes if which == MET else no


GRADES: Final = Algebra[int](both=min, either=max, turned=lambda a: MET - a, chosen=_chosen)
"""Three-valued logic on grades."""


def graded(node: Condition, marks: str) -> int:
    """The grade of a rule from the letters of its parts."""
    return folded(node, iter([LETTERS.index(letter) for letter in marks]), GRADES)


def eligible(grades: Iterable[int]) -> int:
    """Alternative rules together: met when one is. Where there are none, nothing was asked and nothing is refuted."""
    return max(grades, default=MET)


def points(value: Decimal | None, weight: Decimal) -> Decimal | None:
    """What one line of the score gives; None where its value is not known."""
    return None if value is None else (value * weight).quantize(PLACES, ROUND_HALF_UP)


def total(found: Sequence[Decimal | None]) -> Decimal | None:
    """The score: the sum of the points. None where one of them is not known, or where there is no score."""
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None


def verdict(
    grade: int, score: Decimal | None, threshold: Decimal | None, *, asked: bool = True,
    included: bool = False, excluded: bool = False,
) -> str:  # fmt: skip
    """Whether a record is targeted. Lists of the excluded go before lists of the included, both before rules and score.

    asked: there is a rule or a threshold at all; where nothing is asked only lists put anybody in.
    """
    if excluded:
        return EXCLUDED
    if included:
        return INCLUDED
    if not asked or grade == REFUTED:
        return OUT
    if threshold is None:
        return IN if grade == MET else UNDECIDED
    if score is None:
        return UNDECIDED
    if score < threshold:
        return OUT
    return IN if grade == MET else UNDECIDED


def asks(rules: Sequence[Any], threshold: Decimal | None) -> bool:
    """Whether a targeting asks anything of records: an empty selection is nobody."""
    return bool(rules) or threshold is not None


def composition_formula(sex: str, group: tuple[int, int | None], variable: str = "") -> str:
    """A condition of the rule language on one person: of this sex and age."""
    name = f"{variable}." if variable else ""
    first, last = group
    until = "" if last is None else f" && {name}age <= {last}"
    return f'{name}sex == "{sex}" && {name}age >= {first}{until}'


def cells() -> list[tuple[str, tuple[int, int | None]]]:
    """Sex and ages of each number of a composition, in their order."""
    return [(sex, ages) for sex in SEXES for ages in AGES]


def digest(rules: Any, score: Any, threshold: Decimal | None, entries: Iterable[tuple[str, str]]) -> str:
    """What a targeting says, in short: another digest means that somebody changed it meanwhile."""
    said = {
        "rules": [[rule["key"], rule["text"]] for rule in rules],
        "score": [[line["formula"], str(Decimal(line["weight"]).normalize())] for line in score],
        "threshold": None if threshold is None else str(threshold.normalize()),
        "entries": sorted([kind, record] for kind, record in entries),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def thresholds(found: Iterable[Decimal], present: Decimal | None) -> list[Decimal]:
    """Thresholds worth comparing: scores that many have, and the present one; least first."""
    return sorted({*found, *([] if present is None else [present])})


def margin(least: Decimal, greatest: Decimal) -> Decimal:
    """How near to the threshold is borderline, when nobody says: a twentieth of all the scores there are."""
    return ((greatest - least) / 20).quantize(PLACES, ROUND_HALF_UP)


@dataclass(frozen=True)
class Told:
    """A part of a rule in words, with how it was graded for one record, and the parts it has."""

    text: str
    mark: str
    parts: tuple["Told", ...] = ()


def told(words: Sequence[str], marks: str, node: Condition, joins: Mapping[str, str]) -> Told:
    """A rule as a tree of words: `words` and `marks` of its leaves; `joins` says and, or, not, choose."""
    pairs = iter([Told(text, mark) for text, mark in zip(words, marks, strict=True)])

    def joined(name: str, parts: Sequence[Told], grade: int) -> Told:
        return Told(joins[name], LETTERS[grade], tuple(parts))

    def grades(parts: Sequence[Told]) -> list[int]:
        return [LETTERS.index(part.mark) for part in parts]

    return folded(
        node,
        pairs,
        Algebra[Told](
            both=lambda parts: joined("and", parts, min(grades(parts))),
            either=lambda parts: joined("or", parts, max(grades(parts))),
            turned=lambda part: joined("not", [part], MET - LETTERS.index(part.mark)),
            chosen=lambda which, yes, no: joined("choose", [which, yes, no], _chosen(*grades([which, yes, no]))),
        ),
    )
