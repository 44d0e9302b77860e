"""Typed tree to text, in one way: reading what was written gives the same tree."""

from datetime import date
from decimal import Decimal
from typing import Final

from banyan.platform.criteria.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Choose,
    Compare,
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
)

# How tightly the parts of a text bind, weakest first; a part inside a tighter one needs brackets.
_CHOICE, _OR, _AND, _RELATION, _SUM, _PRODUCT, _SIGN, _WHOLE = range(1, 9)
_STRENGTH: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT}
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(tree: Node) -> str:
    """The text of a tree, on one line."""
    return _written(tree, _CHOICE)


def quoted_text(text: str) -> str:
    """A text as a criterion writes it."""
    return '"' + "".join(_ESCAPES.get(sign) or (sign if sign.isprintable() else _code(sign)) for sign in text) + '"'


def written_path(found: FieldRef | RelationRef) -> str:
    """The name of a field or of related records, from the variable on."""
    words = [found.variable, *found.path] + ([found.field.name] if isinstance(found, FieldRef) else [])
    return ".".join(word for word in words if word)


def written_literal(literal: Literal) -> str:
    """A value as a criterion writes it."""
    if literal.parameter:
        return f"param.{literal.parameter.removesuffix('[]')}"
    value = literal.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain if "." in plain else f"{plain}.0"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return str(value) if isinstance(value, int) else quoted_text(value)


def _code(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _written(node: Node, least: int) -> str:
    text, strength = _with_strength(node)
    return text if strength >= least else f"({text})"


def _with_strength(node: Node) -> tuple[str, int]:
    match node:
        case Or(parts=parts):
            return " || ".join(_written(part, _AND) for part in parts), _OR
        case And(parts=parts):
            return " && ".join(_written(part, _RELATION) for part in parts), _AND
        case Compare(op=op, a=a, b=b):
            return f"{_written(a, _SUM)} {op} {_written(b, _SUM)}", _RELATION
        case In(a=a, options=options):
            return f"{_written(a, _SUM)} in {_options(options)}", _RELATION
        case Arithmetic(op=op, a=a, b=b):
            strength = _STRENGTH[op]
            return f"{_written(a, strength)} {op} {_written(b, strength + 1)}", strength
        case Not(a=a):
            return f"!{_written(a, _SIGN)}", _SIGN
        case Negate(a=a):
            return f"-{_written(a, _SIGN)}", _SIGN
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return f"{_written(condition, _OR)} ? {_written(then, _OR)} : {_written(otherwise, _CHOICE)}", _CHOICE
    return _whole(node), _WHOLE


def _whole(node: Node) -> str:
    match node:
        case Literal():
            return written_literal(node)
        case Today():
            return "today"
        case FieldRef():
            return written_path(node)
        case Has(ref=ref):
            return f"has({written_path(ref)})"
        case Extremum(end=end, parts=parts):
            return f"{end}({', '.join(write(part) for part in parts)})"
        case Lower(a=a):
            return f"lower({write(a)})"
        case Length(a=a):
            return f"{_written(a, _WHOLE)}.size()"
        case TextTest(test=test, a=a, pattern=pattern, parameter=parameter):
            written = f"param.{parameter}" if parameter else quoted_text(pattern)
            return f"{_written(a, _WHOLE)}.{test}({written})"
        case Quantified(relation=relation, variable=""):
            return f"has({written_path(relation)})"
        case Quantified(quantifier=quantifier, relation=relation, variable=variable, condition=condition):
            return f"{written_path(relation)}.{quantifier}({variable}, {write(condition)})"
        case Aggregate():
            return _aggregate(node)
        case DateMath(function="age_at", a=FieldRef(variable=variable, path=path), b=b):
            return ".".join([*([variable] if variable else []), *path, f"age_at({write(b)})"])
        case DateMath(function=function, a=a, b=b):
            return f"{function}({write(a)}, {write(b)})"
    raise TypeError(f"no node of a tree: {node!r}")


def _aggregate(node: Aggregate) -> str:
    records = written_path(node.relation)
    if node.filter is not None:
        records += f".filter({node.variable}, {write(node.filter)})"
    inside = "" if node.value is None else f"{node.variable}, {write(node.value)}"
    return f"{records}.{node.aggregate}({inside})"


def _options(options: tuple[Literal, ...]) -> str:
    if options[0].parameter.endswith("[]"):
        return written_literal(options[0])
    return "[" + ", ".join(written_literal(option) for option in options) + "]"
