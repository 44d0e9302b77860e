"""A registered and a listed person side by side: one row for each comparison, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from banyan.people.linkage.rules.screening.entries import Party
from banyan.people.linkage.rules.screening.judging import documents_of
from banyan.people.linkage.views.screening import wording
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer


def listed_rows(party: Any, *, seen_by: Viewer) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What a list says of somebody: label and its values, each with a word about it."""
    told = Party.from_dict(party.key, party.compared)
    words = registry.labels(["sex", "iso-3166-1"], seen_by=seen_by)
    return [
        (wording.KINDS["name"], [(name.text, wording.QUALITIES[name.quality]) for name in told.names]),
        (
            wording.KINDS["birth"],
            [(str(birth), _("estimated") if birth.kind == "approximate" else "") for birth in told.births],
        ),
        (wording.KINDS["sex"], [(words.of("sex", told.sex), "")] if told.sex != "unknown" else []),
        (wording.KINDS["nationality"], [(words.of("iso-3166-1", code), "") for code in told.nationalities]),
        (
            wording.KINDS["document"],
            [(f"{each.kind} {each.number}".strip(), words.of("iso-3166-1", each.country)) for each in told.documents],
        ),
    ]


def sides(hit: Any, record: Any, *, seen_by: Viewer) -> list[dict[str, Any]]:
    """The comparisons of a hit: what the register says, what the list says, how that agrees."""
    listed = dict(listed_rows(hit.party, seen_by=seen_by))
    judged = {each["kind"]: each for each in wording.reasons(hit.reasons)}
    own = _own(hit, record)
    return [
        {
            "label": label,
            "own": own[kind],
            "listed": listed[label],
            "words": judged[kind]["words"] if kind in judged else "",
            "bits": judged[kind]["bits"] if kind in judged else None,
        }
        for kind, label in wording.KINDS.items()
    ]


def _own(hit: Any, record: Any) -> dict[str, list[str]]:
    person = record.person
    parts = " ".join(filter(None, (person.given_name, person.middle_name, person.family_name)))
    nations = (record.labels.of("iso-3166-1", code) for code in (person.nationality, person.origin_country))
    return {
        "name": _once(person.full_name, person.name_original, parts),
        "birth": _once(_birth(person.birth_date)),
        "sex": _once(record.labels.of("sex", person.sex) if person.sex != "unknown" else ""),
        "nationality": _once(*nations),
        "document": _once(_documents(hit, record.documents)),
    }


def _birth(born: Any) -> str:
    if born is None:
        return ""
    text = date_format(born.earliest) if born.known_to == "day" else str(born).rstrip("~")
    return _("%(date)s, estimated") % {"date": text} if born.estimated else text


def _documents(hit: Any, documents: Iterable[Any]) -> str:
    """How many there are, and whether one has a number of the list: no number is shown that is not on the list anyway."""
    keys = [document.number_key for document in documents]
    if not keys:
        return ""
    same = documents_of(keys, Party.from_dict(hit.key, hit.party.compared)) == "same"
    return _("one with the same number") if same else _("%(count)s with other numbers") % {"count": len(keys)}


def _once(*texts: str) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
