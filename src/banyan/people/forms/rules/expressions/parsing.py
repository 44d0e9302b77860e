"""Tokens to a tree. Nothing is ever executed: the result is data, limited in depth and size."""

from functools import lru_cache
from typing import Final

from banyan.people.forms.rules.expressions.tokens import ExpressionError, Token, tokens
from banyan.people.forms.rules.expressions.tree import (
    OPERATORS,
    Binary,
    Call,
    Expression,
    Filtered,
    Negative,
    Number,
    Path,
    Reference,
    Step,
    Text,
)

DEEPEST: Final = 60  # parts inside each other; the deepest of the real forms we know has 24
STRENGTH: Final = {operator: level for level, line in enumerate(OPERATORS) for operator in line}


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The tree of an expression. Raises ExpressionError with the place of what cannot be read."""
    parser = _Parser(tokens(text))
    found = parser.joined(0)
    if parser.token.kind != "end":
        raise parser.unexpected()
    return found


class _Parser:
    def __init__(self, all_tokens: list[Token]) -> None:
        self.tokens, self.index, self.depth = all_tokens, 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def unexpected(self) -> ExpressionError:
        token = self.token
        if token.kind == "end":
            return ExpressionError("end", token.at)
        return ExpressionError("axis" if token.text in ("//", "::", "@") else "unexpected", token.at, token.text)

    def take(self) -> Token:
        token = self.token
        self.index += token.kind != "end"
        return token

    def sees(self, *signs: str) -> bool:
        return self.token.kind in ("sign", "operator") and self.token.text in signs

    def need(self, sign: str) -> None:
        if not self.sees(sign):
            raise self.unexpected()
        self.take()

    def joined(self, weakest: int) -> Expression:
        """Values joined by operators at least as strong as `weakest`; chains do not deepen."""
        left = self.negative()
        while self.token.kind == "operator" and STRENGTH.get(self.token.text, -1) >= weakest:
            operator = self.take()
            right = self.joined(STRENGTH[operator.text] + 1)
            left = Binary(operator.text, left, right, operator.at)
        return left

    def negative(self) -> Expression:
        if self.token.kind == "operator" and self.token.text == "-":
            at = self.take().at
            self.deeper(at)
            inner = self.negative()
            self.depth -= 1
            return Negative(inner, at)
        return self.path()

    def deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("too_deep", at)

    def path(self) -> Expression:
        token = self.token
        self.deeper(token.at)
        if self.sees("/"):
            self.take()
            found: Expression = Path("/", self.steps(), token.at)
        elif (token.kind == "sign" and token.text in (".", "..")) or (token.kind == "name" and not self.calls()):
            found = Path("", self.steps(), token.at)
        else:
            found = self.value()
            predicates = self.predicates()
            if predicates:
                found = Filtered(found, predicates, token.at)
            if self.sees("/"):
                self.take()
                found = Path(found, self.steps(), token.at)
        self.depth -= 1
        return found

    def calls(self) -> bool:
        following = self.tokens[self.index + 1]
        return following.kind == "sign" and following.text == "("

    def steps(self) -> tuple[Step, ...]:
        found = []
        while True:
            token = self.token
            if token.kind == "name" or (token.kind == "sign" and token.text in (".", "..", "*")):
                self.take()
                if token.text == "node" and self.sees("("):  # node() is any node
                    self.take()
                    self.need(")")
                    token = Token("sign", "*", token.at)
                found.append(Step(token.text, self.predicates()))
            else:
                raise self.unexpected()
            if not self.sees("/"):
                return tuple(found)
            self.take()

    def predicates(self) -> tuple[Expression, ...]:
        found = []
        while self.sees("["):
            self.take()
            found.append(self.joined(0))
            self.need("]")
        return tuple(found)

    def value(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.take()
            return Number(float(token.text), token.at)
        if token.kind == "text":
            self.take()
            return Text(token.text, token.at)
        if token.kind == "reference":
            self.take()
            return Reference(token.text, token.at)
        if token.kind == "name":
            return self.call()
        if self.sees("("):
            self.take()
            found = self.joined(0)
            self.need(")")
            return found
        raise self.unexpected()

    def call(self) -> Call:
        name = self.take()
        self.need("(")
        arguments = []
        if not self.sees(")"):
            arguments.append(self.joined(0))
            while self.sees(","):
                self.take()
                arguments.append(self.joined(0))
        self.need(")")
        return Call(name.text, tuple(arguments), name.at)
