"""Two batches with the same people, accepted at the same moment: nobody is overlooked, nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from banyan.people.collection import actions as collection
from banyan.people.collection.models import Batch
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.tests.conftest import LISTS, make_field
from banyan.people.linkage.models import Case, Pair
from banyan.people.linkage.tests.worlds import SYSTEM
from banyan.people.registry.models import Person
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.running import declaration_of, execute
from banyan.reference.codes import actions as codes

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20
HEADER = "Household ID,Full name,Sex,Date of birth,Relationship to head,Phone\n"
NAMES = ("Aung Kyaw Min", "Nilar Soe Htet", "Zaw Lin Oo", "Thida Win Maung")
# As a worker takes jobs: one after the other, those with a common lock never at the same time.
_TAKE = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs j WHERE status = 'todo' AND NOT EXISTS (
        SELECT FROM procrastinate_jobs o WHERE o.lock = j.lock AND (o.status = 'doing' OR o.status = 'todo' AND o.id < j.id))
    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, all begun at the same moment on connections of their own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(120) for done in [pool.submit(run, call) for call in calls]]


def work() -> int:
    """Take jobs until none is left that may begin."""
    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE)
            taken = cursor.fetchone()
        if taken is None:
            return count
        queued = ProcrastinateJob.objects.get(id=taken[0])
        execute(declaration_of(queued.task_name), Job.objects.get(queued_id=queued.id))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [queued.id])
        count += 1


def waiting(field: Any, number: int, side: str) -> Batch:
    """A batch in review with the people of this round, without anything running in the background."""
    text = HEADER + "".join(
        f"{side}{number}-{place},{name},{'female' if place % 2 else 'male'},19{60 + number}-0{1 + place}-1{place},head,09{70_000_000 + 100 * number + place}\n"
        for place, name in enumerate(NAMES)
    )
    batch = collection.submit_batch(
        [(f"{side}{number}.csv", text.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
    )
    collection.begin_reading(batch.pk, by=field.clerk)
    batch = collection.read_batch(batch.pk, by=field.clerk)
    if batch.state == "mapping":
        collection.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
        batch = collection.check_batch(batch.pk, by=field.clerk)
    ProcrastinateJob.objects.filter(status="todo").update(status="cancelled")
    return batch


def test_the_same_people_in_two_batches_at_once_are_caught_in_every_round() -> None:
    with viewing(SYSTEM):
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
    field = make_field()
    for number in range(ROUNDS):
        one, other = (waiting(field, number, side) for side in "AB")
        at_once(*(
            lambda batch=batch, by=by: collection.accept_batch(batch.pk, by=by)
            for batch, by in ((one, field.officer), (other, field.other_officer))
        ))  # fmt: skip
        while ProcrastinateJob.objects.filter(status="todo").exists():
            at_once(work, work)
        with viewing(SYSTEM):
            assert Person.objects.count() == 2 * len(NAMES) * (number + 1)
            born = {pk: str(birth) for pk, birth in Person.objects.values_list("pk", "birth_date")}
            found = [
                born[first]
                for first, second in Pair.objects.values_list("first", "second")
                if born[first] == born[second]
            ]
            assert len(found) == len(set(found)) == len(NAMES) * (number + 1)
            assert Case.objects.filter(state="open").count() >= 1
    assert not ProcrastinateJob.objects.filter(status__in=("todo", "doing", "failed")).exists()
