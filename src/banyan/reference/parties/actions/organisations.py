"""Registering, changing, naming and closing organisations."""

from typing import Any
from uuid import UUID

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.reference.parties import queries
from banyan.reference.parties.actions.indexing import renew_search
from banyan.reference.parties.facts import OrganisationClosed, OrganisationRegistered, OrganisationRenamed
from banyan.reference.parties.models import ExternalId, Organisation, OrganisationName, Reach, Relation, Status
from banyan.reference.parties.rules import is_sentence, tidy
from banyan.reference.parties.rules.rows import checked_acronym, checked_website

PREFIX = "ORG"


def code_of(organisation_id: UUID) -> str:
    """The code of an organisation, made from its id: with a check character, never chosen, never given twice.

    Three groups carry 60 bits: among a million organisations two collide with probability below one in a million.
    """
    return reference(PREFIX, organisation_id, groups=3)


@action("parties.change_organisation")
def register_organisation(
    *, by: Viewer, name: str, acronym: str = "", another: bool = False, **further: Any
) -> Organisation:
    """Register an organisation and give it its code.

    further: kind, reach, country, website, parent (an id), since, until. another: the person has seen those that have
    the same name or acronym, and says that this is another one.
    Raises Problems for every value that cannot be taken, parties.maybe_known when there is such a one.
    """
    values = _checked(by, {"name": name, "acronym": acronym, **further})
    if not another and (known := queries.similar(values["name"], values["acronym"], seen_by=by)):
        raise Problem("parties.maybe_known", others=", ".join(f"{one.name} ({one.code})" for one in known[:5]))
    row_id = new_id()
    row = Organisation.objects.create(id=row_id, code=code_of(row_id), **values)
    renew_search([row.id], by=by)
    announce(OrganisationRegistered(organisation_id=row.id, code=row.code), by=by)
    return row


@action("parties.change_organisation")
def change_organisation(*, by: Viewer, organisation_id: UUID, **values: Any) -> Organisation:
    """Change name, acronym, kind, reach, country, website, parent, since or until. A former name stays as an alias.

    Raises Problem not_found, and Problems for every value that cannot be taken. The same values change nothing.
    """
    row = _locked(organisation_id)
    former = row.name
    changed = {name: value for name, value in _checked(by, values, of=row).items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    if changed.keys() & {"name", "acronym"}:
        if "name" in changed:
            OrganisationName.objects.get_or_create(organisation=row, relation=Relation.FORMER, language="", text=former)
        renew_search([row.id], by=by)
        announce(OrganisationRenamed(organisation_id=row.id, code=row.code, name=row.name, acronym=row.acronym), by=by)
    return row


@action("parties.change_organisation")
def close_organisation(*, by: Viewer, organisation_id: UUID, until: PartialDate | None = None) -> Organisation:
    """Say that an organisation works no more. Its code stays its own. Raises Problem parties.status_already."""
    row = _move(organisation_id, Status.CLOSED)
    if until is not None:
        if row.since is not None and until.latest < row.since.earliest:
            raise Problem("parties.dates_reversed", at=Location(field="until"))
        row.until = until
    row.save(update_fields=["status", "until"])
    announce(OrganisationClosed(organisation_id=row.id, code=row.code), by=by)
    return row


@action("parties.change_organisation")
def reopen_organisation(*, by: Viewer, organisation_id: UUID) -> Organisation:
    """Say that a closed organisation works again. Raises Problem parties.status_already."""
    row = _move(organisation_id, Status.ACTIVE)
    row.until = None
    row.save(update_fields=["status", "until"])
    return row


@action("parties.change_organisation")
def add_name(
    *,
    by: Viewer,
    organisation_id: UUID,
    text: str,
    relation: str = Relation.ALIAS,
    language: str = "",
    source: str = "",
    since: PartialDate | None = None,
    until: PartialDate | None = None,
) -> OrganisationName:
    """Add a further name. Raises Problems, among them parties.name_known when it has this one already."""
    row = _locked(organisation_id)
    text = tidy(text)
    faults = _name_faults(text, "text")
    if relation not in Relation.values:
        faults.append(Problem("field_invalid", message=relation, at=Location(field="relation")))
    if since is not None and until is not None and until.latest < since.earliest:
        faults.append(Problem("parties.dates_reversed", at=Location(field="until")))
    raise_all(faults)
    name, made = OrganisationName.objects.get_or_create(
        organisation=row,
        relation=relation,
        language=language,
        text=text,
        defaults={"source": tidy(source)[:200], "since": since, "until": until},
    )
    if not made:
        raise Problem("parties.name_known", at=Location(field="text"))
    renew_search([row.id], by=by)
    return name


@action("parties.change_organisation")
def end_name(*, by: Viewer, name_id: UUID, until: PartialDate) -> OrganisationName:
    """Say until when a name was used; it stays and is still found. Raises Problem not_found, parties.dates_reversed."""
    name = OrganisationName.objects.select_for_update().filter(id=name_id).first()
    if name is None:
        raise Problem("not_found")
    if name.since is not None and until.latest < name.since.earliest:
        raise Problem("parties.dates_reversed", at=Location(field="until"))
    name.until = until
    name.save(update_fields=["until"])
    return name


@action("parties.change_organisation")
def add_external_id(*, by: Viewer, organisation_id: UUID, scheme: str, value: str, source: str = "") -> ExternalId:
    """Add what others call it. Adding the same again changes nothing. Raises Problem parties.id_taken, id_malformed."""
    row = _locked(organisation_id)
    scheme, value = tidy(scheme).casefold()[:40], tidy(value)
    if not scheme or not value or len(value) > 100:
        raise Problem("parties.id_malformed", scheme=scheme, value=value, at=Location(field="value"))
    known, _made = ExternalId.objects.get_or_create(
        scheme=scheme, value=value, defaults={"organisation": row, "source": tidy(source)[:200]}
    )
    if known.organisation_id != row.id:
        raise Problem(
            "parties.id_taken", scheme=scheme, value=value, other=known.organisation.name, at=Location(field="value")
        )
    return known


def _locked(organisation_id: UUID) -> Organisation:
    row = Organisation.objects.select_for_update().filter(id=organisation_id).first()
    if row is None:
        raise Problem("not_found")
    return row


def _move(organisation_id: UUID, status: Status) -> Organisation:
    row = _locked(organisation_id)
    if row.status == status:
        raise Problem("parties.status_already", status=status.label)
    row.status = status
    return row


def _name_faults(text: str, field: str) -> list[Problem]:
    if not any(letter.isalpha() for letter in text):
        return [Problem("parties.name_missing", at=Location(field=field))]
    if is_sentence(text):
        return [Problem("parties.name_is_sentence", text=text[:80], at=Location(field=field))]
    return []


def _checked(by: Viewer, values: dict[str, Any], of: Organisation | None = None) -> dict[str, Any]:
    """Values tidied, every one checked; raises all faults at once."""
    taken: dict[str, Any] = {name: tidy(value) if isinstance(value, str) else value for name, value in values.items()}
    faults: list[Problem] = []
    if "name" in taken:
        faults += _name_faults(taken["name"], "name")
    for name, check in (("acronym", checked_acronym), ("website", checked_website)):
        if taken.get(name):
            taken[name], found = check(0, taken[name], name)
            faults += [one.problem.placed(Location(field=name)) for one in found]
    kind = taken.get("kind")
    if kind and kind not in dict(queries.kinds(seen_by=by)) and not (of and of.kind == kind):
        faults.append(Problem("parties.kind_unknown", kind=kind, at=Location(field="kind")))
    if taken.get("reach") and taken["reach"] not in Reach.values:
        faults.append(Problem("field_invalid", message=taken["reach"], at=Location(field="reach")))
    country = taken.get("country")
    if country:
        taken["country"] = country.upper()
        if not queries.country_known(taken["country"], seen_by=by) and not (of and of.country == taken["country"]):
            faults.append(Problem("parties.country_unknown", text=country, at=Location(field="country")))
    since = taken.get("since", of.since if of else None)
    until = taken.get("until", of.until if of else None)
    if since is not None and until is not None and until.latest < since.earliest:
        faults.append(Problem("parties.dates_reversed", at=Location(field="until")))
    if taken.get("parent") is not None:
        faults += _parent_faults(taken["parent"], of)
    raise_all(faults)
    if "parent" in taken:
        taken["parent_id"] = taken.pop("parent")
    return taken


def _parent_faults(parent_id: UUID, of: Organisation | None) -> list[Problem]:
    at = Location(field="parent")
    above = Organisation.objects.filter(id=parent_id).first()
    if above is None:
        return [Problem("parties.parent_unknown", parent=parent_id, at=at)]
    while above is not None:
        if of is not None and above.id == of.id:
            return [Problem("parties.parent_circular", name=of.name, at=at)]
        above = above.parent
    return []
