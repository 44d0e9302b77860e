"""Reading what somebody wrote or built, with everything that is wrong told at its place. Pages and API say the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from banyan.platform.criteria.declarations import Subject
from banyan.platform.criteria.rules.building import Written, shown, written
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.tree import Condition
from banyan.platform.criteria.rules.writing import write
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Checked:
    """A criterion as it was read: the tree, or what is wrong. `text` is what was written, or what was built as text."""

    text: str
    tree: Condition | None
    findings: tuple[dict[str, Any], ...] = ()

    @property
    def builder(self) -> dict[str, Any] | None:
        """The criterion as the builder shows it; None while something is wrong with it."""
        return shown(self.tree) if self.tree is not None else None


def allowed(vocabulary: Vocabulary) -> dict[str, Subject]:
    """The subjects within reach of a criterion's subject, each with the fields that may be asked, further answers too."""
    found: dict[str, Subject] = {}
    waiting = [vocabulary.subject]
    while waiting:
        key = waiting.pop(0)
        if key in found or key not in vocabulary.subjects:
            continue
        subject = vocabulary.subjects[key]
        fields = tuple(one for one in vocabulary.fields_of(subject) if vocabulary.allows(one))
        found[key] = replace(subject, fields=fields)
        waiting.extend(relation.subject for relation in subject.relations)
    return found


def check_text(text: str, vocabulary: Vocabulary) -> Checked:
    """Read a text."""
    try:
        return Checked(text, read(text, vocabulary))
    except Problem as problem:
        return Checked(text, None, _findings(problem, text))


def check_built(given: object, vocabulary: Vocabulary) -> Checked:
    """Read what the builder sent. Its text is the canonical one; with something wrong, as far as it could be written."""
    try:
        made = written(given, vocabulary.subject, allowed(vocabulary))
    except Problem as problem:
        return Checked("", None, _findings(problem, ""))
    try:
        tree = read(made.text, vocabulary)
    except Problem as problem:
        return Checked(made.text, None, _findings(problem, made.text, made))
    return Checked(write(tree), tree)


def _findings(problem: Problem, text: str, made: Written | None = None) -> tuple[dict[str, Any], ...]:
    return tuple(_finding(one, text, made) for one in problem.errors or (problem,))


def _finding(problem: Problem, text: str, made: Written | None) -> dict[str, Any]:
    place: Mapping[str, Any] = problem.parameters
    start = place.get("start", 0)
    end = start + place.get("length", 0)
    way = made.way_at(start, end) if made else place.get("way", ())
    return {
        "code": problem.code,
        "number": problem.number,
        "detail": problem.detail,
        "mend": problem.mend,
        "line": place.get("line", 0),
        "column": place.get("column", 0),
        "start": _units(text[:start]),
        "end": _units(text[:end]),
        "part": list(way),
    }


def _units(text: str) -> int:
    """Length as browsers count it: characters beyond the basic plane, as emoji, count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
