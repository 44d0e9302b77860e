"""Pure rules of designing and enrolling."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.programmes.rules.designing import CODES, NAMES, RULINGS, overlapping, stricter
from banyan.aid.programmes.rules.enrolling import crowded
from banyan.aid.programmes.states import (
    APPEAL,
    CYCLE,
    ENROLMENT,
    ENTITLEMENT,
    OPEN_ENROLMENT,
    PACKAGE,
    PROGRAMME,
    TARGETING,
)

DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 1))
SPANS = st.tuples(DAYS, st.none() | st.integers(0, 40)).map(
    lambda said: (said[0], None if said[1] is None else said[0] + timedelta(said[1]))
)
END = date(2030, 1, 1)


@given(SPANS, st.lists(SPANS, max_size=4))
def test_spans_overlap_when_they_share_a_day(
    one: tuple[date, date | None], others: list[tuple[date, date | None]]
) -> None:
    def days(span: tuple[date, date | None]) -> range:
        return range(span[0].toordinal(), (span[1] or END).toordinal() + 1)

    named = [(str(place), *span) for place, span in enumerate(others)]
    sharing = [name for name, *span in named if set(days(one)) & set(days((span[0], span[1])))]
    assert overlapping(*one, named) == (sharing[0] if sharing else None)


@given(st.sampled_from(RULINGS), st.sampled_from(RULINGS))
def test_what_either_forbids_is_forbidden(one: str, other: str) -> None:
    ruled = stricter(one, other)
    assert ruled == stricter(other, one)
    assert ruled in (one, other)
    assert (ruled == "forbid") == ("forbid" in (one, other))


def test_codes_have_a_shape() -> None:
    assert all(CODES[2].fullmatch(code) for code in ("CASH-2026", "a", "UNHCR/12.b"))
    assert not any(CODES[2].fullmatch(code) for code in ("", "1a", "a b", "é", "a" * 41, "a\n"))
    assert NAMES[2].fullmatch("food_basket")
    assert not NAMES[2].fullmatch("Food")


def test_quotas_leave_room_or_not() -> None:
    near, rooms = {"village": "state", "camp": "camp"}, {"state": 1, "camp": 0}
    assert not crowded(["village"], near, {})
    assert not crowded(["village"], near, rooms)
    assert crowded(["village", "village"], near, rooms)
    assert crowded(["camp"], near, rooms)
    assert crowded(["elsewhere"], near, rooms)
    assert crowded([None], near, rooms)


def test_every_lifecycle_begins_open_and_ends_for_good() -> None:
    for table, first, last in (
        (PROGRAMME, "draft", {"closed"}), (CYCLE, "draft", {"closed"}), (PACKAGE, "draft", {"retired"}),
        (TARGETING, "draft", {"retired"}), (ENROLMENT, "waiting", {"graduated", "exited"}), (APPEAL, "open", {"upheld", "refused"}),
        (ENTITLEMENT, "simulated", {"amended"}),
    ):  # fmt: skip
        assert table.verbs(first)
        assert {state for state in table.labels if not table.verbs(state)} == last
    assert all(ENROLMENT.verbs(state) for state in OPEN_ENROLMENT)
