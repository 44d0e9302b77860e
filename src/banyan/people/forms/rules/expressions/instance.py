"""One submission as the tree that expressions walk: groups, repeats, questions; and lists of choices beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from banyan.people.forms.rules.schema import Choice, Group, Question, Schema

STRUCTURE: Final = ("group", "repeat")


@dataclass(slots=True)
class Shape:
    """One place of a form: its path ("" at the top), what stands there, and what lies inside."""

    path: str
    name: str
    parent: "Shape | None" = None
    question: Question | None = None
    group: Group | None = None
    is_repeat: bool = False
    children: dict[str, "Shape"] = field(default_factory=dict)

    def line(self) -> list["Shape"]:
        """From the top of the form down to this place."""
        found: list[Shape] = []
        shape: Shape | None = self
        while shape is not None:
            found.append(shape)
            shape = shape.parent
        return found[::-1]


class Outline:
    """The places of a form by path and by name, made once per schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.top = Shape("", "")
        self.by_path: dict[str, Shape] = {"": self.top}
        self.by_name: dict[str, list[Shape]] = {}
        self._nearest: dict[tuple[str, str], Shape | None] = {}
        groups = {group.path: group for group in schema.groups}
        # Questions first: they bring their groups along in the order of the sheet.
        places = [*(question.path for question in schema.questions), *groups, *schema.repeats]
        for path in places:
            shape = self._place(path)
            shape.group = groups.get(path, shape.group)
        for path in schema.repeats:
            self.by_path[path].is_repeat = True
        for question in schema.questions:
            self.by_path[question.path].question = question

    def _place(self, path: str) -> Shape:
        shape = self.top
        for name in filter(None, path.split("/")):  # a form with faults may hold groups without a name
            inner = shape.children.get(name)
            if inner is None:
                inner = Shape(f"{shape.path}/{name}".lstrip("/"), name, shape)
                shape.children[name] = inner
                self.by_path[inner.path] = inner
                self.by_name.setdefault(name, []).append(inner)
            shape = inner
        self.by_path[path] = shape
        return shape

    def nearest(self, name: str, at: Shape) -> Shape | None:
        """The place of this name that shares most of its path with `at`; the first of equals."""
        key = (name, at.path)
        if key not in self._nearest:
            found = self.by_name.get(name, [])
            self._nearest[key] = max(found, key=lambda shape: _shared(shape, at), default=None)
        return self._nearest[key]


def _shared(one: Shape, other: Shape) -> int:
    return sum(a is b for a, b in zip(one.line(), other.line(), strict=False))


@dataclass(slots=True, eq=False)
class Node:
    """One place of one submission. `ordinal` counts from 0 among the instances of a repeat; `raw` is the answer.

    What lies inside grows out of `answers` when it is first asked for: most logic looks at few places.
    """

    shape: Shape
    parent: "Node | None"
    ordinal: int = 0
    raw: Any = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    inner: dict[str, list["Node"]] = field(default_factory=dict)

    def children(self, name: str) -> list["Node"]:
        """Children by name, "*" for all."""
        if name == "*":
            return [node for each in self.shape.children or self.inner for node in self.children(each)]
        found = self.inner.get(name)
        if found is None:
            inner = self.shape.children.get(name)
            found = self.inner[name] = [] if inner is None else self._grown(inner)
        return found

    def _grown(self, inner: Shape) -> list["Node"]:
        if not inner.is_repeat:
            raw = self.answers.get(inner.path) if inner.question is not None else None
            return [Node(inner, self, 0, raw, self.answers)]
        rows = self.answers.get(inner.path)
        return [Node(inner, self, place, None, row) for place, row in enumerate(rows if isinstance(rows, list) else [])]

    def line(self) -> list["Node"]:
        """From the top down to this place."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    def everything(self) -> Iterator["Node"]:
        """This place and all inside it, in the order of the form."""
        yield self
        for name in self.shape.children:
            for node in self.children(name):
                yield from node.everything()

    def below(self, shape: Shape) -> list["Node"]:
        """All places of a shape below this one, which is the top."""
        found = [self]
        for step in shape.line()[1:]:
            found = [inner for node in found for inner in node.children(step.name)]
        return found

    def number(self) -> int | None:
        """Which of all instances of the innermost repeat around this place it stands in, from 0; None outside of repeats."""
        line = self.line()
        instance = next((node for node in reversed(line) if node.shape.is_repeat), None)
        return None if instance is None else line[0].below(instance.shape).index(instance)


def grow(outline: Outline, answers: Mapping[str, Any]) -> Node:
    """The tree of one submission.

    `answers` holds values by full question path; a repeat's path holds a list of such mappings, with full paths again.
    What is not of the form is passed over; what is missing stands there empty.
    """
    return Node(outline.top, None, 0, None, answers)


def choice_node(choice: Choice, language: str, parent: Node | None = None, ordinal: int = 0) -> Node:
    """A choice as the `item` that choice filters and `instance('list')/root/item` speak of."""
    shape = Shape("", "item")
    node = Node(shape, parent, ordinal)
    label = choice.labels.get(language) or next(iter(choice.labels.values()), "")
    for name, text in {**choice.columns, "name": choice.name, "label": label}.items():
        node.inner[name] = [Node(Shape(name, name), node, 0, text)]
    return node


def list_node(choices: tuple[Choice, ...], language: str) -> Node:
    """A list of choices as `root` with its items."""
    top = Node(Shape("", ""), None)
    root = Node(Shape("root", "root"), top)
    top.inner["root"] = [root]
    root.inner["item"] = [choice_node(choice, language, root, place) for place, choice in enumerate(choices)]
    return top
