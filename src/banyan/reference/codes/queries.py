"""Reads of code lists. Lists are public reference data: whoever may see lists sees all of them; drafts only their editors."""

from collections.abc import Collection
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit, Waiting
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes.models import CodeList, Edition, Mapping, Term, Version
from banyan.reference.codes.rules import Difference, TermRow, difference, label_in
from banyan.reference.codes.states import VersionState

_MOST_HITS = 8
# Written out, because every page about people asks it: the planner must find the few versions first, then their terms by
# index, also while it knows nothing yet of how many terms a freshly loaded vocabulary has.
_LABELS = """
WITH chosen AS MATERIALIZED (
    SELECT DISTINCT ON (l.id) v.id, l.code FROM codes_codelist l JOIN codes_version v ON v.code_list_id = l.id
    WHERE l.code = ANY(%(lists)s) AND v.state = 'published' ORDER BY l.id, v.number DESC
)
SELECT c.code, t.code, e.labels
FROM chosen c
CROSS JOIN LATERAL (SELECT term_id, labels, position FROM codes_edition WHERE version_id = c.id OFFSET 0) e
CROSS JOIN LATERAL (SELECT code FROM codes_term WHERE id = e.term_id OFFSET 0) t
WHERE %(codes)s::text[] IS NULL OR t.code = ANY(%(codes)s::text[])
ORDER BY e.position
"""


@dataclass(frozen=True)
class Choice:
    """A term as an input offers it."""

    code: str
    label: str
    parent: str | None


def _lists(seen_by: Viewer) -> QuerySet[CodeList]:
    seen_by.require("codes.view_list")
    return CodeList.objects.all()


def lists(*, seen_by: Viewer) -> QuerySet[CodeList]:
    """All lists, each with the version in force and its number of terms (`version_label`, `terms_in_force`, `version_id`)."""
    in_force = Version.objects.filter(code_list=OuterRef("pk"), state=VersionState.PUBLISHED).order_by("-number")
    # Counted only where the number is wanted: while the planner knows nothing of the terms yet, it goes through all of them.
    counted = in_force.annotate(size=Count("editions"))
    return _lists(seen_by).annotate(
        version_id=Subquery(in_force.values("id")[:1]),
        version_label=Subquery(in_force.values("label")[:1]),
        published_on=Subquery(in_force.values("published_on")[:1]),
        terms_in_force=Subquery(counted.values("size")[:1]),
    )


def list_named(code: str, *, seen_by: Viewer) -> CodeList:
    """One list. Raises Problem not_found."""
    found = lists(seen_by=seen_by).filter(code=code).first()
    if found is None:
        raise Problem("not_found")
    return found


def versions(code: str, *, seen_by: Viewer) -> QuerySet[Version]:
    """Versions of a list, newest first; drafts and discarded ones only for those who may change lists."""
    found = Version.objects.filter(code_list__in=_lists(seen_by).filter(code=code)).annotate(size=Count("editions"))
    if not seen_by.may("codes.change_list"):
        found = found.filter(state=VersionState.PUBLISHED)
    return found.order_by("-number")


def version(code: str, label: str | None = None, *, seen_by: Viewer) -> Version:
    """The version of that label, or the one in force. Raises Problem not_found."""
    found = versions(code, seen_by=seen_by).select_related("code_list")
    if label is None:
        found = found.filter(state=VersionState.PUBLISHED)
    else:
        found = found.filter(label=label).exclude(state=VersionState.DISCARDED)
    first = found.first()
    if first is None:
        raise Problem("not_found")
    return first


def editions(of: Version, *, seen_by: Viewer) -> QuerySet[Edition]:
    """Terms of a version with code and parent's code (`code`, `parent_code`)."""
    seen_by.require("codes.view_list")
    return Edition.objects.filter(version=of).annotate(code=F("term__code"), parent_code=F("parent__code"))


def rows(of: Version, *, seen_by: Viewer) -> list[TermRow]:
    """The terms of a version as the rules know them, in order."""
    wanted = ["code", "labels", "parent_code", "description", "uri", "attributes"]
    found = editions(of, seen_by=seen_by).order_by("position").values_list(*wanted)
    return [TermRow(*row) for row in found]


def compare(code: str, before: str, after: str, *, seen_by: Viewer) -> Difference:
    """What version `after` adds, drops and changes against version `before`. Raises Problem not_found."""
    old, new = (version(code, label, seen_by=seen_by) for label in (before, after))
    return difference(rows(old, seen_by=seen_by), rows(new, seen_by=seen_by))


def choices(code: str, *, seen_by: Viewer, language: str | None = None) -> list[Choice]:
    """Terms in force of a list for an input, in the list's order, labelled in the language (default: the reader's)."""
    language = language or get_language() or "en"
    found = editions(version(code, seen_by=seen_by), seen_by=seen_by).order_by("position")
    return [
        Choice(term, label_in(labels, language, term), parent)
        for term, labels, parent in found.values_list("code", "labels", "parent_code")  # type: ignore[misc]  # annotated
    ]


def labels(
    lists: Collection[str], *, seen_by: Viewer, codes: Collection[str] | None = None, language: str | None = None
) -> dict[str, dict[str, str]]:
    """{list: {code: label}} of several lists as they are in force, in the reader's language; one query for all of them.

    codes: only these, which is cheaper for long lists. A list without version in force has no labels.
    """
    seen_by.require("codes.view_list")
    language = language or get_language() or "en"
    named: dict[str, dict[str, str]] = {each: {} for each in lists}
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, {"lists": list(lists), "codes": None if codes is None else list(codes)})
        for of, code, texts in cursor.fetchall():
            named[of][code] = label_in(orjson.loads(texts) if isinstance(texts, str) else texts, language, code)
    return named


def vocabulary(lists: Collection[str], *, seen_by: Viewer) -> dict[str, dict[str, tuple[str, ...]]]:
    """{list: {code: every word it is known by}} as they are in force: labels in all languages, texts among attributes.

    For reading what people wrote. One query for any number of lists; a list without version in force has no words.
    """
    known: dict[str, dict[str, tuple[str, ...]]] = {each: {} for each in lists}
    wanted = ("version__code_list__code", "term__code", "labels", "attributes")
    for of, code, texts, attributes in _in_force(lists, seen_by).order_by("position").values_list(*wanted):
        words = [*texts.values()]
        for value in (attributes or {}).values():
            words += value if isinstance(value, list) else [value]
        known[of][code] = tuple(dict.fromkeys(word for word in words if isinstance(word, str) and word))
    return known


def _in_force(lists: Collection[str], seen_by: Viewer) -> QuerySet[Edition]:
    later = Version.objects.filter(
        code_list=OuterRef("code_list"), state=VersionState.PUBLISHED, number__gt=OuterRef("number")
    )
    in_force = Version.objects.filter(
        ~Exists(later), code_list__in=_lists(seen_by).filter(code__in=list(lists)), state=VersionState.PUBLISHED
    )
    return Edition.objects.filter(version__in=in_force)


def known_codes(code: str, *, seen_by: Viewer) -> frozenset[str]:
    """Codes in force of a list, for checking input."""
    found = editions(version(code, seen_by=seen_by), seen_by=seen_by)
    return frozenset(found.values_list("code", flat=True))  # type: ignore[misc]  # annotated


def term(code_list: str, code: str, *, seen_by: Viewer) -> Term:
    """A term, also one that no version in force holds any more. Raises Problem not_found."""
    found = (
        Term.objects.filter(code_list__in=_lists(seen_by).filter(code=code_list), code=code)
        .select_related("code_list")
        .first()
    )
    if found is None:
        raise Problem("not_found")
    return found


def editions_of(of: Term, *, seen_by: Viewer) -> QuerySet[Edition]:
    """What each published version says of a term, newest first (`version_label`, `parent_code`)."""
    seen_by.require("codes.view_list")
    return (
        Edition.objects.filter(term=of, version__state=VersionState.PUBLISHED)
        .annotate(version_label=F("version__label"), parent_code=F("parent__code"))
        .order_by("-version__number")
    )


def mappings(of: Term, *, seen_by: Viewer) -> QuerySet[Mapping]:
    """Mappings from and to a term, those in force first."""
    seen_by.require("codes.view_list")
    return (
        Mapping.objects.filter(Q(source=of) | Q(target=of))
        .select_related("source__code_list", "target__code_list")
        .order_by(F("until").asc(nulls_first=True), "since")
    )


def mapped_codes(from_list: str, to_list: str, *, seen_by: Viewer) -> dict[str, set[str]]:
    """For each code of the one list the codes of the other that it is mapped to, in force."""
    seen_by.require("codes.view_list")
    found: dict[str, set[str]] = {}
    pairs = Mapping.objects.filter(source__code_list__code=from_list, target__code_list__code=to_list, until=None)
    for source, target in pairs.values_list("source__code", "target__code"):
        found.setdefault(source, set()).add(target)
    return found


def last_change(*, seen_by: Viewer) -> Any:
    """When a version was last loaded."""
    seen_by.require("codes.view_list")
    return Version.objects.aggregate(at=Max("loaded_at"))["at"]


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """Lists by code or name; terms by code, then by a word of a label in any language."""
    if not seen_by.may("codes.view_list") or not text.strip():
        return []
    text = text.strip()
    language = get_language() or "en"
    hits = [
        SearchHit(
            title=label_in(found.names, language, found.code),
            subtitle=found.code,
            url=_list_url(found.code),
            kind=str(_("Code list")),
        )
        for found in _lists(seen_by)
        .filter(Q(code__istartswith=text) | Q(names__icontains=text))
        .order_by("code")[:_MOST_HITS]
    ]
    hits += [
        SearchHit(
            title=label_in(labels, language, code),
            subtitle=f"{list_code} · {code}",
            url=reverse("codes:term", args=[list_code, code]),
            kind=str(_("Term")),
        )
        for list_code, code, labels in [*_terms_coded(text), *_terms_worded(text, seen_by)]
    ]
    return hits[:_MOST_HITS]


def _terms_coded(text: str) -> QuerySet[Edition, Any]:
    """Terms with this code, also dropped ones, as the newest version that has them says."""
    return (
        Edition.objects.filter(version__state=VersionState.PUBLISHED, term__code__iexact=text)
        .order_by("term__code_list__code", "-version__number")
        .distinct("term__code_list__code")
        .values_list("term__code_list__code", "term__code", "labels")[:_MOST_HITS]
    )


def _terms_worded(text: str, seen_by: Viewer) -> QuerySet[Edition, Any]:
    """Terms in force with this text in a label; labels alone are searched, not the names of their languages."""
    words = Func(F("labels"), template="jsonb_path_query_array(%(expressions)s, '$.*')::text", output_field=TextField())
    return (
        Edition.objects.filter(version__in=lists(seen_by=seen_by).values("version_id"))  # type: ignore[misc]  # annotated
        .exclude(term__code__iexact=text)
        .annotate(words=words)
        .filter(words__icontains=text)
        .order_by("term__code_list__code", "position")
        .values_list("term__code_list__code", "term__code", "labels")[:_MOST_HITS]
    )


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Drafted versions that wait for being published or discarded."""
    if not seen_by.may("codes.change_list"):
        return []
    drafts = (
        Version.objects.filter(state=VersionState.DRAFT).select_related("code_list").order_by("loaded_at")[:_MOST_HITS]
    )
    return [
        Waiting(
            title=_("Version {label} of {code} waits to be published").format(
                label=draft.label, code=draft.code_list.code
            ),
            url=reverse("codes:version", args=[draft.code_list.code, draft.label]),
            count=1,
            since=draft.loaded_at,
        )
        for draft in drafts
    ]


def _list_url(code: str) -> str:
    return reverse("codes:record", args=[code])


def names_of(found: MappingType[str, str], code: str = "") -> str:
    """A text of several languages in the reader's language."""
    return label_in(found, get_language() or "en", code)


def mapping_source(mapping_id: UUID, *, seen_by: Viewer) -> Term:
    """The term a mapping starts at. Raises Problem not_found."""
    seen_by.require("codes.view_list")
    found = Term.objects.filter(mappings_from=mapping_id).select_related("code_list").first()
    if found is None:
        raise Problem("not_found")
    return found
