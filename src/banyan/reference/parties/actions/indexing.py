"""Search names and keys of organisations, renewed after every change of a name."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.names import name_key_hashes
from banyan.reference.parties.models import Organisation, OrganisationName, Relation, SearchKey, SearchName
from banyan.reference.parties.rules import acronym_key, name_key


@action("parties.view_organisation")
def renew_search(organisation_ids: Collection[UUID], *, by: Viewer) -> None:
    """Make the search names and keys of these organisations anew, as a set. Called by the actions that change names."""
    ids = list(organisation_ids)
    SearchName.objects.filter(organisation__in=ids).delete()
    SearchKey.objects.filter(organisation__in=ids).delete()
    main = Organisation.objects.filter(id__in=ids).values_list("id", "name", "acronym")
    written: list[tuple[UUID, str, bool]] = []
    for key, name, acronym in main:
        written.append((key, name, False))
        if acronym:
            written.append((key, acronym, True))
    others = OrganisationName.objects.filter(organisation__in=ids).values_list("organisation_id", "text", "relation")
    written += [(key, text, relation == Relation.ACRONYM) for key, text, relation in others]
    # An alias without small letters or blanks is used as an acronym, whatever the list calls it.
    written += [
        (key, text, True) for key, text, relation in others if relation == Relation.ALIAS and _looks_short(text)
    ]
    SearchName.objects.bulk_create(_search_names(written), batch_size=2000)
    hashes = {(key, one) for key, text, is_acronym in written if not is_acronym for one in name_key_hashes(text)}
    SearchKey.objects.bulk_create(
        [SearchKey(organisation_id=key, hash=one) for key, one in sorted(hashes)], batch_size=5000
    )


def _search_names(written: Iterable[tuple[UUID, str, bool]]) -> list[Any]:
    rows = {
        (key, (acronym_key(text) if is_acronym else name_key(text))[:400], is_acronym): text
        for key, text, is_acronym in written
    }
    return [
        SearchName(organisation_id=key, text=text, normal=normal, is_acronym=is_acronym)
        for (key, normal, is_acronym), text in rows.items()
        if normal
    ]


def _looks_short(text: str) -> bool:
    return len(text) <= 12 and " " not in text and text == text.upper() and text != text.lower()
