"""Text to syntax. Nothing is ever executed: the result is data, limited in length, number of parts and depth."""

import re
from functools import lru_cache
from typing import Any, Final

from lark import Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from banyan.platform.criteria.grammar import parser
from banyan.platform.criteria.rules.faults import fault, quoted
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
    Unsupported,
    levels,
)
from banyan.platform.criteria.rules.tree import Span
from banyan.platform.criteria.vocabulary import UNSUPPORTED
from banyan.platform.kernel.problems import raise_all

LONGEST: Final = 10_000  # characters
MOST_PARTS: Final = 500
DEEPEST: Final = 60

_QUOTE_OR_COMMENT: Final = re.compile(r"//[^\n]*|[\"']")
_COMMENT: Final = re.compile(r"//[^\n]*")
_REST: Final = {
    '"': re.compile(r'(?:[^"\\\n\r]|\\[^\n\r])*"'),
    "'": re.compile(r"(?:[^'\\\n\r]|\\[^\n\r])*'"),
}
# Characters that no PostgreSQL text can hold.
_IMPOSSIBLE: Final = re.compile("[\x00\ud800-\udfff]")


@lru_cache(maxsize=512)
def parse(text: str) -> Syntax:
    """The syntax of a text. Raises Problems with the place of what cannot be read, or of what is too much."""
    if len(text) > LONGEST:
        raise fault("too_long", text, Span(LONGEST, len(text)), limit=LONGEST)
    if sign := _IMPOSSIBLE.search(text):
        raise fault("value_unusable", text, Span(*sign.span()), text=repr(sign[0])[1:-1])
    _check_quotes(text)
    try:
        syntax: Syntax = parser(_Builder).parse(text)  # type: ignore[assignment]
    except UnexpectedToken as found:
        raise _unexpected(text, found.token) from None
    except UnexpectedCharacters as found:
        start: Any = found.pos_in_stream  # declared as None by Lark
        raise fault("unexpected", text, Span(start, start + 1), found=text[start]) from None
    _check_size(text, syntax)
    return syntax


def _unexpected(text: str, token: Token) -> Exception:
    if token.type != "$END":
        at = _of_token(token)
        return fault("unexpected", text, at, found=quoted(text, at))
    if not _COMMENT.sub("", text).strip():
        return fault("empty", text, Span(0, 0))
    end = len(text.rstrip())
    return fault("ends_early", text, Span(max(end - 1, 0), end))


def _check_quotes(text: str) -> None:
    """Texts that do not end are refused here: the grammar's own pattern would try the exponentially many ways to read them."""
    start = 0
    while opening := _QUOTE_OR_COMMENT.search(text, start):
        start = opening.end()
        sign = opening[0]
        if sign in _REST:
            at = opening.start()
            if text.startswith(sign * 3, at):
                raise fault("not_supported", text, Span(at, at + 3), what=UNSUPPORTED["long_text"])
            rest = _REST[sign].match(text, start)
            if rest is None:
                raise fault("text_open", text, Span(at, at + 1))
            start = rest.end()


def _check_size(text: str, syntax: Syntax) -> None:
    nodes = list(levels(syntax))
    if len(nodes) > MOST_PARTS:
        raise fault("too_many_parts", text, nodes[MOST_PARTS][0].at, limit=MOST_PARTS)
    for node, level in nodes:
        if level > DEEPEST:
            raise fault("too_deep", text, node.at, limit=DEEPEST)
    unsupported = [node for node, _level in nodes if isinstance(node, Unsupported)]
    raise_all(fault("not_supported", text, node.at, what=UNSUPPORTED[node.what]) for node in unsupported)


def _at(part: Any) -> Span:
    return _of_token(part) if isinstance(part, Token) else part.at


def _span(parts: list[Any]) -> Span:
    return Span(_at(parts[0]).start, _at(parts[-1]).end)


def _of_token(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


class _Builder(Transformer[Any, Any]):
    """One method per rule of the grammar; `parts` are what the rule is made of, signs and brackets included.

    The grammar puts the operator at the end of the left side: `a + b` is addition(addition_add(a, "+"), b).
    """

    def expr(self, parts: list[Any]) -> Syntax:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        condition, _mark, then, _colon, otherwise = parts
        return Ternary(condition, then, otherwise, _span(parts))

    def conditionalor(self, parts: list[Any]) -> Syntax:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        first, sign, last = parts
        before = first.parts if isinstance(first, Logic) and first.op == sign.value else (first,)
        return Logic(sign.value, (*before, last), _span(parts))

    conditionaland = conditionalor

    def relation(self, parts: list[Any]) -> Syntax:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        (left, sign), right = parts
        return Binary(sign.value, left, right, Span(left.at.start, right.at.end))

    addition = multiplication = relation

    def relation_lt(self, parts: list[Any]) -> list[Any]:
        return parts

    relation_le = relation_gt = relation_ge = relation_eq = relation_ne = relation_in = relation_lt
    addition_add = addition_sub = multiplication_mul = multiplication_div = multiplication_mod = relation_lt

    def unary(self, parts: list[Any]) -> Syntax:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        sign, inner = parts
        return Unary(sign.value, inner, Span(_at(sign).start, inner.at.end))

    def unary_not(self, parts: list[Any]) -> Token:
        return parts[0]  # type: ignore[no-any-return]

    unary_neg = member = primary = unary_not

    def member_dot(self, parts: list[Any]) -> Syntax:
        of, _dot, name = parts
        return Select(of, name.value, _span(parts), _of_token(name))

    def member_dot_arg(self, parts: list[Any]) -> Syntax:
        of, _dot, name, _open, *arguments, _close = parts
        return Call(of, name.value, arguments[0] if arguments else (), _span(parts), _of_token(name))

    def member_index(self, parts: list[Any]) -> Syntax:
        return Unsupported("index", _span(parts))

    def member_object(self, parts: list[Any]) -> Syntax:
        return Unsupported("object", _span(parts))

    def map_lit(self, parts: list[Any]) -> Syntax:
        return Unsupported("map", _span(parts))

    def dot_ident(self, parts: list[Any]) -> Syntax:
        return Unsupported("leading_dot", _span(parts))

    dot_ident_arg = dot_ident

    def ident(self, parts: list[Any]) -> Syntax:
        return Name(parts[0].value, _of_token(parts[0]))

    def ident_arg(self, parts: list[Any]) -> Syntax:
        name, _open, *arguments, _close = parts
        return Call(None, name.value, arguments[0] if arguments else (), _span(parts), _of_token(name))

    def paren_expr(self, parts: list[Any]) -> Syntax:
        inner: Syntax = parts[1]
        inner.at = _span(parts)  # messages then quote the brackets along
        return inner

    def list_lit(self, parts: list[Any]) -> Syntax:
        return Options(parts[1] if len(parts) == 3 else (), _span(parts))

    def exprlist(self, parts: list[Any]) -> tuple[Syntax, ...]:
        return tuple(parts[::2])

    def literal(self, parts: list[Any]) -> Syntax:
        token: Token = parts[0]
        at = _of_token(token)
        if token.type == "UINT_LIT":
            return Unsupported("unsigned", at)
        if token.type == "BYTES_LIT":
            return Unsupported("bytes", at)
        if token.type == "STRING_LIT" and token.value[0] in "rR":
            return Unsupported("raw_text", at)
        return Constant(token.type, token.value, at)
