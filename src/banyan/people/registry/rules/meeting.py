"""Which of the people registered with a household are meant by the people of a later submission."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from banyan.platform.kernel.names import likeness, normal_form

# From here on two names of one household are spellings of one name: all words of the shorter but a short one.
ALIKE = 0.75


@dataclass(frozen=True)
class Said:
    """What a submission or the register says of a person, as far as it tells people of one household apart."""

    key: str
    number: str = ""
    name: str = ""
    sex: str = ""
    birth: str = ""


def meet(submitted: Sequence[Said], registered: Sequence[Said]) -> Mapping[str, str]:
    """Submitted key → registered key, each used once; people found by no rule are left out: they are new.

    The surest rule first, for everybody, then the next: the submitter's number; the same name; the same sex and birth
    date if no one else has them; a name much alike with the sex not contradicting.
    """
    found: dict[str, str] = {}
    for rule in (_same_number, _same_name, _same_birth, _alike):
        open_here = [one for one in submitted if one.key not in found]
        open_there = [one for one in registered if one.key not in found.values()]
        for here in open_here:
            fitting = [there for there in open_there if there.key not in found.values() and rule(here, there)]
            # Two people who fit equally well are not told apart by their order.
            rivals = [one for one in open_here if one.key != here.key and fitting and rule(one, fitting[0])]
            if len(fitting) == 1 and not rivals:
                found[here.key] = fitting[0].key
    return found


Rule = Callable[[Said, Said], bool]


def _same_number(here: Said, there: Said) -> bool:
    return bool(here.number) and here.number == there.number


def _same_name(here: Said, there: Said) -> bool:
    return bool(here.name) and normal_form(here.name) == normal_form(there.name)


def _same_birth(here: Said, there: Said) -> bool:
    return bool(here.birth) and (here.birth, here.sex) == (there.birth, there.sex)


def _alike(here: Said, there: Said) -> bool:
    return likeness(here.name, there.name) >= ALIKE and (
        here.sex == there.sex or "unknown" in (here.sex, there.sex) or "" in (here.sex, there.sex)
    )
