"""Registering people and households: sets of accepted submissions, and single ones by hand through the same door."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

import polars as pl
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry.actions.writing import insert_frame
from banyan.people.registry.facts import HouseholdRegistered
from banyan.people.registry.rules import marks, shaping
from banyan.people.registry.rules.shaping import Setting, Spot
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scopes, operations
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_ids
from banyan.platform.kernel.problems import Problem, raise_all
from banyan.reference.codes import queries as codes
from banyan.reference.places import queries as places

REGISTER = "registry.register_person"
WRITE = "registry.change_person"


class AcceptedBatch(Protocol):
    """What registering must know of a batch (collection's Batch has it)."""

    id: Any  # a UUID; Django's fields say so only to its plugin
    operation_id: Any
    scope_id: Any


class AcceptedChunk(Protocol):
    """Accepted submissions with their rows, as collection.queries.accepted_chunk gives them."""

    @property
    def submissions(self) -> pl.DataFrame:
        """submission_id, outcome, earlier_id."""
        ...

    @property
    def households(self) -> pl.DataFrame:
        """submission_id and fields of households."""
        ...

    @property
    def people(self) -> pl.DataFrame:
        """submission_id, staged_row_id and fields of people."""
        ...


@dataclass(frozen=True)
class Registered:
    """How many were registered, and the submissions they came with."""

    households: int = 0
    people: int = 0
    submissions: tuple[str, ...] = ()

    def __add__(self, other: "Registered") -> "Registered":
        return Registered(
            self.households + other.households, self.people + other.people, self.submissions + other.submissions
        )


@action(REGISTER)
def register_chunk(chunk: AcceptedChunk, batch: AcceptedBatch, *, by: Viewer) -> Registered:
    """Register the new submissions of a chunk with everything that belongs to them; others are left alone.

    The number of statements does not depend on the number of people. Raises Problem registry.place_out_of_reach when
    somebody lives where `by` may not write, and every fault of the rows at once: a checked batch has none.
    """
    new = chunk.submissions.filter(pl.col("outcome") == "new").select("submission_id", _arrived(chunk.submissions))
    if not new.height:
        return Registered()
    households = chunk.households.join(new, on="submission_id", how="semi", maintain_order="left")
    people = chunk.people.join(new, on="submission_id", how="inner", maintain_order="left")
    setting = setting_of(batch.operation_id, households, people, by=by, batch_id=batch.id, scope_id=batch.scope_id)
    setting = replace(setting, source=getattr(batch, "name", ""))
    rows = _written(households, people, setting, by=by)
    return Registered(rows.household.height, rows.person.height, tuple(new["submission_id"]))


@action(REGISTER)
def register_household(
    operation_id: UUID,
    household: Mapping[str, str],
    people: Collection[Mapping[str, str]],
    *,
    by: Viewer,
    scope_id: int,
) -> tuple[UUID, list[UUID]]:
    """Register a household by hand: values by field of the register ("person.full_name"), as collection writes them clean.

    scope_id: the area of the operation that a household without a place belongs to. Returns the ids of the household and
    of its people, in their order. Raises every fault at once; announces HouseholdRegistered.
    """
    key = "by hand"
    home = pl.DataFrame([{"submission_id": key, **household}])
    members = pl.DataFrame(
        [{"submission_id": key, **member} for member in people], infer_schema_length=None
    ) if people else pl.DataFrame(schema={"submission_id": pl.String})  # fmt: skip
    setting = setting_of(operation_id, home, members, by=by, batch_id=None, scope_id=scope_id)
    rows = _written(home, members, setting, by=by)
    found = UUID(rows.household["id"][0])
    announce(HouseholdRegistered(household_id=found, operation_id=operation_id), by=by)
    quality.moved("household", [found], by=by)
    return found, [UUID(one) for one in rows.person["id"]]


def _arrived(submissions: pl.DataFrame) -> pl.Expr:
    """The day on which a device sent, or a server got, each submission."""
    if "submitted_at" not in submissions.columns:
        return pl.lit(None, pl.String).alias("entered_on")
    return pl.col("submitted_at").cast(pl.String).str.slice(0, 10).alias("entered_on")


def setting_of(
    operation_id: UUID, households: pl.DataFrame, people: pl.DataFrame, *, by: Viewer, batch_id: UUID | None, scope_id: int
) -> Setting:  # fmt: skip
    """What registering must know beside the rows; a constant number of queries. Raises Problem registry.operation_unknown."""
    operation = operations(seen_by=by).filter(pk=operation_id).first()
    if operation is None:
        raise Problem("registry.operation_unknown")
    wanted = shaping.place_codes(households, people)
    scopes = operation_scopes(operation_id, seen_by=by)
    # Reference data is seen whole: a place where `by` may not register is out of reach, not unknown.
    with viewing(system_viewer("registry")) as reader:
        found = places.coded(wanted, operation.country, seen_by=reader) if wanted else {}
        sensitive = sensitive_needs(seen_by=reader)
        listed = codes_in_force(marks.codes_used(people), seen_by=reader)
    return Setting(
        operation_id=operation_id,
        batch_id=batch_id,
        scope_id=scope_id,
        today=timezone.localdate(),
        spots={
            code: Spot(str(place.id), scopes.get(place.scope_id, scopes.get(0, scope_id)))
            for code in wanted
            if (place := found.get(code.strip().upper()))
        },
        fresh_ids=new_ids,
        sensitive=sensitive,
        codes=listed,
    )


def sensitive_needs(*, seen_by: Viewer) -> frozenset[str]:
    """Codes of needs that are shown only to who may see sensitive values; none while the list is not loaded."""
    try:
        version = codes.version("specific-needs", seen_by=seen_by)
    except Problem:
        return frozenset()
    return frozenset(row.code for row in codes.rows(version, seen_by=seen_by) if row.attributes.get("sensitive"))


def codes_in_force(used: Mapping[str, Collection[str]], *, seen_by: Viewer) -> dict[str, frozenset[str]]:
    """{list: those of the codes used that are in force}; a list that is not loaded is left out. One query, seldom more."""
    if not used:
        return {}
    found = codes.labels(list(used), seen_by=seen_by, codes=sorted(set().union(*used.values())))
    return {code_list: frozenset(words) for code_list, words in found.items() if words or _loaded(code_list, seen_by)}


def _loaded(code_list: str, viewer: Viewer) -> bool:
    try:
        return codes.version(code_list, seen_by=viewer) is not None
    except Problem:
        return False


def positions_judged(households: pl.DataFrame) -> pl.Series:
    """Whether each household's position lies in its place: null where one of them, or a boundary, is not known.

    households: place_id, lat and lon as text. Nothing is read unless somebody has a position.
    """
    known = pl.all_horizontal(pl.col("place_id", "lat", "lon").is_not_null())
    having = households.with_row_index().filter(known)
    judged: list[bool | None] = [None] * households.height
    if having.height:
        points = [
            (UUID(place), float(lon), float(lat))
            for place, lon, lat in having.select("place_id", "lon", "lat").iter_rows()
        ]
        with viewing(system_viewer("registry")) as reader:
            for index, inside in zip(having["index"], places.inside(points, seen_by=reader), strict=True):
                judged[index] = inside
    return pl.Series("located", judged, dtype=pl.Boolean)


def _written(households: pl.DataFrame, people: pl.DataFrame, setting: Setting, *, by: Viewer) -> shaping.Rows:
    """Shape, check and insert. Row-level security would refuse what lies out of reach; the Problem says where it lies."""
    raise_all(
        Problem(f"registry.{fault.code}", **fault.parameters) for fault in shaping.faults(households, people, setting)
    )
    rows = shaping.shape(households, people, setting)
    rows = replace(rows, household=rows.household.with_columns(positions_judged(rows.household)))
    reach = by.reach(WRITE)
    outside = {scope for scope in rows.scopes() if scope not in reach}
    if outside:
        names = sorted(code for code, spot in setting.spots.items() if spot.scope_id in outside)
        count = rows.person["scope_id"].is_in(list(outside)).sum()
        raise Problem("registry.place_out_of_reach", count=count, places=", ".join(names[:5]) or "–")
    with ThreadPoolExecutor(max_workers=1) as aside:
        made = aside.submit(rows.searched)
        for table, frame in rows.tables().items():
            insert_frame(table, frame)
        found = made.result()
        insert_frame("registry_namekey", found.namekey)
    # The last statement, since whoever registers a word for the first time waits for others who do the same.
    insert_frame("registry_spelling", found.spelling, but_known=True)
    return rows
