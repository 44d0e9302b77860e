"""The model that weighs pairs, as one JSON document: Splink's settings, and what relatives have in common."""

from dataclasses import asdict, dataclass, replace
from functools import cache
from json import loads
from math import log2
from pathlib import Path
from typing import Any

# Of registrations too many, how many stand in the same household as the first.
_INSIDE = 0.05
FIRST = Path(__file__).with_name("first_model.json")


@dataclass(frozen=True)
class Model:
    """What was learnt. Weights are logarithms to base 2: one more doubles the odds that two records are one person.

    relatives: by comparison, how often two people of one household reach each level, level 0 first.
    duplicates: registrations too many, per person. companions: relatives of a person who are registered, on average.
    frequencies: shares of the commonest values of columns, for records that are compared without the whole register.
    """

    settings: dict[str, Any]
    relatives: dict[str, list[float]]
    duplicates: float
    companions: float
    frequencies: dict[str, dict[str, float]]
    review: float
    probable: float
    seed: int
    format: int

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Model":
        """From what is kept."""
        return cls(**data)

    def with_thresholds(self, *, review: float, probable: float) -> "Model":
        """The same with other thresholds."""
        return replace(self, review=review, probable=probable)

    def prior(self, population: int) -> float:
        """How likely two people drawn from this many are one, before anything is compared."""
        return min(0.5, 2 * self.duplicates / max(population, 2))

    def relative_prior(self, *, together: bool) -> float:
        """The odds of one person against close relatives, before anything is compared, as a weight.

        Of relatives each is beside the other in one household; in two households they stand where one of them was
        registered again. Who was registered again stands mostly in another household.
        """
        if together:
            return log2(self.duplicates * _INSIDE / self.companions)
        return log2((1 - _INSIDE) / (2 * self.companions))

    def settings_for(self, population: int) -> dict[str, Any]:
        """Splink's settings for so many people."""
        return self.settings | {"probability_two_random_records_match": self.prior(population)}


@cache
def first_model() -> Model:
    """The model that comes with the code, learnt from made-up people: see bench/linkage_first_model.py."""
    return Model.from_json(loads(FIRST.read_text(encoding="utf-8")))


def comparisons(model: Model) -> list[str]:
    """Names of comparisons in their order."""
    return [each["output_column_name"] for each in model.settings["comparisons"]]


def level_names(model: Model) -> dict[str, list[str]]:
    """By comparison the names of its levels, level 0 first."""
    return {
        each["output_column_name"]: [level["label_for_charts"] for level in reversed(_levels(each))]
        for each in model.settings["comparisons"]
    }


def chances(model: Model) -> dict[str, list[tuple[float, float]]]:
    """By comparison m and u of its levels, level 0 first."""
    return {
        each["output_column_name"]: [
            (level["m_probability"], level["u_probability"]) for level in reversed(_levels(each))
        ]
        for each in model.settings["comparisons"]
    }


def weights(model: Model) -> dict[str, list[float]]:
    """By comparison the weight of each level, level 0 first; names are weighed further by how common they are."""
    return {name: [log2(m / u) for m, u in levels] for name, levels in chances(model).items()}


def relative_weights(model: Model) -> dict[str, list[float]]:
    """By comparison how each level speaks for one person against a close relative."""
    known = chances(model)
    return {
        name: [log2(known[name][level][0] / share) for level, share in enumerate(shares)]
        for name, shares in model.relatives.items()
    }


def zone(weight: float, model: Model) -> str:
    """unlikely, possible or probable. Nothing is merged in any of them by a machine."""
    return "probable" if weight >= model.probable else "possible" if weight >= model.review else "unlikely"


def _levels(comparison: dict[str, Any]) -> list[dict[str, Any]]:
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
