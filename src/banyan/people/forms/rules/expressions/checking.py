"""One submission against its form: required answers, types, choices, constraints, and answers nobody should be asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from banyan.people.forms.rules.expressions.answers import NotOfType, as_text, read
from banyan.people.forms.rules.expressions.evaluating import Evaluation
from banyan.people.forms.rules.expressions.inspecting import required_expression
from banyan.people.forms.rules.expressions.instance import Node, Outline, choice_node, grow
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.schema import SELECT_TYPES, Choice, Question, spoken

OTHER: Final = "other"  # the choice that or_other adds
FAULTS: Final = ("relevant", "type", "range", "required", "choice", "constraint", "unchecked")
# Told elsewhere: with the answer itself, or by the columns that came.
SILENT: Final = frozenset({"absent", "answer"})
# Only answers show these; all other reasons are told once, with the form (`inspecting.unchecked`).
LIVE: Final = frozenset({"several", "circle", "value"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one answer.

    `index` counts the instances of the question's innermost repeat through the whole submission, from 0; None outside
    of repeats. `kind` is one of FAULTS: "relevant" is an answer to a question that is not asked; "unchecked" says that
    these answers do not let a condition be decided. `message` is the form's own in its default language, else "".
    """

    path: str
    index: int | None
    kind: str
    message: str = ""


def faults(
    outline: Outline,
    answers: Mapping[str, Any],
    now: datetime,
    *,
    present: frozenset[str] | None = None,
    only: frozenset[str] | None = None,
    told: bool = False,
) -> list[Fault]:
    """Everything wrong with one submission, in the order of the form.

    `answers` as for `instance.grow`. `present` are the questions whose answers came (None: all), `only` those looked at.
    `told` says that logic which cannot be checked was found in the form itself, and is not told again.
    """
    top = grow(outline, answers)
    evaluation = Evaluation(outline, top, now, present)
    found: list[Fault] = []
    nodes = top.everything() if only is None else _of(top, outline, only)
    for node in nodes:
        question = node.shape.question
        if question is not None and (present is None or question.path in present):
            found += _Looking(evaluation, node, question, told).faults()
    return found


def _of(top: Node, outline: Outline, paths: frozenset[str]) -> Iterator[Node]:
    for path in sorted(paths):
        yield from top.below(outline.by_path[path])


class _Looking:
    def __init__(self, evaluation: Evaluation, node: Node, question: Question, told: bool) -> None:
        self.evaluation, self.node, self.question, self.told = evaluation, node, question, told
        self.schema = evaluation.schema

    def faults(self) -> Iterator[Fault]:
        question, text = self.question, as_text(self.node.raw)
        try:
            asked = self.evaluation.is_asked(self.node)
        except ExpressionError as error:
            yield from self.unknown(error)
            return
        if not asked:
            if text and question.is_answered:
                yield self.fault("relevant")
            return
        try:
            value = read(self.node.raw, question)
        except NotOfType as error:
            yield self.fault(error.kind)
            return
        if value == "":
            yield from self.holds("required", required_expression(question.required), fails=True)
            return
        if question.type in SELECT_TYPES:
            yield from self.choices(text)
        yield from self.holds("constraint", question.constraint, fails=False)

    def fault(self, kind: str) -> Fault:
        question, texts = self.question, {}
        if kind == "constraint":
            texts = question.constraint_message
        elif kind == "required":
            texts = question.required_message
        return Fault(question.path, self.node.number(), kind, spoken(texts, self.schema.default_language))

    def unknown(self, error: ExpressionError) -> Iterator[Fault]:
        if error.reason not in SILENT and (error.reason in LIVE or not self.told):
            yield self.fault("unchecked")

    def holds(self, part: str, text: str, *, fails: bool) -> Iterator[Fault]:
        """A fault of kind `part` where an expression comes out as `fails`."""
        if not text.strip():
            return
        try:
            if self.evaluation.truth(text, self.node) is fails:
                yield self.fault(part)
        except ExpressionError as error:
            yield from self.unknown(error)

    def choices(self, text: str) -> Iterator[Fault]:
        known = self.schema.choices.get(self.question.list_name)
        if known is None:  # a list in a file beside the form
            return
        by_name = {choice.name: choice for choice in known}
        chosen = [text] if self.question.type == "select_one" else text.split()
        allowed = {OTHER} if self.question.or_other else set()
        for name in chosen:
            if name in allowed:
                continue
            try:
                if name not in by_name or not self.offered(by_name[name]):
                    yield self.fault("choice")
                    return
            except ExpressionError as error:
                yield from self.unknown(error)
                return

    def offered(self, choice: Choice) -> bool:
        """Whether the question's filter lets a choice through."""
        if not self.question.choice_filter.strip():
            return True
        item = choice_node(choice, self.schema.default_language)
        return self.evaluation.truth(self.question.choice_filter, self.node, item)
