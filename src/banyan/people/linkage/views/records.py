"""The records of a case side by side: columns, rows of fields, what belongs to each, why they look alike."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.people.linkage.models import Zone
from banyan.people.linkage.queries.showing import FieldRow
from banyan.people.linkage.views import showing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.names import likeness

# Shown even when all records agree: nobody compares people without them.
ALWAYS = {"full_name", "name_original", "sex", "birth_date", "place"}
DAYS = {"birth_date", "arrived_on", "registered_on"}
NAMES = {"full_name", "name_original", "given_name", "middle_name", "family_name", "father_name", "mother_name"}
WORDY = NAMES | DAYS | {"address"}
SURVIVOR = "survivor"
# Names of this likeness are taken for one in two households side by side; more than so many records are not gone through.
ALIKE, MOST_HOMES = 0.8, 4
MASK = "•"

_DONE = {
    "propose": gettext_lazy("proposed to make records one"),
    "separate": gettext_lazy("called them different people"),
    "shelve": gettext_lazy("was not sure yet"),
    "reopen": gettext_lazy("opened the case again"),
    "confirm": gettext_lazy("confirmed, and the records became one"),
    "refuse": gettext_lazy("refused the proposal"),
    "undo": gettext_lazy("undid the merge"),
    "lapse": gettext_lazy("closed it: there was nothing left to decide"),
}


def columns(view: Any) -> list[dict[str, Any]]:
    """One column for each record, of a case or looked at without one."""
    across = len({side.person.operation_id for side in view.records}) > 1
    met = _met(view.records)
    return [
        {
            "letter": side.letter,
            "id": side.person.pk,
            "name": side.person.full_name,
            "operation": side.person.operation.name if across else "",
            "reference": side.person.reference,
            "url": reverse("registry:person", args=[side.person.pk]),
            "photo_url": reverse("registry:photo", args=[side.person.pk]) if side.person.photo else "",
            "household": _household(side, met[place]),
            "papers": [*side.documents, *side.phones],
            "place": side.place,
            "events": side.history,
            "since": _since(side.person),
        }
        for place, side in enumerate(view.records)
    ]


def _met(sides: Sequence[Any]) -> list[set[UUID]]:
    """For each record the members of its household of whom somebody alike lives with another of the records."""
    compared = {side.person.pk for side in sides}
    homes = [[mate for mate in side.members if mate.person_id not in compared] for side in sides]
    met: list[set[UUID]] = [{mate.person_id for mate in mates if mate.shared} for mates in homes]
    if len(sides) <= MOST_HOMES:
        for one, other in combinations(range(len(sides)), 2):
            for mate, theirs in product(homes[one], homes[other]):
                if mate.person_id != theirs.person_id and likeness(mate.name, theirs.name) >= ALIKE:
                    met[one].add(mate.person_id)
                    met[other].add(theirs.person_id)
    return met


def _since(person: Any) -> str:
    if not person.registered_on:
        return ""
    return _("registered on %(day)s") % {"day": date_format(person.registered_on, "DATE_FORMAT")}


def _household(side: Any, met: set[UUID]) -> dict[str, Any] | None:
    if side.household is None:
        return None
    return {
        "url": reverse("registry:household", args=[side.household.pk]),
        "reference": side.household.reference,
        "members": [
            {
                "name": mate.name,
                "original": mate.name_original if mate.name_original != mate.name else "",
                "about": ", ".join(str(part) for part in (mate.role, mate.sex, mate.age) if part),
                "shared": mate.person_id in met,
                "here": mate.person_id == side.person.pk,
            }
            for mate in side.members
        ],
    }


def is_masked(view: Any) -> bool:
    """Whether a number of these records is shown as a mask."""
    return any(MASK in str(held.text) for side in view.records for held in (*side.documents, *side.phones))


def in_one_household(view: Any) -> bool:
    """Whether two of the records are members of one household."""
    homes = [side.household.pk for side in view.records if side.household]
    return len(homes) != len(set(homes))


def rows(
    view: Any, ids: Sequence[UUID] | None = None, *, number: str = "", taken: Mapping[str, UUID] | None = None
) -> list[dict[str, Any]]:
    """Rows of fields of all records, or of those of one cluster, whose `number` names what is chosen.

    taken: whose value of a field is kept, once that was chosen: it is marked.
    """
    chosen = [place for place, side in enumerate(view.records) if ids is None or side.person.pk in ids]
    stays = survivors(view, ids)[0]
    found = []
    for field in fields(view):
        values = [_words(field, view.records[place].person, field.values[place]) for place in chosen]
        if not any(values):
            continue
        state = (
            "same" if len(set(values)) == 1 else "missing" if len({each for each in values if each}) == 1 else "differ"
        )
        picked = None
        if field.takeable and state != "same":
            picked = _picked(field, chosen, values, next(n for n in chosen if view.records[n].person.pk == stays))
        if taken is not None and field.key in taken:
            picked = next((place for place in chosen if view.records[place].person.pk == taken[field.key]), picked)
        found.append(
            {
                "key": field.key,
                "label": field.label,
                "state": state,
                "chosen": field.takeable and state != "same",
                "name": f"take.{number}.{field.key}",
                "cells": [
                    {
                        "letter": view.records[place].letter,
                        "id": view.records[place].person.pk,
                        "parts": _parts(field.key, value, values),
                        "picked": place == picked,
                        "note": _("kept") if taken is not None and state != "same" and place == picked else "",
                    }
                    for place, value in zip(chosen, values, strict=True)
                ],
            }
        )
    return found


def fields(view: Any) -> list[Any]:
    """The fields of a case, and the photo where there is one: whose is kept is chosen like everything else."""
    photos = [
        _("photo of %(letter)s") % {"letter": side.letter} if getattr(side.person, "photo", "") else ""
        for side in view.records
    ]
    if not any(photos):
        return list(view.fields)
    return [*view.fields, FieldRow("photo", _("Photo"), photos, "", None, takeable=True)]


def _parts(key: str, value: str, values: Sequence[str]) -> list[tuple[str, bool]]:
    """A value with the words marked that others lack, where single words mean something."""
    if key not in WORDY:
        return [(value, False)] if value else []
    return showing.parts(value, [other for other in values if other != value])


def _words(field: Any, person: Any, value: Any) -> str:
    """A value as people read it; days in the reader's way."""
    if field.key in DAYS:
        day = getattr(person, field.key)
        if isinstance(day, PartialDate):
            return showing.born(day)
        return date_format(day, "DATE_FORMAT") if day else ""
    return str(value or "")


def _picked(field: Any, chosen: Sequence[int], values: Sequence[str], stays: int) -> int:
    """The better filled value: more words, a day known more closely; of two alike that of the record that stays."""

    def filled(place: int, value: str) -> tuple[int, bool, bool]:
        if field.key in DAYS:
            day = str(field.values[place] or "")
            return len(day.rstrip("~")), not day.endswith("~"), place == stays
        return len(value.split()), True, place == stays

    return max(zip(chosen, values, strict=True), key=lambda each: filled(*each))[0]


def survivors(view: Any, ids: Sequence[UUID] | None = None) -> list[UUID]:
    """The records in the order in which they are proposed to stay: whoever was registered first."""
    sides = [side.person for side in view.records if ids is None or side.person.pk in ids]
    last = timezone.localdate()
    return [each.pk for each in sorted(sides, key=lambda each: (each.registered_on or last, each.pk))]


def survivor_row(
    view: Any, ids: Sequence[UUID], number: str, survivor: UUID, *, decided: bool = False
) -> dict[str, Any]:
    """The row that says which record stays, or asks for it."""
    return {
        "key": SURVIVOR,
        "label": _("Record that stays"),
        "state": "asks",
        "chosen": not decided,
        "name": f"survivor.{number}",
        "cells": [
            {
                "letter": side.letter,
                "id": side.person.pk,
                "parts": [(side.person.reference, False), (f" · {_since(side.person)}" if side.person.registered_on else "", False)],
                "picked": side.person.pk == survivor,
                "note": _("stays") if decided and side.person.pk == survivor else "",
            }
            for side in view.records
            if side.person.pk in ids
        ],
    }  # fmt: skip


def folded(found: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows to look at, and those in which all records agree and that nobody misses."""
    open_ = [row for row in found if row["state"] != "same" or row["key"] in ALWAYS]
    return open_, [row for row in found if row["state"] == "same" and row["key"] not in ALWAYS]


def alike_label(count: int) -> str:
    """What the folded part is called."""
    return ngettext("%(n)d more field is the same", "%(n)d more fields are the same", count) % {"n": count}


def pairs(view: Any) -> list[dict[str, Any]]:
    """Why each two of the records look alike, the strongest pair first."""
    return [
        {
            "first": pair.letters[0],
            "second": pair.letters[1],
            "words": showing.out_of_hundred(pair.probability),
            "exact_document": pair.exact_document,
            "noted": pair.noted,
            "reopened": pair.reopened,
            "url": reverse("linkage:model-pair", args=[pair.pk]),
            "lines": [showing.weight_line(line.words, line.weight) for line in pair.lines],
            **showing.zone(pair.zone),
        }
        for pair in sorted(view.pairs, key=lambda each: -each.probability)
    ]


def together(view: Any) -> dict[UUID, str]:
    """Who is put together beforehand in a group: those whom probable pairs or one document number tie, by number."""
    ids = [side.person.pk for side in view.records]
    group = {one: place for place, one in enumerate(ids)}
    for pair in view.pairs:
        if pair.zone == Zone.PROBABLE or pair.exact_document:
            old, new = group[pair.second], group[pair.first]
            group = {one: new if place == old else place for one, place in group.items()}
    numbers: dict[int, str] = {}
    for place in group.values():
        if list(group.values()).count(place) > 1:
            numbers.setdefault(place, str(len(numbers) + 1))
    return {one: numbers.get(place, "") for one, place in group.items()}


def told(view: Any) -> dict[str, Any]:
    """A case in a line."""
    case = view.case
    who = _("with %(name)s") % {"name": case.assignee_label} if case.assignee_label else ""
    open_ = case.state in ("open", "proposed")
    return {
        "reference": case.reference,
        "due": showing.due(case.due_on, timezone.localdate()) if open_ else None,
        "who": who if open_ else "",
        "is_split": case.split,
        "across": case.across,
        **showing.zone(case.zone),
        **showing.state(case.state),
    }


def decision_rows(view: Any) -> list[dict[str, Any]]:
    """What was decided about a case, in words."""
    return [
        {
            "who": each.by_label,
            "what": _DONE.get(each.verb, each.verb),
            "reason": each.reason,
            "at": each.at,
            "until": each.until,
        }
        for each in view.decisions
    ]
