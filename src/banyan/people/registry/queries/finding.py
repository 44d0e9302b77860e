"""Search: people by name in any order, script and spelling, by document, telephone, reference, household; why each fits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers
from babel.core import get_global
from django.db import connection
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import NumberParseException

from banyan.people.registry.models import Document, Household, Membership, Person, Phone
from banyan.people.registry.queries.people import VIEW, membership_of
from banyan.people.registry.reasons import Said
from banyan.people.registry.rules import asking
from banyan.people.registry.rules.asking import Fit, Judge, Question, Read
from banyan.platform.access.queries import operation_scopes, operations_within, scopes_below
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit
from banyan.platform.kernel.names import Asked, asked_key_hashes, respelt, shortenings
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

MOST = 20
_HITS = 8
# Candidates that are looked at closely, those with more of the words first: of a name alone, with sex or age or few areas,
# and when only one of the words has to fit.
_CLOSELY, _CLOSELY_NARROWED, _CLOSELY_FURTHER = 200, 300, 1_500
# Entries of one key that are read; who asks for what everybody is called has to say more.
_LONGEST, _LONGEST_NARROWED = 4_000, 20_000
_GOOD = 0.9
# Below this nobody has been found who may be meant, whatever the spelling.
_DOUBTFUL = 0.7
# Below this a name has next to nothing in common with the question.
_LEAST = 0.4
# Everybody who bears some of the words, by how many of them and whether in one piece. Equality of numbers uses the index
# under row-level security, which carries scope, year and sex: no row of a table is visited. `scopes` repeats the
# viewer's reach, so that who sees one area reads the entries of that area only. A common key is read up to `longest`.
_BEARERS = """
SELECT n.person_id
FROM unnest(%(keys)s::bigint[], %(bits)s::int[]) AS asked (key, bits)
CROSS JOIN LATERAL (
    SELECT person_id, born FROM registry_namekey
    WHERE key = asked.key
      AND (%(everywhere)s OR scope_id = ANY(%(scopes)s))
      AND (%(first)s::int IS NULL OR born IS NULL OR born BETWEEN %(first)s AND %(last)s)
      AND (%(sex)s = '' OR sex IN (%(sex)s, 'u', 'o'))
    LIMIT %(longest)s
) n
GROUP BY n.person_id
ORDER BY bit_count(bit_or(asked.bits)::bit(32)) DESC, abs(coalesce(min(n.born), 0) - %(middle)s)
LIMIT %(most)s
"""
_NAMES = """
SELECT id, full_name, name_original, concat_ws(' ', nullif(given_name, ''), nullif(middle_name, ''), nullif(family_name, '')),
       birth_date
FROM registry_person WHERE id = ANY(%s) AND (%s OR status <> 'withdrawn' OR merged_into_id IS NOT NULL)
"""
# Which words of the register lie within a slip of the words asked for, those that share most of their letters first.
_MEANT = """
SELECT asked.place, s.key FROM unnest(%s::bigint[], %s::int[]) AS asked (short, place)
JOIN registry_spelling s ON s.short = asked.short
GROUP BY asked.place, s.key ORDER BY count(*) DESC, s.key
"""
_MEANT_MOST = 24
_SPARE = 15
# A viewer of so few areas has few people to look at.
_FEW = 3


@dataclass(frozen=True)
class Found:
    """An answer: the person (with `operation` and `place`), the household the person belongs to now, score and reasons."""

    person: Person
    membership: Membership | None
    score: float
    why: tuple[str | Promise, ...]


@dataclass
class _Candidates:
    """People who may answer, with how well each fits so far: by what is equal, and by the name."""

    fits: dict[UUID, Fit] = field(default_factory=dict)
    names: dict[UUID, float] = field(default_factory=dict)
    judge: Judge | None = None

    def add(self, ids: Iterable[UUID], fit: Fit) -> None:
        for pk in ids:
            self.fits[pk] = self.fits.get(pk, Fit()) + fit

    def ranked(self) -> dict[UUID, float]:
        """Scores of everybody, both kinds together, best first."""
        scores = {
            pk: (self.fits.get(pk, Fit()) + Fit(self.names.get(pk, 0.0))).score for pk in (*self.fits, *self.names)
        }
        return dict(sorted(scores.items(), key=lambda found: (-found[1], found[0])))

    def why(self, person: Person) -> tuple[str | Promise, ...]:
        """The reasons why somebody is among the answers."""
        parts = " ".join(filter(None, (person.given_name, person.middle_name, person.family_name)))
        names = self.judge.why((person.full_name, person.name_original, parts)) if self.judge is not None else ()
        return (*self.fits.get(person.pk, Fit()).why, *names)


def find_people(question: Question, *, seen_by: Viewer, most: int = MOST, today: date | None = None) -> list[Found]:
    """People who answer a question, best first: at most `most`, a constant number of queries for each kind of answer.

    Several things known add up: who fits the name and the telephone stands above who fits one of them. Withdrawn people are
    left out unless asked for. Whoever opens or lists the answers logs the reading. Raises Problem registry.question_empty,
    registry.years_malformed.
    """
    seen_by.require(VIEW)
    asked = asking.read(question, today or timezone.localdate())
    scopes = _scopes(question, seen_by)
    if scopes is not None and not scopes:
        return []
    candidates = _Candidates()
    _by_number(candidates, asked, seen_by)
    if asked.name:
        _by_name(candidates, asked, scopes, withdrawn=question.withdrawn)
    return _answers(candidates, question, asked, scopes, seen_by=seen_by, most=most)


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """The best answers for the search field of the shell: name, reference and household."""
    if not seen_by.may(VIEW) or not text.strip():
        return []
    try:
        found = find_people(Question(text=text), seen_by=seen_by, most=_HITS)
    except Problem:
        return []
    return [
        SearchHit(
            title=one.person.full_name,
            subtitle=" · ".join(
                filter(None, (one.person.reference, one.membership.household.reference if one.membership else ""))
            ),
            url=_url(one.person),
            kind=str(_("Person")),
        )
        for one in found
    ]


def _url(person: Person) -> str:
    try:
        return reverse("registry:person", args=[person.pk])
    except NoReverseMatch:
        return ""


def _scopes(question: Question, seen_by: Viewer) -> set[int] | None:
    """The scopes in which to look; None for all. Empty when the place or operation lies out of reach."""
    reach = seen_by.reach(VIEW)
    found = None if reach.everything else set(reach.scopes)
    if question.operation is not None:
        found = _within(found, set(operation_scopes(question.operation, seen_by=seen_by).values()))
    if question.place is not None:
        place = places.place(question.place, seen_by=seen_by)
        there: set[int] = set()
        for operation in operations_within(VIEW, seen_by=seen_by):
            own = operation_scopes(operation.pk, seen_by=seen_by).get(place.scope_id)
            if own is not None:
                there |= scopes_below(own, seen_by=seen_by) or {own}
        found = _within(found, there)
    return found


def _within(found: set[int] | None, others: set[int]) -> set[int]:
    return others if found is None else found & others


def _by_number(candidates: _Candidates, asked: Read, seen_by: Viewer) -> None:
    """References, numbers, documents and telephones: whatever is equal."""
    if wanted := asked.reference:
        people = Person.objects.filter(Q(reference=wanted) | Q(number=wanted))
        candidates.add(people.values_list("pk", flat=True), Fit(1.0, (gettext_lazy("the same reference"),)))
        _members(
            candidates, Household.objects.filter(reference=wanted), gettext_lazy("in the household of this reference")
        )
    if wanted := asked.household:
        _members(
            candidates, Household.objects.filter(reference=wanted), gettext_lazy("in the household of this reference")
        )
        _members(candidates, Household.objects.filter(number=wanted), gettext_lazy("in the household of this number"))
    if wanted := asked.number:
        numbered = Person.objects.filter(number=wanted).values_list("pk", flat=True)
        candidates.add(numbered, Fit(0.9, (gettext_lazy("the same number of the submitter"),)))
        _members(candidates, Household.objects.filter(number=wanted), gettext_lazy("in the household of this number"))
    if asked.document:
        bearers = Document.objects.filter(number_key=asked.document).values_list("person_id", flat=True)
        candidates.add(set(bearers), Fit(0.97, (gettext_lazy("the same document number"),)))
    if asked.phone and (numbers := _phones(asked.phone, seen_by)):
        owners = Phone.objects.filter(number__in=numbers).values_list("person_id", flat=True)
        candidates.add(set(owners[:_CLOSELY]), Fit(0.8, (gettext_lazy("the same telephone"),)))
        _members(candidates, Household.objects.filter(phone__in=numbers), gettext_lazy("the household's telephone"))


def _members(candidates: _Candidates, households: Any, why: Promise) -> None:
    """The head of a household found answers better than its other members."""
    rows = Membership.objects.filter(household__in=list(households.values_list("pk", flat=True)[:50]), until=None)
    for person, is_head in rows.values_list("person_id", "is_head"):
        candidates.add([person], Fit(0.7 if is_head else 0.6, (why,)))


def _phones(text: str, seen_by: Viewer) -> list[str]:
    """The numbers in E.164 that a number as typed can mean in the countries where the viewer works."""
    aliases = get_global("territory_aliases")  # alpha-2 codes by the alpha-3 codes of operations
    countries = [operation.country for operation in operations_within(VIEW, seen_by=seen_by)]
    regions = {aliases.get(country, [None])[0] for country in countries} | {None}
    found = set()
    for region in regions:
        try:
            number = phonenumbers.parse(text, region)
        except NumberParseException:
            continue
        found.add(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return sorted(found)


def _by_name(candidates: _Candidates, asked: Read, scopes: Collection[int] | None, *, withdrawn: bool) -> None:
    """Everybody whose names share words with the question, judged by letters."""
    keys = asked_key_hashes(asked.name)
    if not keys.words:
        return
    judge = candidates.judge = Judge([word for word, _hashes in keys.words])
    whole = 1 << len(keys.words)
    first = [(key, whole) for key in keys.whole]
    first += [(key, 1 << here | 1 << there) for here, there, hashes in keys.pairs for key in hashes]
    single = [(key, 1 << number) for number, (_word, hashes) in enumerate(keys.words) for key in hashes]
    if len(keys.words) == 1:
        first += single
    narrowed = asked.years is not None or bool(asked.sex) or (scopes is not None and len(scopes) < _FEW)
    most = _CLOSELY_NARROWED if narrowed else _CLOSELY
    bearers = _bearers(first, asked, scopes, longest=_LONGEST, most=most)
    best = _judged(candidates, bearers, judge, asked, withdrawn=withdrawn)
    if best < _GOOD and len(keys.words) > 1:
        # A word may be misspelt beyond its keys: whoever bears the words that may have been meant.
        meant = _bearers(_respelt(keys), asked, scopes, longest=_LONGEST, most=most)
        best = max(best, _judged(candidates, set(meant) - set(bearers), judge, asked, withdrawn=withdrawn))
        bearers += meant
    if best < _DOUBTFUL and len(keys.words) > 1:
        # Or be another one in the register: whoever bears one of the words.
        longest, most = (_LONGEST_NARROWED, _CLOSELY_FURTHER) if narrowed else (_LONGEST, most)
        further = _bearers(single, asked, scopes, longest=longest, most=most)
        _judged(candidates, set(further) - set(bearers), judge, asked, withdrawn=withdrawn)


def _respelt(keys: Asked) -> list[tuple[int, int]]:
    """Pairs of words of the register within a slip of the words asked for, each with the bits of those words."""
    asked = [(short, place) for place, (word, _hashes) in enumerate(keys.words) for short in shortenings(word.latin)]
    meant: list[list[str]] = [[] for _word in keys.words]
    with connection.cursor() as cursor:
        cursor.execute(_MEANT, [[short for short, _place in asked], [place for _short, place in asked]])
        for place, key in cursor.fetchall():
            if len(meant[place]) < _MEANT_MOST:
                meant[place].append(key)
    return [(key, 1 << here | 1 << there) for here, there, hashes in respelt(keys, meant) for key in hashes]


def _bearers(
    keys: Sequence[tuple[int, int]], asked: Read, scopes: Collection[int] | None, *, longest: int, most: int
) -> list[UUID]:
    """Who bears these keys (each with the bits of the words it stands for), those with most of the words first.

    Among equals those born nearest to the years asked for come first.
    """
    if not keys:
        return []
    first, last = (
        (asked.years[0] - asking.YEARS_ASIDE, asked.years[1] + asking.YEARS_ASIDE) if asked.years else (None, None)
    )
    values: dict[str, Any] = {
        "keys": [key for key, _bits in keys], "bits": [bits for _key, bits in keys], "everywhere": scopes is None,
        "scopes": sorted(scopes or ()), "first": first, "last": last, "sex": asked.sex[:1], "longest": longest, "most": most,
        "middle": sum(asked.years) // 2 if asked.years else 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEARERS, values)
        return [row[0] for row in cursor.fetchall()]


def _judged(
    candidates: _Candidates, ids: Collection[UUID], judge: Judge, asked: Read, *, withdrawn: bool
) -> float:  # fmt: skip
    """Score candidates by their names; returns the best score."""
    best = 0.0
    if not ids:
        return best
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(ids), withdrawn])
        rows = cursor.fetchall()
    for pk, full, original, parts, birth in rows:
        score = judge.score((full, original, parts))
        if score >= _LEAST:
            born = int(birth[:4]) if birth else None
            near = asking.fit_of_years(asked.years, born)
            candidates.names[pk] = min(max(score * 0.9 + near, 0.01), 0.99)
            best = max(best, score)
    return best


def _answers(
    candidates: _Candidates, question: Question, asked: Read, scopes: Collection[int] | None, *, seen_by: Viewer, most: int
) -> list[Found]:  # fmt: skip
    """The best candidates as people with their households, in the order of their fit.

    Who is known by a registration that was merged is answered by the one that stands for it.
    """
    ranked = candidates.ranked()
    # Some of those found by number may be withdrawn, or live elsewhere.
    chosen = list(ranked)[: most + (_SPARE if candidates.fits else 0)]
    rows = Person.objects.filter(pk__in=chosen).select_related("operation", "place")
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    if not question.withdrawn:
        rows = rows.filter(~Q(status="withdrawn") | Q(merged_into__isnull=False))
    people = {person.pk: person for person in rows}
    known = people | _survivors(people)
    answers: dict[UUID, tuple[Person, list[Person]]] = {}
    for person in (people[pk] for pk in chosen if pk in people):
        stands = known.get(person.merged_into_id, person) if person.merged_into_id else person
        answers.setdefault(stands.pk, (stands, []))[1].append(person)
    shown = list(answers.values())[:most]
    homes = membership_of([person.pk for person, _known_by in shown], seen_by=seen_by)
    return [
        Found(
            person,
            homes.get(person.pk),
            ranked[known_by[0].pk],
            (*_why(candidates, person, known_by), *_more(person, asked)),
        )
        for person, known_by in shown
    ]


def _survivors(people: Mapping[UUID, Person]) -> dict[UUID, Person]:
    """The registrations that stand for merged ones among these, as far as the viewer may see them; no query without any."""
    wanted = {person.merged_into_id for person in people.values() if person.merged_into_id} - people.keys()
    if not wanted:
        return {}
    return {person.pk: person for person in Person.objects.filter(pk__in=wanted).select_related("operation", "place")}


def _why(candidates: _Candidates, person: Person, known_by: Sequence[Person]) -> Iterator[str | Promise]:
    """The reasons, each once, with the registration by which somebody was found where that is another one."""
    yield from dict.fromkeys(reason for each in known_by for reason in candidates.why(each))
    for each in known_by:
        if each.pk != person.pk:
            yield Said(
                gettext_lazy("also registered as “{name}”, {reference}"), name=each.full_name, reference=each.reference
            )
        elif each.merged_into_id is not None:
            yield gettext_lazy("merged into a registration out of your reach")


def _more(person: Person, asked: Read) -> list[str | Promise]:
    """What else fits, or does not, of what was asked for."""
    said: list[str | Promise] = []
    if asked.years is not None and person.birth_date is not None:
        year = person.birth_date.year
        if asked.years[0] <= year <= asked.years[1]:
            said.append(gettext_lazy("the same year of birth"))
        else:
            said.append(Said(gettext_lazy("born {year}"), year=year))
    if asked.sex and person.sex not in (asked.sex, "unknown"):
        said.append(gettext_lazy("another sex"))
    return said
