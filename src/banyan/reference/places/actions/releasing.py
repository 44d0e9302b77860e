"""Making a release the current one of its country."""

from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.platform.access import actions as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.sets import as_sets
from banyan.reference.places.actions.taking import _FOLLOW_SCOPE, renew_keys
from banyan.reference.places.facts import ReleaseMadeCurrent
from banyan.reference.places.models import PlaceInRelease, Release
from banyan.reference.places.rules.levels import AREA_LEVEL
from banyan.reference.places.states import ReleaseState

_AREAS = """
SELECT r.pcode, r.name, parent.pcode, p.country FROM places_placeinrelease r JOIN places_place p ON p.id = r.place_id
LEFT JOIN places_place parent ON parent.id = r.parent_id
WHERE r.release_id = %s AND r.level <= %s ORDER BY r.level, r.pcode
"""
_ADOPT = """
UPDATE places_place p
SET kind = r.kind, parent_id = r.parent_id, status = r.status, name = r.name, names = p.names || r.names, lon = coalesce(r.lon, p.lon),
    lat = coalesce(r.lat, p.lat), since = coalesce(r.since, p.since),
    until = coalesce(r.until, p.until), scope_id = r.scope_id
FROM places_placeinrelease r
WHERE r.release_id = %s AND p.id = r.place_id
  AND (p.kind, p.parent_id, p.status, p.name, p.names, p.lon, p.lat, p.since, p.until, p.scope_id) IS DISTINCT FROM
      (r.kind, r.parent_id, r.status, r.name, p.names || r.names, coalesce(r.lon, p.lon), coalesce(r.lat, p.lat),
       coalesce(r.since, p.since), coalesce(r.until, p.until), r.scope_id)
RETURNING p.id
"""
# Only on levels that the release covers: a list of states says nothing about villages.
_RETIRE = """
UPDATE places_place p SET status = 'retired'
WHERE p.country = %s AND p.status <> 'retired'
  AND p.level IN (SELECT DISTINCT level FROM places_placeinrelease WHERE release_id = %s)
  AND NOT EXISTS (SELECT 1 FROM places_placeinrelease r WHERE r.release_id = %s AND r.place_id = p.id)
"""


@action("places.release_places")
def make_release_current(release_id: UUID, *, by: Viewer) -> Release:
    """From now on the country's places are as this release has them; places it leaves out are retired, none is deleted.

    Raises Problem not_found, places.release_current, places.release_empty, places.needs_everything.
    """
    if not by.reach("places.change_place").everything:
        raise Problem("places.needs_everything")
    release = Release.objects.select_for_update().filter(pk=release_id).first()
    if release is None:
        raise Problem("not_found")
    if release.state == ReleaseState.CURRENT:
        raise Problem("places.release_current")
    if not PlaceInRelease.objects.filter(release=release).exists():
        raise Problem("places.release_empty")
    for former in Release.objects.filter(country=release.country, state=ReleaseState.CURRENT):
        former.state = ReleaseState.SUPERSEDED
        former.save()
    release.state = ReleaseState.CURRENT
    release.made_current_at = timezone.now()
    release.save()
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_AREAS, [release.id, AREA_LEVEL])
        access.register_areas(cursor.fetchall(), by=by)
        cursor.execute(_ADOPT, [release.id])
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute(_RETIRE, [release.country, release.id, release.id])
        retired = cursor.rowcount
        if changed:
            renew_keys(changed)
            for statement in _FOLLOW_SCOPE:
                cursor.execute(statement, [[release.country]])
    announce(
        ReleaseMadeCurrent(release_id=release.id, country=release.country, changed=len(changed), retired=retired), by=by
    )
    return release
