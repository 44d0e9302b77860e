"""Why a record meets a criterion or not, or how a formula comes to its number: in words, with the record's own values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from banyan.platform.criteria.declarations import Field
from banyan.platform.criteria.rules.evaluating import Evaluator, Frozen, is_known
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
    Span,
    TextTest,
    Today,
    Value,
    walk,
)
from banyan.platform.criteria.rules.tree import parts as parts_of
from banyan.platform.criteria.rules.values import Range
from banyan.platform.criteria.vocabulary import PHRASES
from banyan.platform.kernel.dates import PartialDate

MOST_RECORDS: Final = 20  # related records explained one by one
HIDDEN: Final = "•••"
_DATES: Final = frozenset({"date", "day"})


def _plain_code(_code_list: str, code: str) -> str:
    return code


@dataclass(frozen=True)
class Words:
    """How values are said in the reader's language: labels of codes, dates, numbers. `hidden` fields show no value."""

    code: Callable[[str, str], str] = _plain_code
    date: Callable[[date | PartialDate], str] = str
    number: Callable[[int | Decimal], str] = str
    hidden: Callable[[Field], bool] = lambda _field: False


@dataclass(frozen=True)
class Explanation:
    """One part of a criterion for one record: what it asks, what the record says, what follows; and the parts it has."""

    text: str
    value: str
    verdict: bool | None
    parts: "tuple[Explanation, ...]"
    at: Span


def explain(tree: Condition, record: Any, *, today: date, words: Words | None = None) -> Explanation:
    """The explanation of a whole criterion for one record, in the language that is active."""
    return _Explainer(Evaluator(today), words or Words()).condition(tree, {"": record})


@dataclass(frozen=True)
class Working:
    """One part of a formula for one record: what it is, how much, and the parts it is reckoned from.

    The parts are numbers, and the conditions by which one of two was chosen.
    """

    text: str
    value: str
    known: bool
    parts: "tuple[Working | Explanation, ...]"
    at: Span


def explain_number(formula: Value, record: Any, *, today: date, words: Words | None = None) -> Working:
    """How a formula comes to its number for one record, in the language that is active."""
    return _Explainer(Evaluator(today), words or Words()).number(formula, {"": record})


def explain_figures(formula: Value, found: Mapping[Node, Any], *, today: date, words: Words | None = None) -> Working:
    """How a formula came to its number, from the values of its `tree.figures` that were kept."""
    return _Explainer(Frozen(today, found), words or Words()).number(formula, {"": None})


def phrase(node: Node, *, words: Words | None = None) -> str:
    """A criterion, formula or part of one in words, of no record."""
    return _Explainer(Evaluator(date.min), words or Words()).phrase(node, {"": None})


def said(name: str, **parameters: str) -> str:
    """One of vocabulary.PHRASES with its places filled."""
    return str(PHRASES[name]).format(**parameters)


class _Explainer:
    def __init__(self, evaluator: Evaluator, words: Words) -> None:
        self.evaluator, self.words = evaluator, words

    def number(self, node: Node, records: Mapping[str, Any]) -> Working:
        """A part of a formula with its number; of a choice only what was chosen is shown."""
        found = self.evaluator.of(node, records)
        inside: list[Working | Explanation] = []
        match node:
            case Choose(condition=condition, then=then, otherwise=otherwise):
                chosen = self.chosen_by(condition, records)
                inside = [chosen]
                if chosen.verdict is not None:
                    inside.append(self.number(then if chosen.verdict else otherwise, records))
            case Arithmetic() | Negate() | Extremum():
                inside = [self.number(part, records) for part in parts_of(node) if not isinstance(part, Literal)]
        hidden = any(isinstance(part, FieldRef) and self.words.hidden(part.field) for part in walk(node))
        value = HIDDEN if hidden else self.value(found)
        return Working(self.phrase(node, records), value, found is not None and found.known, tuple(inside), node.at)

    def chosen_by(self, node: Condition, records: Mapping[str, Any]) -> Explanation:
        """The condition of a choice: part by part, or as it was found before."""
        if isinstance(self.evaluator, Frozen):
            return Explanation(self.phrase(node, records), "", self.evaluator.of(node, records), (), node.at)
        return self.condition(node, records)

    def condition(self, node: Node, records: Mapping[str, Any]) -> Explanation:
        """A condition with its verdict; those that join others have parts instead of a value."""
        parts: list[Explanation] = []
        value = ""
        match node:
            case And(parts=inside) | Or(parts=inside):
                text = said("and" if isinstance(node, And) else "or")
                parts = [self.condition(part, records) for part in inside]
            case Not(a=Has()) | Has():
                text, value = self.phrase(node, records), self.values(node, records)
            case Not(a=a):
                text, parts = said("not"), [self.condition(a, records)]
            case Choose(condition=condition, then=then, otherwise=otherwise):
                text = said("choose")
                parts = [self.condition(part, records) for part in (condition, then, otherwise)]
            case Quantified(variable=variable) if variable:
                text = said(node.quantifier, a=self.records(node.relation, records))
                parts, value = self.related(node, records)
            case _:
                text, value = self.phrase(node, records), self.values(node, records)
        verdict = self.evaluator.of(node, records)
        return Explanation(text, value, verdict, tuple(parts), node.at)

    def related(self, node: Quantified, records: Mapping[str, Any]) -> tuple[list[Explanation], str]:
        """What the condition says of each related record, and how many there are."""
        found = self.evaluator.related(node.relation, records)
        label = str(node.relation.steps[-1].label)
        parts = []
        for number, one in enumerate(found[:MOST_RECORDS], start=1):
            part = self.condition(node.condition, {**records, node.variable: one})
            text = said("number", a=label, b=self.words.number(number))
            parts.append(Explanation(text, "", part.verdict, (part,), node.at))
        count = said("size", a=label)
        value = said("value", a=count, b=self.words.number(len(found)))
        if len(found) > MOST_RECORDS:
            value += f"; {said('more', a=self.words.number(len(found) - MOST_RECORDS))}"
        return parts, value

    def phrase(self, node: Node, records: Mapping[str, Any]) -> str:
        """A part in words, without its value."""
        one = self.phrase
        match node:
            case Literal() | Today():
                return self.constant(node)
            case FieldRef():
                words = self.field(node, records)
                return said("is", a=words) if node.kind == "boolean" else words
            case Compare(op=op, a=a, b=b):
                name = f"date {op}" if a.kind in _DATES and op not in ("==", "!=") else op
                return said(name, a=one(a, records), b=self.coded(b, a) or one(b, records))
            case In(a=a, options=options):
                listed = ", ".join(self.coded(option, a) or one(option, records) for option in options)
                return said("in", a=one(a, records), b=listed)
            case Has(ref=ref):
                return said("has", a=self.field(ref, records))
            case TextTest(test=test, a=a, pattern=pattern):
                return said(test, a=one(a, records), b=f"“{pattern}”")
            case Quantified(relation=relation, variable=""):
                return said("related", a=self.records(relation, records))
            case Aggregate():
                return self.aggregate(node, records)
            case And(parts=parts) | Or(parts=parts):
                return self.joined("joined and" if isinstance(node, And) else "joined or", parts, records)
        return self.reckoned(node, records)

    def reckoned(self, node: Node, records: Mapping[str, Any]) -> str:
        """A part that makes one value of others, in words."""
        one = self.phrase
        match node:
            case Arithmetic(op=op, a=a, b=b):
                return f"({one(a, records)} {op} {one(b, records)})"
            case Negate(a=a):
                return f"−{one(a, records)}"
            case Extremum(end=end, parts=inside):
                return said(end, a=", ".join(one(part, records) for part in inside))
            case Lower(a=a):
                return said("lower", a=one(a, records))
            case Length(a=a):
                return said("length", a=one(a, records))
            case DateMath(function=function, a=a, b=b):
                return said(function, a=one(a, records), b=one(b, records))
            case Not(a=Has(ref=ref)):
                return said("has not", a=self.field(ref, records))
            case Not(a=a):
                return said("joined not", a=one(a, records))
            case Choose(condition=condition, then=then, otherwise=otherwise):
                return said("chosen", a=one(condition, records), b=one(then, records), c=one(otherwise, records))
            case Quantified(quantifier=quantifier, relation=relation, condition=condition, variable=variable):
                inner = {**records, variable: None}
                return said("filtered", a=said(quantifier, a=self.records(relation, records)), b=one(condition, inner))
        raise TypeError(f"no node of a tree: {node!r}")

    def joined(self, name: str, parts: tuple[Condition, ...], records: Mapping[str, Any]) -> str:
        text = self.phrase(parts[0], records)
        for part in parts[1:]:
            text = said(name, a=text, b=self.phrase(part, records))
        return text

    def aggregate(self, node: Aggregate, records: Mapping[str, Any]) -> str:
        inner = {**records, node.variable: None} if node.variable else records
        related = self.records(node.relation, records)
        if node.filter is not None:
            related = said("filtered", a=related, b=self.phrase(node.filter, inner))
        value = "" if node.value is None else self.phrase(node.value, inner)
        return said(node.aggregate, a=related, b=value)

    def constant(self, node: Literal | Today) -> str:
        if isinstance(node, Today):
            return said("today")
        value = node.value
        if isinstance(value, bool):
            return said("true" if value else "false")
        if isinstance(value, int | Decimal):
            return self.words.number(value)
        return self.words.date(value) if isinstance(value, date) else f"“{value}”"

    def coded(self, node: Node, field: Node) -> str:
        """The label of a code compared with a field of codes."""
        if isinstance(field, FieldRef) and field.field.code_list and isinstance(node, Literal) and node.value:
            return self.words.code(field.field.code_list, str(node.value))
        return ""

    def field(self, ref: FieldRef, records: Mapping[str, Any]) -> str:
        """The label of a field, and of what it is a field."""
        text = str(ref.field.label)
        for step in ref.steps:
            text = said("of", a=text, b=str(step.label))
        return said("of itself", a=text) if not ref.variable and not ref.steps and len(records) > 1 else text

    def records(self, ref: RelationRef, records: Mapping[str, Any]) -> str:
        text = str(ref.steps[-1].label)
        for step in reversed(ref.steps[:-1]):
            text = said("of", a=text, b=str(step.label))
        return text

    def values(self, node: Node, records: Mapping[str, Any]) -> str:
        """What the record holds for the fields and numbers that a condition asks about."""
        found: dict[str, str] = {}
        asked = [node.a, node.b] if isinstance(node, Compare) else [node.a] if isinstance(node, In) else [node]
        for part in asked:
            refs = [one for one in walk(part) if isinstance(one, FieldRef)]
            if isinstance(part, Aggregate | Arithmetic | Extremum | DateMath):
                hidden = any(self.words.hidden(ref.field) for ref in refs)
                value = HIDDEN if hidden else self.value(self.evaluator.of(part, records))
                found[self.phrase(part, records)] = value
            for ref in refs:
                if ref.variable in records and not isinstance(part, Aggregate):
                    found[self.field(ref, records)] = self.of_field(ref, records)
        return "; ".join(said("value", a=label, b=value) for label, value in found.items())

    def of_field(self, ref: FieldRef, records: Mapping[str, Any]) -> str:
        field, raw = ref.field, self.evaluator.raw(ref, records)
        if self.words.hidden(field):
            return HIDDEN
        if not is_known(field, raw):
            return said("unknown")
        if field.code_list:
            return self.words.code(field.code_list, str(raw))
        if field.kind in _DATES:
            return self.words.date(PartialDate.from_text(raw) if isinstance(raw, str) else raw)
        return self.value(self.evaluator.read(field, raw))

    def value(self, value: Any) -> str:
        """A value or range in words."""
        if value is None:
            return said("unknown")
        if isinstance(value, bool):
            return said("true" if value else "false")
        if not isinstance(value, Range):
            return f"“{value}”"
        ends = [self.words.date(end) if isinstance(end, date) else self.words.number(_plain(end)) for end in value]
        return ends[0] if value.known else said("range", a=ends[0], b=ends[1])


def _plain(value: Fraction) -> int | Decimal:
    """A fraction as people write numbers. Only quotients have many places, and they are cut to ten."""
    return int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
