"""From the tree to the builder."""

from decimal import Decimal
from typing import Any, Final

from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.building.shapes import COMPARISONS, NUMBER, OPERATORS, TEXT_TESTS
from banyan.platform.criteria.rules.writing import write

_CODES: Final = {sign: code for code, sign in COMPARISONS.items()}
_TESTS: Final = {name: code for code, name in TEXT_TESTS.items()}


def shown(node: tree.Node) -> dict[str, Any]:
    """A criterion as the builder shows it: always a group."""
    return _group_of(node, "")


def _group_of(node: tree.Node, variable: str) -> dict[str, Any]:
    part = _part(node, variable)
    return part if part["kind"] == "group" else _group("all", [part])


def _group(join: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "group", "join": join, "parts": parts}


def _part(node: tree.Node, variable: str) -> dict[str, Any]:
    """One node as a row; as text when there is no row for it."""
    match node:
        case tree.And(parts=inside):
            return _group("all", [_part(one, variable) for one in inside])
        case tree.Or(parts=inside):
            return _group("any", [_part(one, variable) for one in inside])
        case tree.Not(a=tree.And(parts=inside)):
            return _group("not_all", [_part(one, variable) for one in inside])
        case tree.Not(a=tree.Or(parts=inside)):
            return _group("none", [_part(one, variable) for one in inside])
    row = _test(node, variable) or _members(node, variable)
    if row:
        return row
    if isinstance(node, tree.Not):
        inner = _part(node.a, variable)
        return _group("none", [inner]) if inner["kind"] != "text" else _text(node)
    return _text(node)


def _text(node: tree.Node) -> dict[str, Any]:
    return {"kind": "text", "text": write(node)}


def _test(node: tree.Node, variable: str) -> dict[str, Any] | None:
    ref, operator, value = _tested(node)
    if ref is None or ref.variable != variable or value is None:
        return None
    if operator not in OPERATORS[ref.kind]:
        return None
    return {"kind": "test", "path": list(ref.path), "field": ref.field.name, "operator": operator, "value": value}


def _tested(node: tree.Node) -> tuple[tree.FieldRef | None, str, str | list[str] | None]:
    """The field that a node tests, how, and with what; None as value where it has no plain one."""
    match node:
        case tree.FieldRef():
            return node, "yes", ""
        case tree.Not(a=tree.FieldRef() as ref):
            return ref, "no", ""
        case tree.Has(ref=ref):
            return ref, "known", ""
        case tree.Not(a=tree.Has(ref=ref)):
            return ref, "unknown", ""
        case tree.Compare(op=op, a=tree.FieldRef() as ref, b=tree.Literal() | tree.Today() as other):
            return ref, _CODES[op], _value(other)
        case tree.In(a=tree.FieldRef() as ref, options=options):
            return ref, "in", _values(options)
        case tree.Not(a=tree.In(a=tree.FieldRef() as ref, options=options)):
            return ref, "not_in", _values(options)
        case tree.TextTest(test=test, a=tree.FieldRef() as ref, pattern=pattern, parameter="") if test in _TESTS:
            return ref, _TESTS[test], pattern
    return None, "", None


def _value(node: tree.Literal | tree.Today) -> str | None:
    if isinstance(node, tree.Today):
        return "today"
    if node.parameter:
        return None
    if isinstance(node.value, Decimal):
        plain = format(node.value, "f")
        return plain if "." in plain else f"{plain}.0"  # else it would be read as a whole number
    return str(node.value)


def _values(options: tuple[tree.Literal, ...]) -> list[str] | None:
    found = [_value(option) for option in options]
    return None if None in found else [one for one in found if one is not None]


def _members(node: tree.Node, variable: str) -> dict[str, Any] | None:
    match node:
        case tree.Not(a=tree.Quantified(quantifier="exists") as inner):
            return _quantified(inner, "none", variable)
        case tree.Quantified(quantifier=quantifier):
            return _quantified(node, {"exists": "some", "all": "all", "exists_one": "one"}[quantifier], variable)
        case tree.Compare(op=op, a=tree.Aggregate() as counted, b=tree.Literal() as number):
            value, of = _value(number), _summed(counted)
            if counted.relation.variable != variable or value is None or of is None or not NUMBER.fullmatch(value):
                return None
            how = "count" if counted.aggregate == "size" else counted.aggregate
            where = _group_of(counted.filter, counted.variable) if counted.filter else _group("all", [])
            return _row(counted.relation, counted.variable, how, where) | {
                "operator": _CODES[op], "value": value, "of": of,
            }  # fmt: skip
    return None


def _quantified(node: tree.Quantified, how: str, variable: str) -> dict[str, Any] | None:
    if node.relation.variable != variable:
        return None
    if not node.variable:  # has(documents): whichever they are
        return _row(node.relation, "", how, _group("all", []))
    return _row(node.relation, node.variable, how, _group_of(node.condition, node.variable))


def _summed(node: tree.Aggregate) -> str | None:
    """The field that is summed, as text; "" when records are counted, None when it is no plain number of the record."""
    if node.aggregate == "size":
        return ""
    value = node.value
    if not isinstance(value, tree.FieldRef) or value.variable != node.variable:
        return None
    return ".".join((*value.path, value.field.name)) if value.kind in ("integer", "decimal") else None


def _row(relation: tree.RelationRef, variable: str, how: str, where: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "members", "path": list(relation.path), "variable": variable, "how": how,
        "operator": "ge", "value": "", "of": "", "where": where,
    }  # fmt: skip
