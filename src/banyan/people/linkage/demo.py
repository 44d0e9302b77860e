"""What the demo shows of linkage: the register compared, a queue of suspected duplicates, some of them decided, a made-up list.

The people of the demo were registered by the register's own demo, some of them twice and told in demo-truth.csv. Everything here
is done through the actions that anybody takes, by the demo's accounts: so it is loaded after them.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import xlsxwriter
from django.conf import settings

from banyan.people.collection import queries as collected
from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Case
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.registry import queries as registry
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs

NEEDS_ACCOUNTS = True
OPERATION = "MMR"
TRUTH = "demo-truth.csv"
# Who decides, who confirms, and the two who screen: see the accounts of the demo.
DECIDES, CONFIRMS = "registrar@demo.example", "protection@demo.example"
SCREENS, SCREENS_TOO = "screening@demo.example", "screening2@demo.example"
LISTED_MEN, THREE_WORDS = 4, 3  # how many registered men stand on the list, and how long their names are at least
# Nobody of these is anybody: names, years of birth, countries.
LISTED: Final = (
    ("Nobody Ofthisname", "1951", "XKX"), ("Gerundio Sinverbo", "1966-03-02", "ESP"), ("Anon Ymous", "circa 1970", "GBR"),
)  # fmt: skip


def load(progress: Any) -> dict[str, int] | None:
    """Compare the demo's people, decide about some of the cases, screen them; nothing when that was done before."""
    system = system_viewer("demo")
    with viewing(system):
        operation = access.operations(seen_by=system).filter(code=OPERATION).first()
        people = _accounts(system)
        if operation is None or len(people) < 4 or queries.list_versions(seen_by=system).exists():
            return None
    with causing("demo:linkage"):
        actions.start_run(operation.pk, by=system, whole=True)
        run_jobs()
        decided = _decide(operation.pk, people[DECIDES], people[CONFIRMS], system)
        hits = _screen(people[SCREENS], people[SCREENS_TOO])
    with viewing(system):
        counts = queries.counts(operation.pk, seen_by=system)
        pairs = queries.pairs(operation_id=operation.pk, seen_by=system).count()
    return {"pairs": pairs, "cases": counts["open"], "decided": decided, "hits": hits}


def truth_of(operation_id: UUID, *, seen_by: Viewer) -> dict[UUID, str]:
    """Who each registered person of the demo really is, by what the register's demo wrote beside the data; empty without it."""
    file = settings.DATA_FOLDER / TRUTH
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        truth = {(row["submission"], int(row["ordinal"])): row["person"] for row in csv.DictReader(lines)}
    rows: dict[UUID, str] = {}
    for batch in collected.batches(seen_by=seen_by).filter(operation=operation_id).values_list("pk", flat=True):
        uids = dict(collected.submissions(batch, seen_by=seen_by).values_list("pk", "uid"))
        staged = collected.rows(list(uids), seen_by=seen_by).filter(subject="person").order_by("submission", "ordinal")
        place: Counter[UUID] = Counter()
        for row, submission in staged.values_list("pk", "submission_id"):
            rows[row] = truth.get((uids[submission], place[submission]), "")
            place[submission] += 1
    registered = registry.people(seen_by=seen_by).filter(operation=operation_id).values_list("pk", "staged_row")
    return {person: rows[row] for person, row in registered if row is not None and rows.get(row)}


def _accounts(system: Viewer) -> dict[str, Viewer]:
    mails = (DECIDES, CONFIRMS, SCREENS, SCREENS_TOO)
    found = access.accounts(seen_by=system).filter(email__in=mails)
    return {account.email: viewer_of(account) for account in found}


def _decide(operation_id: UUID, decides: Viewer, confirms: Viewer, system: Viewer) -> int:
    """One merged by two people, one that waits for the second, one of different people, one put aside; the others are open."""
    with viewing(system):
        truth = truth_of(operation_id, seen_by=system)
    with viewing(decides):
        cases = list(queries.cases(operation_id=operation_id, seen_by=decides).filter(state="open", size=2)[:400])
        members = _members(cases, decides)
    same = [case for case in cases if len({truth.get(one) for one in members[case.pk]} - {None}) == 1]
    others = [case for case in cases if len({truth.get(one) for one in members[case.pk]} - {None}) == 2]
    steps = 0
    for case, confirmed in zip(same, (True, False), strict=False):
        _merge(case, members[case.pk], decides, confirms if confirmed else None)
        steps += 1
    for case in others[:1]:
        actions.separate(case.pk, reason="Two sisters; I met both of them", by=decides)
        steps += 1
    for case in [*others[1:2], *same[2:3]][:1]:
        actions.shelve(case.pk, reason="The family is away until next month", until=None, by=decides)
        steps += 1
    run_jobs()
    return steps


def _members(cases: Iterable[Case], viewer: Viewer) -> dict[UUID, list[UUID]]:
    found: dict[UUID, set[UUID]] = {case.pk: set() for case in cases}
    rows = queries.pairs(seen_by=viewer).filter(case__in=list(found)).values_list("case_id", "first_id", "second_id")
    for case, first, second in rows:
        found[case] |= {first, second}
    return {case: sorted(people) for case, people in found.items()}


def _merge(case: Case, people: list[UUID], decides: Viewer, confirms: Viewer | None) -> None:
    """The earlier registration stays."""
    cluster = Cluster(ids=tuple(people), survivor=people[0])
    actions.propose_merge(
        case.pk, [cluster], reason="The same face and the same mother; registered at two sites", by=decides
    )
    if confirms is not None:
        actions.confirm_merge(case.pk, by=confirms, note="Asked the family by telephone")


def _screen(one: Viewer, other: Viewer) -> int:
    """A made-up list with the names of registered men on it; one hit is cleared, one waits for a second person."""
    with viewing(one):
        men = registry.people(seen_by=one).filter(operation__code=OPERATION, sex="male", status="active")
        # Names of three words say enough to be hits; ordered by name, so that every demo has the same list.
        told = {
            person.full_name: str(person.birth_date.year)
            for person in men.filter(birth_date__gt="1960", birth_date__lt="2000").order_by("full_name", "reference")[
                :1000
            ]
            if person.birth_date and len(person.full_name.split()) >= THREE_WORDS
        }
        known = list(told.items())[:LISTED_MEN]
    actions.load_list(_workbook(known), "made-up-list.xlsx", by=one)
    run_jobs()
    with viewing(one):
        hits = list(queries.screening_hits(seen_by=one).values_list("pk", flat=True))
    if hits:
        actions.escalate_hit(hits[0], reason="The same name and year; the office of origin is asked", by=one)
    if len(hits) > 1:
        actions.clear_hit(hits[1], reason="Another father and another place of birth", by=other)
    return len(hits)


def _workbook(known: Iterable[tuple[str, str]]) -> bytes:
    rows: list[Mapping[str, str]] = [
        {"name": name, "date of birth": born, "nationality": country, "reference": f"DEMO-{number}"}
        for number, (name, born, country) in enumerate([*LISTED, *((name, born, "MMR") for name, born in known)], 1)
    ]
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Made-up list")
    for column, name in enumerate(("name", "date of birth", "nationality", "reference")):
        sheet.write_string(0, column, name)
        for line, row in enumerate(rows, 1):
            sheet.write_string(line, column, row[name])
    book.close()
    return content.getvalue()
