"""Functions, methods and the macros over related records."""

from typing import Any, get_args

from banyan.platform.criteria.rules import constants
from banyan.platform.criteria.rules.faults import listed, nearest, quoted
from banyan.platform.criteria.rules.logic import both, either, negated
from banyan.platform.criteria.rules.meanings import DATES, NUMBERS, TEXTS, Meaning, Record, Records
from banyan.platform.criteria.rules.names import Names
from banyan.platform.criteria.rules.patterns import normal_pattern
from banyan.platform.criteria.rules.syntax import Call, Constant, Name, Syntax
from banyan.platform.criteria.rules.tree import (
    Aggregate,
    DateMath,
    Extremum,
    FieldRef,
    Has,
    Length,
    Literal,
    Lower,
    Negate,
    Node,
    Quantified,
    RelationRef,
    Span,
    TextTest,
    whole_number,
)
from banyan.platform.criteria.vocabulary import FUNCTIONS_OF

NODES = get_args(Node)


class Calls(Names):
    """Reads calls; how to read their arguments is the reader's."""

    def meaning(self, node: Syntax) -> Meaning | None:
        """What a part means, or None when a fault was noted."""
        raise NotImplementedError  # pragma: no cover

    def value(self, node: Syntax, kinds: frozenset[str], wanted: str) -> Any:
        """A value of one of the kinds, or None when a fault was noted."""
        raise NotImplementedError  # pragma: no cover

    def condition(self, node: Syntax) -> Any:
        """A condition, or None when a fault was noted."""
        raise NotImplementedError  # pragma: no cover

    def call(self, node: Call) -> Meaning | None:
        """A function, a method of a value, or a macro of records."""
        if node.of is None:
            return self.function(node)
        of = self.meaning(node.of)
        if of is None:
            return None
        if isinstance(of, Records):
            return self.macro(node, of)
        if isinstance(of, Record):
            if self.called(node, "record") is None:
                return None
            return self.age_at(node, of)
        if isinstance(of, NODES) and of.kind in TEXTS:
            return None if self.called(node, "text") is None else self.text_method(node, of)
        if all(node.name not in FUNCTIONS_OF[known] for known in ("records", "record", "text")):
            self.called(node, "text")
        self.mismatch(node.of.at, of.kind, "text" if node.name in FUNCTIONS_OF["text"] else "records")
        return None

    def called(self, node: Call, of: str, count: int | None = None) -> str | None:
        """The usage of the function called; None, with the fault noted, when there is none or it takes other arguments."""
        known = FUNCTIONS_OF[of]
        if node.name not in known:
            self.fault("function_unknown", node.name_at, name=node.name, near=listed(nearest(node.name, list(known))))
            return None
        usage = known[node.name].usage
        if count is not None and len(node.arguments) != count:
            self.misused(node, usage)
            return None
        return usage

    def misused(self, node: Call, usage: str) -> None:
        """Note that a function is given what it does not take."""
        self.fault("arguments", node.at, name=node.name, usage=usage)

    def function(self, node: Call) -> Meaning | None:
        """A function with nothing before it."""
        if node.name in ("least", "greatest"):
            return self.extremum(node)
        two = node.name in ("years_between", "days_between", "add_days", "add_months")
        usage = self.called(node, "", 2 if two else 1)
        if usage is None:
            return None
        if node.name == "has":
            return self.has(node, usage)
        if node.name == "date":
            return self.date(node, usage)
        if node.name == "size":
            return self.size(node, usage)
        if node.name == "age_at":
            return self.age_at(node, self.root)
        if node.name == "lower":
            a = self.value(node.arguments[0], TEXTS, "text")
            return None if a is None else Lower(a, at=node.at)
        if node.name in constants.SPANS:
            return self.moved(node)
        a, b = (self.value(argument, DATES, "date") for argument in node.arguments)
        return None if a is None or b is None else DateMath(node.name, a, b, "integer", node.at)  # type: ignore[arg-type]

    def extremum(self, node: Call) -> Node | None:
        """least and greatest of two numbers or more."""
        if len(node.arguments) < 2:
            self.misused(node, FUNCTIONS_OF[""][node.name].usage)
            return None
        found = [self.value(argument, NUMBERS, "decimal") for argument in node.arguments]
        if None in found:
            return None
        whole = all(one.kind == "integer" for one in found)
        return Extremum(node.name, tuple(found), "integer" if whole else "decimal", node.at)  # type: ignore[arg-type]

    def has(self, node: Call, usage: str) -> Node | None:
        found = self.meaning(node.arguments[0])
        if isinstance(found, FieldRef):
            return Has(found, at=node.at)
        if isinstance(found, Record) and found.steps:
            return Quantified(
                "exists", RelationRef(found.variable, found.steps), "", Literal(True, "boolean"), at=node.at
            )
        if isinstance(found, Records) and found.mapped is None:
            condition = found.filter or Literal(True, "boolean")
            return Quantified("exists", found.ref, found.variable, condition, at=node.at)
        if found is not None:
            self.misused(node, usage)
        return None

    def date(self, node: Call, usage: str) -> Meaning | None:
        (argument,) = node.arguments
        if not isinstance(argument, Constant) or argument.sort != "STRING_LIT":
            self.misused(node, usage)
            return None
        words = constants.text(argument.text)
        found = None if words is None else constants.day_or_period(words, node.at)
        if found is None:
            self.fault("value_unusable", argument.at, text=quoted(self.text, argument.at))
        return found

    def size(self, node: Call, usage: str) -> Node | None:
        found = self.meaning(node.arguments[0])
        if isinstance(found, Records):
            return self.counted(node.at, found)
        if isinstance(found, NODES) and found.kind in TEXTS:
            return Length(found, at=node.at)
        if found is not None:
            self.misused(node, usage)
        return None

    def moved(self, node: Call) -> Node | None:
        a = self.value(node.arguments[0], DATES, "date")
        b = self.value(node.arguments[1], frozenset({"integer"}), "integer")
        if a is None or b is None:
            return None
        count = b.a if isinstance(b, Negate) else b
        if not isinstance(count, Literal):
            self.mismatch(node.arguments[1].at, b.kind, "written")
            return None
        if abs(whole_number(count)) > constants.SPANS[node.name]:
            self.fault("value_unusable", b.at, text=quoted(self.text, b.at))
            return None
        return DateMath(node.name, a, b, a.kind, node.at)  # type: ignore[arg-type]

    def age_at(self, node: Call, record: Record) -> Node | None:
        usage = self.called(node, "record" if node.of else "", 1)
        if usage is None:
            return None
        age = next((one for one in self.vocabulary.fields_of(record.subject) if one.derived == "age"), None)
        if age is None:
            self.unknown("age", node.name_at, self.known(record))
            return None
        day = self.value(node.arguments[0], DATES, "date")
        if not self.permitted(age, node.name_at) or day is None:
            return None
        return DateMath("age_at", FieldRef(record.variable, record.steps, age, node.at), day, "integer", node.at)

    def text_method(self, node: Call, of: Any) -> Node | None:
        usage = self.called(node, "text", 0 if node.name == "size" else 1)
        if usage is None:
            return None
        if node.name == "size":
            return Length(of, at=node.at)
        argument = node.arguments[0]
        written = self.meaning(argument)
        if written is None:
            return None
        if not isinstance(written, Literal) or written.kind != "text" or not written.value:
            self.misused(node, usage)
            return None
        pattern: str | None = str(written.value)
        if node.name == "matches":
            pattern = normal_pattern(str(written.value))
            if pattern is None:
                self.fault("pattern_unusable", argument.at, text=quoted(self.text, argument.at))
                return None
        return TextTest(node.name, of, str(pattern), written.parameter, at=node.at)  # type: ignore[arg-type]

    def macro(self, node: Call, records: Records) -> Meaning | None:
        """exists, all, exists_one, filter, map, size, sum, min and max of records."""
        usage = self.called(node, "records")
        if usage is None:
            return None
        reckons = node.name in ("size", "sum", "min", "max")
        if records.mapped is not None and not (reckons and not node.arguments):
            self.misused(node, "members.map(m, m.age).max()")
            return None
        if node.name == "size" or (records.mapped is not None and not node.arguments):
            if node.arguments:
                self.misused(node, usage)
                return None
            return self.counted(node.at, records) if node.name == "size" else self.reckoned(node, records)
        if len(node.arguments) != 2 or not isinstance(node.arguments[0], Name):
            self.misused(node, usage)
            return None
        return self.bodied(node, records, node.arguments[0], node.arguments[1])

    def bodied(self, node: Call, records: Records, named: Name, inside: Syntax) -> Meaning | None:
        """A macro with a variable and what is asked of it. Records filtered before keep the variable they have."""
        variable = records.variable or named.name
        with self.within(named.name, named.at, records, variable):
            wants_value = node.name in ("map", "sum", "min", "max")
            body = self.value(inside, NUMBERS | DATES, "decimal") if wants_value else self.condition(inside)
        if body is None:
            return None
        chosen = records.filter
        if wants_value:
            mapped = Records(node.at, records.ref, records.subject, variable, chosen, body)
            return mapped if node.name == "map" else self.reckoned(node, mapped)
        if node.name == "all":
            condition = body if chosen is None else either([negated(chosen), body], node.at)
        else:
            condition = body if chosen is None else both([chosen, body], node.at)
        if node.name == "filter":
            return Records(node.at, records.ref, records.subject, variable, condition)
        return Quantified(node.name, records.ref, variable, condition, at=node.at)  # type: ignore[arg-type]

    def counted(self, at: Span, records: Records) -> Node:
        variable = records.variable if records.filter is not None else ""
        return Aggregate("size", records.ref, variable, records.filter, None, "integer", at)

    def reckoned(self, node: Call, records: Records) -> Node | None:
        value: Any = records.mapped
        if node.name == "sum" and value.kind not in NUMBERS:
            self.mismatch(value.at, value.kind, "decimal")
            return None
        kind = value.kind
        return Aggregate(node.name, records.ref, records.variable, records.filter, value, kind, node.at)  # type: ignore[arg-type]
