"""From a place of a submission to others: ${name}, location paths, predicates, indexed repeats."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from banyan.people.forms.rules.expressions.instance import Node, Outline, Shape
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.tree import Expression, Path, Reference, Step
from banyan.people.forms.rules.expressions.values import to_number, to_truth
from banyan.people.forms.rules.schema import Question

if TYPE_CHECKING:
    from banyan.people.forms.rules.expressions.evaluating import Evaluation


def referred(outline: Outline, reference: Reference, at: Node) -> list[Node]:
    """The places of ${name}: the one beside `at` within the same instance of a repeat, all of them from outside of it."""
    shape = outline.nearest(reference.name, at.shape)
    if shape is None:
        raise ExpressionError("question", reference.at, reference.name)
    line = at.line()
    shared = 0
    for node, wanted in zip(line, shape.line(), strict=False):
        if node.shape is not wanted:
            break
        shared += 1
    return descended([line[shared - 1]], shape.line()[shared:])


def descended(start: Sequence[Node], shapes: Sequence[Shape]) -> list[Node]:
    """All places below some nodes, step by step along shapes."""
    found = list(start)
    for shape in shapes:
        found = [inner for node in found for inner in node.children(shape.name)]
    return found


def walked(evaluation: "Evaluation", path: Path, at: Node) -> list[Node]:
    """The places of a path that starts here ("") or at the top ("/", whose first step names the form itself)."""
    if path.start == "":
        return stepped(evaluation, [at], path.steps)
    _check(evaluation.outline, path)
    return stepped(evaluation, [evaluation.top], path.steps[1:])


def _check(outline: Outline, path: Path) -> None:
    """An absolute path that no form place has is a slip of the author, not an empty answer."""
    names = [step.name for step in path.steps[1:]]
    if "*" not in names and ".." not in names and "/".join(names) not in outline.by_path:
        raise ExpressionError("question", path.at, "/".join(names))


def stepped(evaluation: "Evaluation", start: Sequence[Node], steps: Sequence[Step]) -> list[Node]:
    """The places reached by steps from some nodes, each once."""
    found = list(start)
    for step in steps:
        if step.name == "..":
            found = list(dict.fromkeys(node.parent for node in found if node.parent is not None))
        elif step.name != ".":
            _expect(found, step)
            found = [inner for node in found for inner in node.children(step.name)]
        if step.predicates:
            found = filtered(evaluation, found, step.predicates)
    return found


def _expect(nodes: Sequence[Node], step: Step) -> None:
    if nodes and step.name != "*" and not any(step.name in {**node.shape.children, **node.inner} for node in nodes):
        raise ExpressionError("question", 0, step.name)


def filtered(evaluation: "Evaluation", nodes: Sequence[Node], predicates: Sequence[Expression]) -> list[Node]:
    """The nodes for which predicates hold; a number as predicate is a place, counted from 1."""
    found = list(nodes)
    for predicate in predicates:
        kept = []
        for place, node in enumerate(found, 1):
            value = evaluation.scalar(predicate, node)
            if value == place if isinstance(value, float) else to_truth(value):
                kept.append(node)
        found = kept
    return found


def indexed(evaluation: "Evaluation", arguments: Sequence[Expression], at: Node) -> list[Node]:
    """indexed-repeat(question, repeat, number, …): the question in the numbered instance of each repeat in turn."""
    if len(arguments) % 2 == 0:
        raise ExpressionError("arguments", 0, "indexed-repeat")
    target = place_of(evaluation.outline, arguments[0], evaluation.current)
    nodes, reached = [evaluation.top], evaluation.outline.top
    for repeat, number in zip(arguments[1::2], arguments[2::2], strict=True):
        shape = place_of(evaluation.outline, repeat, evaluation.current)
        wanted = to_number(evaluation.scalar(number, at))
        if not shape.is_repeat or reached not in shape.line():
            raise ExpressionError("value", 0, "indexed-repeat")
        instances = descended(nodes, shape.line()[len(reached.line()) :])
        nodes = [node for node in instances if node.ordinal + 1 == int(wanted)] if wanted == wanted else []
        reached = shape
    if reached not in target.line():
        raise ExpressionError("value", 0, "indexed-repeat")
    return descended(nodes, target.line()[len(reached.line()) :])


def place_of(outline: Outline, expression: Expression, at: Node) -> Shape:
    """The place of the form that ${name} or a plain path names, seen from a node."""
    return place_at(outline, expression, at.shape)


def place_at(outline: Outline, expression: Expression, at: Shape) -> Shape:
    """The place of the form that ${name} or a plain path names. Raises ExpressionError for anything else."""
    shape: Shape | None = None
    if isinstance(expression, Reference):
        shape = outline.nearest(expression.name, at)
    elif isinstance(expression, Path) and any(step.predicates for step in expression.steps):
        raise ExpressionError("unexpected", expression.at, "[")
    elif isinstance(expression, Path) and expression.start == "/":
        shape = outline.by_path.get("/".join(step.name for step in expression.steps[1:]))
    elif isinstance(expression, Path) and expression.start == "":
        shape = at
        for step in expression.steps:
            if shape is not None and step.name != ".":
                shape = shape.parent if step.name == ".." else shape.children.get(step.name)
    if shape is None:
        raise ExpressionError("question", expression.at)
    return shape


def question_of(outline: Outline, expression: Expression, at: Node) -> Question | None:
    """The question that ${name} or a plain path names."""
    return place_of(outline, expression, at).question
