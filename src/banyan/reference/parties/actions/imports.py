"""Checking a list of organisations, and taking it: as sets, in one transaction, the same list twice changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.parties import states
from banyan.reference.parties.actions.indexing import renew_search
from banyan.reference.parties.actions.organisations import code_of
from banyan.reference.parties.facts import OrganisationsImported
from banyan.reference.parties.models import (
    ExternalId,
    Import,
    ImportFinding,
    ImportRow,
    Organisation,
    OrganisationName,
    SearchName,
)
from banyan.reference.parties.rules import (
    Candidate,
    Change,
    Finding,
    Known,
    OtherName,
    Severity,
    acronym_key,
    compare,
    find_known,
    name_key,
)

JOB = "parties.take_import"


@action("parties.import_organisations")
def check_import(
    *, by: Viewer, file_name: str, source: str, candidates: Sequence[Candidate], findings: Sequence[Finding]
) -> Import:
    """Keep what was read from a file, with everything found wrong with it, until a person takes or discards it."""
    known = _Register()
    found = list(findings)
    planned = known.plan(candidates, found)
    batch = Import.objects.create(
        file_name=file_name[:200], source=source[:200] or file_name[:200], counts=_counts(planned, found)
    )
    _keep_findings(batch, found)
    ImportRow.objects.bulk_create(
        [
            ImportRow(batch=batch, number=number, candidate=candidate.as_dict())
            for number, (candidate, _known, _change) in enumerate(planned, start=1)
        ],
        batch_size=2000,
    )
    return batch


@action("parties.import_organisations")
def accept_import(*, by: Viewer, import_id: UUID) -> Import:
    """Start the job that takes a checked import. Raises Problem not_found, parties.import_state."""
    batch = _moved(import_id, "accept")
    job = jobs.start(JOB, by=by, label=batch.file_name, import_id=str(batch.id))
    batch.job_id = job.id
    batch.save(update_fields=["state", "job_id"])
    return batch


@action("parties.import_organisations")
def discard_import(*, by: Viewer, import_id: UUID) -> Import:
    """Put a checked import away. Raises Problem not_found, parties.import_state."""
    batch = _moved(import_id, "discard")
    batch.save(update_fields=["state"])
    return batch


@action("parties.import_organisations")
def take_import(*, by: Viewer, import_id: UUID) -> Import:
    """Register and change the organisations of an accepted import, as sets.

    Compared again with what is registered now: days may lie between check and taking. Raises Problem not_found,
    parties.import_state.
    """
    batch = _moved(import_id, "take")
    rows = ImportRow.objects.filter(batch=batch).order_by("number").values_list("candidate", flat=True)
    candidates = [Candidate.from_dict(row) for row in rows]
    found: list[Finding] = []
    planned = _Register(lock=True).plan(candidates, found)
    touched = _write(planned, batch.source)
    _set_parents(planned, touched, found)
    renew_search([key for key, _row in touched.values()], by=by)
    # What was found at the check stays; what only shows now (a parent, an identifier taken since) is added.
    seen = set(ImportFinding.objects.filter(batch=batch).values_list("row", "code"))
    _keep_findings(batch, [one for one in found if (one.row, one.problem.code) not in seen])
    batch.counts = {
        **batch.counts,
        **_counts(planned, []),
        "findings": ImportFinding.objects.filter(batch=batch).count(),
    }
    batch.save(update_fields=["state", "counts"])
    announce(
        OrganisationsImported(import_id=batch.id, added=batch.counts["added"], changed=batch.counts["changed"]), by=by
    )
    return batch


Planned = list[tuple[Candidate, Known | None, Change]]


class _Register:
    """What is registered, as far as a file can meet it."""

    def __init__(self, *, lock: bool = False) -> None:
        names: dict[UUID, set[OtherName]] = defaultdict(set)
        ids: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
        for key, relation, text, language in OrganisationName.objects.values_list(
            "organisation_id", "relation", "text", "language"
        ):
            names[key].add(OtherName(relation, text, language))
        for key, scheme, value in ExternalId.objects.values_list("organisation_id", "scheme", "value"):
            ids[key].add((scheme, value))
        rows = Organisation.objects.select_for_update() if lock else Organisation.objects
        fields = ("id", "code", "name", "acronym", "kind", "country", "reach", "website")
        known = [
            Known(**row, names=frozenset(names[row["id"]]), ids=frozenset(ids[row["id"]]))
            for row in rows.values(*fields)
        ]
        self.by_code = {one.code: one for one in known}
        self.by_id = {identifier: one for one in known for identifier in one.ids}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            self.by_name[name_key(one.name)].append(one)
        self.acronyms: dict[str, set[tuple[UUID, str]]] = defaultdict(set)
        for normal, key, name in SearchName.objects.filter(is_acronym=True).values_list(
            "normal", "organisation_id", "organisation__name"
        ):
            self.acronyms[normal].add((key, name))

    def plan(self, candidates: Sequence[Candidate], found: list[Finding]) -> Planned:
        """What each candidate would do; rows that cannot be taken are left out and told in `found`."""
        planned: Planned = []
        here: dict[str, list[str]] = defaultdict(list)
        met: dict[UUID, Candidate] = {}
        for candidate in candidates:
            known = find_known(candidate, by_code=self.by_code, by_id=self.by_id, by_name=self.by_name)
            fault = self._fault(candidate, known)
            if fault is None and known is not None and known.id in met:
                fault = Problem("parties.row_doubled", name=candidate.name, row=met[known.id].row)
            if fault is not None:
                found.append(Finding(fault.placed(Location(row=candidate.row)), value=candidate.name))
                continue
            if known is not None:
                met[known.id] = candidate
            self._warn(candidate, known, here, found)
            planned.append((candidate, known, compare(candidate, known) if known else Change()))
        return planned

    def _fault(self, candidate: Candidate, known: Known | None) -> Problem | None:
        if candidate.code and known is None:
            return Problem("parties.code_unknown", code=candidate.code)
        for scheme, value in candidate.ids:
            owner = self.by_id.get((scheme, value))
            if owner is not None and (known is None or owner.id != known.id):
                return Problem("parties.id_taken", scheme=scheme, value=value, other=f"{owner.name} ({owner.code})")
        return None

    def _warn(
        self, candidate: Candidate, known: Known | None, here: dict[str, list[str]], found: list[Finding]
    ) -> None:
        """Acronyms and names that others have too are told, never acted upon."""
        at = Location(row=candidate.row)
        if key := acronym_key(candidate.acronym):
            others = {name for owner, name in self.acronyms[key] if known is None or owner != known.id}
            others |= set(here[key])
            if others:
                problem = Problem(
                    "parties.acronym_shared", acronym=candidate.acronym, others=", ".join(sorted(others)[:5]), at=at
                )
                found.append(Finding(problem, Severity.WARNING, candidate.name))
            here[key].append(candidate.name)
        key = f"name {name_key(candidate.name)}"
        same = [one for one in self.by_name[name_key(candidate.name)] if known is None or one.id != known.id]
        if same or here[key]:
            others_text = ", ".join([*(f"{one.name} ({one.code})" for one in same[:5]), *here[key][:5]])
            found.append(
                Finding(Problem("parties.name_shared", others=others_text, at=at), Severity.WARNING, candidate.name)
            )
        here[key].append(candidate.name)


# Row of the file → the organisation's id and candidate.
Touched = dict[int, tuple[UUID, Candidate]]


def _write(planned: Planned, source: str) -> Touched:
    touched: Touched = {}
    new: list[Organisation] = []
    changed: dict[UUID, dict[str, str]] = {}
    names: list[OrganisationName] = []
    ids: list[ExternalId] = []
    for candidate, known, change in planned:
        if known is None:
            key = new_id()
            new.append(
                Organisation(
                    id=key,
                    code=code_of(key),
                    name=candidate.name,
                    acronym=candidate.acronym,
                    kind=candidate.kind,
                    country=candidate.country,
                    reach=candidate.reach,
                    website=candidate.website,
                )
            )
            change = Change(names=candidate.names, ids=candidate.ids)
        else:
            key = known.id
            if change.fields:
                changed[key] = dict(change.fields)
        if change or known is None or candidate.parent:
            touched[candidate.row] = (key, candidate)
        names += [
            OrganisationName(
                organisation_id=key, relation=one.relation, language=one.language, text=one.text[:200], source=source
            )
            for one in change.names
        ]
        ids += [
            ExternalId(organisation_id=key, scheme=scheme, value=value, source=source) for scheme, value in change.ids
        ]
    Organisation.objects.bulk_create(new, batch_size=1000)
    if changed:
        rows = list(Organisation.objects.filter(id__in=changed))
        for row in rows:
            for name, value in changed[row.id].items():
                setattr(row, name, value)
        Organisation.objects.bulk_update(
            rows, sorted({name for one in changed.values() for name in one}), batch_size=500
        )
    OrganisationName.objects.bulk_create(names, batch_size=2000, ignore_conflicts=True)
    ExternalId.objects.bulk_create(ids, batch_size=2000)
    return touched


def _set_parents(planned: Planned, touched: Touched, found: list[Finding]) -> None:
    """Parents by code, name or acronym, after all rows are there. What is ambiguous or would make a circle is told."""
    wanted = {candidate.row: candidate.parent for candidate, _known, _change in planned if candidate.parent}
    if not wanted:
        return
    by_word: dict[str, set[UUID]] = defaultdict(set)
    parents: dict[UUID, UUID | None] = {}
    labels: dict[UUID, str] = {}
    for key, code, name, acronym, parent in Organisation.objects.values_list(
        "id", "code", "name", "acronym", "parent_id"
    ):
        parents[key] = parent
        labels[key] = name
        for word in {code, f"n {name_key(name)}", f"a {acronym_key(acronym)}"}:
            by_word[word].add(key)
    moved: list[Organisation] = []
    for row, text in wanted.items():
        key, candidate = touched[row]
        matches = (
            by_word.get(text.upper()) or by_word.get(f"n {name_key(text)}") or by_word.get(f"a {acronym_key(text)}")
        )
        at = Location(row=row)
        if matches is None or len(matches) != 1:
            problem = Problem("parties.parent_unknown", parent=text, at=at)
        elif _above(next(iter(matches)), key, parents):
            problem = Problem("parties.parent_circular", name=labels[key], at=at)
        else:
            parent = next(iter(matches))
            if parents[key] != parent:
                parents[key] = parent
                moved.append(Organisation(id=key, parent_id=parent))
            continue
        found.append(Finding(problem, Severity.WARNING, candidate.name))
    Organisation.objects.bulk_update(moved, ["parent"], batch_size=500)


def _above(start: UUID | None, key: UUID, parents: dict[UUID, UUID | None]) -> bool:
    while start is not None:
        if start == key:
            return True
        start = parents[start]
    return False


def _counts(planned: Planned, found: Sequence[Finding]) -> dict[str, int]:
    refused = {one.row for one in found if one.severity is Severity.ERROR}
    counts: dict[str, Any] = {
        "added": sum(known is None for _candidate, known, _change in planned),
        "changed": sum(bool(change) for _candidate, known, change in planned if known is not None),
        "same": sum(not change for _candidate, known, change in planned if known is not None),
    }
    if found:
        counts |= {"refused": len(refused), "findings": len(found)}
    return counts


def _keep_findings(batch: Import, found: Sequence[Finding]) -> None:
    ImportFinding.objects.bulk_create(
        [
            ImportFinding(
                batch=batch,
                row=one.row,
                column=((one.problem.at.column if one.problem.at else "") or "")[:200],
                code=one.problem.code,
                parameters={
                    name: value if isinstance(value, int) else str(value)
                    for name, value in one.problem.parameters.items()
                },
                value=one.value[:500],
                severity=one.severity,
            )
            for one in found
        ],
        batch_size=2000,
    )


def _moved(import_id: UUID, verb: str) -> Import:
    batch = Import.objects.select_for_update().filter(id=import_id).first()
    if batch is None:
        raise Problem("not_found")
    batch.state = states.advance(batch.state, verb)
    return batch


__all__ = ["JOB", "accept_import", "check_import", "discard_import", "take_import"]
