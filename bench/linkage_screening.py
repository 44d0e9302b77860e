"""A million registered people against sanctions lists: seconds until everybody is compared, through PostgreSQL.

The register is filled with made-up people; the list of the United Nations is loaded when it is at hand, and beside it one of made-up
people, of whom every second is registered under a name with a slip of the finger. One pass over everybody, as after a list is loaded, is
timed; then the pass of a night in which nobody changed. Goals: a million in half an hour, and 85 of 100 of those with a slip are found.
"""

import os
import random
import time
from pathlib import Path
from typing import Any

DATABASE = True
GOAL_MINUTES = 30.0
LISTED = 400
LEAST_FOUND = 0.85
UNITED_NATIONS = Path(__file__).resolve().parents[2] / "shared" / "data" / "sanctions" / "UN_consolidated.xml"


def main(people: int | None = None) -> dict[str, Any]:
    """Run the benchmark; people by default one million, or BANYAN_BENCH_ROWS."""
    from register_fill import fill

    from banyan.config.benching import progress

    people = people or int(os.environ.get("BANYAN_BENCH_ROWS", "1000000"))
    return measure(fill(people, os.environ["BANYAN_DATABASE_OWNER"], say=progress))


def measure(filled: Any) -> dict[str, Any]:
    """Load the lists into a filled register and compare everybody."""
    import resource

    from banyan.config.benching import progress
    from banyan.people.linkage import actions
    from banyan.people.linkage.models import RunReason, ScreeningHit
    from banyan.platform.access.viewers import system_viewer, viewing

    by = system_viewer("bench")
    listed, planted = _made_up(filled)
    with viewing(by):
        if UNITED_NATIONS.is_file():
            actions.load_list(UNITED_NATIONS.read_bytes(), UNITED_NATIONS.name, by=by)
        actions.load_list(listed, "made-up.xlsx", by=by)
    passes = []
    for reason in (RunReason.LIST, RunReason.NIGHT):
        progress(f"comparing: {reason.label}")
        start, busy = time.perf_counter(), time.process_time()
        with viewing(by):
            begun = actions.begin_screening(reason, by=by)
            run = actions.screen_register(begun.pk, by=by)
        passes.append((time.perf_counter() - start, time.process_time() - busy, run.counts))
    (whole, busy, counts), (night, _busy, again) = passes
    with viewing(by):
        hit = {str(one) for one in ScreeningHit.objects.values_list("person_id", flat=True)}
    found = len(planted & hit) / len(planted)
    goal = GOAL_MINUTES * 60 * counts["people"] / 1_000_000
    return {
        "figure": round(whole, 1),
        "unit": "s to compare everybody with the lists",
        "goal": round(goal, 1),
        "ratio": round(whole / goal, 2),
        "against": f"the goal of {GOAL_MINUTES:.0f} minutes for a million people",
        "passed": whole <= goal and found >= LEAST_FOUND,
        "processor_s": round(busy, 1),
        "night_s": round(night, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "found": round(found, 3),
        "hits": counts["hits"],
        "left_out": counts["left_out"],
        "conditions": {
            "people": counts["people"], "entries": counts["entries"], "pairs": counts["pairs"], "compared_at_night": again["compared"],
            "united_nations": UNITED_NATIONS.is_file(),
        },
    }  # fmt: skip


def _made_up(filled: Any) -> tuple[bytes, set[str]]:
    """A list of our own as a workbook, with the ids of the registered people who stand on it."""
    from io import BytesIO

    from openpyxl import Workbook

    from banyan.people.registry.demo import naming
    from banyan.people.registry.demo.naming import slipped

    chooser = random.Random(5)
    known = chooser.sample(filled.known, min(LISTED // 2, len(filled.known)))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "date of birth", "sex", "reference"])
    for number, one in enumerate(known):
        sheet.append([slipped(one.name.latin, chooser), one.born.isoformat(), one.sex, f"R{number}"])
    for number in range(LISTED - len(known)):
        sex = chooser.choice(("male", "female"))
        name = naming.draw(naming.culture(chooser), sex, chooser)
        sheet.append([name.latin, f"{chooser.randrange(1940, 2000)}-05-05", sex, f"S{number}"])
    written = BytesIO()
    book.save(written)
    return written.getvalue(), {str(one.id) for one in known}
