"""Pages of exercises, opened gates, own checks, settings, groups and ages."""

import re

import pytest
from django.urls import reverse

from banyan.people.quality.tests.people import CLERK, MANAGER, OFFICER, PROTECTION, area, client_of, run, troubled
from banyan.people.quality.tests.worlds import SYSTEM
from banyan.platform.access.viewers import viewing


@pytest.fixture
def trouble(world):
    return troubled(world)


@pytest.fixture
def officer(trouble):
    return client_of(OFFICER)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"quality:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def send(client, name, *args, **values):
    return client.post(reverse(f"quality:{name}", args=args), values)


def draw(client, world, **values):
    given = {"label": "Names in camp 12", "checks": ["nameless"], "size": 10, "due_on": "2026-06-30", **values}
    return send(client, "exercise-new", world.operation.pk, **given)


def test_an_exercise_from_drawing_to_closing(officer, world, trouble):
    mate = client_of(OFFICER)
    assert page(officer, "exercise-new", world.operation.pk)[0] == 200
    answer = draw(officer, world, assignees=[str(officer.account.pk), str(mate.account.pk)])
    assert answer.status_code == 302
    exercise = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    _status, text = page(officer, "exercise", exercise)
    records = re.findall(r'name="outcome\.([0-9a-f-]+)"', text)
    assert len(records) == 3
    assert "Names in camp 12" in page(officer, "exercises", world.operation.pk)[1]
    _status, sheet = page(officer, "sheet", exercise)
    assert sheet.count("<tr>") == 4
    mine = page(mate, "sheet", exercise, mine="yes")[1]
    assert 1 < mine.count("<tr>") < 4
    answer = send(officer, "outcome", exercise, **{f"outcome.{records[0]}": "wrong", f"note.{records[0]}": "Her name is Aye",
                                                   f"outcome.{records[1]}": "right"})  # fmt: skip
    assert answer.status_code == 302
    _status, text = page(officer, "exercise", exercise)
    assert "Her name is Aye" in text
    assert "50 %" in text
    assert send(officer, "outcome", exercise).status_code == 302
    assert send(officer, "outcome", exercise, **{f"outcome.{records[2]}": "nonsense"}).status_code == 422
    assert send(officer, "exercise-close", exercise).status_code == 302
    assert send(officer, "outcome", exercise, **{f"outcome.{records[2]}": "right"}).status_code == 422
    assert 'name="outcome.' not in page(officer, "exercise", exercise)[1]


def test_an_exercise_needs_findings_and_a_size(officer, world, trouble):
    assert draw(officer, world, checks=["childwork"]).status_code == 422
    assert draw(officer, world, size=0).status_code == 422
    assert draw(officer, world, checks=[]).status_code == 422
    assert draw(client_of(CLERK), world).status_code == 403


def test_an_exercise_shows_only_records_in_reach(officer, world, trouble):
    exercise = draw(officer, world)["Location"].rstrip("/").rsplit("/", 1)[1]
    south = client_of(OFFICER, operation=world.operation, area=area("XX02"))
    status, text = page(south, "exercise", exercise)
    assert status == 404 or text.count('name="outcome.') <= 1


def ask(client, trouble, **values):
    return send(
        client,
        "override-ask",
        "being",
        trouble.nameless[0],
        **{"reason": "Born yesterday, needs the card", "days": 3, **values},
    )


def test_a_gate_is_asked_for_and_opened_by_somebody_else(officer, world, trouble):
    clerk = client_of(CLERK)
    _status, text = page(clerk, "override-ask", "being", trouble.nameless[0])
    assert "nameless" in text
    assert ask(clerk, trouble, reason="").status_code == 422
    answer = ask(clerk, trouble)
    assert answer.status_code == 302
    key = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    assert "Born yesterday" in page(clerk, "override", key)[1]
    assert send(clerk, "override-decide", key, verb="confirm").status_code == 403
    assert key in page(officer, "overrides", world.operation.pk)[1]
    assert send(officer, "override-decide", key, verb="nonsense").status_code == 404
    assert send(officer, "override-decide", key, verb="confirm").status_code == 302
    assert send(officer, "override-decide", key, verb="confirm").status_code == 422
    assert "No check stops this record" in page(clerk, "override-ask", "being", trouble.nameless[0])[1]


def test_nobody_opens_a_gate_for_themselves_and_refusing_needs_an_answer(officer, world, trouble):
    key = ask(officer, trouble)["Location"].rstrip("/").rsplit("/", 1)[1]
    assert "somebody else decides" in page(officer, "override", key)[1]
    assert send(officer, "override-decide", key, verb="confirm").status_code == 422
    other = client_of(PROTECTION)
    assert send(other, "override-decide", key, verb="refuse").status_code == 422
    assert send(other, "override-decide", key, verb="refuse", answer="Ask her mother").status_code == 302
    assert "Ask her mother" in page(officer, "override", key)[1]


def test_gates_are_asked_for_only_where_a_check_stops(officer, world, trouble):
    assert page(officer, "override-ask", "nonsense", trouble.far)[0] == 404
    assert send(officer, "override-ask", "being", trouble.lawless, reason="Just in case", days=3).status_code in (
        409,
        422,
    )
    assert page(officer, "override", trouble.far)[0] == 404


OWN = {
    "label": "Head younger than 12", "about": "Look who heads the home.", "subject": "being", "dimension": "consistency",
    "eligible": "is_head", "failed": "age < 12", "target": "98", "weight": "1",
}  # fmt: skip


def write(client, world, **values):
    return send(client, "own-new", world.operation.pk, **{**OWN, **values})


def test_an_own_check_goes_its_way_and_its_maker_does_not_set_it_live(world, trouble, officer):
    child = world.person(birth_date="2020-01-01", is_head=True)
    run(world)
    maker = client_of(MANAGER, OFFICER)
    assert page(maker, "own-new", world.operation.pk)[0] == 200
    tried = write(maker, world, **{"try": "yes"})
    assert tried.status_code == 200
    assert str(child)[:8] in tried.content.decode()
    answer = write(maker, world)
    assert answer.status_code == 302
    key = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    assert send(maker, "own-move", key, "publish").status_code in (403, 422)
    assert "Tried on the records" in send(maker, "own-move", key, "test").content.decode()
    assert send(maker, "own-move", key, "publish").status_code == 422
    other = client_of(MANAGER)
    assert send(other, "own-move", key, "publish").status_code == 302
    assert send(other, "own-move", key, "nonsense").status_code == 404
    assert "Head younger than 12" in page(other, "own-checks", world.operation.pk)[1]
    run(world)
    assert "Head younger than 12" in page(officer, "overview")[1]
    changed = {name: value for name, value in OWN.items() if name not in ("subject", "dimension")} | {
        "failed": "age < 10"
    }
    assert page(maker, "own-change", key)[0] == 200
    assert send(maker, "own-change", key, **{**changed, "try": "yes"}).status_code == 200
    assert send(maker, "own-change", key, **changed, note="Ten is old enough").status_code == 302
    assert "Ten is old enough" in page(other, "own-check", key)[1]
    assert send(other, "own-move", key, "retire").status_code == 302


def test_a_wrong_predicate_is_told_with_its_place(world, trouble):
    manager = client_of(MANAGER, OFFICER)
    for failed in ("agee < 12", "age <", "age"):
        answer = write(manager, world, failed=failed)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()


def test_who_sees_no_records_may_write_checks_and_learns_no_figure(world, trouble):
    manager = client_of(MANAGER)
    tried = write(manager, world, **{"try": "yes"}).content.decode()
    assert "was understood" in tried
    assert "would fail" not in tried
    key = write(manager, world)["Location"].rstrip("/").rsplit("/", 1)[1]
    assert send(manager, "own-move", key, "test").status_code in (403, 422)


def test_targets_parameters_and_mandatory_fields(world, trouble, officer):
    manager = client_of(MANAGER)
    args = [world.operation.pk, "stale"]
    assert "365" in page(manager, "setting", *args)[1]
    given = {"enabled": "on", "target": "90", "weight": "3", "valid_from": "2026-06-01", "param_days": "30"}
    assert send(manager, "setting", *args, **given).status_code == 302
    _status, text = page(manager, "settings", world.operation.pk)
    assert "30" in text
    assert "Targets over time" in page(manager, "setting", *args)[1]
    assert send(manager, "setting", *args, **{**given, "target": "0"}).status_code == 422
    assert send(manager, "setting", *args, **{**given, "param_days": "many"}).status_code == 422
    _status, text = page(manager, "setting", world.operation.pk, "needed")
    assert 'value="legal"' in text
    given = {
        "enabled": "on",
        "target": "95",
        "weight": "1",
        "valid_from": "2026-06-01",
        "fields_wanted": ["name", "legal"],
    }
    assert send(manager, "setting", world.operation.pk, "needed", **given).status_code == 302
    assert send(officer, "setting", *args, **given).status_code == 403
    assert send(manager, "pass", world.operation.pk).status_code == 302
    assert page(officer, "settings", world.operation.pk)[0] == 200


def test_a_check_that_is_not_asked_has_no_score(world, trouble, officer):
    manager = client_of(MANAGER)
    given = {"target": "99", "weight": "1", "valid_from": "2026-06-01"}
    assert send(manager, "setting", world.operation.pk, "nameless", **given).status_code == 302
    run(world)
    assert reverse("quality:check", args=[world.operation.pk, "nameless"]) not in page(officer, "overview")[1]


def test_groups_are_compared_when_they_are_big_enough(world, trouble, officer):
    status, text = page(officer, "groups", world.operation.pk, by="interviewer", check="nameless")
    assert status == 200
    assert "Ko Ko" in text
    assert "Ma Ma" not in text, "two records are no group"
    assert page(officer, "groups", world.operation.pk, by="interviewer")[0] == 200
    for by in ("site", "source"):
        assert page(officer, "groups", world.operation.pk, by=by)[0] == 200
    assert page(officer, "groups", world.operation.pk, by="sex")[0] == 404
    assert page(officer, "groups", world.operation.pk, check="nonsense")[0] == 404


def test_ages_are_judged_from_two_hundred_people_on(world, trouble, officer):
    assert "Too few people to judge" in page(officer, "ages", world.operation.pk)[1]
    for number in range(200):
        world.person(birth_date=f"{1950 + number % 60}-03-01", interviewer="Ko Ko")
    run(world)
    status, text = page(officer, "ages", world.operation.pk)
    assert status == 200
    assert "Whipple index" in text
    assert "<svg" in text
    assert "Ko Ko" in text
    assert page(officer, "ages", world.operation.pk, by="nonsense")[0] == 404


def test_operations_out_of_reach_do_not_exist(world, trouble):
    from banyan.platform.access import actions as access

    with viewing(SYSTEM):
        other = access.add_operation("OTH", "Other", "MMR", by=SYSTEM)
    officer = client_of(OFFICER, operation=world.operation)
    for name in ("groups", "ages", "work", "exercises", "overrides", "own-checks", "settings"):
        assert page(officer, name, other.pk)[0] == 404, name
    assert page(officer, "overview", operation=str(other.pk))[0] == 404


@pytest.fixture
def villages(world):
    """A state with two townships, each with villages; their points are known, their boundaries are not."""
    from banyan.platform.access.queries import reference_scope
    from banyan.reference.places.models import Place

    with viewing(SYSTEM):
        scope = reference_scope("XX01", seen_by=SYSTEM)

        def place(pcode, level, parent, name, lon):
            return Place.objects.create(
                country="MMR",
                pcode=pcode,
                level=level,
                name=name,
                names={},
                scope_id=scope,
                parent=parent,
                lon=lon,
                lat=20.0,
            )

        state = place("XX01", 1, None, "North", 97.0)
        upper, lower = place("XX0101", 2, state, "Upper", 96.0), place("XX0102", 2, state, "Lower", 98.0)
        found = [place("XX010101", 3, upper, "Ma Lang", 95.5), place("XX010102", 3, upper, "Nam San", 96.5),
                 place("XX010201", 3, lower, "Ta Yar", 98.5)]  # fmt: skip
    for number, village in enumerate(found):
        for one in range(35):
            world.person(name="" if one < 10 * number else "Somebody", place=village.pk)
    world.person(name="")
    run(world)
    return [state, upper, lower, *found]


def test_places_are_a_map_that_can_be_gone_down_into(world, villages):
    officer = client_of(OFFICER)
    state, upper, lower, lang, san, tar = villages
    status, text = page(officer, "groups", world.operation.pk, check="nameless")
    assert status == 200
    assert "Ma Lang" in text
    assert f"within={upper.pk}" in text
    assert f"within={lower.pk}" in text
    assert "Upper: 85.7" in text[text.index("areas-title") :]
    _status, text = page(officer, "groups", world.operation.pk, check="nameless", within=str(upper.pk))
    assert "Ma Lang" in text
    assert "Ta Yar" not in text
    assert f"within={state.pk}" in text, "the way up"
    assert f"place={san.pcode}" in text, "the way to the records"
    listed = page(officer, "check", world.operation.pk, "nameless", place=san.pcode)[1]
    assert len(set(re.findall(r'name="record" value="([0-9a-f-]+)"', listed))) == 10
    assert page(officer, "groups", world.operation.pk)[0] == 200
    assert page(officer, "groups", world.operation.pk, within=str(tar.pk))[0] == 200
    assert page(officer, "groups", world.operation.pk, within=str(world.operation.pk))[0] == 404
    assert lang.pk != tar.pk


def test_one_place_alone_is_shown_within_the_one_above(world, villages):
    from banyan.people.quality.views.groups import _start

    a, b, c = (each.pk for each in villages[:3])
    assert _start([], "") is None
    assert _start([[(a, "")], [(b, "")]], "") is None, "nothing holds both"
    assert _start([[(a, ""), (b, "")]], "") == a
    assert _start([[(a, ""), (b, "")], [(a, ""), (c, "")]], "") == a
    assert _start([[(a, "")]], "") is None


def test_what_waits_is_told_on_the_first_page(officer, world, trouble):
    clerk = client_of(CLERK)
    given = {"verb": "assign", "record": [str(trouble.far)], "assign-assignee": str(clerk.account.pk)}
    assert (
        client_of(OFFICER).post(reverse("quality:decide", args=[world.operation.pk, "nameless"]), given).status_code
        == 302
    )
    ask(clerk, trouble)
    assert "Findings on your list" in clerk.get("/").content.decode()
    assert "Gates asked to be opened" not in clerk.get("/").content.decode()
    told = officer.get("/").content.decode()
    assert "Gates asked to be opened" in told
    assert f"{reverse('quality:overrides', args=[world.operation.pk])}?state=asked" in told
