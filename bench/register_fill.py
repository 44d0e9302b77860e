"""A register of made-up people for benchmarks: the demo's peoples and spellings, written as registering writes them.

No bench of its own. Rows are shaped by the room's own rules (`rules.shaping`) and copied by the owner of the tables past
row-level security and history, which are not what these benches measure.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql

STATES, TOWNSHIPS, VILLAGES = 15, 22, 3
TODAY = date(2026, 11, 22)
# People whose truth is kept, so that they can be asked for in other words.
KEPT = 4_000
_NOTHING = "\x02"


@dataclass(frozen=True)
class Known:
    """What somebody who stands at the counter would say: the name as its parts, sex, year of birth, where they live."""

    id: UUID
    name: Any
    sex: str
    born: date
    pcode: str
    scope_id: int
    household: UUID
    document: str
    phone: str


@dataclass
class Filled:
    """The register that was made: its operation, the scopes of every state, and some of its people."""

    operation: Any
    states: list[frozenset[int]]
    known: list[Known] = field(default_factory=list)
    people: int = 0


def fill(people: int, owner_address: str, *, seed: int = 1, say: Callable[[str], None] = lambda _text: None) -> Filled:
    """Register about this many people in households of five, in a new operation over 330 townships."""
    from banyan.people.registry.demo import naming
    from banyan.people.registry.rules.shaping import Setting, shape
    from banyan.platform.kernel.ids import new_ids

    filled, spots = _country()
    setting = Setting(filled.operation.pk, None, 0, TODAY, spots, new_ids)
    chooser = random.Random(seed)
    codes = list(spots)
    weights = [1 / (rank + 20) for rank in range(len(codes))]
    each = 10_000
    with psycopg.connect(owner_address, autocommit=True) as owner:
        tables = ("household", "person", "membership", "document", "phone", "namekey", "spelling")
        for table in tables:
            owner.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(_table(table)))
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(_table(table)))
        number = 0
        words: set[tuple[int, str]] = set()
        while filled.people < people:
            homes, members, truths = [], [], []
            for place in chooser.choices(codes, weights, k=each):
                number += 1
                key = str(number)
                homes.append((key, f"HH{number}", place))
                _family(key, naming, chooser, members, truths, place)
            rows = shape(
                pl.DataFrame(homes, schema=["submission_id", "household.number", "household.place"], orient="row"),
                pl.DataFrame(members, schema=_MEMBER, orient="row"),
                setting,
            )
            found = rows.searched()
            words.update(found.spelling.rows())
            for table in tables[:-1]:
                _copy(owner, table, found.namekey if table == "namekey" else getattr(rows, table))
            filled.people += rows.person.height
            _keep(filled, rows, truths, chooser, each * 5 / people)
            say(f"{filled.people:,} people")
        _copy(owner, "spelling", pl.DataFrame(sorted(words), schema=["short", "key"], orient="row"))
        for table in tables:
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(_table(table)))
            owner.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(_table(table)))
        say("vacuum")
        for table in tables:
            owner.execute(sql.SQL("VACUUM (ANALYZE, FREEZE) {}").format(_table(table)))
    return filled


_MEMBER = [
    "submission_id", "person.full_name", "person.name_original", "person.sex", "person.birth_date", "person.relationship",
    "person.document.national_id.number", "person.phone",
]  # fmt: skip


def _family(key: str, naming: Any, chooser: random.Random, members: list[Any], truths: list[Any], place: str) -> None:
    """A head, mostly a spouse, and children, as rows of collected people."""
    people = naming.culture(chooser)
    father = naming.draw(people, "male", chooser)
    for position in range(chooser.choices(range(1, 11), (6, 10, 14, 18, 17, 14, 10, 6, 3, 2))[0]):
        sex = "male" if position == 0 else "female" if position == 1 else chooser.choice(("male", "female"))
        name = father if position == 0 else naming.draw(people, sex, chooser, father=father)
        age = chooser.triangular(20, 80, 35) if position < 2 else chooser.uniform(0, 25)
        born = TODAY - timedelta(days=int(age * 365.25))
        document = f"{chooser.randrange(1, 15)}/KMN(N){chooser.randrange(100_000, 999_999)}" if position < 2 else ""
        phone = f"+959{chooser.randrange(250_000_000, 299_999_999)}" if position == 0 else ""
        relation = ("head", "spouse")[position] if position < 2 else "child"
        told = born.isoformat() if chooser.random() < 0.7 else f"{born.year}~"
        members.append((key, name.latin, name.original, sex, told, relation, document, phone))
        truths.append((name, sex, born, place, document, phone))


def _keep(filled: Filled, rows: Any, truths: list[Any], chooser: random.Random, share: float) -> None:
    ids, scopes = rows.person["id"], rows.person["scope_id"]
    households = rows.membership["household_id"]
    for place in chooser.sample(range(len(truths)), min(len(truths), max(1, int(KEPT * share)))):
        name, sex, born, pcode, document, phone = truths[place]
        filled.known.append(
            Known(UUID(ids[place]), name, sex, born, pcode, scopes[place], UUID(households[place]), document, phone)
        )


def _table(name: str) -> sql.Identifier:
    return sql.Identifier(f"registry_{name}")


def _copy(owner: Any, table: str, frame: pl.DataFrame) -> None:
    if not frame.height:
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(_table(table), columns, _NOTHING)
    with owner.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(frame.write_csv(include_header=False, null_value=_NOTHING))


def _country() -> tuple[Filled, dict[str, Any]]:
    from banyan.people.registry.rules.shaping import Spot
    from banyan.platform.access import actions as access
    from banyan.platform.access.queries import operation_scopes
    from banyan.platform.access.viewers import system_viewer, viewing
    from banyan.reference.places.models import Place

    by = system_viewer("bench")
    areas: list[tuple[str, str, str | None, str]] = [("MMR", "Myanmar", None, "MMR")]
    townships = []
    for state in range(1, STATES + 1):
        areas.append((f"MMR{state:03}", f"State {state}", "MMR", "MMR"))
        for township in range(1, TOWNSHIPS + 1):
            areas.append((f"MMR{state:03}{township:03}", f"Township {state}.{township}", f"MMR{state:03}", "MMR"))
            townships.append(areas[-1][0])
    with viewing(by):
        reference = access.register_areas(areas, by=by)
        operation = access.add_operation("MMR", "Myanmar", "MMR", by=by)
        villages = [
            Place(country="MMR", pcode=f"{township}{village:02}", level=4, kind="village", name=f"Village {village}", names={},
                  scope_id=reference[township])
            for township in townships for village in range(1, VILLAGES + 1)
        ]  # fmt: skip
        Place.objects.bulk_create(villages)
        scopes = operation_scopes(operation.pk, seen_by=by)
    spots = {place.pcode: Spot(str(place.pk), scopes[place.scope_id]) for place in villages}
    states = [
        frozenset(scopes[reference[key]] for key, *_rest in areas if key.startswith(f"MMR{state:03}"))
        for state in range(1, STATES + 1)
    ]
    return Filled(operation, states), spots
