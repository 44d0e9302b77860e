"""Loading a sanctions list: a new version takes the place of the old one, which stays readable."""

import hashlib
from collections.abc import Iterable

import orjson
from django.db import connection
from django.utils import timezone

from banyan.people.linkage import queries
from banyan.people.linkage.models import ListedParty, ListVersion
from banyan.people.linkage.rules.screening.entries import Party, ReadList
from banyan.people.linkage.rules.screening.reading import read_list
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

LOAD = "linkage.load_lists"
FOLDER = "sanctions"
# A file cut short by its download would clear the register of hits: what leaves by more than this is asked about.
MOST_GONE, GONE_SHARE = 20, 0.2
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('linkage.list:' || %s))"
_INSERT = """
INSERT INTO linkage_listedparty
    (id, source, key, since_id, name, reference, programme, listed_on, remarks, compared, digest)
SELECT banyan_new_id(), %(source)s, given.key, %(version)s, given.name, given.reference, given.programme, given.listed_on,
       given.remarks, given.compared::jsonb, given.digest
FROM unnest(%(key)s::text[], %(name)s::text[], %(reference)s::text[], %(programme)s::text[], %(listed_on)s::text[],
            %(remarks)s::text[], %(compared)s::text[], %(digest)s::bigint[])
     AS given (key, name, reference, programme, listed_on, remarks, compared, digest)
"""
_DESCRIBE = """
UPDATE linkage_listedparty p
SET name = given.name, reference = given.reference, programme = given.programme, listed_on = given.listed_on, remarks = given.remarks
FROM unnest(%(key)s::text[], %(name)s::text[], %(reference)s::text[], %(programme)s::text[], %(listed_on)s::text[],
            %(remarks)s::text[]) AS given (key, name, reference, programme, listed_on, remarks)
WHERE p.source = %(source)s AND p.key = given.key AND p.until_id IS NULL
  AND (p.name, p.reference, p.programme, p.listed_on, p.remarks)
      IS DISTINCT FROM (given.name, given.reference, given.programme, given.listed_on, given.remarks)
"""


@action(LOAD)
def load_list(content: bytes, file_name: str, *, by: Viewer, even_if_shrunk: bool = False) -> ListVersion:
    """Read a list and put it to use; the register is compared with it in the background. The same file again changes nothing.

    Whoever loads also holds linkage.view_screening. Raises the Problems of reading (every one that refuses the file),
    linkage.list_older, and linkage.list_shrunk unless `even_if_shrunk`.
    """
    by.require(queries.VIEW_SCREENING)
    found = read_list(content)
    checksum = hashlib.sha256(content).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [found.source])
    live = ListVersion.objects.filter(source=found.source, is_live=True).first()
    if live is not None and live.checksum == checksum:
        return live
    made = found.generated[:10]
    if live is not None and made and made < live.made:
        raise Problem("linkage.list_older", made=made, live=live.made)
    known = dict(ListedParty.objects.filter(source=found.source, until=None).values_list("key", "digest"))
    digests = {party.key: party.digest for party in found.parties}
    left = known.keys() - digests.keys()
    if len(left) > max(MOST_GONE, GONE_SHARE * len(known)) and not even_if_shrunk:
        raise Problem("linkage.list_shrunk", gone=len(left), all=len(known))
    changed = {key for key, digest in digests.items() if key in known and known[key] != digest}
    if live is not None:
        ListVersion.objects.filter(pk=live.pk).update(is_live=False, replaced_at=timezone.now())
    version = ListVersion.objects.create(
        source=found.source, file_name=file_name[-200:], made=made, checksum=checksum, size=len(content),
        kept=vault.keep(content, folder=FOLDER), entries=len(found.parties), others=found.others,
        joined=len(digests.keys() - known.keys()), left=len(left), changed=len(changed),
        notes=[[note.code, note.parameters, note.at.row if note.at else None] for note in found.notes], noted=len(found.notes),
        loaded_by=by.id, loaded_by_label=str(by.label)[:200],
    )  # fmt: skip
    _write_parties(found, version, ended=left | changed, new=digests.keys() - known.keys() | changed)
    jobs.start("linkage.screen_register", by=by, key=f"screen:{version.pk}", version=str(version.pk))
    return version


def _write_parties(found: ReadList, version: ListVersion, *, ended: set[str], new: set[str]) -> None:
    """Three statements, however long the list is."""
    ListedParty.objects.filter(source=found.source, until=None, key__in=ended).update(until=version)
    fresh = [party for party in found.parties if party.key in new]
    same = [party for party in found.parties if party.key not in new]
    with connection.cursor() as cursor:
        if same:
            cursor.execute(_DESCRIBE, {"source": found.source, **_described(same)})
        if fresh:
            cursor.execute(
                _INSERT,
                {
                    "source": found.source, "version": version.pk, **_described(fresh),
                    "compared": [orjson.dumps(party.as_dict()).decode() for party in fresh],
                    "digest": [party.digest for party in fresh],
                },
            )  # fmt: skip


def _described(parties: Iterable[Party]) -> dict[str, list[str]]:
    rows = [
        (party.key, party.name, party.reference, party.programme, party.listed_on, party.remarks) for party in parties
    ]
    return dict(
        zip(
            ("key", "name", "reference", "programme", "listed_on", "remarks"),
            map(list, zip(*rows, strict=True)),
            strict=True,
        )
    )
