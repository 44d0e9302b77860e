"""Updates from later submissions: what a household says now, against what the register says, as proposals; by sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from banyan.people.registry.actions.changing.proposing import _basis, _lines_of_plan, _mint
from banyan.people.registry.facts import ChangeProposed
from banyan.people.registry.models import ChangeLine, ChangeRequest
from banyan.people.registry.queries.changing.loading import known_for, records_of
from banyan.people.registry.rules.changing import kinds
from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.fields import Known
from banyan.people.registry.rules.changing.inputs import BELONGINGS
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Records
from banyan.people.registry.states import OPEN, ChangeState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class ProposedUpdate:
    """What a later submission says about a registered household (or a person without one).

    households, people: {id: {column: clean value}}, only columns that the submission speaks of; places as id or P-code. Beside
    columns "documents", "phones", "needs" and "notices" may stand, each a list of {column: clean value}.
    added: people of the submission who were not registered with the household, as (the same, relationship).
    """

    submission_id: UUID
    household_id: UUID | None
    households: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    people: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    added: Sequence[tuple[Mapping[str, Any], str]] = ()

    def as_given(self) -> dict[str, Any]:
        """As the inputs of the kind "update" read it; the request is about the household, else about the first person."""
        records = [{"table": HOUSEHOLD, "id": str(key), **_parted(row)} for key, row in self.households.items()]
        records += [{"table": PERSON, "id": str(key), **_parted(row)} for key, row in self.people.items()]
        given: dict[str, Any] = {"records": records}
        if self.added:
            given["added"] = [{**_parted(row), "relationship": code} for row, code in self.added]
        if self.household_id is not None:
            given["household"] = str(self.household_id)
        else:
            given["person"] = str(next(iter(self.people), ""))
        return given


def _parted(said: Mapping[str, Any]) -> dict[str, Any]:
    """Columns under "fields", and beside them what somebody has."""
    things = {name: list(said[name]) for name in BELONGINGS if said.get(name)}
    return {"fields": {name: value for name, value in said.items() if name not in BELONGINGS}, **things}


@dataclass(frozen=True)
class UpdateOutcome:
    """What became of an update: the request that was made, or None when the register says so already."""

    submission_id: UUID
    request_id: UUID | None


@action("registry.register_person")
def propose_updates(
    updates: Sequence[ProposedUpdate], *, by: Viewer, operation_id: UUID, batch_id: UUID | None = None,
    proposer: tuple[UUID | None, str] | None = None, reason: str = "",
) -> list[UpdateOutcome]:  # fmt: skip
    """Propose what later submissions say as one request for each household; statements do not grow with their number.

    proposer: (account, name) of who sent the submissions; by default `by`. That person cannot approve them. An update
    that says nothing new makes no request; one that cannot be written as it stands (a closed household, a date ahead)
    becomes an overtaken one, which says why. A submission that has an open request already is left alone, so repeating
    the call changes nothing.
    """
    given = {update.submission_id: update.as_given() for update in updates}
    done = dict(
        ChangeRequest.objects.filter(submission__in=list(given), state__in=OPEN).values_list("submission", "pk")
    )
    known = known_for({"updates": list(given.values())}, operation_id, seen_by=by)
    records = records_of("update", _named(given.values()), seen_by=by)
    who, label = proposer or (by.id, by.label)
    outcomes: list[UpdateOutcome] = []
    requests: list[ChangeRequest] = []
    lines: list[ChangeLine] = []
    for update in updates:
        if update.submission_id in done:
            outcomes.append(UpdateOutcome(update.submission_id, done[update.submission_id]))
            continue
        request = ChangeRequest(
            pk=new_id(), operation_id=operation_id, kind="update", batch=batch_id, submission=update.submission_id,
            proposed_by=who, proposed_by_label=str(label)[:200], makers=[str(who)], reason=reason[:2000],
        )  # fmt: skip
        request.reference = reference("CHG", request.pk, groups=3)
        told = given[update.submission_id]
        own = _named([told])
        # Of its own records alone: a plan looks through all it is given.
        around = records.around(own[HOUSEHOLD], own[PERSON])
        plan = _planned(request, told, around, known)
        if plan is None:
            outcomes.append(UpdateOutcome(update.submission_id, None))
            continue
        requests.append(request)
        lines += _lines_of_plan(request, plan, around)
        outcomes.append(UpdateOutcome(update.submission_id, request.pk))
    ChangeRequest.objects.bulk_create(requests)
    ChangeLine.objects.bulk_create(lines)
    for request in requests:
        announce(ChangeProposed(request.pk), by=by)
    return outcomes


@action("registry.register_person")
def propose_update(update: ProposedUpdate, *, by: Viewer, operation_id: UUID, **more: Any) -> UpdateOutcome:
    """The same for one submission."""
    return propose_updates([update], by=by, operation_id=operation_id, **more)[0]


def _named(given: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {PERSON: [], HOUSEHOLD: []}
    for each in given:
        for table in found:
            found[table] += [item["id"] for item in each["records"] if item["table"] == table]
            if each.get(table):
                found[table].append(each[table])
    return found


def _planned(request: ChangeRequest, given: Mapping[str, Any], records: Records, known: Known) -> Plan | None:
    """Fill in what the request asks for and touches; None when there is nothing to propose."""
    table, subject = kinds.subject_of("update", given)
    row = records.row(table, subject)
    if row is None:
        raise Problem("not_found")
    request.scope_id = row["scope_id"]
    request.person_id, request.household_id = (UUID(subject), None) if table == PERSON else (None, UUID(subject))
    asked, problems = kinds.read("update", given, known)
    mint, minted = _mint([])
    plan = kinds.plan("update", asked, records, mint=mint, today=known.today)
    standing = [*problems, *plan.problems]
    if [problem.code for problem in standing] == ["registry.change_nothing"]:
        return None
    request.asked, request.minted, request.basis = asked, minted, _basis(plan, records)
    if standing:
        request.state = ChangeState.STALE
        request.moved = [{"drift": "problem", "code": problem.code} for problem in standing]
    return plan
