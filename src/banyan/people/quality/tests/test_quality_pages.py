"""Pages of scores and lists: who sees what, that lists are as long as scores say, deciding on findings, mending."""

import re

import pytest
from django.urls import reverse

from banyan.people.quality import queries
from banyan.people.quality.tests.people import CLERK, MANAGER, OFFICER, PROTECTION, area, client_of, run, troubled
from banyan.people.quality.tests.worlds import SYSTEM, TODAY
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewer_of, viewing


@pytest.fixture
def trouble(world):
    return troubled(world)


@pytest.fixture
def officer(trouble):
    return client_of(OFFICER)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"quality:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def check_page(client, world, key="nameless", **query):
    return page(client, "check", world.operation.pk, key, **query)


def ticked(text):
    return re.findall(r'name="record" value="([0-9a-f-]+)"', text)


def decide(client, world, verb, records=(), key="nameless", query="", **values):
    url = reverse("quality:decide", args=[world.operation.pk, key])
    return client.post(f"{url}?{query}", {"verb": verb, "record": [str(each) for each in records], **values})


def waiving(client, world, records=(), **values):
    given = {"waive-reason": "Looked at the papers", "waive-expires_on": "2026-09-01", **values}
    return decide(client, world, "waive", records, **given)


def test_the_dashboard_says_scores_and_leads_to_the_lists(officer, world, trouble):
    status, text = page(officer, "overview")
    assert status == 200
    assert "93.1" in text  # 41 of 44 have a name
    assert reverse("quality:check", args=[world.operation.pk, "nameless"]) in text
    assert "Worst dimension" in text
    assert page(officer, "overview", operation=str(world.operation.pk))[0] == 200
    assert page(officer, "overview", operation="nonsense")[0] == 404


def test_who_sees_no_records_sees_words_and_no_figure(world, trouble):
    manager = client_of(MANAGER)
    status, text = page(manager, "overview")
    assert status == 200
    assert "closed-heading" in text
    assert "93.1" not in text
    status, text = check_page(manager, world)
    assert status == 200
    assert "!has(name)" in text
    assert "closed-heading" in text
    assert not ticked(text)
    assert "93.1" not in text
    for name in ("groups", "ages", "work", "waivers", "exercises", "overrides"):
        assert page(manager, name, world.operation.pk)[0] == 403


def test_who_works_in_one_area_sees_its_figures_only(world, trouble):
    south = client_of(OFFICER, operation=world.operation, area=area("XX02"))
    _status, text = check_page(south, world)
    assert ticked(text) == [str(trouble.far)]
    north = client_of(OFFICER, operation=world.operation, area=area("XX01"))
    assert set(ticked(check_page(north, world)[1])) == {str(each) for each in trouble.nameless}
    # The room of the records hides them; here they are shown to everybody, and still there is no finding.
    assert "does not fail" in page(north, "finding", world.operation.pk, "nameless", trouble.far)[1]


@pytest.mark.parametrize("role", [OFFICER, PROTECTION, CLERK])
def test_a_list_is_as_long_as_its_score_says(world, trouble, role):
    client = client_of(role, operation=world.operation, area=area("XX01"))
    with viewing(viewer_of(client.account)) as viewer:
        for each in queries.scores(world.operation.pk, seen_by=viewer).checks:
            listed = queries.findings(world.operation.pk, each.check.key, seen_by=viewer).count()
            assert listed == (0 if each.hidden else each.failed), each.check.key


def test_protected_findings_are_for_those_who_may_see_them(world, trouble):
    clerk, protection = client_of(CLERK), client_of(PROTECTION)
    _status, text = check_page(clerk, world, "lawless")
    assert "itself sensitive" in text
    assert str(trouble.lawless) not in text
    assert str(trouble.lawless) in check_page(protection, world, "lawless")[1]
    assert page(clerk, "finding", world.operation.pk, "lawless", trouble.lawless)[0] in (403, 404)


def test_a_check_tells_its_words_its_cel_and_its_records(officer, world, trouble):
    _status, text = check_page(officer, world)
    assert set(ticked(text)) == {str(each) for each in [*trouble.nameless, trouble.far]}
    assert "!has(name)" in text
    with viewing(SYSTEM):
        entry = ReadEntry.objects.filter(purpose="quality: nameless").latest("at")
    assert entry.subject == "tests.being"
    assert set(entry.ids) == {*trouble.nameless, trouble.far}
    assert check_page(officer, world, "nothing")[0] == 404


def test_lists_are_filtered_and_replaced_in_part(officer, world, trouble):
    _status, text = check_page(officer, world, interviewer="Ma Ma")
    assert len(ticked(text)) == 2
    assert ticked(check_page(officer, world, place="nonsense")[1]) == []
    assert ticked(check_page(officer, world, waived="yes")[1]) == []
    url = reverse("quality:check", args=[world.operation.pk, "nameless"])
    part = officer.get(url, {"interviewer": "Ma Ma"}, headers={"HX-Target": "list-findings"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "<html" not in part


def test_findings_are_assigned_to_colleagues_and_taken_off_lists(officer, world, trouble):
    mate = client_of(CLERK)
    given = {"assign-assignee": str(mate.account.pk), "assign-due_on": "2026-06-10", "assign-note": "by Friday"}
    answer = decide(officer, world, "assign", trouble.nameless, **given)
    assert answer.status_code == 302
    status, text = page(mate, "work", world.operation.pk)
    assert status == 200
    assert "by Friday" in text
    assert reverse("quality:finding", args=[world.operation.pk, "nameless", trouble.nameless[0]]) in text
    _status, text = check_page(officer, world, assignee=str(mate.account.pk))
    assert len(ticked(text)) == 2
    assert ticked(check_page(officer, world, assignee="nobody")[1]) == [str(trouble.far)]
    assert decide(officer, world, "release", trouble.nameless).status_code == 302
    assert "by Friday" not in page(mate, "work", world.operation.pk)[1]


def test_all_that_filters_leave_are_decided_on_at_once(officer, world, trouble):
    answer = waiving(officer, world, which="all", query="interviewer=Ma+Ma")
    assert answer.status_code == 302
    _status, text = check_page(officer, world, waived="yes")
    assert len(ticked(text)) == 2
    assert len(ticked(check_page(officer, world)[1])) == 3, "waived findings stay listed"
    _status, text = page(officer, "waivers", world.operation.pk)
    assert text.count("Looked at the papers") == 2
    assert "Looked at the papers" not in page(officer, "waivers", world.operation.pk, check="stale")[1]
    assert page(client_of(MANAGER), "waivers", world.operation.pk)[0] == 403


@pytest.mark.parametrize(
    ("verb", "records", "values"),
    [
        ("waive", 0, {}),
        ("waive", 1, {"waive-reason": ""}),
        ("waive", 1, {"waive-expires_on": "2020-01-01"}),
        ("assign", 1, {}),
        ("assign", 1, {"assign-assignee": "00000000-0000-0000-0000-000000000000"}),
        ("nonsense", 1, {}),
    ],
)
def test_what_cannot_be_decided_says_why_above_the_list(officer, world, trouble, verb, records, values):
    given = {"waive-reason": "Looked at", "waive-expires_on": "2026-09-01", **values}
    answer = decide(officer, world, verb, trouble.nameless[:records], **given)
    assert answer.status_code in (404, 422)
    if answer.status_code == 422:
        assert 'role="alert"' in answer.content.decode()
    assert ticked(check_page(officer, world, waived="yes")[1]) == []


def test_clerks_decide_on_nothing(world, trouble):
    clerk = client_of(CLERK)
    assert waiving(clerk, world, trouble.nameless).status_code == 403
    assert "decide-heading" not in check_page(clerk, world)[1]


def test_a_finding_is_mended_in_place_and_leads_to_the_next(officer, world, trouble):
    url = reverse("quality:finding", args=[world.operation.pk, "nameless", trouble.nameless[0]])
    text = officer.get(url).content.decode()
    assert 'name="value"' in text
    assert officer.post(url, {"value": "", "reason": ""}).status_code == 422
    answer = officer.post(url, {"value": "Aye Aye", "reason": "seen the paper", "next": "yes"})
    assert answer.status_code == 302
    assert "/checks/nameless/" in answer["Location"]
    assert str(trouble.nameless[0]) not in answer["Location"]
    run(world)
    assert "does not fail" in officer.get(url).content.decode()
    assert len(ticked(check_page(officer, world)[1])) == 2


def test_mending_the_last_one_leads_back_to_the_list(world, officer, trouble):
    for record in [*trouble.nameless, trouble.far]:
        url = reverse("quality:finding", args=[world.operation.pk, "nameless", record])
        answer = officer.post(url, {"value": "Aye Aye", "reason": "seen the paper"})
        assert answer["Location"].endswith("#list-findings")
        run(world)
    assert "No record fails this check." in check_page(officer, world)[1]


def test_a_finding_is_waived_and_its_waiver_ended(officer, world, trouble):
    args = [world.operation.pk, "nameless", trouble.far]
    url = reverse("quality:waive", args=args)
    officer.post(url, {"reason": ""})
    officer.post(url, {"reason": "found dead", "expires_on": "2020-01-01"})
    assert "End the waiver" not in page(officer, "finding", *args)[1]
    assert officer.post(url, {"reason": "found dead", "expires_on": "2026-09-01"}).status_code == 302
    _status, text = page(officer, "finding", *args)
    assert "found dead" in text
    assert "End the waiver" in text
    assert officer.post(url, {"verb": "end"}).status_code == 302
    assert "End the waiver" not in page(officer, "finding", *args)[1]
    assert officer.post(url, {"verb": "end"}).status_code == 404


def test_a_trend_is_drawn_from_two_days_on(officer, world, trouble, today):
    url = reverse("quality:check-trend", args=[world.operation.pk, "nameless"])
    assert officer.get(url).status_code == 404
    assert "A trend needs" in check_page(officer, world)[1]
    today(TODAY.replace(day=2))
    run(world)
    assert "<polyline" in check_page(officer, world)[1]
    answer = officer.get(url)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.decode().startswith("<svg")
    assert officer.get(reverse("quality:trend", args=[world.operation.pk])).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_records(officer, world, trouble, django_assert_max_num_queries):
    check_page(officer, world)
    for _number in range(30):
        world.person(name="", interviewer="Ko Ko")
    run(world)
    with django_assert_max_num_queries(50):
        assert len(ticked(check_page(officer, world)[1])) == 33
    with django_assert_max_num_queries(30):
        assert page(officer, "overview")[0] == 200


def test_without_an_operation_there_is_nothing_to_see(world):
    nobody = client_of("auditor", operation=None)
    assert page(nobody, "overview")[0] == 200
