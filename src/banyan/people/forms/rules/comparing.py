"""Two versions of a form, question by question: what came, went, moved and changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from banyan.people.forms.rules.schema import Choice, Question, Schema

ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"
# Aspects of a question in the order they are told; "choices" are compared by name and label.
ASPECTS = (
    "type", "choices", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation", "choice_filter",
    "appearance", "repeat",
)  # fmt: skip
# Changes of these can make answers mean something else, or refuse what was taken before.
WEIGHTY = frozenset({"type", "choices", "required", "relevant", "constraint", "calculation", "repeat"})
_MOST = 12


@dataclass(frozen=True)
class Aspect:
    """One thing about a question before and after, as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """A question that differs: `kind` is added, removed, moved or changed; a moved one may have changed too."""

    kind: str
    path: str
    old: Question | None
    new: Question | None
    aspects: tuple[Aspect, ...] = ()

    @property
    def is_weighty(self) -> bool:
        """Whether answers before and after cannot be read alike without thinking."""
        return self.kind == REMOVED or any(aspect.name in WEIGHTY for aspect in self.aspects)


def compare(old: Schema, new: Schema) -> list[Difference]:
    """Every question that differs, in the order of the new version; removed ones stand where they were."""
    moved = dict(_moved(old, new))
    back = {path: before for before, path in moved.items()}
    found: list[tuple[float, Difference]] = []
    position = {question.path: float(number) for number, question in enumerate(new.questions)}
    last = -1.0
    for question in old.questions:
        if question.path in position:
            last = position[question.path]
        elif question.path not in moved:
            last += 0.001
            found.append((last, Difference(REMOVED, question.path, question, None)))
    for number, question in enumerate(new.questions):
        before = old.by_path.get(question.path) or old.by_path.get(back.get(question.path, ""))
        if before is None:
            found.append((number, Difference(ADDED, question.path, None, question)))
            continue
        aspects = tuple(_aspects(before, question, old, new))
        if before.path != question.path:
            found.append((number, Difference(MOVED, question.path, before, question, aspects)))
        elif aspects:
            found.append((number, Difference(CHANGED, question.path, before, question, aspects)))
    return [difference for _place, difference in sorted(found, key=lambda one: one[0])]


def _moved(old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    """Questions whose section has another name or place: the same name, unique among what came and what went."""
    went = _unique(question for question in old.questions if question.path not in new.by_path)
    came = _unique(question for question in new.questions if question.path not in old.by_path)
    for name, question in went.items():
        if name in came:
            yield question.path, came[name].path


def _unique(questions: Iterator[Question]) -> dict[str, Question]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(question.name, []).append(question)
    return {name: same[0] for name, same in found.items() if len(same) == 1}


def _aspects(before: Question, after: Question, old: Schema, new: Schema) -> Iterator[Aspect]:
    for name in ASPECTS:
        one, other = _told(name, before, old), _told(name, after, new)
        if name == "choices":
            one, other = _choices(old.choices.get(before.list_name, ()), new.choices.get(after.list_name, ()))
        if one != other:
            yield Aspect(name, one, other)


def _told(name: str, question: Question, schema: Schema) -> str:
    if name == "type":
        return question.type
    if name in ("label", "hint", "constraint_message"):
        texts = {"label": question.labels, "hint": question.hints, "constraint_message": question.constraint_message}[
            name
        ]
        return "\n".join(f"{language}: {text}" if language else text for language, text in sorted(texts.items()))
    if name == "choices":
        return ""
    return str(getattr(question, name))


def _choices(old: tuple[Choice, ...], new: tuple[Choice, ...]) -> tuple[str, str]:
    """The choices that differ, as "name: label" lines; those that stand in both alike are left out."""
    before, after = {choice.name: choice for choice in old}, {choice.name: choice for choice in new}
    gone = [
        _choice(choice) for name, choice in before.items() if name not in after or after[name].labels != choice.labels
    ]
    come = [
        _choice(choice) for name, choice in after.items() if name not in before or before[name].labels != choice.labels
    ]
    return _short(gone), _short(come)


def _choice(choice: Choice) -> str:
    label = next(iter(choice.labels.values()), "")
    return f"{choice.name}: {label}" if label else choice.name


def _short(lines: list[str]) -> str:
    more = len(lines) - _MOST
    return "\n".join([*lines[:_MOST], f"… (+{more})"] if more > 0 else lines)
