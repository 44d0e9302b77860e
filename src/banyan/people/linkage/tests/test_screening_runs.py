"""Lists loaded, the register compared with them, hits found, opened again and gone: by set, and never silently."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import ListVersion, ScreeningHit, ScreeningRun, ScreeningStep
from banyan.people.linkage.tests.sanctions import day, un_entry, un_list, year
from banyan.people.linkage.tests.worlds import NORTH, SOUTH, SYSTEM, World
from banyan.people.registry.models import Person
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.models import Job
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
ZAW = {"person.full_name": "Zaw Lin Oo", "person.sex": "male", "person.birth_date": "1970-05-07"}
NILAR = {"person.full_name": "Nilar Soe Htet", "person.sex": "female", "person.birth_date": "1996-11-21"}


def load(*entries: str, **options: Any) -> ListVersion:
    shrunk = options.pop("even_if_shrunk", False)
    return actions.load_list(un_list(*entries, **options), "un.xml", by=SYSTEM, even_if_shrunk=shrunk)


def compare(reason: str = "demand") -> ScreeningRun:
    run = actions.begin_screening(reason, by=SYSTEM)
    return actions.screen_register(run.pk, by=SYSTEM)


def hits() -> list[ScreeningHit]:
    with viewing(SYSTEM):
        return list(queries.screening_hits(seen_by=SYSTEM))


def verbs(hit: ScreeningHit) -> list[str]:
    with viewing(SYSTEM):
        return [step.verb for step in queries.hit_steps(hit.pk, seen_by=SYSTEM)][::-1]


def change(person: Any, **fields: Any) -> None:
    with viewing(SYSTEM):
        Person.objects.filter(pk=person).update(**fields)


def test_a_listed_person_is_found_with_reasons_and_nobody_is_stopped(world: World) -> None:
    zaw, nilar = world.enrol(ZAW, NILAR)
    world.crowd()
    version = load(
        un_entry("1", "ZAW LIN OO", sex="Male", births=[day("1970-05-07")], nations=["Myanmar"]), un_entry("2", "X")
    )
    assert (version.source, version.entries, version.others, version.joined) == ("un", 2, 1, 2)
    with viewing(SYSTEM):
        assert Job.objects.filter(name="linkage.screen_register").count() == 1
        before = list(Person.objects.order_by("pk").values())
    run = compare()
    strong, *others = hits()
    assert (strong.person_id, strong.zone, strong.state, strong.key) == (zaw, "strong", "open", "1")
    assert {kind: level for kind, level, _bits in strong.reasons} == {
        "name": "same", "birth": "same_day", "sex": "same", "nationality": "unknown",
    }  # fmt: skip
    assert [each.person.full_name for each in others if each.person_id != zaw] == [], (
        "the other Zaw Lin Oo was born elsewhere"
    )
    assert verbs(strong) == ["found"]
    assert run.counts | {"people": 10, "entries": 2, "hits": 1, "new": 1, "reopened": 0, "gone": 0} == run.counts
    assert run.finished_at is not None
    assert nilar not in {each.person_id for each in hits()}
    with viewing(SYSTEM):
        assert list(Person.objects.order_by("pk").values()) == before, "nothing about anybody changes"


def test_a_name_alone_reaches_the_list_in_a_zone_of_its_own(world: World) -> None:
    world.enrol({"person.full_name": "Thida Win"}, {**ZAW, "person.birth_date": ""}, NILAR)
    load(
        un_entry("1", "Zaw Lin Oo", births=[day("1970-05-07")]), un_entry("2", "Thida Win"), un_entry("3", "Nilar Htet")
    )
    compare()
    assert [(each.person.full_name, each.zone) for each in hits()] == [
        ("Nilar Soe Htet", "name_only"), ("Zaw Lin Oo", "name_only"), ("Thida Win", "name_only"),
    ] or {each.zone for each in hits()} == {"name_only"}  # fmt: skip


def test_a_document_finds_whoever_bears_it_whatever_the_name(world: World) -> None:
    (nilar,) = world.enrol({**NILAR, "person.document.passport.number": "MB-123 456"})
    load(un_entry("1", "Somebody Else Entirely", documents=["MB123456", "12"]))
    compare()
    assert [(each.person_id, each.zone, each.rank) for each in hits()] == [(nilar, "document", 0)]


def test_the_same_file_again_changes_nothing_and_older_ones_are_refused(world: World) -> None:
    first = load(un_entry("1", "A B"))
    assert load(un_entry("1", "A B")).pk == first.pk
    with pytest.raises(Problem) as refused:
        load(un_entry("1", "A B"), un_entry("2", "C D"), made="2025-12-31")
    assert refused.value.code == "linkage.list_older"


def test_a_new_version_notes_who_joined_left_and_changed(world: World) -> None:
    first = load(*(un_entry(str(number), f"Name{number} Other{number}") for number in range(30)))
    entries = [
        un_entry("0", "Name0 Other0", remarks="Now with a remark"),
        un_entry("1", "Name1 Changed"),
        un_entry("99", "New One"),
    ]
    with pytest.raises(Problem) as refused:
        load(*entries, made="2026-02-01")
    assert refused.value.code == "linkage.list_shrunk"
    assert refused.value.parameters == {"gone": 28, "all": 30}
    second = load(*entries, made="2026-02-01", even_if_shrunk=True)
    assert (second.joined, second.left, second.changed) == (1, 28, 1)
    with viewing(SYSTEM):
        first.refresh_from_db()
        assert (first.is_live, first.replaced_at is not None) == (False, True)
        assert sorted(row.name for row in queries.parties(seen_by=SYSTEM)) == [
            "Name0 Other0",
            "Name1 Changed",
            "New One",
        ]
        was = queries.parties(seen_by=SYSTEM, version=first)
        assert len(was) == 30, "what stood on an earlier version can be read for ever"
        assert {row.name for row in was} >= {"Name1 Other1", "Name29 Other29"}
        assert queries.parties(seen_by=SYSTEM, version=second).count() == 3
        (kept,) = [row for row in queries.parties(seen_by=SYSTEM) if row.key == "0"]
        assert (kept.since_id, kept.remarks) == (first.pk, "Now with a remark"), (
            "what is not compared makes no new wording"
        )
        changed = queries.parties(seen_by=SYSTEM).get(key="1")
        assert [each.name for each in queries.wordings(changed, seen_by=SYSTEM)] == ["Name1 Changed", "Name1 Other1"]


def test_what_was_cleared_comes_back_only_when_data_change(world: World) -> None:
    (zaw,) = world.enrol(ZAW)
    entry = un_entry("1", "Zaw Lin Oo", births=[year(1970)])
    load(entry)
    compare()
    (hit,) = hits()
    actions.clear_hit(hit.pk, reason="Another man: seen his papers", by=SYSTEM)
    for reason in ("demand", "night"):
        compare(reason)
        assert [each.state for each in hits()] == ["cleared"]
    load(entry, un_entry("2", "Quite Another"), made="2026-02-01")
    compare("list")
    assert [each.state for each in hits()] == ["cleared"], "the entry is the same"
    change(zaw, birth_date="1970-05-08")
    run = compare("night")
    (hit,) = hits()
    assert (hit.state, hit.reopened, hit.decided_why, run.counts["reopened"]) == ("open", 1, "", 1)
    assert verbs(hit) == ["found", "clear", "reopened"]
    actions.clear_hit(hit.pk, reason="Still another man", by=SYSTEM)
    load(un_entry("1", "Zaw Lin Oo", births=[day("1970-05-08")]), made="2026-03-01")
    compare("list")
    assert [(each.state, each.reopened) for each in hits()] == [("open", 2)], "the entry changed"


def test_the_night_compares_who_changed_and_says_so(world: World) -> None:
    zaw, nilar = world.enrol(ZAW, NILAR)
    load(un_entry("1", "Thida Win", births=[year(1970)]))
    assert compare("night").counts["compared"] == 2, "nobody was compared before"
    assert compare("night").counts["compared"] == 0
    change(zaw, full_name="Thida Win")
    run = compare("night")
    assert (run.counts["people"], run.counts["compared"], run.counts["new"]) == (2, 1, 1)
    change(nilar, email="x@example.org")
    assert compare("night").counts["compared"] == 1, "who has a hit is always compared; who changed otherwise is not"


def test_hits_that_are_not_found_any_more_say_so_and_keep_their_decision(world: World) -> None:
    (zaw,) = world.enrol(ZAW)
    load(un_entry("1", "Zaw Lin Oo", births=[day("1970-05-07")]), un_entry("2", "A B"))
    compare()
    change(zaw, full_name="Quite Another Name")
    run = compare("night")
    (hit,) = hits()
    assert (hit.state, hit.gone_on is not None, run.counts["gone"]) == ("open", True, 1)
    change(zaw, full_name="Zaw Lin Oo")
    compare("night")
    assert hits()[0].gone_on is None
    load(un_entry("2", "A B"), made="2026-02-01")
    compare("list")
    (hit,) = hits()
    assert (hit.gone_on is not None, hit.party.until_id is not None) == (True, True), "the entry left the list"
    assert verbs(hit) == ["found", "gone", "gone"]


def test_one_person_is_compared_at_once_and_only_within_reach(world: World) -> None:
    (zaw,) = world.enrol(ZAW, area=NORTH)
    world.enrol({**ZAW, "person.full_name": "Zaw Lynn Oo"}, area=SOUTH)
    load(un_entry("1", "Zaw Lin Oo", births=[day("1970-05-07")]))
    north = screener(world, "XX0101")
    found = actions.screen_person(zaw, by=north)
    assert [each.person_id for each in found] == [zaw]
    with pytest.raises(Problem) as refused:
        actions.screen_person(zaw, by=screener(world, "XX0201"))
    assert refused.value.code == "kernel.not_found"
    change(zaw, full_name="Quite Another")
    (hit,) = actions.screen_person(zaw, by=north)
    assert hit.gone_on is not None


def test_statements_do_not_grow_with_people_entries_or_hits(world: World) -> None:
    def statements(reason: str = "demand") -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            compare(reason)
        return len(caught)

    world.enrol(ZAW)
    load(un_entry("1", "Zaw Lin Oo"))
    few = statements()
    for number in range(5):
        world.enrol({**ZAW, "person.full_name": f"Zaw Lin Oo {'I' * number}"}, NILAR)
    load(
        un_entry("1", "Zaw Lin Oo"),
        *(un_entry(str(number), f"Nilar Htet {'x' * number}") for number in range(2, 9)),
        made="2026-02-01",
    )
    assert statements() <= few + 1, "the index is made anew after a list changed"
    assert len(hits()) > 5


def test_nothing_ends_silently(world: World) -> None:
    with viewing(SYSTEM):
        standing = queries.screening_standing(seen_by=SYSTEM)
        assert (standing.lists, standing.last, standing.is_good) == (0, None, False)
    version = load(un_entry("1", "A B"), un_entry("2", "", documents=["12345678"]))
    with viewing(SYSTEM):
        assert queries.screening_standing(seen_by=SYSTEM).missing == [version]
        assert [note.code for note in queries.doubts(version, seen_by=SYSTEM)] == ["linkage.entry_unnamed"]
    broken = actions.begin_screening("demand", by=SYSTEM)  # never finished: a worker that died
    with viewing(SYSTEM):
        assert queries.screening_standing(seen_by=SYSTEM).missing == [version]
    run = actions.screen_register(broken.pk, by=SYSTEM)
    assert run.counts["unnamed"] == ["2"]
    with viewing(SYSTEM):
        assert queries.screening_standing(seen_by=SYSTEM).is_good
    with pytest.raises(Problem):
        actions.screen_register(broken.pk, by=SYSTEM)


def test_a_common_name_is_capped_and_what_is_left_out_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.linkage.actions.screening.comparing.MOST_BY_NAME", 3)
    for _time in range(5):
        world.enrol({"person.full_name": "Thida Win"})
    load(un_entry("1", "Thida Win"))
    run = compare()
    assert (len(hits()), run.counts["left_out"], run.counts["too_common"]) == (3, 2, [["Thida Win", 2]])


def test_common_names_are_counted_in_the_register(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.linkage.actions.screening.comparing._ENOUGH", 1)
    world.enrol(ZAW, NILAR)
    load(un_entry("1", "Zaw Lin Oo"))
    run = compare()
    assert run.shares
    assert set(run.shares.values()) == {0.5}
    rare = hits()[0].weight
    assert [each.weight for each in actions.screen_person(hits()[0].person_id, by=SYSTEM)] == [rare], (
        "by the same measure"
    )
    assert rare < 12, "half of all people are called so"


def test_what_is_not_there_is_not_found(world: World) -> None:
    nothing = new_id()
    asked = (queries.list_version, queries.party, queries.screening_hit)
    with viewing(SYSTEM):
        for each in asked:
            with pytest.raises(Problem) as refused:
                each(nothing, seen_by=SYSTEM)
            assert refused.value.code == "kernel.not_found"
    with pytest.raises(Problem):
        actions.clear_hit(nothing, reason="Long enough", by=SYSTEM)


def test_every_step_of_a_hit_is_kept_for_good(world: World) -> None:
    world.enrol(ZAW)
    load(un_entry("1", "Zaw Lin Oo"))
    compare()
    with viewing(SYSTEM):
        for statement in (
            "UPDATE linkage_screeningstep SET verb = 'x'",
            "DELETE FROM linkage_screeningstep",
            "DELETE FROM linkage_screeninghit",
        ):
            # Refused by the rights of the role, or by the want of a policy that would allow it.
            with suppress(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                assert cursor.rowcount == 0
        assert ScreeningStep.objects.count() == 1
        assert ScreeningHit.objects.count() == 1


def screener(world: World, *areas: str, more: tuple[str, ...] = ()) -> Any:
    from banyan.platform.access.testing import viewer_with

    rights = (
        "registry.view_person",
        "linkage.view_screening",
        "linkage.decide_screening",
        "linkage.confirm_screening",
        "linkage.load_lists",
        *more,
    )
    return viewer_with(*rights, scopes={world.scopes[area] for area in areas} if areas else None)
