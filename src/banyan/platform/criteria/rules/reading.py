"""Text to typed tree: names, types and permissions settled, and every fault told at once."""

from typing import Any, Final

from banyan.platform.criteria.rules.calls import NODES, Calls
from banyan.platform.criteria.rules.faults import fault, listed, nearest, quoted
from banyan.platform.criteria.rules.logic import both, either, negated
from banyan.platform.criteria.rules.meanings import (
    DATES,
    NUMBERS,
    TEXTS,
    Meaning,
    Null,
    Period,
    Record,
    Records,
    Several,
    Vocabulary,
)
from banyan.platform.criteria.rules.names import EXTRAS, PARAMETERS
from banyan.platform.criteria.rules.parsing import parse
from banyan.platform.criteria.rules.syntax import (
    Binary,
    Call,
    Constant,
    Logic,
    Name,
    Options,
    Select,
    Syntax,
    Ternary,
    Unary,
)
from banyan.platform.criteria.rules.tree import (
    Arithmetic,
    Choose,
    Compare,
    Condition,
    FieldRef,
    Has,
    In,
    Literal,
    Negate,
    Node,
    Quantified,
    RelationRef,
    Span,
    Value,
)
from banyan.platform.criteria.vocabulary import KIND_WORDS
from banyan.platform.kernel.problems import Problem, raise_all

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_BOOLEAN: Final = frozenset({"boolean"})
_GROUPS: Final = (_BOOLEAN, NUMBERS, TEXTS, DATES)


def read(text: str, vocabulary: Vocabulary) -> Condition:
    """The tree of a criterion. Raises Problem or Problems that say, for every fault, where it is and how to mend it."""
    syntax = parse(text)
    reader = _Reader(text, vocabulary)
    found = reader.condition(syntax)
    raise_all(sorted(reader.faults, key=lambda one: (one.parameters["start"], one.code)))
    return found  # type: ignore[no-any-return]


def read_number(text: str, vocabulary: Vocabulary) -> Value:
    """The tree of a formula, which gives a number. Raises Problem or Problems as `read` does."""
    try:
        syntax = parse(text)
    except Problem as problem:
        if problem.code == "criteria.empty":
            raise fault("formula_empty", text, Span(0, 0)) from None
        raise
    reader = _Reader(text, vocabulary)
    found = reader.number(syntax)
    raise_all(sorted(reader.faults, key=lambda one: (one.parameters["start"], one.code)))
    return found  # type: ignore[no-any-return]


class _Reader(Calls):
    def meaning(self, node: Syntax) -> Meaning | None:
        match node:
            case Constant(sort="NULL_LIT"):
                return Null(node.at)
            case Constant():
                return self.constant(node)
            case Name():
                return self.name(node)
            case Select():
                return self.select(node)
            case Call():
                return self.call(node)
            case Options():
                return self.several(node)
            case Unary():
                return self.unary(node)
            case Logic(op=op, parts=inside, at=at):
                found = [self.condition(part) for part in inside]
                return None if None in found else (both if op == "&&" else either)(found, at)
            case Ternary():
                return self.choose(node)
            case Binary(op="in"):
                return self.among(node)
            case Binary(op=op) if op in _TURNED:
                return self.comparison(node)
            case Binary():
                return self.arithmetic(node)
        raise TypeError(f"{node!r} was refused by the parser")  # pragma: no cover

    def value(self, node: Syntax, kinds: frozenset[str], wanted: str) -> Any:
        found = self.meaning(node)
        if found is None:
            return None
        if not isinstance(found, NODES):
            self.no_value(found)
            return None
        if found.kind not in kinds:
            self.mismatch(node.at, found.kind, wanted)
            return None
        return found

    def condition(self, node: Syntax) -> Any:
        found = self.meaning(node)
        if found is None:
            return None
        if isinstance(found, Record | Records):
            self.alone(found)
            return None
        if found.kind != "boolean":
            self.fault("not_a_condition", node.at, text=quoted(self.text, node.at), found=KIND_WORDS[found.kind])
            return None
        return found

    def number(self, node: Syntax) -> Any:
        """What a whole formula gives."""
        found = self.meaning(node)
        if found is None or (isinstance(found, NODES) and found.kind in NUMBERS):
            return found
        if isinstance(found, Record | Records):
            self.alone(found)
        else:
            self.fault("not_a_number", node.at, text=quoted(self.text, node.at), found=KIND_WORDS[found.kind])
        return None

    def select(self, node: Select) -> Meaning | None:
        if isinstance(node.of, Name) and node.of.name == PARAMETERS:
            return self.parameter(node)
        if isinstance(node.of, Name) and node.of.name == EXTRAS:
            return self.member(self.root, f"{EXTRAS}.{node.name}", node.at, node.at)
        if isinstance(node.of, Select) and node.of.name == EXTRAS:
            of, name, name_at = self.meaning(node.of.of), f"{EXTRAS}.{node.name}", node.name_at
        else:
            of, name, name_at = self.meaning(node.of), node.name, node.name_at
        if isinstance(of, Record):
            return self.member(of, name, node.at, name_at)
        if isinstance(of, Records):
            self.alone(of)
        elif of is not None:
            self.mismatch(node.of.at, of.kind, "record")
        return None

    def several(self, node: Options) -> Several | None:
        found = [self.meaning(item) for item in node.items]
        for item, one in zip(node.items, found, strict=True):
            if one is not None and not isinstance(one, Literal | Period):
                self.mismatch(item.at, one.kind, "written")
        options = tuple(one for one in found if isinstance(one, Literal | Period))
        return Several(node.at, options) if len(options) == len(found) else None

    def unary(self, node: Unary) -> Node | None:
        if node.op == "!":
            inner = self.condition(node.a)
            return None if inner is None else negated(inner, node.at)
        a = self.value(node.a, NUMBERS, "decimal")
        if isinstance(a, Literal) and not a.parameter:
            return Literal(-a.value, a.kind, at=node.at)  # type: ignore[operator]
        return None if a is None else Negate(a, a.kind, node.at)

    def arithmetic(self, node: Binary) -> Node | None:
        kinds, wanted = (frozenset({"integer"}), "integer") if node.op == "%" else (NUMBERS, "decimal")
        a, b = self.value(node.a, kinds, wanted), self.value(node.b, kinds, wanted)
        if a is None or b is None:
            return None
        whole = a.kind == b.kind == "integer" and node.op != "/"
        return Arithmetic(node.op, a, b, "integer" if whole else "decimal", node.at)  # type: ignore[arg-type]

    def choose(self, node: Ternary) -> Node | None:
        condition = self.condition(node.condition)
        then = self.value(node.then, frozenset(KIND_WORDS), "written")
        if then is None:
            return None
        group = next(one for one in _GROUPS if then.kind in one)
        otherwise = self.value(node.otherwise, group, then.kind)
        if condition is None or otherwise is None:
            return None
        return Choose(condition, then, otherwise, _joined(then.kind, otherwise.kind), node.at)  # type: ignore[arg-type]

    def comparison(self, node: Binary) -> Node | None:
        a, b = self.meaning(node.a), self.meaning(node.b)
        if isinstance(a, Null) or isinstance(b, Null):
            return self.filled(node, b if isinstance(a, Null) else a)
        if a is None or b is None:
            return None
        for one in (a, b):
            if not isinstance(one, (*NODES, Period)):
                self.no_value(one)
                return None
        if isinstance(a, Period):
            return self.within_period(node, b, a, _TURNED[node.op])
        if isinstance(b, Period):
            return self.within_period(node, a, b, node.op)
        return self.compared(node, a, b)

    def compared(self, node: Binary, a: Any, b: Any) -> Node | None:
        """Two values of one group; of yes and no and of texts only whether they are the same."""
        group = next(one for one in _GROUPS if a.kind in one)
        if b.kind not in group:
            self.mismatch(node.b.at, b.kind, a.kind)
            return None
        if a.kind == "boolean" or a.kind in TEXTS:
            if node.op not in ("==", "!="):
                self.mismatch(node.a.at, a.kind, "decimal")
                return None
            if a.kind == "boolean":
                same = _same(a, b, node.at)
                return same if node.op == "==" else negated(same, node.at)
        if not (self.known_code(a, b) and self.known_code(b, a)):
            return None
        return Compare(node.op, a, b, at=node.at)  # type: ignore[arg-type]

    def known_code(self, a: Any, b: Any) -> bool:
        """Whether a text compared with a field of codes is one of them; notes it when it is not."""
        if not isinstance(a, FieldRef) or not a.field.code_list or not isinstance(b, Literal) or b.value == "":
            return True
        codes = self.vocabulary.codes.get(a.field.code_list)
        if codes is None or b.value in codes:
            return True
        near = listed(nearest(str(b.value), sorted(codes)))
        self.fault("code_unknown", b.at, value=b.value, code_list=a.field.code_list, near=near)
        return False

    def within_period(self, node: Binary, a: Any, period: Period, op: str) -> Node | None:
        """A date against a year or month written out: against its first day, its last, or both."""
        if isinstance(a, Period) or a.kind not in DATES:
            self.mismatch(period.at, period.kind, "day" if isinstance(a, Period) else a.kind)
            return None
        return _against(op, a, period, node.at)

    def filled(self, node: Binary, other: Meaning | None) -> Node | None:
        """`field == null`, and the same of records."""
        if other is None:
            return None
        found: Node
        if isinstance(other, FieldRef):
            found = Has(other, at=node.at)
        elif isinstance(other, Record) and other.steps:
            reached = RelationRef(other.variable, other.steps)
            found = Quantified("exists", reached, "", Literal(True, "boolean"), at=node.at)
        else:
            self.fault("null_alone", node.at)
            return None
        if node.op not in ("==", "!="):
            self.fault("null_alone", node.at)
            return None
        return found if node.op == "!=" else negated(found, node.at)

    def among(self, node: Binary) -> Node | None:
        """A value is one of a list. Years and months in it are asked one by one; an empty list is never met."""
        a, options = self.meaning(node.a), self.meaning(node.b)
        if a is None or options is None:
            return None
        if not isinstance(a, NODES):
            self.no_value(a)
            return None
        if not isinstance(options, Several):
            self.mismatch(node.b.at, options.kind, "list")
            return None
        group = next(one for one in _GROUPS if a.kind in one)
        wanted = "date" if group is DATES else a.kind
        for one in options.options:
            if a.kind == "boolean" or not (one.kind in group or (isinstance(one, Period) and group is DATES)):
                self.mismatch(one.at, one.kind, "written" if a.kind == "boolean" else wanted)
                return None
        if not all([self.known_code(a, one) for one in options.options]):  # noqa: C419 - every one shall be told
            return None
        days = tuple(one for one in options.options if isinstance(one, Literal))
        alternatives: list[Any] = [In(a, days, at=node.at)] if days else []
        alternatives += [_against("==", a, one, node.at) for one in options.options if isinstance(one, Period)]
        return either(alternatives, node.at) if alternatives else Literal(False, "boolean", at=node.at)


def _joined(first: str, second: str) -> str:
    """The kind of what may be of either kind, both of one group."""
    if first == second:
        return first
    return {"integer": "decimal", "decimal": "decimal", "text": "text", "code": "text"}.get(first, "date")


def _same(a: Any, b: Any, at: Span) -> Condition:
    """Whether two conditions say the same."""
    for one, other in ((a, b), (b, a)):
        if isinstance(other, Literal) and not other.parameter:
            return one if other.value else negated(one, at)
    return either([both([a, b], at), both([negated(a, at), negated(b, at)], at)], at)


def _against(op: str, a: Any, period: Period, at: Span) -> Condition:
    first, last = (Literal(day, "day", at=period.at) for day in (period.date.earliest, period.date.latest))
    if op == "==":
        return both([Compare(">=", a, first, at=at), Compare("<=", a, last, at=at)], at)
    if op == "!=":
        return either([Compare("<", a, first, at=at), Compare(">", a, last, at=at)], at)
    return Compare(op, a, first if op in ("<", ">=") else last, at=at)  # type: ignore[arg-type]
