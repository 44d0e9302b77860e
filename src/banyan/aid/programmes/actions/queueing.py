"""The one statement by which anybody gets into a programme: found in two, put on the list, and admitted while there is room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.models import Enrolment, ForWhom, Programme
from banyan.aid.programmes.queries.programmes import nearest_quotas
from banyan.aid.programmes.rules.enrolling import CHOSEN
from banyan.aid.programmes.states import OPEN_ENROLMENT, EnrolmentState
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

ENGINE: Final = system_viewer("programmes")

_CHOSEN = """
SELECT r.household_id, r.person_id, r.scope_id, r.place_id, r.score FROM programmes_targetrow r
WHERE r.run_id = %(run)s AND r.verdict = ANY(%(verdicts)s)
"""
_GIVEN = "SELECT %(household)s::uuid, %(person)s::uuid, %(scope)s::integer, %(place)s::uuid, NULL::numeric"
_NOBODY = "SELECT NULL::uuid, NULL::uuid, 0, NULL::uuid, NULL::numeric WHERE false"

# Whoever is in is never asked again; a live registration is asked for, so that nobody who was closed or merged since gets in.
_ENROL = """
WITH near AS (SELECT * FROM unnest(%(near)s::uuid[], %(bounds)s::uuid[]) AS given (place_id, bound_id)),
rooms AS (SELECT * FROM unnest(%(quotas)s::uuid[], %(rooms)s::integer[]) AS given (bound_id, room)),
live AS ({live}),
source (household_id, person_id, scope_id, place_id, score) AS ({source}),
held_here AS (
    SELECT DISTINCT e.{subject} AS subject_id FROM programmes_enrolment e
    WHERE e.programme_id = %(programme)s AND e.state = ANY(%(open)s)
),
-- Joined rather than looked up one by one: a list that is too large for memory would be read again for every row.
wanted AS (
    SELECT s.*, k.subject_id IS NOT NULL AS known, l.id IS NOT NULL AS alive
    FROM source s LEFT JOIN held_here k ON k.subject_id = s.{subject} LEFT JOIN live l ON l.id = s.{subject}
),
fresh AS (SELECT * FROM wanted WHERE alive AND NOT known),
held AS (
    SELECT e.id, e.household_id, e.person_id, p.id AS other_id,
           CASE WHEN 'forbid' IN (p.overlap, %(overlap)s) THEN 'forbid'
                WHEN 'warn' IN (p.overlap, %(overlap)s) THEN 'warn' ELSE 'allow' END AS ruling
    FROM programmes_programme p JOIN programmes_enrolment e ON e.programme_id = p.id
    WHERE p.operation_id = %(operation)s AND p.purpose = %(purpose)s AND p.id <> %(programme)s
      AND p.state IN ('active', 'suspended') AND e.state IN ('enrolled', 'suspended')
      AND p.starts_on <= coalesce(%(ends_on)s::date, 'infinity') AND coalesce(p.ends_on, 'infinity') >= %(starts_on)s::date
),
-- A household and one of its people are in both, two people of one household are not.
twice AS (
    SELECT f.*, h.id AS other_enrolment, h.other_id, h.ruling FROM fresh f JOIN held h ON h.household_id = f.household_id
    WHERE f.person_id IS NULL OR h.person_id IS NULL OR h.person_id = f.person_id
    UNION
    SELECT f.*, h.id, h.other_id, h.ruling FROM fresh f JOIN held h ON h.person_id = f.person_id
),
listed AS (
    INSERT INTO programmes_overlap (
        id, operation_id, scope_id, programme_id, household_id, person_id, other_id, other_enrolment, ruling, targeting_run, found_at
    )
    SELECT banyan_new_id(), %(operation)s, t.scope_id, %(programme)s, t.household_id, t.person_id, t.other_id, t.other_enrolment,
           t.ruling, %(run)s::uuid, now()
    FROM twice t WHERE t.ruling <> 'allow' AND NOT EXISTS (
        SELECT FROM programmes_overlap o WHERE o.programme_id = %(programme)s AND o.other_enrolment = t.other_enrolment
        AND o.household_id IS NOT DISTINCT FROM t.household_id AND o.person_id IS NOT DISTINCT FROM t.person_id
        AND o.targeting_run IS NOT DISTINCT FROM %(run)s::uuid
    )
),
ruled AS (
    SELECT {subject} AS subject_id, bool_or(ruling = 'forbid') AS forbidden, bool_or(ruling = 'warn') AS warned,
           (array_agg(other_id ORDER BY ruling, other_id))[1] AS other_id
    FROM twice GROUP BY {subject}
),
queue AS (
    SELECT NULL::uuid AS id, f.household_id, f.person_id, f.scope_id, f.place_id, f.score, %(today)s::date AS since,
           coalesce(r.warned, false) AS overlap
    FROM fresh f LEFT JOIN ruled r ON r.subject_id = f.{subject} WHERE r.forbidden IS NOT TRUE
    UNION ALL
    SELECT e.id, e.household_id, e.person_id, e.scope_id, e.place_id, e.score, e.since, e.overlap
    FROM programmes_enrolment e JOIN live l ON l.id = e.{subject}
    WHERE e.programme_id = %(programme)s AND e.state = 'waiting'
),
ranked AS (
    SELECT q.*, NOT %(limited)s OR coalesce(row_number() OVER (
        PARTITION BY n.bound_id ORDER BY q.score DESC NULLS LAST, q.since, q.id NULLS LAST, q.{subject}
    ) <= m.room, false) AS fits
    FROM queue q LEFT JOIN near n ON n.place_id = q.place_id LEFT JOIN rooms m ON m.bound_id = n.bound_id
),
added AS (
    INSERT INTO programmes_enrolment (
        id, operation_id, scope_id, programme_id, household_id, person_id, place_id, state, since, reason, cause, score,
        targeting_run, overlap, by, by_label, at
    )
    SELECT banyan_new_id(), %(operation)s, r.scope_id, %(programme)s, r.household_id, r.person_id, r.place_id,
           CASE WHEN r.fits THEN 'enrolled' ELSE 'waiting' END, r.since, %(reason)s, '', r.score, %(run)s::uuid, r.overlap,
           %(by)s::uuid, %(label)s, now()
    FROM ranked r WHERE r.id IS NULL
    RETURNING id, state, overlap
),
admitted AS (
    UPDATE programmes_enrolment e
    SET state = 'enrolled', since = %(today)s::date, by = %(by)s::uuid, by_label = %(label)s, at = now()
    FROM ranked r WHERE %(admit)s AND e.id = r.id AND r.fits
    RETURNING e.id
)
SELECT (SELECT count(*) FROM added WHERE state = 'enrolled'), (SELECT count(*) FROM added WHERE state = 'waiting'),
       (SELECT count(*) FROM admitted), (SELECT count(*) FROM ruled WHERE forbidden),
       (SELECT count(*) FROM added WHERE overlap), (SELECT count(*) FROM wanted WHERE alive AND known),
       (SELECT count(*) FROM wanted WHERE NOT alive), (SELECT min(other_id::text) FROM ruled WHERE forbidden),
       (SELECT min(id::text) FROM added)
"""


class Enrolled(NamedTuple):
    """What became of those who were to be enrolled, and of who waited.

    known: enrolled or waiting before; gone: whose registration is not active any more.
    """

    enrolled: int = 0
    waiting: int = 0
    admitted: int = 0
    left_out: int = 0
    flagged: int = 0
    known: int = 0
    gone: int = 0


@dataclass(frozen=True)
class One:
    """A household or person to be enrolled by hand."""

    household: UUID | None
    person: UUID | None
    scope: int
    place: UUID | None


def lock_purpose(programme: Programme) -> None:
    """Whoever enrols for one purpose in an operation takes turns: nobody gets into two programmes at once unnoticed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('programmes:' || %s || ':' || %s, 0))",
            [str(programme.operation_id), programme.purpose],
        )


def named(rows: QuerySet[Any, Any], prefix: str = "live") -> tuple[str, dict[str, Any]]:
    """A queryset of a room below as part of a statement here: its SQL, and its values by name."""
    text, values = rows.order_by().query.sql_with_params()
    return text % tuple(f"%({prefix}_{place})s" for place in range(len(values))), {
        f"{prefix}_{place}": value for place, value in enumerate(values)
    }


def rooms_for(programme: Programme, places: set[UUID]) -> tuple[dict[UUID, UUID], dict[UUID, int]]:
    """The quota that counts at each of these places, and how much room each quota leaves.

    As the system: whoever enrols in one area must not overlook who is enrolled in the next.
    """
    with viewing(ENGINE):
        rooms = {one.place_id: one.room for one in queries.quota_standing(programme.pk, seen_by=ENGINE)}
        return (nearest_quotas(programme.pk, places, seen_by=ENGINE) if rooms else {}), rooms


def queue_up(
    programme: Programme, *, by: Viewer, run_id: UUID | None = None, one: One | None = None, places: Sequence[UUID] = (),
    reason: str = "", admit: bool = True,
) -> tuple[Enrolled, UUID | None, UUID | None]:  # fmt: skip
    """Enrol whom a run chose, or one by hand, or nobody; then admit who waits, as far as quotas leave room.

    places: where those live who are to be enrolled. Returns what became of them, the programme by which somebody was left out,
    and the first enrolment made. One statement, however many there are.
    """
    lock_purpose(programme)
    waiting = Enrolment.objects.filter(programme=programme, state=EnrolmentState.WAITING, place__isnull=False)
    near, rooms = rooms_for(programme, {*places, *waiting.values_list("place", flat=True).distinct()})
    people = programme.for_whom == ForWhom.PERSON
    rows: Any = registry.people(seen_by=by) if people else registry.households(seen_by=by)
    live, bound = named(rows.filter(operation=programme.operation_id, status="active").values("id"))
    statement = _ENROL.format(
        live=live,
        source=_CHOSEN if run_id else _GIVEN if one else _NOBODY,
        subject="person_id" if people else "household_id",
    )
    values: dict[str, Any] = {
        "programme": programme.pk, "operation": programme.operation_id, "purpose": programme.purpose,
        "overlap": programme.overlap, "starts_on": programme.starts_on, "ends_on": programme.ends_on, "run": run_id,
        "verdicts": list(CHOSEN), "open": [state.value for state in OPEN_ENROLMENT],
        "near": list(near), "bounds": list(near.values()), "quotas": list(rooms), "rooms": list(rooms.values()),
        "limited": bool(rooms), "today": timezone.localdate(), "reason": reason, "by": by.id, "label": str(by.label)[:200],
        "admit": admit, "household": one and one.household, "person": one and one.person, "scope": one and one.scope,
        "place": one and one.place,
    }  # fmt: skip
    with connection.cursor() as cursor:
        # Of rows that came a moment ago the planner knows nothing, expects a handful and would loop over all pairs; hashing is
        # never worse than a few milliseconds. After an error the transaction is rolled back, and the setting with it.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
        cursor.execute(statement, {**values, **bound})
        *counts, other, made = cursor.fetchone()
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem = DEFAULT")
    return Enrolled(*counts), other and UUID(other), made and UUID(made)
