"""The page of a case, the second person's look, and undoing: what is shown, what is logged, what is refused."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.people.linkage.models import Case, Pair
from banyan.people.linkage.tests.case_worlds import (
    CLERK,
    OFFICER,
    PROTECTION,
    client_of,
    fresh,
    members,
    page,
    send,
    suspect,
    twice,
)
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR, SYSTEM, World
from banyan.people.registry.models import Person
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing


@pytest.fixture
def case(world: World) -> Case:
    return twice(world)


@pytest.fixture
def group(world: World) -> Case:
    ids = [world.enrol(one)[0] for one in (AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR)]
    return suspect(world, (ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[3]))[0]


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


@pytest.fixture
def second(world: World) -> Any:
    return client_of(PROTECTION)


def decide(client: Any, case: Case, decision: str, reason: str = "Seen both", **values: Any) -> Any:
    seen = values.pop("seen", fresh(case).version)
    return send(client, "case", case.pk, decision=decision, reason=reason, seen=seen, **values)


def proposed(client: Any, case: Case, **values: Any) -> None:
    assert decide(client, case, "same", **values).status_code == 302
    assert fresh(case).state == "proposed"


def confirm(client: Any, case: Case, verb: str = "confirm", reason: str = "") -> Any:
    return send(client, "confirm", case.pk, verb=verb, reason=reason, seen=fresh(case).version)


def person(key: UUID) -> Person:
    with viewing(SYSTEM):
        return Person.objects.get(pk=key)


def test_records_stand_side_by_side_and_say_why_they_look_alike(officer: Any, case: Case) -> None:
    status, text = page(officer, "case", case.pk)
    assert status == 200
    assert "Are these two records one person?" in text
    assert not [each for each in ("Number key", "Version:", "pictures/") if each in text], (
        "the story tells what people did"
    )
    with viewing(SYSTEM):
        assert reverse("linkage:model-pair", args=[Pair.objects.get().pk]) in text, "the weight, step by step"
    for key in members(case):
        assert reverse("registry:person", args=[key]) in text
    assert '<mark class="is-different">Minn</mark>' in text
    assert re.search(r"Of 100 such pairs", text)
    assert "weights" in text
    assert "12/ABC(N)123456" not in text, "numbers are masked"
    with viewing(SYSTEM):
        entry = ReadEntry.objects.filter(purpose="linkage: case").latest("at")
    assert set(entry.ids) == set(members(case))


def test_a_case_takes_as_many_queries_however_large_it_is(officer: Any, world: World, case: Case, group: Case) -> None:
    counts = []
    for each in (case, group):
        officer.get(reverse("linkage:case", args=[each.pk]))
        with CaptureQueriesContext(connection) as caught:
            officer.get(reverse("linkage:case", args=[each.pk]))
        counts.append(len(caught))
    assert counts[1] <= counts[0] + 4, counts


def test_different_people_leave_the_queue(officer: Any, case: Case) -> None:
    answer = decide(officer, case, "different")
    assert answer["Location"] == reverse("linkage:case", args=[case.pk])
    assert fresh(case).state == "separate"
    _status, text = page(officer, "case", case.pk)
    assert "form data-decision" not in text
    assert "different people" in text
    assert "Seen both" in text


def test_who_is_not_sure_puts_a_case_aside_and_opens_it_again(officer: Any, case: Case) -> None:
    assert decide(officer, case, "unsure").status_code == 422
    assert decide(officer, case, "unsure", until="2030-01-01").status_code in (302, 422)
    if fresh(case).state == "open":  # the rule of the room allows fewer days
        from datetime import timedelta

        from django.utils import timezone

        day = (timezone.localdate() + timedelta(days=10)).isoformat()
        assert decide(officer, case, "unsure", until=day).status_code == 302
    assert fresh(case).state == "shelved"
    assert "put aside" in page(officer, "case", case.pk)[1]
    assert send(officer, "reopen", case.pk).status_code == 302
    assert fresh(case).state == "open"
    assert send(officer, "reopen", case.pk).status_code == 302, "said as a message"


def test_a_decision_needs_words_and_says_everything_that_is_missing(officer: Any, case: Case) -> None:
    answer = send(officer, "case", case.pk, seen=case.version)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Choose one of the three." in text
    assert "Say in a few words why." in text
    assert fresh(case).state == "open"


def test_whoever_decides_on_what_has_changed_meanwhile_is_asked_to_look_again(officer: Any, case: Case) -> None:
    answer = decide(officer, case, "different", seen=case.version + 7)
    assert answer.status_code == 422
    assert "has changed since you opened it" in answer.content.decode()
    assert fresh(case).state == "open"


def test_two_people_make_one_record_and_it_can_be_undone(officer: Any, second: Any, case: Case) -> None:
    first, other = members(case)
    proposed(officer, case, **{"survivor.1": str(first), "take.1.full_name": str(other)})
    status, text = page(officer, "confirm", case.pk)
    assert status == 200
    assert "You proposed this" in text
    assert 'value="confirm"' not in text
    assert confirm(officer, case).status_code in (403, 422)
    assert fresh(case).state == "proposed"

    status, text = page(second, "confirm", case.pk)
    assert "Seen both" in text
    assert 'value="confirm"' in text
    assert confirm(second, case).status_code == 302
    assert fresh(case).state == "merged"
    assert person(other).merged_into_id == first
    assert person(first).full_name == "Aung Kyaw Minn"

    assert page(officer, "undo", case.pk)[0] == 403
    status, text = page(second, "undo", case.pk)
    assert status == 200
    assert person(other).reference in text
    assert send(second, "undo", case.pk, reason="").status_code == 422
    assert send(second, "undo", case.pk, reason="They came to the desk together").status_code == 302
    assert fresh(case).state == "undone"
    assert person(other).merged_into_id is None
    assert "separate again" in page(second, "case", case.pk)[1]


def test_who_refuses_says_why_and_who_proposed_may_take_it_back(officer: Any, second: Any, case: Case) -> None:
    proposed(officer, case)
    assert confirm(second, case, "refuse").status_code == 422
    assert confirm(second, case, "refuse", "The mothers differ").status_code == 302
    assert fresh(case).state == "open"
    assert "The mothers differ" in page(officer, "case", case.pk)[1]
    proposed(officer, case)
    assert confirm(officer, case, "refuse", "I looked again").status_code == 302
    assert fresh(case).state == "open"
    assert confirm(second, case).status_code == 302, "nothing waits: back to the case"
    proposed(officer, case)
    assert confirm(second, case, "nonsense").status_code == 404


def test_a_proposed_case_leads_to_the_second_look(officer: Any, case: Case) -> None:
    proposed(officer, case)
    answer = officer.get(reverse("linkage:case", args=[case.pk]))
    assert answer["Location"] == reverse("linkage:confirm", args=[case.pk])


def test_a_group_is_sorted_and_then_asked_for_values(officer: Any, second: Any, group: Case) -> None:
    a, b, c, d = members(group)
    sorting = {f"group.{a}": "2", f"group.{b}": "2", f"group.{c}": "alone", f"group.{d}": "unknown"}
    answer = decide(officer, group, "same", **sorting)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Which values are kept?" in text
    assert fresh(group).state == "open"
    carried = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    assert carried[f"group.{a}"] == carried[f"group.{b}"] == "1"
    assert (carried[f"group.{c}"], carried[f"group.{d}"]) == ("alone", "unknown")
    values = {name: value for name, value in carried.items() if name != "csrfmiddlewaretoken"}
    answer = send(officer, "case", group.pk, **values, **{"survivor.1": str(b)})
    assert answer.status_code == 302
    _status, text = page(second, "confirm", group.pk)
    assert "is somebody else" in text
    assert "cannot be said yet" in text
    assert confirm(second, group).status_code == 302
    assert person(a).merged_into_id == b
    assert person(c).merged_into_id is None


def test_a_group_in_which_nobody_belongs_together_is_no_merge(officer: Any, group: Case) -> None:
    answer = decide(officer, group, "same", **{f"group.{each}": "alone" for each in members(group)})
    assert answer.status_code == 422
    assert "Nobody would be merged" in answer.content.decode()


def test_sending_may_lead_to_the_next_case(officer: Any, world: World, case: Case) -> None:
    following = suspect(world, (world.enrol(NILAR)[0], world.enrol(NILAR)[0]))[0]
    assert decide(officer, case, "different", next="yes")["Location"] == reverse("linkage:case", args=[following.pk])
    queue = reverse("linkage:cases", args=[world.operation.pk, "open"])
    assert decide(officer, following, "different", next="yes")["Location"] == queue


def test_cases_are_put_on_lists(officer: Any, second: Any, case: Case) -> None:
    assert send(officer, "assign", case.pk, **{"to-assignee": str(second.account.pk)}).status_code == 302
    assert fresh(case).assignee == second.account.pk
    assert send(officer, "assign", case.pk, **{"to-assignee": ""}).status_code == 302
    assert fresh(case).assignee is None
    assert send(officer, "assign", case.pk, **{"to-assignee": "nonsense"}).status_code == 302
    assert send(client_of(CLERK), "assign", case.pk).status_code == 403


def test_across_operations_nothing_is_joined_and_no_value_is_chosen(second: Any, case: Case) -> None:
    with viewing(SYSTEM):
        Case.objects.filter(pk=case.pk).update(across=True)
    status, text = page(second, "case", case.pk)
    assert status == 200
    assert "different operations" in text
    assert "survivor.1" not in text
    assert decide(second, case, "same").status_code == 302
    other = client_of(PROTECTION)
    status, text = page(other, "confirm", case.pk)
    assert "No record changes" in text
    assert confirm(other, case).status_code == 302
    assert fresh(case).state == "merged"
    assert [person(key).merged_into_id for key in members(case)] == [None, None]


def test_members_alike_are_marked_in_both_households(officer: Any, world: World) -> None:
    wife, again = {**NILAR, "person.full_name": "Nilar Soe Htet"}, {**NILAR, "person.full_name": "Daw Nilar Soe Htett"}
    first, second = world.enrol(AUNG, wife), world.enrol(AUNG_AGAIN, again)
    case = suspect(world, (first[0], second[0]))[0]
    assert page(officer, "case", case.pk)[1].count("somebody alike in the other household") == 2
    alone = suspect(
        world, (world.enrol(AUNG, wife)[0], world.enrol(AUNG_AGAIN, {**NILAR, "person.full_name": "Thida Win"})[0])
    )
    assert "somebody alike" not in page(officer, "case", alone[0].pk)[1]


def test_a_photo_is_chosen_like_everything_else(officer: Any, case: Case) -> None:
    _first, other = members(case)
    with viewing(SYSTEM):
        Person.objects.filter(pk=other).update(photo="somewhere")
    text = page(officer, "case", case.pk)[1]
    assert reverse("registry:photo", args=[other]) in text
    assert f'name="take.1.photo" value="{other}" checked' in text
    proposed(officer, case, **{"take.1.photo": str(other)})
    assert "photo of B" in page(officer, "confirm", case.pk)[1]


def test_the_map_knows_places_only(officer: Any, case: Case) -> None:
    answer = officer.get(reverse("linkage:case-map", args=[case.pk]))
    assert answer.status_code == 200
    assert json.loads(answer.content)["type"] == "FeatureCollection"
    assert page(client_of(CLERK), "case-map", case.pk)[0] == 403
