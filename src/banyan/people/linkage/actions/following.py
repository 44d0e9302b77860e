"""What the register announces, followed: records made ready to be compared, and a comparison asked for."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from banyan.people.collection import queries as collection
from banyan.people.linkage.actions.refreshing import refresh
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs import actions as jobs

RUN = "linkage.run_matching"
# More people than this would take the machine from the import that may come next: they are followed when it is quiet.
MANY: Final = 5_000
PATIENCE: Final = 30


@action(RUN)
def follow_register(
    *, by: Viewer, people: Collection[UUID] = (), households: Collection[UUID] = (), batch: UUID | None = None
) -> int:
    """Bring what is compared of these people up to date, and have it compared as soon as may be; how many they were.

    households, batch: their people. As the system: see refresh.
    """
    with viewing(system_viewer("linkage")) as engine:
        rows = registry.people(seen_by=engine)
        concerned = set(people)
        if batch is not None:
            concerned |= set(rows.filter(batch=batch).values_list("pk", flat=True))
        for members in registry.members_of(households, seen_by=engine).values():
            concerned |= {one.person_id for one in members}
        operations = set(rows.filter(pk__in=concerned).values_list("operation_id", flat=True)) if concerned else set()
        if concerned:
            refresh(ids=concerned, by=engine)
        for operation in sorted(operations):
            jobs.start("linkage.compare_moved", by=engine, operation=str(operation))
        return len(concerned)


@action(RUN)
def follow_batch(batch: UUID, *, by: Viewer, asked: int = 0) -> bool:
    """The same for the people of a batch; many of them wait while another import goes on. Whether they were followed now."""
    with viewing(system_viewer("linkage")) as engine:
        many = registry.people(seen_by=engine).filter(batch=batch).count() > MANY
        # The first time somebody may be about to start the next one: asked again in a minute.
        if many and asked < PATIENCE and (asked == 0 or collection.are_arriving(seen_by=engine)):
            at = timezone.now() + timedelta(minutes=1)
            jobs.start(
                "linkage.follow_batch", by=engine, at=at, key=f"linkage:{batch}:{asked + 1}", batch=str(batch), asked=asked + 1
            )  # fmt: skip
            return False
    follow_register(batch=batch, by=by)
    return True
