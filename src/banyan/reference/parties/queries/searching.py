"""Finding organisations by name in any script, acronym, code or identifier."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit, Waiting
from banyan.platform.kernel.names import chains, key_hash
from banyan.reference.parties.models import ExternalId, Import, Organisation, SearchKey, SearchName
from banyan.reference.parties.queries.organisations import organisations
from banyan.reference.parties.rules import acronym_key, name_key, tidy
from banyan.reference.parties.states import ImportState

_MOST_WORDS = 8
_MOST_HITS = 8
# Little words that nearly every name has: they find everything and tell nothing.
_LITTLE = frozenset(
    [
        "the",
        "of",
        "for",
        "and",
        "in",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "et",
        "pour",
        "y",
        "para",
        "el",
        "los",
        "en",
    ]
)


def matching(rows: "QuerySet[Any]", text: str, *, seen_by: Viewer) -> QuerySet[Any]:
    """Those of `rows` that a text finds: by code, identifier, acronym, part of a name, or the sound of all its words."""
    seen_by.require("parties.view_organisation")
    text = tidy(text)
    if not text:
        return rows.none()
    found = Q(code=text.upper()) | Q(id__in=ExternalId.objects.filter(value__iexact=text).values("organisation"))
    found |= Q(id__in=_by_text(text).values("organisation"))
    if sounding := _by_sound(text):
        alike = Q()
        for hashes in sounding:
            alike &= Q(id__in=SearchKey.objects.filter(hash__in=hashes).values("organisation"))
        found |= alike
    return rows.filter(found)


def suggestions(text: str, *, seen_by: Viewer, limit: int = _MOST_HITS) -> list[Any]:
    """The best matches first: acronym or whole name, then beginning of a name, then the rest."""
    normal, acronym = name_key(tidy(text)), acronym_key(text)
    rows = matching(organisations(seen_by=seen_by), text, seen_by=seen_by)
    ids: list[UUID] = list(rows.values_list("id", flat=True)[:2000])
    if not ids:
        return []
    rank = Case(
        When(Q(is_acronym=True, normal=acronym) | Q(is_acronym=False, normal=normal), then=Value(0)),
        When(normal__startswith=normal, then=Value(1)),
        When(is_acronym=True, normal__startswith=acronym, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    ranked = (
        SearchName.objects.filter(organisation__in=ids)
        .values("organisation")
        .annotate(rank=Min(rank))
        .order_by("rank", "organisation__status", "organisation__name", "organisation")
    )
    order = [row["organisation"] for row in ranked[:limit]]
    found = {row.id: row for row in Organisation.objects.filter(id__in=order)}
    return [found[key] for key in order]


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """Organisations for the search of the shell."""
    if not seen_by.may("parties.view_organisation"):
        return []
    return [
        SearchHit(
            title=f"{row.name} ({row.acronym})" if row.acronym else row.name,
            subtitle=row.code,
            url=reverse("parties:record", args=[row.code]),
            kind=_("Organisations"),
        )
        for row in suggestions(text, seen_by=seen_by)
    ]


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Imports that were checked and neither taken nor discarded."""
    if not seen_by.may("parties.import_organisations"):
        return []
    found = list(Import.objects.filter(state=ImportState.CHECKED).order_by("at").values_list("at", flat=True)[:100])
    if not found:
        return []
    url = f"{reverse('parties:imports')}?state={ImportState.CHECKED}"
    return [Waiting(title=_("Lists of organisations to take or discard"), url=url, count=len(found), since=found[0])]


def _by_text(text: str) -> QuerySet[SearchName]:
    normal, acronym = name_key(text), acronym_key(text)
    condition = (
        Q(normal__contains=normal) if len(normal) > 2 else Q(normal__startswith=normal) if normal else Q(pk=None)
    )
    if acronym:
        condition |= Q(is_acronym=True, normal__startswith=acronym)
    return SearchName.objects.filter(condition)


def _by_sound(text: str) -> list[list[int]]:
    """For each word of the text the hashes of its keys; empty when it has no telling word."""
    best: list[list[int]] = []
    for chain in chains(text):
        words = [word for word in chain if word.latin not in _LITTLE and word.keys and len(word.latin) > 2][
            :_MOST_WORDS
        ]
        hashes = [_hashes(f"w{key}" for key in word.keys) for word in words]
        # One short key alone sounds like half of the register.
        if hashes and (len(words) > 1 or len(words[0].latin) > 4) and len(hashes) >= len(best):
            best = hashes
    return best


def _hashes(keys: Iterable[str]) -> list[int]:
    return sorted(key_hash(key) for key in keys)
