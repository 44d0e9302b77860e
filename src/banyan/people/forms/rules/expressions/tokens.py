"""Text of an expression to tokens: XPath 1.0 as XForms uses it, with XLSForm's ${name}."""

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 20_000  # characters; the longest expression of the real forms we know has 4,600
# pyxform straightens curly quotes before it converts, so forms with them work in the field.
CURLY: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
NAME: Final = r"[^\W\d][\w\-.]*"
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<reference>\$\{{[^{{}}]*\}})
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<text>"[^"]*"|'[^']*')
  | (?P<name>{NAME}(?::(?!:)(?:{NAME}|\*))?)
  | (?P<sign>\.\.|::|//|!=|<=|>=|[().,\[\]/=<>+\-*@])
    """,
    re.VERBOSE,
)
_OPERATOR_SIGNS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "+", "-"})
_OPERATOR_WORDS: Final = frozenset({"and", "or", "div", "mod", "*"})  # names and "any child" where a value begins


class ExpressionError(Exception):
    """An expression that cannot be read. `at` is the 0-based position; `reason` one of the words of REASONS."""

    def __init__(self, reason: str, at: int, detail: str = "") -> None:
        super().__init__(reason, at, detail)
        self.reason, self.at, self.detail = reason, at, detail


REASONS: Final = frozenset(
    {
        "too_long",  # more than LONGEST characters
        "too_deep",  # more than parsing.DEEPEST parts inside each other
        "sign",  # a character that means nothing here
        "quote",  # text that is never closed
        "end",  # ends where something more is needed
        "unexpected",  # a part where another is needed
        "function",  # a function nobody knows
        "arguments",  # too many or too few arguments
        "axis",  # //, @attribute, axis::name: not part of the dialect of forms
        "question",  # ${name} or a path of no question
        "outside",  # known, but its answer lies outside of the submission (pulldata, random …)
        "several",  # several answers where one is needed
        "absent",  # a question whose answers did not come
        "answer",  # an answer that does not fit the type of its question
        "value",  # a value that cannot be what is needed (a date of letters)
        "circle",  # a calculation that needs its own result
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is reference, number, text, name, operator, sign or end."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, closed by one of kind "end". Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError("too_long", LONGEST)
    text = text.translate(CURLY)
    found: list[Token] = []
    position = 0
    while position < len(text):
        matched = _TOKEN.match(text, position)
        if matched is None:
            raise ExpressionError("quote" if text[position] in "'\"" else "sign", position, text[position])
        kind, word = str(matched.lastgroup), matched[0]
        if word in _OPERATOR_SIGNS or (word in _OPERATOR_WORDS and _ends_value(found)):
            kind = "operator"
        elif kind == "reference":
            word = word[2:-1].strip()
        elif kind == "text":
            word = word[1:-1]
        if kind != "space":
            found.append(Token(kind, word, position))
        position = matched.end()
    found.append(Token("end", "", len(text)))
    return found


def _ends_value(found: list[Token]) -> bool:
    """Whether the last token ends a value, so that a word such as `div` or a `*` after it joins two values (XPath 3.7)."""
    if not found:
        return False
    last = found[-1]
    return last.kind in ("reference", "number", "text", "name") or (
        last.kind == "sign" and last.text in (")", "]", ".", "..")
    )
