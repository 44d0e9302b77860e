"""The only writer of code lists. Everything is done in sets: a list of seven thousand terms costs as many statements as one of seven."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.reference.codes import rules, states
from banyan.reference.codes.facts import CodeListPublished, TermsMapped
from banyan.reference.codes.models import CodeList, Mapping, Term, Version
from banyan.reference.codes.rules import MAPPING_KINDS, ListFile
from banyan.reference.codes.states import VersionState

SHIPPED = Path(__file__).parent / "lists"

_NEW_TERMS = """
    INSERT INTO codes_term (id, code_list_id, code)
    SELECT banyan_new_id(), %(list)s, row.code
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(code text)
    ON CONFLICT (code_list_id, code) DO NOTHING
"""
_NEW_EDITIONS = """
    INSERT INTO codes_edition (id, version_id, term_id, parent_id, labels, description, uri, attributes, position)
    SELECT banyan_new_id(), %(version)s, term.id, parent.id, row.labels, row.description, row.uri, row.attributes, row.position
    FROM jsonb_to_recordset(%(rows)s::jsonb)
         AS row(code text, parent text, labels jsonb, description jsonb, uri text, attributes jsonb, position int)
    JOIN codes_term term ON term.code_list_id = %(list)s AND term.code = row.code
    LEFT JOIN codes_term parent ON parent.code_list_id = %(list)s AND parent.code = row.parent
    ORDER BY row.position
"""
_UNKNOWN_TARGETS = """
    SELECT row.number, row.to_list, row.to_code
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(number int, to_list text, to_code text)
    WHERE NOT EXISTS (
        SELECT FROM codes_term term JOIN codes_codelist list ON list.id = term.code_list_id
        WHERE list.code = row.to_list AND term.code = row.to_code)
    ORDER BY row.number
"""
_NEW_MAPPINGS = """
    INSERT INTO codes_mapping (id, source_id, target_id, kind, note, since)
    SELECT banyan_new_id(), source.id, target.id, row.kind, '', %(now)s
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(code text, to_list text, to_code text, kind text)
    JOIN codes_term source ON source.code_list_id = %(list)s AND source.code = row.code
    JOIN codes_codelist list ON list.code = row.to_list
    JOIN codes_term target ON target.code_list_id = list.id AND target.code = row.to_code
    ON CONFLICT (source_id, target_id) WHERE until IS NULL DO NOTHING
"""


@action("codes.change_list")
def draft_version(*, by: Viewer, file: ListFile, source: str = "") -> Version:
    """Store a version as a draft, making the list when it is new. The same version with the same terms is returned as it is.

    source: the file's name, kept with the version. Raises Problem codes.version_differs when the label is taken by other terms, and
    codes.mapping_to_unknown for every mapping to a term that does not exist; nothing is stored then.
    """
    described: dict[str, Any] = {
        "names": file.names,
        "description": file.description,
        "authority": file.authority,
        "uri": file.uri,
        "licence": file.licence,
    }
    # Only one writer at a time numbers versions of a list; the lock lies on the list's row.
    code_list, made = CodeList.objects.select_for_update().get_or_create(code=file.code, defaults=described)
    known = code_list.versions.exclude(state=VersionState.DISCARDED).filter(label=file.version).first()
    if known:
        if known.digest == file.digest():
            return known
        raise Problem("codes.version_differs", version=file.version, term=file.code)
    if not made and any(getattr(code_list, name) != value for name, value in described.items()):
        for name, value in described.items():
            setattr(code_list, name, value)
        code_list.save(update_fields=list(described))
    last = code_list.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = Version.objects.create(
        code_list=code_list,
        number=last + 1,
        label=file.version,
        published_on=file.published_on,
        digest=file.digest(),
        source=source[:200],
    )
    _store(code_list.id, version.id, file)
    return version


def _store(list_id: UUID, version_id: UUID, file: ListFile) -> None:
    terms = [
        {
            "code": term.code,
            "parent": term.parent,
            "labels": term.labels,
            "description": term.description,
            "uri": term.uri,
            "attributes": term.attributes,
            "position": position,
        }
        for position, term in enumerate(file.terms, start=1)
    ]
    mappings = [
        {"number": m.row, "code": m.code, "to_list": m.to_list, "to_code": m.to_code, "kind": m.kind}
        for m in file.mappings
    ]
    values: dict[str, Any] = {"list": list_id, "version": version_id, "rows": Jsonb(terms), "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_NEW_TERMS, values)
        cursor.execute(_NEW_EDITIONS, values)
        if mappings:
            values["rows"] = Jsonb(mappings)
            cursor.execute(_UNKNOWN_TARGETS, values)
            raise_all(
                Problem(
                    "codes.mapping_to_unknown", term=code, to_list=to_list, at=Location(row=number, field="mappings")
                )
                for number, to_list, code in cursor.fetchall()
            )
            cursor.execute(_NEW_MAPPINGS, values)


@action("codes.change_list")
def publish_version(*, by: Viewer, version_id: UUID) -> Version:
    """Put a drafted version in force. Raises Problem codes.wrong_state when it is no draft any more."""
    version = _advance(version_id, "publish")
    code_list = version.code_list
    announce(
        CodeListPublished(list_id=code_list.id, version_id=version.id, code=code_list.code, label=version.label), by=by
    )
    return version


@action("codes.change_list")
def discard_version(*, by: Viewer, version_id: UUID) -> Version:
    """Drop a draft. Its codes stay taken: a code once given is never given to another thing."""
    return _advance(version_id, "discard")


def _advance(version_id: UUID, verb: str) -> Version:
    version = Version.objects.select_for_update().filter(id=version_id).first()
    if version is None:
        raise Problem("not_found")
    version.state = states.advance(version.state, verb)
    version.save(update_fields=["state"])
    return version


@action("codes.change_list")
def load_list(*, by: Viewer, file: ListFile, source: str = "") -> Version:
    """Store a version and put it in force at once, as the shipped lists are. Loading the same again changes nothing."""
    version = draft_version(by=by, file=file, source=source)
    if version.state == VersionState.DRAFT:
        version = publish_version(by=by, version_id=version.id)
    return version


@action("codes.change_list")
def map_terms(*, by: Viewer, source_id: UUID, target_id: UUID, kind: str, note: str = "") -> Mapping:
    """Say that two terms of different lists correspond. kind: exact, broader, narrower or related, seen from the source."""
    terms = {term.id: term for term in Term.objects.filter(id__in=[source_id, target_id])}
    if source_id not in terms or target_id not in terms:
        raise Problem("not_found")
    if kind not in MAPPING_KINDS:
        raise Problem("codes.mapping_malformed", kinds=", ".join(MAPPING_KINDS), at=Location(field="kind"))
    if terms[source_id].code_list_id == terms[target_id].code_list_id:
        raise Problem("codes.mapping_within")
    mapping = Mapping(id=new_id(), source_id=source_id, target_id=target_id, kind=kind, note=note[:300])
    # ON CONFLICT instead of asking first: two people may map the same pair at once.
    Mapping.objects.bulk_create([mapping], ignore_conflicts=True)
    if not Mapping.objects.filter(id=mapping.id).exists():
        raise Problem("codes.mapping_known")
    announce(TermsMapped(source_id=source_id, target_id=target_id, kind=kind), by=by)
    return mapping


@action("codes.change_list")
def end_mapping(*, by: Viewer, mapping_id: UUID) -> None:
    """End a mapping; it stays readable with the time of its end. Ending an ended one changes nothing."""
    if not Mapping.objects.filter(id=mapping_id).exists():
        raise Problem("not_found")
    Mapping.objects.filter(id=mapping_id, until=None).update(until=timezone.now())


@action("codes.change_list")
def load_shipped_lists(*, by: Viewer, only: Collection[str] = ()) -> list[Version]:
    """Load every list that comes with Banyan. Lists without mappings first, so that mappings find their targets.

    only: codes of the lists to load, all of them when it is empty.
    """
    shipped = [file for file in sorted(SHIPPED.glob("*.json")) if not only or file.stem in only]
    files = [rules.read_file(json.loads(file.read_text(encoding="utf-8"))) for file in shipped]
    return [
        load_list(by=by, file=file, source=f"{file.code}.json")
        for file in sorted(files, key=lambda file: bool(file.mappings))
    ]
