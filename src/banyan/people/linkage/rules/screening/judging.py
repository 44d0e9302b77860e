"""What a likeness between a registered person and a listed one is worth, and in which zone it comes to be looked at.

The idea is that of the model which compares registrations (Fellegi and Sunter): each agreement adds bits, each conflict takes
some away, rare words of names say more than common ones. The weights are set, not trained: nobody has labelled hits to
train on. A name alone must be able to reach the list of hits, because many entries hold nothing but a name; such hits
stand in a zone of their own, below those that a date of birth supports.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Literal

from banyan.people.linkage.rules.screening.births import Level, compare_births
from banyan.people.linkage.rules.screening.entries import SHORTEST_NUMBER, ListedName, Party
from banyan.people.linkage.rules.screening.words import NameFit, compare_names
from banyan.platform.kernel.names import Word, chains

Zone = Literal["document", "strong", "possible", "name_only"]
ZONES: tuple[Zone, ...] = ("document", "strong", "possible", "name_only")
"""From the one to look at first."""

POSSIBLE, STRONG = 12.0, 18.0
# A name found within a longer one, with nothing else to go by, has to say this much.
CONTAINED = 14.0
BIRTH: dict[Level, float] = {
    "same_day": 8.0, "swapped": 4.0, "agrees": 3.5, "near": 1.5, "off": -4.0, "apart": -12.0, "unknown": 0.0,
}  # fmt: skip
SEX = {"same": 0.5, "differs": -5.0, "unknown": 0.0}
NATIONALITY = {"same": 1.0, "differs": -0.5, "unknown": 0.0}
DOCUMENT = {"same": 15.0, "none": 0.0}
LEFT_LISTED, LEFT_OWN = -2.5, -1.0
LOW_QUALITY = -3.0
# A word that one in 4,096 bears, or fewer, says twelve bits; one that everybody bears says two all the same.
MOST_BITS, LEAST_BITS = 12.0, 2.0
_SURE = 0.75
# Pairs of names that are remembered with how they fit.
MOST_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A registered person as the screening looks at them. documents: "type:number"; nationalities in three letters."""

    names: tuple[str, ...]
    sex: str = "unknown"
    birth: str | None = None
    nationalities: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: which, how it came out, and what it adds or takes away."""

    kind: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed person who may be the registered one: how sure, in which zone, by which names, and why."""

    zone: Zone
    weight: float
    listed_name: str
    own_name: str
    reasons: tuple[Reason, ...]


class Judge:
    """Judges pairs of a registered and a listed person.

    shares: how many of all people bear a key of names, from 0 to 1; keys not named are rare.
    """

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._bits = {key: max(LEAST_BITS, min(MOST_BITS, -log2(share))) for key, share in shares.items() if share > 0}
        self._fits: dict[tuple[str, str], NameFit] = {}

    def judge(self, own: Subject, listed: Party, names: Collection[ListedName] | None = None) -> Hit | None:
        """The hit of a pair; None when it is not worth a person's time. names: which of the listed names to compare."""
        birth = compare_births(own.birth, listed.births)
        document = documents_of(own.documents, listed)
        if birth == "apart" and document == "none":
            return None  # no name makes up for it
        # In the order of the list, so that of two names that fit alike the same one is shown every time.
        chosen = [name for name in listed.names if names is None or name in names]
        named = self._best_name(own.names, chosen)
        reasons = [
            Reason("birth", birth, BIRTH[birth]),
            _reason("sex", sex_of(own.sex, listed.sex), SEX),
            _reason("nationality", nationality_of(own.nationalities, listed.nationalities), NATIONALITY),
        ]
        if document != "none":
            reasons.insert(0, _reason("document", document, DOCUMENT))
        found, listed_name, own_name, bits = named or (None, None, "", 0.0)
        level = "different" if found is None else name_level(found)
        reasons.insert(0, Reason("name", level, round(bits, 1)))
        weight = round(sum(reason.bits for reason in reasons), 1)
        zone = zone_of(weight, bits, found, listed_name, birth=birth, document=document)
        if zone is None:
            return None
        shown = listed_name.text if listed_name else listed.name
        return Hit(zone, weight, shown, own_name or own.names[0], tuple(reasons))

    def _best_name(
        self, own: Sequence[str], listed: Collection[ListedName]
    ) -> tuple[NameFit, ListedName, str, float] | None:
        best = None
        for name in listed:
            for written in own:
                fit = self._fit(name.text, written)
                if not fit.met:
                    continue
                bits = name_bits(fit, name)
                rank = (fit.whole, bits)
                if best is None or rank > best[0]:
                    best = (rank, (fit, name, written, bits))
        return best[1] if best else None

    def _fit(self, listed: str, own: str) -> NameFit:
        known = self._fits.get((listed, own))
        if known is None:
            fits = [compare_names(one, other, self._say) for one in chains(listed) for other in chains(own)]
            known = max(fits, key=lambda fit: (fit.whole, fit.bits), default=NameFit(0.0, 0.0, 0, 0, 0))
            if len(self._fits) < MOST_KEPT:
                self._fits[listed, own] = known
        return known

    def _say(self, one: Word, other: Word) -> float:
        """The commoner of the keys counts: who is called like half of a country is called like nobody."""
        return min((self._bits.get(key, MOST_BITS) for key in (*one.keys, *other.keys)), default=LEAST_BITS)


def name_bits(fit: NameFit, name: ListedName) -> float:
    """What a name says: its words that met, less those left over."""
    low = LOW_QUALITY if name.quality == "low" else 0.0
    return fit.bits + LEFT_LISTED * fit.left_listed + LEFT_OWN * fit.left_own + low


def name_level(fit: NameFit) -> str:
    """How two names agree, as a word."""
    if fit.run_together:
        return "run_together"
    if fit.whole:
        spelt = "same" if fit.alike == 1 else "alike"
        return spelt if fit.ordered else f"{spelt}_turned"
    return "contained" if fit.contained else "mostly" if fit.mostly else "partly"


def zone_of(
    weight: float, bits: float, fit: NameFit | None, name: ListedName | None, *, birth: Level, document: str
) -> Zone | None:
    """In which zone a pair is looked at; None for none.

    A document's number brings a pair whatever the rest says. One word that agrees is a name only where it is the whole name
    of both, or where the day of birth agrees.
    """
    if document == "same":
        return "document"
    if fit is None or name is None:
        return None
    if fit.met < 2 and not fit.run_together and not (fit.whole or (fit.contained and birth == "same_day")):
        return None
    if birth == "unknown":
        sure = fit.whole and fit.alike >= _SURE
        if name.quality == "low":
            return "name_only" if sure and fit.met > 1 else None
        return "name_only" if sure or ((fit.contained or fit.mostly) and bits >= CONTAINED) else None
    if weight >= STRONG and BIRTH[birth] > 0:
        return "strong"
    return "possible" if weight >= POSSIBLE else None


def sex_of(own: str, listed: str) -> str:
    """Whether the sexes agree; what is not written on both sides says nothing."""
    if own not in ("female", "male") or listed not in ("female", "male"):
        return "unknown"
    return "same" if own == listed else "differs"


def nationality_of(own: Collection[str], listed: Collection[str]) -> str:
    """Whether one country is named on both sides. People flee and change papers: a difference says little."""
    if not own or not listed:
        return "unknown"
    return "same" if set(own) & set(listed) else "differs"


def documents_of(own: Collection[str], listed: Party) -> str:
    """Whether a number is the same. "12" stands on many papers: short numbers say nothing."""
    keys = {written.rpartition(":")[2] for written in own}
    return "same" if any(len(each.key) >= SHORTEST_NUMBER and each.key in keys for each in listed.documents) else "none"


def _reason(kind: str, level: str, weights: Mapping[str, float]) -> Reason:
    return Reason(kind, level, weights[level])
