"""Reads of organisations. They are public reference data: whoever may see them sees all; contacts are another matter."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet

from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import queries as codes
from banyan.reference.parties.models import ExternalId, Organisation, OrganisationName, SearchName
from banyan.reference.parties.rules import acronym_key, name_key

_VIEW = "parties.view_organisation"
KINDS_LIST = "organisation-type"
COUNTRIES_LIST = "iso-3166-1"


def organisations(*, seen_by: Viewer) -> QuerySet[Any]:
    """All organisations, each with its parent's name (`parent_name`)."""
    seen_by.require(_VIEW)
    return Organisation.objects.annotate(parent_name=F("parent__name"))


def organisation(code: str, *, seen_by: Viewer) -> Any:
    """One organisation by its code. Raises Problem not_found."""
    found = organisations(seen_by=seen_by).select_related("parent").filter(code=code.upper()).first()
    if found is None:
        raise Problem("not_found")
    return found


def names(organisation_id: UUID, *, seen_by: Viewer) -> QuerySet[OrganisationName]:
    """Further names of an organisation: translations first, then aliases, former names, acronyms."""
    seen_by.require(_VIEW)
    return OrganisationName.objects.filter(organisation=organisation_id).order_by("-relation", "language", "text")


def external_ids(organisation_id: UUID, *, seen_by: Viewer) -> QuerySet[ExternalId]:
    """What others call it."""
    seen_by.require(_VIEW)
    return ExternalId.objects.filter(organisation=organisation_id).order_by("scheme", "value")


def children(organisation_id: UUID, *, seen_by: Viewer) -> QuerySet[Organisation]:
    """Its parts, by name."""
    seen_by.require(_VIEW)
    return Organisation.objects.filter(parent=organisation_id).order_by("name", "id")


def kinds(*, seen_by: Viewer) -> list[tuple[str, str]]:
    """Types of organisation (code, label in the reader's language), in the order of the code list; none when it is not loaded."""
    seen_by.require(_VIEW)
    try:
        return [(choice.code, choice.label) for choice in codes.choices(KINDS_LIST, seen_by=_of_lists(seen_by))]
    except Problem:
        return []


def acronym_sharers(found: Organisation, *, seen_by: Viewer) -> list[Organisation]:
    """Other organisations that have this one's acronym, as their own or as a further one."""
    seen_by.require(_VIEW)
    key = acronym_key(found.acronym)
    if not key:
        return []
    sharing = SearchName.objects.filter(is_acronym=True, normal=key).exclude(organisation=found.id)
    return list(Organisation.objects.filter(id__in=sharing.values("organisation")).order_by("name", "id")[:20])


def shared_acronyms(*, seen_by: Viewer) -> QuerySet[Any]:
    """Acronyms that more than one organisation has (`normal`, `holders`), most shared first."""
    seen_by.require(_VIEW)
    return (
        SearchName.objects.filter(is_acronym=True)
        .values("normal")
        .annotate(holders=Count("organisation", distinct=True))
        .filter(holders__gt=1)
        .order_by("-holders", "normal")
    )


def similar(name: str, acronym: str = "", *, seen_by: Viewer) -> list[Organisation]:
    """Organisations that have this name (in any spelling of case and accents) or this acronym already."""
    seen_by.require(_VIEW)
    rows = SearchName.objects.filter(is_acronym=False, normal=name_key(name)[:400])
    if key := acronym_key(acronym):
        rows = rows | SearchName.objects.filter(is_acronym=True, normal=key)
    return list(Organisation.objects.filter(id__in=rows.values("organisation")).order_by("name", "id")[:10])


def _of_lists(seen_by: Viewer) -> Viewer:
    """Labels of types belong to the organisation's page, whoever may see code lists as such."""
    return seen_by if seen_by.may("codes.view_list") else system_viewer("labels")


def country_known(code: str, *, seen_by: Viewer) -> bool:
    """Whether a text is an ISO 3166-1 alpha-3 code. Without the code list none is known."""
    seen_by.require(_VIEW)
    try:
        return code in codes.known_codes(COUNTRIES_LIST, seen_by=_of_lists(seen_by))
    except Problem:
        return False


def countries(*, seen_by: Viewer) -> list[tuple[str, str]]:
    """Countries (code, name in the reader's language), by name."""
    seen_by.require(_VIEW)
    try:
        found = codes.choices(COUNTRIES_LIST, seen_by=_of_lists(seen_by))
    except Problem:
        return []
    return sorted(((choice.code, choice.label) for choice in found), key=lambda pair: pair[1])


def holders_of(acronyms: Sequence[str], *, seen_by: Viewer) -> dict[str, list[Organisation]]:
    """Organisations by acronym in its form for comparing, as `shared_acronyms` gives it."""
    seen_by.require(_VIEW)
    found: dict[str, list[Organisation]] = {acronym: [] for acronym in acronyms}
    rows = SearchName.objects.filter(is_acronym=True, normal__in=list(found)).select_related("organisation")
    for row in rows.order_by("organisation__name", "organisation"):
        found[row.normal].append(row.organisation)
    return found
