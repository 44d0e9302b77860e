"""Sanctions lists as they were loaded, and who stands on them."""

from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet

from banyan.people.linkage.models import ListedParty, ListVersion
from banyan.people.linkage.rules.screening.entries import Party
from banyan.people.linkage.rules.screening.index import Index
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

VIEW = "linkage.view_screening"


def list_versions(*, seen_by: Viewer) -> QuerySet[ListVersion]:
    """All versions of all lists, the newest first."""
    seen_by.require(VIEW)
    return ListVersion.objects.order_by("-loaded_at", "id")


def list_version(version_id: UUID, *, seen_by: Viewer) -> ListVersion:
    """One version. Raises Problem not_found."""
    found = list_versions(seen_by=seen_by).filter(pk=version_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def doubts(version: ListVersion, *, seen_by: Viewer) -> list[Problem]:
    """What was doubtful in a version, in the words of the reader's language."""
    seen_by.require(VIEW)
    return [Problem(code, at=Location(row=line), **parameters) for code, parameters, line in version.notes]


def parties(*, seen_by: Viewer, version: ListVersion | None = None) -> QuerySet[ListedParty]:
    """Who stands on the lists in use, or stood on one version, by name."""
    seen_by.require(VIEW)
    rows = ListedParty.objects.select_related("since", "until").order_by("name", "id")
    if version is None:
        return rows.filter(until=None)
    # In one wording at a time: from the version that brought it to before the one that ended it.
    return rows.filter(
        Q(until=None) | Q(until__loaded_at__gt=version.loaded_at),
        source=version.source,
        since__loaded_at__lte=version.loaded_at,
    )


def party(party_id: UUID, *, seen_by: Viewer) -> ListedParty:
    """One listed person, in one wording. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = ListedParty.objects.select_related("since", "until").filter(pk=party_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def wordings(listed: ListedParty, *, seen_by: Viewer) -> list[ListedParty]:
    """The same entry in all its wordings, the newest first."""
    seen_by.require(VIEW)
    rows = ListedParty.objects.select_related("since", "until").filter(source=listed.source, key=listed.key)
    return sorted(rows, key=lambda row: row.since.loaded_at, reverse=True)


class Listed:
    """The lists in use, ready to be compared with: the index, and for each of its parties the row it came from."""

    def __init__(self, versions: tuple[UUID, ...], rows: list[tuple[UUID, str, str, int, dict[str, object]]]) -> None:
        self.versions = versions
        self.rows = [(pk, source, key, digest) for pk, source, key, digest, _compared in rows]
        self.index = Index([Party.from_dict(key, compared) for _pk, _source, key, _digest, compared in rows])


def listed(*, seen_by: Viewer) -> Listed:
    """The lists in use. Kept by each process until a version changes; two queries the first time, one after."""
    seen_by.require(VIEW)
    live = ListVersion.objects.filter(is_live=True).order_by("source").values_list("pk", flat=True)
    return _listed(tuple(live))


@lru_cache(maxsize=1)
def _listed(versions: tuple[UUID, ...]) -> Listed:
    rows = ListedParty.objects.filter(
        until=None, source__in=ListVersion.objects.filter(pk__in=versions).values("source")
    )
    return Listed(versions, list(rows.order_by("pk").values_list("pk", "source", "key", "digest", "compared")))
