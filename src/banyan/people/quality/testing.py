"""For tests of rooms that declare checks: what is counted is what is listed, for whoever looks."""

from uuid import UUID

from banyan.people.quality import actions, queries
from banyan.people.quality.models import State
from banyan.people.quality.queries.definitions import NO_BIT
from banyan.people.quality.rules.words import stands
from banyan.platform.access.viewers import Viewer, system_viewer, viewing


def failing(operation_id: UUID, key: str, viewer: Viewer | None = None) -> set[UUID]:
    """The records that a check lists for a viewer; for the system when none is named. A pass must have run."""
    viewer = viewer or system_viewer("tests")
    with viewing(viewer):
        return set(queries.findings(operation_id, key, seen_by=viewer).values_list("pk", flat=True))


def run_checks(operation_id: UUID) -> actions.PassDone:
    """A full pass, as the night would do it."""
    return actions.run_pass(operation_id, by=system_viewer("tests"))


def counts_are_lists(operation_id: UUID, *viewers: Viewer) -> int:
    """Assert for every check and viewer that as many are counted as failed as are listed, and that the list is what the
    predicate finds in the viewer's reach; returns how many findings were compared."""
    compared = 0
    for viewer in (system_viewer("tests"), *viewers):
        with viewing(viewer):
            found = queries.scores(operation_id, seen_by=viewer)
        for one in found.checks:
            listed = failing(operation_id, one.check.key, viewer)
            assert len(listed) == one.failed, (
                f"{one.check.key}: {one.failed} counted, {len(listed)} listed for {viewer.label}"
            )
            assert not (one.hidden and listed), f"{one.check.key}: listed for {viewer.label}, who may not see it"
            assert one.waived <= one.failed <= one.eligible
            with viewing(viewer):
                rows = State.objects.filter(operation=operation_id, subject=one.check.subject)
                rows = rows.filter(queries.reach_of(one.check.subject, seen_by=viewer, protects=one.check.protects))
                standing = {row.pk for row in rows if one.check.bit != NO_BIT and stands(row.failed, one.check.bit)}
            assert one.hidden or listed == standing, f"{one.check.key}: the list is not what stands for {viewer.label}"
            compared += len(listed)
    return compared


__all__ = ["counts_are_lists", "failing", "run_checks"]
