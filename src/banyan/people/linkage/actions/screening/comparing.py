"""Comparing people with the lists: the whole register, whoever changed, or one person; results are written by set."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.linkage import queries
from banyan.people.linkage.actions.screening import writing
from banyan.people.linkage.models import RunReason, ScreeningHit, ScreeningRun
from banyan.people.linkage.rules.screening.entries import ListedName, digest_of
from banyan.people.linkage.rules.screening.judging import MOST_BITS, Hit, Judge, Subject
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.problems import Problem

SCREEN = "linkage.decide_screening"
# An entry that is nothing but a common name finds half a country. So many of its hits are kept, the likest; how many more
# there were stands with the run.
MOST_BY_NAME = 200
# How common a name is can be told from so many people; among fewer, every name is taken for a rare one.
_ENOUGH = 1_000
_COLUMNS = (
    "person", "operation", "scope_id", "full_name", "name_original", "given_name", "middle_name", "family_name", "sex",
    "birth_date", "nationality", "origin_country", "documents",
)  # fmt: skip
Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person as read for one comparison."""

    id: str
    operation: str
    scope_id: int
    subject: Subject
    digest: int


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the two it is about. party: the number in the index."""

    person: Person
    party: int
    hit: Hit


@dataclass
class Gathered:
    """What one pass over people gathers before anything is judged, because common names are known only afterwards."""

    people: int = 0
    compared: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    pairs: list[tuple[Person, dict[int, set[ListedName]]]] = field(default_factory=list)


@action(SCREEN)
def begin_screening(reason: str, *, by: Viewer, asked_by: str = "", version: UUID | None = None) -> ScreeningRun:
    """Note that a comparison begins, in a transaction of its own: one that never finishes is seen to be missing."""
    return ScreeningRun.objects.create(reason=reason, version_id=version, asked_by_label=asked_by[:200])


@action(SCREEN)
def start_screening(*, by: Viewer) -> None:
    """Have everybody compared in the background."""
    jobs.start("linkage.screen_register", by=by)


@action(SCREEN)
def screen_register(run_id: UUID, *, by: Viewer, report: Report = lambda _done: None) -> ScreeningRun:
    """Compare everybody with all lists in use or, at night, whoever changed since they were compared and whoever is a hit.

    The number of statements depends on the hundred thousands of people, not on people, entries or hits. Raises Problem not_found.
    """
    run = ScreeningRun.objects.filter(pk=run_id, finished_at=None).first()
    if run is None:
        raise Problem("not_found")
    everybody = run.reason != RunReason.NIGHT
    listed = queries.listed(seen_by=by)
    gathered = Gathered()
    current = set() if everybody else writing.people_with_hits()
    for frame in registry.linkage_rows(seen_by=by):
        people = list(_people(frame))
        known = {} if everybody else writing.digests_of([person.id for person in people])
        moved = [person for person in people if everybody or known.get(person.id) != (person.scope_id, person.digest)]
        _gather(people if everybody else [*moved, *_again(people, moved, current)], listed, gathered, count=everybody)
        writing.note_screened(moved)
        gathered.people += len(people)
        report(gathered.people)
    run.shares = _shares(gathered) if everybody else _last_shares()
    found, common = _judged(gathered, listed, run.shares)
    counts = writing.write_hits(run, found, listed)
    counts |= writing.close_missing(run, None)
    return _finish(run, gathered, listed, counts, common)


@action(SCREEN)
def screen_person(person_id: UUID, *, by: Viewer) -> list[ScreeningHit]:
    """Compare one person now, and return the hits there are. Raises Problem not_found for a person out of reach."""
    scope = registry.person(person_id, seen_by=by).scope_id
    if scope not in by.reach(SCREEN):
        raise Problem("not_found")
    run = ScreeningRun.objects.create(reason=RunReason.PERSON, asked_by_label=str(by.label)[:200])
    listed = queries.listed(seen_by=by)
    gathered = Gathered()
    for frame in registry.linkage_rows(ids=[person_id], seen_by=by):
        people = list(_people(frame))
        _gather(people, listed, gathered, count=False)
        writing.note_screened(people)
        gathered.people += len(people)
    found, common = _judged(gathered, listed, _last_shares())
    counts = writing.write_hits(run, found, listed)
    counts |= writing.close_missing(run, person_id)
    _finish(run, gathered, listed, counts, common)
    return queries.hits_of(person_id, seen_by=by)


def _people(frame: Any) -> Iterator[Person]:
    for row in frame.select(_COLUMNS).iter_rows():
        person, operation, scope, full, original, given, middle, family, sex, birth, nationality, origin, documents = (
            row
        )
        parts = " ".join(part for part in (given, middle, family) if part)
        names = tuple(dict.fromkeys(name for name in (full, original, parts) if name))
        nations = frozenset(code for code in (nationality, origin) if code)
        subject = Subject(names, sex or "unknown", birth or None, nations, frozenset(documents or ()))
        told = repr((names, sex, birth, sorted(nations), sorted(subject.documents)))
        yield Person(person, operation, scope, subject, digest_of(told))


def _again(people: Collection[Person], moved: Collection[Person], current: Collection[str]) -> list[Person]:
    """Whoever has a hit is compared every night, so that hits that are gone are seen to be gone."""
    known = {person.id for person in moved}
    return [person for person in people if person.id in current and person.id not in known]


def _gather(people: Collection[Person], listed: queries.Listed, into: Gathered, *, count: bool) -> None:
    index = listed.index
    for person in people:
        candidates = index.candidates(person.subject)
        if candidates:
            into.pairs.append((person, candidates))
        if count:
            into.keys.update(index.keys_of(person.subject.names[0]))
    into.compared += len(people)


def _shares(gathered: Gathered) -> dict[str, float]:
    """How many of all people bear a key; what is rarer than the rarest that counts needs no entry."""
    if gathered.compared < _ENOUGH:
        return {}
    rare = gathered.compared / 2**MOST_BITS
    return {key: round(count / gathered.compared, 6) for key, count in gathered.keys.items() if count > rare}


def _last_shares() -> dict[str, float]:
    """As the last pass over everybody counted them: a night and a single person are judged by the same measure."""
    runs = ScreeningRun.objects.filter(finished_at__isnull=False, reason__in=(RunReason.LIST, RunReason.DEMAND))
    return runs.order_by("-started_at").values_list("shares", flat=True).first() or {}


def _judged(
    gathered: Gathered, listed: queries.Listed, shares: dict[str, float]
) -> tuple[list[Found], list[tuple[int, int]]]:
    """The hits, and of entries that are nothing but a common name how many were left out: (party, number)."""
    judge = Judge(shares)
    found: list[Found] = []
    by_name: dict[int, list[Found]] = {}
    for person, candidates in gathered.pairs:
        for number, names in candidates.items():
            hit = judge.judge(person.subject, listed.index.parties[number], names)
            if hit is not None:
                kept = by_name.setdefault(number, []) if hit.zone == "name_only" else found
                kept.append(Found(person, number, hit))
    common: list[tuple[int, int]] = []
    for number, many in by_name.items():
        if len(many) > MOST_BY_NAME:
            many.sort(key=lambda each: (-each.hit.weight, each.person.id))
            common.append((number, len(many) - MOST_BY_NAME))
        found += many[:MOST_BY_NAME]
    return found, common


def _finish(
    run: ScreeningRun, gathered: Gathered, listed: queries.Listed, counts: dict[str, int], common: list[tuple[int, int]]
) -> ScreeningRun:
    index = listed.index
    run.versions = [str(pk) for pk in listed.versions]
    run.counts = {
        "people": gathered.people, "compared": gathered.compared, "entries": len(index.parties),
        "unnamed": [party.key for party in index.unnamed][:100],
        "pairs": sum(len(candidates) for _person, candidates in gathered.pairs), **counts,
        "too_common": [[index.parties[number].name, left] for number, left in sorted(common, key=lambda each: -each[1])[:100]],
        "left_out": sum(left for _number, left in common),
    }  # fmt: skip
    run.finished_at = timezone.now()
    run.save()
    return run
