"""Households with known flaws registered as any others are, and the truth about them left beside the installation's data."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import F
from PIL import Image

from banyan.people.registry import actions
from banyan.people.registry.demo.flaws import HOUSEHOLD, PHOTO, Planted, Planter, Site
from banyan.people.registry.models import Household, Membership, Person
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel import vault
from banyan.reference.places import queries as places

TRUTH = "demo-quality-truth.csv"
CLOSED_AGO, NOTICED_AGO = 2, 40  # days


@dataclass(frozen=True)
class Flaw:
    """One record that one indicator must find."""

    check: str
    subject: str  # person, former_person, household
    record: UUID
    household: str  # the number of the household


def plant(
    operation: UUID, sites: Sequence[Site], today: date, *, each: int, scope_id: int, by: Viewer, decider: Viewer
) -> list[Flaw]:
    """Register `each` households for every indicator and the sound ones between; returns what must be found, no more.

    by registers and proposes; decider approves, and is somebody else.
    """
    every = list(Planter(sites, today).all(each))
    actions.register_chunk(_chunk(every, picture()), _Batch(operation, scope_id), by=by)
    told = _told(every, operation, by=by)
    for position, (planted, _home, ids) in enumerate(told):
        if planted.later == "close":
            _close(ids[1], today, by=by, decider=decider)
        elif planted.later == "pair":
            other = told[position + 1][2]
            actions.note_pair(
                ids[0], other[0], by=by, reason="The same face", since=today - timedelta(days=NOTICED_AGO)
            )
    return [flaw for entry in told for flaw in _flaws(*entry)]


def _flaws(planted: Planted, home: UUID, ids: Sequence[UUID]) -> Iterable[Flaw]:
    number = planted.home["household.number"]
    for check, found in planted.wrong.items():
        for place in found:
            if place == HOUSEHOLD:
                yield Flaw(check, "household", home, number)
            else:
                yield Flaw(check, "former_person" if planted.later == "close" else "person", ids[place], number)


@dataclass
class _Batch:
    """What registering by set must know of a batch, of one that never was."""

    operation_id: Any
    scope_id: Any
    name: str = "Households with known flaws"
    id: Any = None


@dataclass(frozen=True)
class _Chunk:
    submissions: pl.DataFrame
    households: pl.DataFrame
    people: pl.DataFrame


def _chunk(every: Sequence[Planted], photo: str) -> _Chunk:
    """The households as collection hands over what it accepted; everybody who has a photo has the same."""
    keys = [f"planted {planted.number}" for planted in every]
    homes = [{"submission_id": key, **planted.home} for key, planted in zip(keys, every, strict=True)]
    people = [
        {"submission_id": key, **row, **({"person.photo": photo} if row.get("person.photo") == PHOTO else {})}
        for key, planted in zip(keys, every, strict=True)
        for row in planted.people
    ]
    return _Chunk(
        pl.DataFrame({"submission_id": keys, "outcome": ["new"] * len(keys)}),
        pl.DataFrame(homes, infer_schema_length=None),
        pl.DataFrame(people, infer_schema_length=None),
    )


def _told(every: Sequence[Planted], operation: UUID, *, by: Viewer) -> list[tuple[Planted, UUID, list[UUID]]]:
    """Each planted household with its id and those of its people, in their order: ids ascend as they are given."""
    with viewing(by):
        numbers = [planted.home["household.number"] for planted in every]
        homes = dict(Household.objects.filter(operation=operation, number__in=numbers).values_list("number", "pk"))
        members: dict[UUID, list[UUID]] = {}
        rows = Membership.objects.filter(household__in=homes.values(), until=None).order_by("person")
        for home, person in rows.values_list("household_id", "person_id"):
            members.setdefault(home, []).append(person)
    return [(planted, homes[number], members[homes[number]]) for planted, number in zip(every, numbers, strict=True)]


def picture() -> str:
    """A grey picture of nobody in the vault, for everybody in the demo: ten thousand files would take the time of a start."""
    kept = io.BytesIO()
    Image.new("RGB", (120, 160), (148, 163, 168)).save(kept, "JPEG", quality=60)
    return vault.keep(kept.getvalue(), folder="pictures")


def take_photos(operation: UUID) -> None:
    """A picture of nobody for most of those who are registered; biometrics are forbidden in the demo operation."""
    without = Person.objects.filter(operation=operation, photo="")
    without.update(biometric_status="exempt")
    # The last sign of a reference checks the others: two of thirty-two leave six in a hundred without.
    pictured = without.exclude(reference__endswith="7").exclude(reference__endswith="K")
    pictured.update(photo=picture(), photo_taken_on=F("registered_on"))


def _close(person: UUID, today: date, *, by: Viewer, decider: Viewer) -> None:
    on = (today - timedelta(days=CLOSED_AGO)).isoformat()
    given = {"person": str(person), "status": "closed", "ending": "left", "on": on}
    request = actions.propose_change("close", given, by=by, reason="Left for the town")
    actions.approve_change(request.pk, by=decider)


def sites_of(pcodes: Sequence[str], country: str, *, seen_by: Viewer) -> list[Site]:
    """The places with these P-codes, each with its own position where that is known and lies within its boundary."""
    with viewing(seen_by):
        known = {
            row.pcode: row for row in places.places(seen_by=seen_by).filter(country=country, pcode__in=list(pcodes))
        }
        points = [(row.pk, row.lon, row.lat) for row in known.values() if row.lon is not None and row.lat is not None]
        judged = dict(
            zip((point[0] for point in points), places.inside(points, seen_by=seen_by) if points else [], strict=True)
        )
    return [
        Site(pcode, f"{known[pcode].lat} {known[pcode].lon}" if judged.get(known[pcode].pk) else "")
        for pcode in pcodes
        if pcode in known
    ]


def truth_csv(flaws: Iterable[Flaw]) -> str:
    """What each indicator must find: check, subject, record, household."""
    text = io.StringIO()
    writer: Any = csv.writer(text)
    writer.writerow(["check", "subject", "record", "household"])
    writer.writerows([flaw.check, flaw.subject, flaw.record, flaw.household] for flaw in flaws)
    return text.getvalue()
