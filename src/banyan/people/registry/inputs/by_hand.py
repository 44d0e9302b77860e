"""What happens to the forms of a household when they are sent, by a page or by the API: every mistake, or who looks the
same, or the household registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs.searching import HouseholdForm, MemberForm
from banyan.people.registry.queries.changing.loading import known_for
from banyan.platform.access.queries import operations_within, working_areas
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

MAY = "registry.register_person"
LIKELY = 0.75  # from here on an answer of search is shown before somebody is registered
MOST_LIKELY = 5


@dataclass(frozen=True)
class Attempt:
    """What came of it: the household's id, or problems (mistakes of fields stand in the forms), or people who look like
    those on the forms, each with the name they look like."""

    household: UUID | None = None
    problems: Sequence[Problem] = ()
    likely: Sequence[tuple[queries.Found, str]] = ()


def working_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """(operation and scope, words) of everywhere the viewer may register people."""
    found = []
    for operation in operations_within(MAY, seen_by=viewer):
        for area in working_areas(operation.pk, MAY, seen_by=viewer):
            label = f"{operation.name}: {area.label}" if area.label else operation.name
            found.append((f"{operation.pk}:{area.scope_id}", label))
    return found


def attempt(
    home: HouseholdForm, members: Sequence[MemberForm], *, place: str, by: Viewer, confirmed: bool, problems: Sequence[Problem] = ()
) -> Attempt:  # fmt: skip
    """Register the household of these forms. place: P-code or nothing. confirmed: nobody who looks the same is the same.

    problems: what was found wrong before. Raises Problem not_allowed.
    """
    fine = [form.is_valid() for form in (home, *members)]  # every one, so that all mistakes are told at once
    if not home.is_valid():
        return Attempt(problems=problems)
    operation, _sign, scope = home.cleaned_data["where"].partition(":")
    known = known_for({}, UUID(operation), seen_by=by)
    household = home.values(known) | ({"household.place": place} if place else {})
    people = [form.values(known) for form in members if form.is_valid()]
    headed = any(each.get("person.is_head") or each.get("person.relationship") == "head" for each in people)
    if len(members) > 1 and not headed:
        problems = [*problems, Problem("registry.head_missing")]
    if not all(fine) or problems or any(form.errors for form in (home, *members)):
        return Attempt(problems=problems)
    if not confirmed:
        known_again = queries.recognised(
            household, people, operation_id=UUID(operation), scope_id=int(scope), seen_by=by, most=MOST_LIKELY
        )
        if likely := _likely(members, known_again, by):
            return Attempt(likely=likely)
    try:
        found, _people = actions.register_household(UUID(operation), household, people, by=by, scope_id=int(scope))
    except Problem as problem:
        if problem.status not in (422, 409, 403) or problem.code == "kernel.not_allowed":
            raise
        return Attempt(problems=problem.errors or [problem])
    return Attempt(household=found)


def _likely(
    members: Sequence[MemberForm], known_again: Sequence[tuple[queries.Found, int]], viewer: Viewer
) -> list[tuple[queries.Found, str]]:
    """People who are registered and look like one of these, each once, first those whom a room above knows again; that
    they are shown is logged."""
    found = {each.person.pk: (each, members[place].cleaned_data["full_name"]) for each, place in known_again}
    for form in members:
        try:
            answers = queries.find_people(form.question(), seen_by=viewer, most=MOST_LIKELY)
        except Problem:
            continue  # a name of signs only; registering says what is wrong with it
        for each in answers:
            if each.score >= LIKELY:
                found.setdefault(each.person.pk, (each, form.cleaned_data["full_name"]))
    if found:
        log_read(viewer, kind="search", subject="registry.person", ids=list(found), purpose="search")
    return list(found.values())
