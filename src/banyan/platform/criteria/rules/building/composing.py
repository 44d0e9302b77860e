"""From the builder to text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from banyan.platform.criteria.declarations import RESERVED, Subject
from banyan.platform.criteria.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.criteria.rules.building.shapes import COMPARISONS, HOWS, LISTS, NUMBER, TEXT_TESTS, Way
from banyan.platform.criteria.rules.parsing import parse
from banyan.platform.criteria.rules.writing import quoted_text
from banyan.platform.kernel.problems import Problem, raise_all

DEEPEST: Final = 20
MOST_PARTS: Final = 200

_STEP: Final = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
_DATE: Final = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_WORDS: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Place(NamedTuple):
    """A piece of the text and the way to the part that it stands for."""

    start: int
    end: int
    way: Way


@dataclass(frozen=True)
class Written:
    """A criterion as text, with the places of its parts, outer ones first."""

    text: str
    places: tuple[Place, ...]

    def way_at(self, start: int, end: int) -> Way:
        """The innermost part that holds a piece of the text."""
        ways = [place.way for place in self.places if place.start <= start and end <= place.end]
        return max(ways, key=len, default=())


def written(given: object, subject: str, known: Mapping[str, Subject]) -> Written:
    """The text of what a builder sent; "" for a builder without parts. Raises every Problem at once, each with its part.

    Whether names exist and types fit is not asked here: whoever reads the text tells that.
    """
    writer = _Writer(known, given)
    empty = isinstance(given, dict) and given.get("kind") == "group" and given.get("parts") == []
    piece = _Piece("") if empty else writer.part(given, _Scope((), known.get(subject), "", 0))
    raise_all(writer.problems)
    return Written(piece.text, piece.places)


@dataclass(frozen=True)
class _Piece:
    """A piece of text with the places of its parts; `loose` when it must stand in brackets beside others."""

    text: str
    places: tuple[Place, ...] = ()
    loose: bool = False

    def inside(self, before: str, after: str = "") -> "_Piece":
        shifted = (Place(start + len(before), end + len(before), way) for start, end, way in self.places)
        return _Piece(before + self.text + after, tuple(shifted))

    def tight(self) -> "_Piece":
        return self.inside("(", ")") if self.loose else self

    def at(self, way: Way) -> "_Piece":
        return _Piece(self.text, (Place(0, len(self.text), way), *self.places), self.loose)


def _joined(pieces: list[_Piece], sign: str) -> _Piece:
    if len(pieces) == 1:
        return pieces[0]
    joined = pieces[0].tight()
    for piece in pieces[1:]:
        later = piece.tight().inside(joined.text + sign)
        joined = _Piece(later.text, (*joined.places, *later.places))
    return _Piece(joined.text, joined.places, loose=True)


@dataclass(frozen=True)
class _Scope:
    """Where a part stands: its way from the top, the subject it is about, the variable for it, and how deep."""

    way: Way
    subject: Subject | None
    variable: str
    depth: int

    def inner(self, step: int) -> "_Scope":
        return _Scope((*self.way, step), self.subject, self.variable, self.depth + 1)

    def name(self, *steps: str) -> str:
        return ".".join((self.variable, *steps) if self.variable else steps)


class _Writer:
    """Writes part by part; what cannot be written is told, and stands as nothing until then."""

    def __init__(self, known: Mapping[str, Subject], given: object) -> None:
        self.known = known
        self.problems: list[Problem] = []
        self.count = 0
        # A new variable is called unlike anything that stands in the criterion or may stand there.
        self.taken = {word for text in _texts(given) for word in _WORDS.findall(text)} | RESERVED
        self.taken |= {name for one in known.values() for name in _names(one)}

    def told(self, code: str, scope: _Scope, **parameters: Any) -> _Piece:
        place = ".".join(str(step + 1) for step in scope.way)
        self.problems.append(Problem(f"criteria.{code}", part=place, way=scope.way, **parameters))
        return _Piece("")

    def part(self, given: object, scope: _Scope) -> _Piece:
        self.count += 1
        if not isinstance(given, dict) or scope.depth > DEEPEST or self.count > MOST_PARTS:
            return self.told("building_unreadable", scope)
        makers = {"group": self.group, "test": self.test, "members": self.members, "text": self.text}
        maker = makers.get(_word(given, "kind"))
        return (maker(given, scope) if maker else self.told("building_unreadable", scope)).at(scope.way)

    def group(self, given: dict[str, Any], scope: _Scope) -> _Piece:
        parts, join = given.get("parts"), _word(given, "join")
        if not isinstance(parts, list) or join not in ("all", "any", "none", "not_all"):
            return self.told("building_unreadable", scope)
        if not parts:
            return self.told("building_incomplete", scope)
        pieces = [self.part(part, scope.inner(number)) for number, part in enumerate(parts)]
        piece = _joined(pieces, " && " if join in ("all", "not_all") else " || ")
        return piece.inside("!(", ")") if join in ("none", "not_all") else piece

    def test(self, given: dict[str, Any], scope: _Scope) -> _Piece:
        path, name, operator = _path(given), _word(given, "field"), _word(given, "operator")
        if path is None or not all(_STEP.fullmatch(step) for step in name.split(".")):
            return self.told("building_unreadable", scope)
        ref = scope.name(*path, name)
        plain = {"yes": ref, "no": f"!{ref}", "known": f"has({ref})", "unknown": f"!has({ref})"}
        if operator in plain:
            return _Piece(plain[operator])
        kind = self.kind(scope.subject, path, name)
        values = given.get("value")
        if operator in LISTS:
            if not isinstance(values, list):
                return self.told("building_unreadable", scope)
            listed = [self.literal(value, kind, scope) for value in values]
            if not listed:
                return self.told("building_incomplete", scope)
            found = f"{ref} in [{', '.join(listed)}]"
            return _Piece(f"!({found})" if operator == "not_in" else found, loose=operator == "in")
        if operator in COMPARISONS:
            return _Piece(f"{ref} {COMPARISONS[operator]} {self.literal(values, kind, scope)}", loose=True)
        if operator in TEXT_TESTS:
            return _Piece(f"{ref}.{TEXT_TESTS[operator]}({self.literal(values, 'text', scope)})")
        return self.told("building_unreadable", scope)

    def literal(self, value: object, kind: str, scope: _Scope) -> str:
        """A value as it is written in the language; what is no value is told."""
        if not isinstance(value, str):
            self.told("building_unreadable", scope)
        elif not value:
            self.told("building_incomplete", scope)
        elif kind in ("integer", "decimal"):
            if NUMBER.fullmatch(value):
                return value
            self.told("building_number", scope, value=_shown(value))
        elif kind in ("date", "day"):
            if value == "today":
                return value
            if _DATE.fullmatch(value):
                return f'date("{value}")'
            self.told("building_date", scope, value=_shown(value))
        else:
            return quoted_text(value)
        return ""

    def members(self, given: dict[str, Any], scope: _Scope) -> _Piece:
        path, how, where = _path(given), _word(given, "how"), given.get("where")
        variable, of = _word(given, "variable"), _word(given, "of")
        steps = [*(path or ()), *([variable] if variable else []), *(of.split(".") if of else [])]
        if not path or how not in HOWS or not isinstance(where, dict) or not all(map(_STEP.fullmatch, steps)):
            return self.told("building_unreadable", scope)
        relation, target = scope.name(*path), self.reached(scope.subject, path)
        variable = variable or self.fresh(path[-1])
        inside = _Scope((*scope.way, 0), target, variable, scope.depth + 1)
        chosen = None if where.get("parts") == [] else self.part(where, inside)
        if how in ("some", "none", "one", "all"):
            return self.quantified(relation, how, variable, chosen, scope)
        piece = chosen.inside(f"{relation}.filter({variable}, ", ")") if chosen else _Piece(relation)
        if how != "count" and not of:
            return self.told("building_incomplete", scope)
        reckoned = "size()" if how == "count" else f"{how}({variable}, {variable}.{of})"
        sign = COMPARISONS.get(_word(given, "operator"))
        if sign is None:
            return self.told("building_unreadable", scope)
        found = piece.inside("", f".{reckoned} {sign} {self.literal(given.get('value'), 'decimal', scope)}")
        return _Piece(found.text, found.places, loose=True)

    def quantified(self, relation: str, how: str, variable: str, chosen: _Piece | None, scope: _Scope) -> _Piece:
        """Some, none, one or all of the related; without a condition: whether there are any."""
        if chosen is None:
            plain = {"some": f"has({relation})", "none": f"!has({relation})", "one": f"{relation}.size() == 1"}
            return _Piece(plain[how], loose=how == "one") if how in plain else self.told("building_incomplete", scope)
        macro = {"all": "all", "one": "exists_one"}.get(how, "exists")
        return chosen.inside(f"{'!' if how == 'none' else ''}{relation}.{macro}({variable}, ", ")")

    def text(self, given: dict[str, Any], scope: _Scope) -> _Piece:
        """Text stands for itself, in brackets beside others; read alone first, so that no bracket reaches out of it."""
        text = _word(given, "text")
        if not text.strip():
            return self.told("building_incomplete", scope)
        try:
            parse(text)
        except Problem as problem:
            for one in problem.errors or (problem,):
                one.parameters["way"] = scope.way
                self.problems.append(one)
        # A remark runs to the end of its line: what follows begins the next one.
        return _Piece(f"{text}\n" if "//" in text else text, loose=True)

    def fresh(self, relation: str) -> str:
        """A variable that nothing else is called."""
        first = relation[0].lower()
        name = next(
            name for name in (first, *(f"{first}{number}" for number in range(2, 999))) if name not in self.taken
        )
        self.taken.add(name)
        return name

    def reached(self, subject: Subject | None, path: list[str]) -> Subject | None:
        for step in path:
            relation = subject.relation_named(step) if subject else None
            subject = self.known.get(relation.subject) if relation else None
        return subject

    def kind(self, subject: Subject | None, path: list[str], name: str) -> str:
        """The kind of a field; text for one that nobody declares, which the reader of the text will refuse."""
        reached = self.reached(subject, path)
        field = reached.field_named(name) if reached else None
        return field.kind if field else "text"


def _shown(value: str) -> str:
    """The beginning of a value for a message; half a character, which no answer can carry, becomes a question mark."""
    return value[:40].encode("utf-8", "replace").decode()


def _word(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _path(given: dict[str, Any]) -> list[str] | None:
    path = given.get("path")
    if not isinstance(path, list) or not all(isinstance(step, str) and _STEP.fullmatch(step) for step in path):
        return None
    return path


def _names(subject: Subject) -> Iterator[str]:
    yield from (one.name for one in subject.fields)
    yield from (one.name for one in subject.relations)


def _texts(given: object) -> Iterator[str]:
    """Every text in what was sent, at any depth: it holds all variables and all names in use."""
    waiting = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
