"""What keeps the screening from everybody else: the database itself, history, facts, jobs, and the one role that opens it."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from banyan.people.linkage import actions, queries
from banyan.people.linkage.jobs.screening import screen_changed
from banyan.people.linkage.models import ScreeningHit
from banyan.people.linkage.tests.sanctions import day, un_entry
from banyan.people.linkage.tests.test_screening_runs import NILAR, ZAW, compare, hits, load
from banyan.people.linkage.tests.worlds import NORTH, SOUTH, SYSTEM, World
from banyan.platform.access.declarations import declared
from banyan.platform.access.viewers import Viewer, viewer_of, viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.progress import Progress
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
OWN = {"linkage.view_screening", "linkage.decide_screening", "linkage.confirm_screening", "linkage.load_lists"}
TABLES = (
    "linkage_listversion", "linkage_listedparty", "linkage_screeningrun", "linkage_screeninghit", "linkage_screeningstep",
    "linkage_screened",
)  # fmt: skip


@pytest.fixture
def hit(world: World) -> ScreeningHit:
    """One hit in the north, and somebody else in the south."""
    world.enrol(ZAW, area=NORTH)
    world.enrol(NILAR, area=SOUTH)
    load(un_entry("1", "ZAW LIN OO", births=[day("1970-05-07")]))
    compare()
    return hits()[0]


def rows(viewer: Viewer, table: str) -> int:
    """What raw SQL finds as the application, under this viewer's seal."""
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "role", ["administrator", "auditor", "data-protection-officer", "protection-officer", "registration-officer"]
)
def test_raw_sql_under_anybody_elses_seal_finds_nothing(role: str, make_account: Any, hit: ScreeningHit) -> None:
    viewer = viewer_of(make_account(role, clearance=3))
    assert [rows(viewer, table) for table in TABLES] == [0] * len(TABLES)


def test_who_may_see_hits_is_told_that_they_wait_and_nobody_else(make_account: Any, hit: ScreeningHit) -> None:
    def told(account: Any) -> list[tuple[str, int]]:
        viewer = viewer_of(account)
        with viewing(viewer):
            return [(each.url, each.count) for each in queries.waiting(seen_by=viewer) if each.count]

    one, other = make_account("screening-officer"), make_account("screening-officer")
    assert told(one) == told(other) == [("/linkage/screening/?state=open", 1)]
    actions.escalate_hit(hit.pk, reason="The same name", by=viewer_of(one))
    assert (told(one), told(other)) == ([], [("/linkage/screening/?state=escalated", 1)])
    assert told(make_account("administrator", "auditor", "data-protection-officer")) == []


def test_raw_sql_without_a_seal_finds_nothing(hit: ScreeningHit) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0, table


def test_an_officer_of_another_area_finds_lists_and_no_hits(world: World, viewer_with: Any, hit: ScreeningHit) -> None:
    north, south = (
        viewer_with(*OWN, "registry.view_person", scopes={world.scopes[area]}) for area in ("XX0101", "XX0201")
    )
    found = {table: (rows(north, table), rows(south, table)) for table in TABLES}
    assert found == {
        "linkage_listversion": (1, 1), "linkage_listedparty": (1, 1), "linkage_screeningrun": (1, 1),
        "linkage_screeninghit": (1, 0), "linkage_screeningstep": (1, 0), "linkage_screened": (1, 1),
    }  # fmt: skip


def test_whoever_screens_elsewhere_compares_nobody_here_though_they_see_the_record(
    world: World, viewer_with: Any, hit: ScreeningHit
) -> None:
    sees, screens = viewer_with("registry.view_person"), viewer_with(*OWN, scopes={world.scopes["XX0201"]})
    both = Viewer(id=sees.id, label="Both", parts=(*sees.parts, *screens.parts))
    with pytest.raises(Problem) as found:
        actions.screen_person(hit.person_id, by=both)
    assert found.value.code == "kernel.not_found"


def test_emergency_access_does_not_open_the_screening() -> None:
    assert {declared().permissions[name].kind for name in OWN} & {"view"} == set()


def test_no_other_role_holds_any_of_it() -> None:
    holders = {role.code for role in declared().roles.values() if OWN & set(role.permissions)}
    assert holders == {"screening-officer"}
    assert declared().roles["screening-officer"].mfa_required


def test_history_facts_and_jobs_say_nothing_of_hits(hit: ScreeningHit, viewer_with: Any) -> None:
    actions.clear_hit(hit.pk, reason="Not the same man", by=viewer_with(*OWN, "registry.view_person"))
    with viewing(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history_table WHERE name = ANY(%s)", [list(TABLES)])
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM history_event WHERE object_id = %s OR parent_id = %s", [hit.pk, hit.pk])
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM history_fact WHERE payload::text LIKE %s", [f"%{hit.pk}%"])
        assert cursor.fetchone()[0] == 0
        for job in Job.objects.filter(name__startswith="linkage.screen"):
            assert str(hit.person_id) not in str((job.label, job.args, job.outcome, job.note))


def test_one_person_alone_cannot_confirm_even_past_the_application(hit: ScreeningHit) -> None:
    one = "00000000-0000-7000-8000-000000000001"
    attempts = (
        "SET state = 'confirmed'",
        f"SET state = 'confirmed', escalated_by = '{one}'",
        f"SET state = 'confirmed', escalated_by = '{one}', decided_by = '{one}'",
        "SET state = 'blocked'",
    )
    for attempt in attempts:
        with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE linkage_screeninghit {attempt}")
            connection.check_constraints()


def test_whoever_only_looks_writes_nothing(world: World, viewer_with: Any, hit: ScreeningHit) -> None:
    looker = viewer_with("linkage.view_screening", "registry.view_person")
    assert rows(looker, "linkage_screeninghit") == 1
    with viewing(looker), connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_screeninghit SET state = 'cleared'")
        assert cursor.rowcount == 0
    with viewing(looker), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO linkage_screeningstep (id, hit_id, scope_id, verb, by_label, at, reason)"
            " VALUES (banyan_new_id(), %s, %s, 'clear', '', now(), '')",
            [hit.pk, hit.scope_id],
        )


def test_the_job_tells_how_many_were_compared_and_not_how_many_were_hits(hit: ScreeningHit) -> None:
    actions.start_screening(by=SYSTEM)
    run_jobs()
    with viewing(SYSTEM):
        jobs = list(Job.objects.filter(name="linkage.screen_register").order_by("created_at"))
        assert [job.outcome["counts"] for job in jobs] == [{"People in the register": 2, "People compared": 2}] * 2
        assert [run.finished_at is not None for run in queries.screening_runs(seen_by=SYSTEM)] == [True] * 3
        assert screen_changed.cron == "20 3 * * *"
        screen_changed(Progress(jobs[0].pk, by=SYSTEM), by=SYSTEM)
        assert queries.screening_runs(seen_by=SYSTEM)[0].reason == "night"
