"""Deciding what kinds of data an operation does not collect, and holding forms to it."""

from collections.abc import Collection
from uuid import UUID

from banyan.people.forms.declarations import KINDS_OF_DATA
from banyan.people.forms.models import CollectionPolicy, FormVersion
from banyan.people.forms.queries.policies import asked_by, policy, policy_record
from banyan.people.forms.rules.findings import ERROR, Finding
from banyan.people.forms.rules.policy import Asked
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "forms.change_policy"


@action(CHANGE)
def change_policy(operation_id: UUID, forbidden: Collection[str], note: str, *, by: Viewer) -> CollectionPolicy:
    """Set what an operation does not collect, and why. Setting the same again changes nothing.

    Forms published before stay published; the page of the policy names those that now ask what is forbidden, and what
    arrives of it is not stored. Raises Problem not_found, forms.kind_unknown.
    """
    raise_all([Problem("forms.kind_unknown", kind=kind) for kind in sorted(set(forbidden) - KINDS_OF_DATA.keys())])
    found = policy_record(operation_id, seen_by=by, permission=CHANGE)
    kinds = [kind for kind in KINDS_OF_DATA if kind in forbidden]
    if not found._state.adding and (found.forbidden, found.note) == (kinds, note.strip()):
        return found
    found.forbidden, found.note, found.changed_by = kinds, note.strip(), by.label
    found.save()
    return found


def policy_findings(version: FormVersion, operation_id: UUID, *, by: Viewer) -> list[Finding]:
    """What a version asks that its operation does not collect, as findings that keep it from being published."""
    return [_finding(asked) for asked in asked_by(version, policy(operation_id, seen_by=by))]


def hold_to_policy(version: FormVersion, *, by: Viewer) -> None:
    """Raises Problems forms.asks_<kind>, all at once, for questions that collect what the operation does not."""
    asked = asked_by(version, policy(version.form.operation_id, seen_by=by))
    raise_all([_problem(each) for each in asked])


def _problem(asked: Asked) -> Problem:
    question = asked.question
    at = Location(sheet="survey", row=question.row or None, field=question.name)
    return Problem(f"forms.asks_{asked.kind}", question=question.name, at=at)


def _finding(asked: Asked) -> Finding:
    question = asked.question
    header = {"type": "type", "words": "label", "choices": "choices"}.get(asked.why, "name")
    return Finding(
        f"asks_{asked.kind}", ERROR, "survey", question.row, header=header, value=question.name,
        params={"question": question.name, "name": question.name},
    )  # fmt: skip
