"""The catalogue of everything that can go wrong in a way a user can mend.

A room declares its problems once, each with a number, an HTTP status, a message and how to mend it, and raises
them by code. Pages, the API and import reports render the same Problem, so they always say the same.
The rendering follows RFC 9457 (Problem Details for HTTP APIs) with the members `code`, `number`, `mend`, `at`
and `errors` added.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from string import Formatter
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

TYPE_PREFIX = "urn:banyan:problem:"
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_FORMATTER = Formatter()


class CatalogueError(Exception):
    """A mistake of the programmer in declaring or using a problem; never shown to users as a Problem."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the input the problem sits. Rows count from 1, as spreadsheets show them."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    field: str | None = None

    def as_dict(self) -> dict[str, str | int]:
        """Only the parts that are known."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        """For example "sheet Villages, row 12, column Parent"."""
        labels = {"sheet": _("sheet"), "row": _("row"), "column": _("column"), "field": _("field")}
        return ", ".join(f"{labels[name]} {value}" for name, value in self.as_dict().items())


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One entry of the catalogue. Message and mend may hold {parameters}; the title defaults to the status's."""

    number: int
    status: int
    message: str | Promise
    mend: str | Promise
    title: str | Promise = ""


_kinds: dict[str, ProblemKind] = {}
_parameters: dict[str, frozenset[str]] = {}

_TITLES: dict[int, str | Promise] = {
    400: _("The request cannot be read"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not that way"),
    409: _("In conflict with what is stored"),
    410: _("No longer there"),
    413: _("Too large"),
    415: _("This kind of file is not taken"),
    422: _("The input needs mending"),
    429: _("Too many requests"),
    500: _("Something went wrong here"),
    503: _("Not available at the moment"),
}


def declare_problems(kinds: Mapping[str, ProblemKind]) -> dict[str, ProblemKind]:
    """Add a room's problems to the catalogue and return them.

    Codes read "room.name". Raises CatalogueError at import when a code is malformed, when code or number is
    already taken, or when the status has no title.
    """
    taken = {kind.number: code for code, kind in _kinds.items()}
    for code, kind in kinds.items():
        if not _CODE.fullmatch(code):
            raise CatalogueError(f"{code!r}: a problem code reads 'room.name' in small letters")
        if code in _kinds:
            raise CatalogueError(f"{code!r} is declared twice")
        if kind.number in taken:
            raise CatalogueError(f"{code!r}: number {kind.number} is taken by {taken[kind.number]!r}")
        if kind.status not in _TITLES and not kind.title:
            raise CatalogueError(f"{code!r}: status {kind.status} has no title; give the kind one")
        taken[kind.number] = code
        _kinds[code] = kind
    return dict(kinds)


def catalogue() -> list[tuple[str, ProblemKind]]:
    """Every declared problem as (code, kind), by number: the source of the reference page on problems."""
    return sorted(_kinds.items(), key=lambda entry: entry[1].number)


class Problem(Exception):
    """Something a user can mend, named by its code in the catalogue.

    Raised, never returned. Parameters fill the {places} of message and mend; a missing one or an undeclared code
    is a CatalogueError. A code without a room means the kernel's: "not_found" is "kernel.not_found".
    """

    def __init__(self, code: str, /, *, at: Location | None = None, **parameters: Any) -> None:
        self.code = code if "." in code else f"kernel.{code}"
        if self.code not in _kinds:
            raise CatalogueError(f"{self.code!r} is not in the catalogue of problems")
        missing = _places_of(self.code) - parameters.keys()
        if missing:
            raise CatalogueError(f"{self.code!r} needs {', '.join(sorted(missing))}")
        self.kind = _kinds[self.code]
        self.at = at
        self.parameters = parameters
        super().__init__(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        """Problems cross process borders (workers, parallel tests) whole."""
        return _rebuild, (self.code, self.at, self.parameters)

    @property
    def number(self) -> int:
        """The number under which the reference documentation lists it."""
        return self.kind.number

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.kind.status

    @property
    def title(self) -> str:
        """Short summary of the kind of problem, in the reader's language."""
        return str(self.kind.title or _TITLES[self.kind.status])

    @property
    def detail(self) -> str:
        """What is wrong, in the reader's language."""
        return _fill(self.kind.message, self.parameters)

    @property
    def mend(self) -> str:
        """What the reader can do about it."""
        return _fill(self.kind.mend, self.parameters)

    @property
    def errors(self) -> tuple["Problem", ...]:
        """The single problems this one gathers; none for a plain Problem."""
        return ()

    def placed(self, at: Location) -> Self:
        """The same problem at a place: readers of values do not know the row they are read from."""
        self.at = at
        return self

    def as_dict(self) -> dict[str, Any]:
        """RFC 9457 members and ours, in the reader's language."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "number": self.number,
            "mend": self.mend,
            "at": self.at.as_dict() if self.at else None,
            "errors": [error.as_dict() for error in self.errors],
        }

    def as_text(self) -> str:
        """One line for import reports, terminals and logs."""
        place = f"{self.at}: " if self.at and str(self.at) else ""
        detail = self.detail
        # It may end with a reason that is given elsewhere, without a full stop.
        if self.mend and detail and unicodedata.category(detail[-1])[0] in "LNM":
            detail += "။" if "\u1000" <= detail[-1] <= "\u109f" else "."
        return f"{place}{detail} {self.mend}".rstrip()

    def __str__(self) -> str:
        return self.as_text()


class Problems(Problem):
    """Several problems at once: bad input is reported whole, not one error per attempt.

    Caught by `except Problem`, iterable, and rendered with its parts under `errors`.
    """

    def __init__(self, problems: Iterable[Problem], *, at: Location | None = None) -> None:
        self._errors = tuple(single for problem in problems for single in (problem.errors or (problem,)))
        if not self._errors:
            raise CatalogueError("Problems without a problem")
        super().__init__("kernel.invalid_input", at=at)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_all, (self._errors, self.at)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The gathered problems, in the order found; nested Problems are flattened."""
        return self._errors

    def __iter__(self) -> Any:
        return iter(self._errors)

    def __len__(self) -> int:
        return len(self._errors)

    def as_text(self) -> str:
        """One line per problem."""
        return "\n".join(problem.as_text() for problem in self._errors)

    @classmethod
    def of_fields(cls, messages: Mapping[str, Iterable[Any]]) -> Self:
        """From messages by field, as Django's forms and validators give them ("__all__" means no field)."""
        return cls(
            Problem(
                "kernel.field_invalid",
                message=str(message),
                at=None if field == "__all__" else Location(field=field),
            )
            for field, found in messages.items()
            for message in found
        )


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise what was gathered: nothing, the single Problem itself, or all as Problems."""
    found = list(problems)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Problems(found)


def _rebuild(code: str, at: Location | None, parameters: dict[str, Any]) -> Problem:
    return Problem(code, at=at, **parameters)


def _rebuild_all(errors: tuple[Problem, ...], at: Location | None) -> Problems:
    return Problems(errors, at=at)


def _places_of(code: str) -> frozenset[str]:
    """Names of the {places} in the source texts, not in a translation that may have dropped one."""
    if code not in _parameters:
        kind = _kinds[code]
        with override(None):
            texts = f"{kind.message}{kind.mend}"
        _parameters[code] = frozenset(name for _text, name, _spec, _conv in _FORMATTER.parse(texts) if name)
    return _parameters[code]


def _fill(text: str | Promise, parameters: Mapping[str, Any]) -> str:
    return str(text).format_map(_Shown(parameters))


class _Shown(dict[str, Any]):
    """Leaves an unknown place of a faulty translation visible instead of failing while reporting a failure."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


PROBLEMS = declare_problems(
    {
        "kernel.not_found": ProblemKind(
            number=1,
            status=404,
            message=_("There is nothing here, or it lies outside what you may see."),
            mend=_("Check the address or reference, or search for it."),
        ),
        "kernel.not_allowed": ProblemKind(
            number=2,
            status=403,
            message=_("Your roles do not allow this."),
            mend=_("Ask an administrator for a role that does."),
        ),
        "kernel.sign_in_needed": ProblemKind(
            number=3, status=401, message=_("You are not signed in."), mend=_("Sign in and try again.")
        ),
        "kernel.invalid_input": ProblemKind(
            number=4,
            status=422,
            message=_("Some of the input cannot be taken as it is."),
            mend=_("Mend every entry listed and send it again."),
        ),
        "kernel.conflict": ProblemKind(
            number=5,
            status=409,
            message=_("Somebody else changed this in the meantime, or the same is already stored."),
            mend=_("Load it again, compare, and repeat your change if it is still needed."),
        ),
        "kernel.too_many": ProblemKind(
            number=6,
            status=429,
            message=_("Too many attempts in a short time."),
            mend=_("Wait a few minutes and try again."),
        ),
        "kernel.unavailable": ProblemKind(
            number=7,
            status=503,
            message=_("A part of the system cannot be reached at the moment."),
            mend=_("Try again shortly; tell your administrator if it stays so."),
        ),
        "kernel.field_invalid": ProblemKind(number=8, status=422, message="{message}", mend=""),
        "kernel.unexpected": ProblemKind(
            number=9,
            status=500,
            message=_("Something went wrong that is not your fault."),
            mend=_("Try again; if it happens again, tell your administrator the time and what you did."),
        ),
        "kernel.bad_request": ProblemKind(
            number=10,
            status=400,
            message=_("The request cannot be understood."),
            mend=_("Compare it with the API reference."),
        ),
        "kernel.method_not_allowed": ProblemKind(
            number=11,
            status=405,
            message=_("This address does not take that kind of request."),
            mend=_("Compare it with the API reference."),
        ),
        "kernel.too_large": ProblemKind(
            number=12,
            status=413,
            message=_("What was sent is too large."),
            mend=_("Send it in smaller parts."),
        ),
        # Values that cannot be read: declared here because the modules that raise them know no Django.
        "kernel.reference_malformed": ProblemKind(
            number=20,
            status=422,
            message=_("“{text}” is not a reference."),
            mend=_("A reference looks like {example}: three letters, then groups of four, then one check character."),
        ),
        "kernel.reference_mistyped": ProblemKind(
            number=21,
            status=422,
            message=_("The reference “{text}” has a typing error: its check character does not fit."),
            mend=_("Compare it with the original character by character; two may be swapped."),
        ),
    }
)
