"""How a room declares background work: @job, @schedule and @reaction.

    @job("places.import_release", retry=Backoff(attempts=3))
    def import_release(progress: Progress, *, by: Viewer, batch: str) -> Outcome: ...

    @reaction(PlaceRenamed)
    def refresh_index(fact: PlaceRenamed, *, by: Viewer) -> None: ...

Jobs live in a room's jobs.py, reactions in its reactions.py; both are found when the project starts.
A job is found again by its name, so rooms whose actions start a job that jobs.py declares give the name.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst

from banyan.platform.jobs.rules import Backoff
from banyan.platform.kernel.facts import Fact

__all__ = ["Backoff", "JobDeclaration", "Link", "Outcome", "ReactionDeclaration", "job", "reaction", "schedule"]


@dataclass(frozen=True)
class Link:
    """A link in a job's summary, usually to what went wrong."""

    label: str | Promise
    url: str


@dataclass(frozen=True)
class Outcome:
    """What a job returns: a sentence, named counts, links. None of it may be personal."""

    summary: str | Promise = ""
    counts: Mapping[str | Promise, int] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON values in the language now active."""
        return {
            "summary": str(self.summary),
            "counts": {str(label): count for label, count in self.counts.items()},
            "links": [{"label": str(link.label), "url": link.url} for link in self.links],
        }


@dataclass(frozen=True)
class JobDeclaration:
    """A kind of job. Calling it calls the function, which tests of rules may do without any queue."""

    name: str
    function: Callable[..., Outcome | None]
    label: str | Promise = ""
    queue: str = "default"
    retry: Backoff = field(default_factory=Backoff)
    lock: str | None = None
    priority: int = 0
    cron: str | None = None
    large: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Outcome | None:
        return self.function(*args, **kwargs)

    def lock_for(self, args: Mapping[str, Any]) -> str | None:
        """Jobs with the same lock run one after the other; {names} in it are filled from the job's arguments."""
        return self.lock.format_map(args) if self.lock else None


@dataclass(frozen=True)
class ReactionDeclaration:
    """What a room does when a fact of a lower room is announced."""

    fact: type[Fact]
    name: str
    function: Callable[..., None]
    retry: Backoff

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self.function(*args, **kwargs)


_jobs: dict[str, JobDeclaration] = {}
_reactions: dict[str, ReactionDeclaration] = {}


def job(
    name: str,
    *,
    label: str | Promise = "",
    queue: str = "default",
    retry: Backoff | None = None,
    lock: str | None = None,
    priority: int = 0,
    large: bool = False,
) -> Callable[[Callable[..., Outcome | None]], JobDeclaration]:
    """Declare a function (progress, *, by, **args) as a job. Raises TypeError at import for a wrong signature or name.

    large: it needs memory that grows with its input; it is begun in a worker that has not grown by earlier jobs.
    """

    def declare(function: Callable[..., Outcome | None]) -> JobDeclaration:
        _check_signature(function, name)
        declaration = JobDeclaration(
            name=name,
            function=function,
            label=label or capfirst(name.split(".")[-1].replace("_", " ")),
            queue=queue,
            retry=retry or Backoff(),
            lock=lock,
            priority=priority,
            large=large,
        )
        return _add(declaration)

    return declare


def schedule(*, cron: str) -> Callable[[JobDeclaration], JobDeclaration]:
    """Start a job by the clock (UTC), as the system, without arguments. Stands above @job.

    cron: minute, hour, day of month, month, day of week.
    """

    def declare(declaration: JobDeclaration) -> JobDeclaration:
        if not isinstance(declaration, JobDeclaration):
            raise TypeError("@schedule stands above @job")
        return _add(replace(declaration, cron=cron))

    return declare


def reaction(fact: type[Fact], *, retry: Backoff | None = None) -> Callable[[Callable[..., None]], ReactionDeclaration]:
    """Declare a function (fact, *, by) to be run, as a job of its own, whenever the fact is announced."""

    def declare(function: Callable[..., None]) -> ReactionDeclaration:
        room = function.__module__.split(".")[-2]
        name = f"{room}.{function.__name__}"
        known = _reactions.get(name)
        if known is not None and known.function.__module__ != function.__module__:
            raise TypeError(f"two reactions are called {name}")
        if "by" not in inspect.signature(function).parameters:
            raise TypeError(f"reaction {name} needs a keyword-only argument by")
        _reactions[name] = ReactionDeclaration(fact=fact, name=name, function=function, retry=retry or Backoff())
        return _reactions[name]

    return declare


def job_named(name: str) -> JobDeclaration:
    """The declaration of a job. Raises LookupError when no job is called so (any more)."""
    try:
        return _jobs[name]
    except KeyError:
        raise LookupError(f"no job is called {name}") from None


def reaction_named(name: str) -> ReactionDeclaration:
    """The declaration of a reaction. Raises LookupError when there is none (any more)."""
    try:
        return _reactions[name]
    except KeyError:
        raise LookupError(f"no reaction is called {name}") from None


def all_jobs() -> list[JobDeclaration]:
    """Every declared job, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def all_reactions() -> list[ReactionDeclaration]:
    """Every declared reaction, by name."""
    return [_reactions[name] for name in sorted(_reactions)]


def reactions_to(fact: type[Fact]) -> list[ReactionDeclaration]:
    """The reactions a fact has, by name."""
    return [declared for declared in all_reactions() if declared.fact is fact]


def _add(declaration: JobDeclaration) -> JobDeclaration:
    known = _jobs.get(declaration.name)
    if known is not None and known.function.__module__ != declaration.function.__module__:
        raise TypeError(f"two jobs are called {declaration.name}")
    _jobs[declaration.name] = declaration
    return declaration


def _check_signature(function: Callable[..., Any], name: str) -> None:
    if name.count(".") != 1:
        raise TypeError(f"{name!r}: a job's name reads 'room.verb_noun'")
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind is inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"job {name} takes its progress as the first argument")
    if all(parameter.name != "by" for parameter in parameters[1:]):
        raise TypeError(f"job {name} needs a keyword-only argument by")
