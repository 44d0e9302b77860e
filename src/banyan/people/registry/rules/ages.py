"""Ages on a day, from birth dates that may be partial, and the age groups that reports use."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from banyan.platform.kernel.dates import Ages, PartialDate

# Lower ends of the age groups of registration reports: 0–4, 5–11, 12–17, 18–59, 60 and older.
GROUPS = (0, 5, 12, 18, 60)
UNKNOWN = "unknown"
ADULT = 18
OLDEST = 130


def ages_on(birth: PartialDate | None, on: date) -> Ages | None:
    """The completed years a person can have on a day; None when nothing is known or the birth lies wholly ahead."""
    if birth is None or birth.earliest > on:
        return None
    return birth.age_on(on)


def group_of(ages: Ages | None) -> str:
    """The age group both ends of the range lie in: "5-11", "60+"; "unknown" when they lie in different ones."""
    if ages is None:
        return UNKNOWN
    youngest, oldest = _group(ages.youngest), _group(ages.oldest)
    return _name(youngest) if youngest == oldest else UNKNOWN


def group_names() -> tuple[str, ...]:
    """The groups in order, the unknown last."""
    return (*(_name(place) for place in range(len(GROUPS))), UNKNOWN)


def birth_of_age(age: int, on: date) -> PartialDate:
    """The birth date that an age in completed years on a day stands for: the year only, marked as estimated.

    Somebody of 30 on 2026-07-01 was born in 1995 or 1996; the likelier year is the one with more of the possible days.
    """
    year = on.year - age
    passed = (on - date(on.year, 1, 1)).days
    return PartialDate(year if passed >= _HALF_A_YEAR else year - 1, estimated=True)


_HALF_A_YEAR = 182


def _group(age: int) -> int:
    return max(place for place, lowest in enumerate(GROUPS) if age >= lowest)


def _name(place: int) -> str:
    return f"{GROUPS[place]}+" if place == len(GROUPS) - 1 else f"{GROUPS[place]}-{GROUPS[place + 1] - 1}"


@dataclass(frozen=True)
class Composition:
    """Who a household consists of on a day: counts by (sex, age group), never stored."""

    size: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    # Members who may be under 18 or of age: their birth date is not known well enough.
    uncertain: int = 0
    surely_children: int = 0
    surely_adults: int = 0

    @property
    def dependency_possible(self) -> bool:
        """Whether the ratio of dependants to adults of working age can be given at all."""
        return self.size > 0 and not self.uncertain

    def of(self, *, sex: str = "", group: str = "") -> int:
        """Members of a sex, an age group, or both."""
        return sum(
            count for (a_sex, a_group), count in self.counts.items() if sex in ("", a_sex) and group in ("", a_group)
        )


def composition(members: Iterable[tuple[str, PartialDate | None]], on: date) -> Composition:
    """Count members, given as (sex, birth date), as they are on a day."""
    counts: dict[tuple[str, str], int] = {}
    size = uncertain = children = adults = 0
    for sex, birth in members:
        ages = ages_on(birth, on)
        key = (sex, group_of(ages))
        counts[key] = counts.get(key, 0) + 1
        size += 1
        if ages is None or (ages.youngest < ADULT <= ages.oldest):
            uncertain += 1
        elif ages.surely_under(ADULT):
            children += 1
        else:
            adults += 1
    return Composition(size, counts, uncertain, children, adults)
