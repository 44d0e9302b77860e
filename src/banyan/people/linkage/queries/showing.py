"""One case for whoever decides on it: its records side by side, what belongs to each, why they look alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models import Case, CaseMember, CaseTargets, Decision, Pair
from banyan.people.linkage.queries.cases import cases, targets
from banyan.people.linkage.queries.explaining import Explainer, Line
from banyan.people.linkage.rules.deciding import best_filled
from banyan.people.linkage.states import CASE, CONFIRM, CaseState
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, timeline
from banyan.platform.kernel.names import normal_form
from banyan.platform.kernel.problems import Problem

Text = str | Promise
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What is shown of a person side by side, with the list that its codes are in. What is sensitive is not: whoever needs it opens
# the record and says what for.
FIELDS: Final[Mapping[str, str]] = {
    "full_name": "", "name_original": "", "given_name": "", "middle_name": "", "family_name": "", "father_name": "",
    "mother_name": "", "sex": "sex", "birth_date": "", "nationality": "iso-3166-1", "origin_country": "iso-3166-1",
    "marital_status": "marital-status", "arrived_on": "", "education": "education", "occupation": "", "place": "", "address": "",
    "language": "iso-639-3", "contact_preference": "contact-preference", "household": "", "number": "", "status": "",
    "registered_on": "",
}  # fmt: skip
# More of each record is read only while few stand side by side.
_STORIES, _EVENTS = 3, 6
# Left out is what says nothing to who looks: that a photo came is said by the day it was taken.
_TOLD = {
    **{name: Telling(left_out=True) for name in ("version", "photo", "number_key")},
    "household": Telling(_("Household")),
    "second": Telling(_("Record")),
}


@dataclass(frozen=True)
class Held:
    """A document or telephone: what kind, its number as far as it is shown, and whether another record has it too."""

    label: Text
    text: str
    shared: bool


@dataclass(frozen=True)
class Mate:
    """Somebody of the household; `shared` when somebody of the same name lives with another record of the case."""

    person_id: UUID
    name: str
    name_original: str
    role: str
    sex: str
    age: str
    shared: bool


@dataclass(frozen=True)
class Side:
    """One record of a case."""

    letter: str
    person: Any
    household: Any | None
    place: str
    members: Sequence[Mate]
    documents: Sequence[Held]
    phones: Sequence[Held]
    history: Sequence[Any]
    merged_into: UUID | None


@dataclass(frozen=True)
class FieldRow:
    """One field of all records, in words: whether they say the same, and which of them knows most."""

    key: str
    label: Text
    values: Sequence[str]
    state: str
    pick: int | None
    takeable: bool


@dataclass(frozen=True)
class PairView:
    """Two records of the case: how alike, and why."""

    pk: UUID
    first: UUID
    second: UUID
    letters: tuple[str, str]
    probability: float
    weight: float
    zone: str
    exact_document: bool
    noted: bool
    decision: str
    reopened: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class CaseView:
    """A case with everything that is needed to decide on it."""

    case: Case
    records: Sequence[Side]
    fields: Sequence[FieldRow]
    pairs: Sequence[PairView]
    decisions: Sequence[Decision]
    proposal: Decision | None
    verbs: Sequence[str]
    own_proposal: bool
    targets: CaseTargets
    person_ids: Sequence[UUID] = field(default=())


def case(case_id: UUID, *, seen_by: Viewer, shown: bool = False) -> CaseView:
    """A case with its records side by side. shown: with whole numbers, for who may see what is sensitive and said what for.

    Whoever opens it is to be entered into the log of reads. Raises Problem not_found, also when a record is out of reach.
    """
    found = cases(seen_by=seen_by).select_related("operation").filter(pk=case_id).first()
    if found is None:
        raise Problem("not_found")
    over = found.state not in (CaseState.OPEN, CaseState.PROPOSED, CaseState.SHELVED)
    members = CaseMember.objects.filter(case=found)
    ids = sorted((members if over else members.filter(left_on=None)).values_list("person_id", flat=True))
    people = registry.people(seen_by=seen_by).select_related("place", "operation").in_bulk(ids)
    if len(people) < len(ids):
        raise Problem("not_found")
    sides = _sides([people[one] for one in ids], seen_by, shown=shown)
    decisions = list(Decision.objects.filter(case=found).order_by("-at", "-pk"))
    proposal = next((each for each in decisions if each.verb == "propose"), None)
    return CaseView(
        found, sides, _fields(sides, seen_by), _pairs(found, sides, seen_by), decisions,
        proposal if found.state == CaseState.PROPOSED else None, _verbs(found, seen_by),
        found.state == CaseState.PROPOSED and found.proposed_by == seen_by.id, targets(found.operation_id, seen_by=seen_by), ids,
    )  # fmt: skip


@dataclass(frozen=True)
class Records:
    """Records side by side, without a case."""

    records: list[Side]
    fields: list[FieldRow]


def side_by_side(person_ids: Sequence[UUID], *, seen_by: Viewer) -> Records:
    """Some records side by side with nothing said about them. Raises Problem not_found, also when one is out of reach."""
    seen_by.require("linkage.view_case")
    people = registry.people(seen_by=seen_by).select_related("place", "operation").in_bulk(list(person_ids))
    if len(people) < len(set(person_ids)):
        raise Problem("not_found")
    sides = _sides([people[one] for one in person_ids], seen_by, shown=False)
    return Records(sides, _fields(sides, seen_by))


def _verbs(found: Case, viewer: Viewer) -> list[str]:
    """What the viewer may do with the case as it stands."""
    allowed = []
    for verb in CASE.verbs(found.state):
        permission = CASE.permission_for(verb)
        if verb == "lapse" or not _may(found, permission, viewer):
            continue
        if verb == "confirm" and found.proposed_by == viewer.id:
            continue
        if verb == "refuse" and found.proposed_by != viewer.id and not _may(found, CONFIRM, viewer):
            continue
        allowed.append(verb)
    if found.state in (CaseState.OPEN, CaseState.PROPOSED, CaseState.SHELVED) and _may(
        found, "linkage.decide_case", viewer
    ):
        allowed.append("assign")
    return allowed


def _may(found: Case, permission: str, viewer: Viewer) -> bool:
    reach = viewer.reach(permission)
    return viewer.may(permission) and all(scope in reach for scope in found.scope_ids)


def _sides(people: Sequence[Any], viewer: Viewer, *, shown: bool) -> list[Side]:
    """The records, each with what belongs to it: a constant number of queries, but for the stories of a few."""
    ids = [person.pk for person in people]
    homes = registry.membership_of(ids, seen_by=viewer)
    prefetch_related_objects([one.household for one in homes.values()], "place")
    mates = registry.members_of({one.household_id for one in homes.values()}, seen_by=viewer)
    documents, phones = defaultdict(list), defaultdict(list)
    for document in registry.documents(ids, seen_by=viewer):
        documents[document.person_id].append(document)
    for phone in registry.phones(ids, seen_by=viewer):
        phones[phone.person_id].append(phone)
    words = registry.labels(("sex", "relationship", "document-types"), seen_by=viewer)
    told = str if shown and viewer.may("registry.view_sensitive") else registry.masked_number
    borne = _twice({(person, each.number_key) for person, some in documents.items() for each in some})
    called = _twice({(person, each.number) for person, some in phones.items() for each in some})
    named = _twice(
        {
            (home, normal_form(each.person.full_name))
            for home, some in mates.items()
            for each in some
            if each.person_id not in ids
        }
    )
    today = timezone.localdate()
    found = []
    for place, person in enumerate(people):
        home = homes.get(person.pk)
        found.append(
            Side(
                LETTERS[place], person, home.household if home else None, _lives(person, home),
                [_mate(each, words, named, today) for each in mates.get(home.household_id, ())] if home else [],
                [
                    Held(words.of("document-types", each.type), told(each.number), each.number_key in borne)
                    for each in documents[person.pk]
                ],
                [Held(_("telephone"), told(each.number), each.number in called) for each in phones[person.pk]],
                timeline(type(person), person.pk, seen_by=viewer, limit=_EVENTS, told=_TOLD) if len(people) <= _STORIES else [],
                person.merged_into_id,
            )
        )  # fmt: skip
    return found


def _lives(person: Any, home: Any) -> str:
    """Where somebody lives: as written of the person, else of the household."""
    place = person.place or (home.household.place if home else None)
    return place.name if place else ""


def _twice(held: set[tuple[Any, str]]) -> set[str]:
    """What more than one of them has."""
    values = [value for _whose, value in held if value]
    return {value for value in values if values.count(value) > 1}


def _mate(membership: Any, words: Any, named: set[str], today: date) -> Mate:
    person = membership.person
    ages = registry.ages_on(person.birth_date, today)
    return Mate(
        person.pk, person.full_name, person.name_original, words.of("relationship", membership.relationship),
        words.of("sex", person.sex), str(ages) if ages else "", normal_form(person.full_name) in named,
    )  # fmt: skip


def _fields(sides: Sequence[Side], viewer: Viewer) -> list[FieldRow]:
    lists = sorted({code_list for code_list in FIELDS.values() if code_list})
    used = {str(getattr(side.person, key)) for side in sides for key, code_list in FIELDS.items() if code_list}
    words = registry.labels(lists, seen_by=viewer, codes_used=sorted(used - {""}))
    rows = []
    for key, code_list in FIELDS.items():
        values = [_value(side, key, code_list, words) for side in sides]
        if not any(values):
            continue
        state = "same" if len(set(values)) == 1 else "missing" if len(set(values) - {""}) == 1 else "differ"
        rows.append(
            FieldRow(key, _label(key, sides[0].person), values, state, best_filled(values), key in registry.TAKEABLE)
        )
    return rows


def _label(key: str, person: Any) -> Text:
    return _("Household") if key == "household" else capfirst(person._meta.get_field(key).verbose_name)


def _value(side: Side, key: str, code_list: str, words: Any) -> str:
    if key == "household":
        return str(side.household) if side.household else ""
    if key == "place":
        return side.place
    if key == "status":
        return str(side.person.get_status_display())
    value = getattr(side.person, key)
    if code_list:
        return str(words.of(code_list, value))
    return "" if value is None else str(value)


def _pairs(found: Case, sides: Sequence[Side], viewer: Viewer) -> list[PairView]:
    """Every pair among the records, the likeliest first, with what speaks for and against it."""
    letter = {side.person.pk: side.letter for side in sides}
    rows = Pair.objects.filter(
        Q(case=found) | Q(first__in=letter, second__in=letter), first__in=letter, second__in=letter
    )
    explainer = Explainer(seen_by=viewer)
    return [
        PairView(
            row.pk, row.first_id, row.second_id, (letter[row.first_id], letter[row.second_id]), row.probability, row.weight, row.zone,
            row.exact_document, row.noted, row.decision, row.reopened, explainer.lines(row),
        )
        for row in rows.order_by("-weight", "id")
    ]  # fmt: skip
