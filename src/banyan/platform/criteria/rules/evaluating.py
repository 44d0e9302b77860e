"""What a criterion says of one record: slow, obvious, and the meaning of the language. SQL has to agree with it.

A record is a mapping (or an object) from the names of fields to their values, and from the names of relations to a
record or None, or to a list of records. Dates are days, partial dates or their text; under the name of an age stands the
date of birth. A name that is missing is a field of which nothing is known.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from banyan.platform.criteria.declarations import Field
from banyan.platform.criteria.rules import values
from banyan.platform.criteria.rules.patterns import compiled_pattern
from banyan.platform.criteria.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Choose,
    Compare,
    Condition,
    DateMath,
    Extremum,
    FieldRef,
    Has,
    In,
    Length,
    Literal,
    Lower,
    Negate,
    Node,
    Not,
    Or,
    Quantified,
    RelationRef,
    TextTest,
    Today,
    Value,
    whole_number,
)
from banyan.platform.criteria.rules.values import Range, point

_SMALL: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_TEXTS: Final = frozenset({"text", "code"})


def evaluate(tree: Condition, record: Any, *, today: date) -> bool | None:
    """Whether a record meets a criterion on a day: True, False, or None when it cannot be decided."""
    found = Evaluator(today).of(tree, {"": record})
    return found if isinstance(found, bool) else None


def evaluate_number(formula: Value, record: Any, *, today: date) -> Range | None:
    """What a formula gives for a record on a day: a Range, of which `known` says whether it is one number, or None."""
    found = Evaluator(today).of(formula, {"": record})
    return found if isinstance(found, Range) else None


class Evaluator:
    """Evaluates parts of a tree for one day. `records` are what the variables stand for; "" is the record asked about."""

    def __init__(self, today: date) -> None:
        self.today = today

    def of(self, node: Node, records: Mapping[str, Any]) -> Any:
        """The value of a part: True, False or None of a condition, a text or None, a Range or None."""
        match node:
            case And(parts=parts):
                return values.all_of(self.of(part, records) for part in parts)
            case Or(parts=parts):
                return values.any_of(self.of(part, records) for part in parts)
            case Not(a=a):
                return values.not_so(self.of(a, records))
            case Compare(op=op, a=a, b=b):
                return self.compared(op, a, b, records)
            case In(a=a, options=options):
                return values.any_of(self.compared("==", a, option, records) for option in options)
            case Has(ref=ref):
                return is_known(ref.field, self.raw(ref, records))
            case TextTest(test=test, a=a, pattern=pattern):
                return _tested(test, self.of(a, records), pattern)
            case Quantified():
                return self.quantified(node, records)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                verdict = self.of(condition, records)
                return None if verdict is None else self.of(then if verdict else otherwise, records)
        return self.value(node, records)

    def value(self, node: Node, records: Mapping[str, Any]) -> Any:
        """The value of a part that is more than yes or no."""
        match node:
            case Literal(value=value, kind=kind):
                return value if kind in ("boolean", "text") else point(value if kind == "day" else Fraction(value))  # type: ignore[arg-type]
            case Today():
                return point(self.today)
            case FieldRef(field=field):
                return self.read(field, self.raw(node, records))
            case Arithmetic(op=op, a=a, b=b):
                return values.reckoned(op, self.of(a, records), self.of(b, records))
            case Negate(a=a):
                return values.negative(self.of(a, records))
            case Extremum(end=end, parts=parts):
                return values.extremum(end, [self.of(part, records) for part in parts])
            case Lower(a=a):
                text = self.of(a, records)
                return None if text is None else text.translate(_SMALL)
            case Length(a=a):
                text = self.of(a, records)
                return None if text is None else point(Fraction(len(text)))
            case Aggregate():
                return self.aggregated(node, records)
            case DateMath(function="age_at", a=FieldRef() as born, b=b):
                return values.age(values.dates(self.raw(born, records)), self.of(b, records))
            case DateMath(function=("add_days" | "add_months") as function, a=a, b=b):
                return values.moved(function, self.of(a, records), whole_number(b))
            case DateMath(function=function, a=a, b=b):
                return values.between(function, self.of(a, records), self.of(b, records))
        raise TypeError(f"no node of a tree: {node!r}")

    def compared(self, op: str, a: Node, b: Node, records: Mapping[str, Any]) -> bool | None:
        """Two values compared."""
        first, second = self.of(a, records), self.of(b, records)
        if a.kind in _TEXTS:
            same = values.same_text(first, second)
            return same if op == "==" else values.not_so(same)
        return values.ordered(op, first, second)

    def quantified(self, node: Quantified, records: Mapping[str, Any]) -> bool | None:
        """Some, all or one of the related records."""
        verdicts = [
            self.of(node.condition, {**records, node.variable: one} if node.variable else records)
            for one in self.related(node.relation, records)
        ]
        if node.quantifier == "exists":
            return values.any_of(verdicts)
        return values.all_of(verdicts) if node.quantifier == "all" else values.exactly_one(verdicts)

    def aggregated(self, node: Aggregate, records: Mapping[str, Any]) -> Range | None:
        """A number over the related records that meet the filter."""
        rows = []
        for one in self.related(node.relation, records):
            inner = {**records, node.variable: one} if node.variable else records
            verdict = True if node.filter is None else self.of(node.filter, inner)
            rows.append((verdict, None if node.value is None else self.of(node.value, inner)))
        if node.aggregate == "size":
            return values.counted(verdict for verdict, _value in rows)
        return values.added_up(rows) if node.aggregate == "sum" else values.extreme(node.aggregate, rows)

    def related(self, ref: RelationRef, records: Mapping[str, Any]) -> list[Any]:
        """The related records; none where a step on the way leads nowhere."""
        *steps, last = ref.path
        start = records[ref.variable]
        for step in steps:
            start = _of_record(start, step)
        found = _of_record(start, last)
        if found is None:
            return []
        return list(found) if ref.steps[-1].many else [found]

    def raw(self, ref: FieldRef, records: Mapping[str, Any]) -> Any:
        """What the record holds for a field, as it is."""
        start = records[ref.variable]
        for step in ref.path:
            start = _of_record(start, step)
        return _of_record(start, ref.field.name)

    def read(self, field: Field, raw: Any) -> Any:
        """What the record holds, as a value."""
        if not is_known(field, raw):
            return None
        if field.derived:
            return values.age(values.dates(raw), point(self.today))
        if field.kind in ("integer", "decimal"):
            return values.number(raw)
        return values.dates(raw) if field.kind in ("date", "day") else raw


class Frozen(Evaluator):
    """Evaluates with parts that were found before, whatever the record says now."""

    def __init__(self, today: date, found: Mapping[Node, Any]) -> None:
        super().__init__(today)
        self.found = found

    def of(self, node: Node, records: Mapping[str, Any]) -> Any:
        """The value found before, or one made of such values."""
        return self.found[node] if node in self.found else super().of(node, records)


def is_known(field: Field, raw: Any) -> bool:
    """Whether a field is filled in."""
    return raw is not None and not (raw == "" and field.empty == "blank")


def _of_record(record: Any, name: str) -> Any:
    if record is None:
        return None
    return record.get(name) if isinstance(record, Mapping) else getattr(record, name, None)


def _tested(test: str, text: str | None, pattern: str) -> bool | None:
    if text is None:
        return None
    if test == "contains":
        return pattern in text
    if test == "matches":
        return compiled_pattern(pattern).search(text) is not None
    return text.startswith(pattern) if test == "startsWith" else text.endswith(pattern)
