"""What of a form's logic cannot be checked, found before any answer comes: unreadable, unknown, or of elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from banyan.people.forms.rules.expressions.functions import check_call
from banyan.people.forms.rules.expressions.instance import Outline, Shape
from banyan.people.forms.rules.expressions.parsing import parse
from banyan.people.forms.rules.expressions.patterns import whole_pattern
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.tree import Call, Expression, Path, Reference, Text, walk

YES: Final = frozenset({"yes", "true", "true()", "1"})
NO: Final = frozenset({"", "no", "false", "false()", "0"})
PARTS: Final = ("relevant", "required", "constraint", "calculation", "choice_filter", "repeat_count")


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A piece of logic that is not checked: of which place (path, sheet row), which part, where in it, and why.

    `part` is one of PARTS, `at` the 0-based position in `expression`, `reason` one of tokens.REASONS, `detail` the
    function, sign or question concerned.
    """

    path: str
    row: int
    part: str
    expression: str
    at: int
    reason: str
    detail: str = ""


def required_expression(text: str) -> str:
    """The condition under which an answer is required: "" never; yes and true as pyxform reads them."""
    word = text.strip()
    if word.lower() in NO:
        return ""
    return "true()" if word.lower() in YES else word


def logic(shape: Shape) -> Iterator[tuple[str, str, int]]:
    """Every expression that stands at a place, as (part, expression, sheet row)."""
    question, group = shape.question, shape.group
    if question is not None:
        for part in ("relevant", "constraint", "calculation", "choice_filter"):
            yield part, getattr(question, part), question.row
        yield "required", required_expression(question.required), question.row
    elif group is not None:
        yield "relevant", group.relevant, group.row
        yield "repeat_count", group.repeat_count, group.row


def unchecked(outline: Outline) -> list[Unchecked]:
    """Everything in a form that cannot be checked, in the order of the sheet."""
    found = []
    for shape in outline.by_path.values():
        for part, text, row in logic(shape):
            if not text.strip():
                continue
            try:
                examine(text, outline)
            except ExpressionError as error:
                found.append(Unchecked(shape.path, row, part, text, error.at, error.reason, error.detail))
    return sorted(found, key=lambda each: (each.row, PARTS.index(each.part)))


def examine(text: str, outline: Outline) -> Expression:
    """The tree of an expression all of whose functions and questions are known. Raises ExpressionError."""
    expression = parse(text)
    for part in walk(expression):
        if isinstance(part, Call):
            _examine_call(part, outline)
        elif isinstance(part, Reference) and part.name not in outline.by_name:
            reason = "outside" if part.name.startswith("last-saved#") else "question"
            raise ExpressionError(reason, part.at, part.name)
        elif isinstance(part, Path) and part.start == "/":
            names = [step.name for step in part.steps[1:]]
            if not {"*", ".."} & set(names) and "/".join(names) not in outline.by_path:
                raise ExpressionError("question", part.at, "/".join(names))
    return expression


def _examine_call(call: Call, outline: Outline) -> None:
    check_call(call.name, len(call.arguments), call.at)
    if call.name == "regex" and isinstance(call.arguments[1], Text):
        try:
            whole_pattern(call.arguments[1].value)
        except ExpressionError as error:
            raise ExpressionError(error.reason, call.arguments[1].at, error.detail) from None
    named = call.arguments[0] if call.name == "instance" else None
    if isinstance(named, Text) and named.value not in outline.schema.choices:
        raise ExpressionError("outside", call.at, named.value)
