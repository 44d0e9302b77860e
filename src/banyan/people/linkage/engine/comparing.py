"""What two records are compared by, as SQL of DuckDB: each comparison with its levels, the strongest agreement first.

Only columns of `rules.features` are read, and nothing is counted twice: who lives with whom, who shares a telephone and who
lives in one village is one comparison (`ties`), because all three are so for every family; a father counts by the words that
the name itself does not hold. What relatives have in common is set against them by `contest`.
"""

from dataclasses import dataclass
from typing import Any

_SHARED = "array_length(array_intersect({0}_l, {0}_r))"
_SHORTER = "least(array_length({0}_l), array_length({0}_r))"
# How like its likest counterpart each word of the shorter name is. Arabic letters leave vowels out: beside another script
# only what is heard can be compared.
_HEARD = "(script_l = 'arabic') <> (script_r = 'arabic')"
_WORDS = "(CASE WHEN " + _HEARD + " THEN sounds_{0} ELSE words_{0} END)"
_BEST = "list_transform({0}, lambda x: list_max(list_transform({1}, lambda y: jaro_winkler_similarity(x, y))))"
_L, _R = _WORDS.format("l"), _WORDS.format("r")
_LIKE = f"CASE WHEN array_length(words_l) <= array_length(words_r) THEN {_BEST.format(_L, _R)} ELSE {_BEST.format(_R, _L)} END"
# One slip in a name in its own script; short ones would become another name by it.
_SLIP = "length(original_l) > 5 AND damerau_levenshtein(original_l, original_r) <= 1"
# The whole name in a row, of six letters or more: short words bear no slip of their own (Paw, aPw), and vowels that are
# written for one another change most of them (Ri, Ree).
_ROW = "least(length(chain_l), length(chain_r))"
_SLIPS = "damerau_levenshtein(chain_l, chain_r)"
_YEARS = (
    "greatest(birth_lo_l - birth_hi_r, birth_lo_r - birth_hi_l)"  # days between the spans; below nothing when they meet
)
_KNOWN = "born_l IS NOT NULL AND born_r IS NOT NULL"


@dataclass(frozen=True)
class Comparison:
    """One comparison: what makes it unknown, and its levels by name, the strongest first; the last takes the rest."""

    name: str
    unknown: str
    levels: tuple[tuple[str, str], ...]
    rest: str
    frequency: dict[str, str]  # level -> column whose frequency adjusts its weight

    @property
    def names(self) -> list[str]:
        """Names of levels by their number: 0 is the rest."""
        return [self.rest, *(name for name, _sql in reversed(self.levels))]


def _one(
    name: str, unknown: str, *levels: tuple[str, str], rest: str, frequency: dict[str, str] | None = None
) -> Comparison:
    return Comparison(name, unknown, levels, rest, frequency or {})


def _lists(name: str, column: str) -> Comparison:
    """Words of a parent's name that the own name does not hold."""
    shared, shorter = _SHARED.format(column), _SHORTER.format(column)
    return _one(
        name, f"array_length({column}_l) = 0 OR array_length({column}_r) = 0",
        ("same", f"{shared} = {shorter}"), ("part", f"{shared} > 0"), rest="other",
    )  # fmt: skip


COMPARISONS: tuple[Comparison, ...] = (
    _one(
        "names", "bag_l IS NULL OR bag_r IS NULL",
        ("same", "bag_l = bag_r OR original_l = original_r"),
        ("alike", f"{_SLIP} OR array_length(words_l) = array_length(words_r) AND list_min({_LIKE}) >= 0.84"),
        ("together", f"chain_l = chain_r OR {_ROW} > 5 AND {_SLIPS} <= 1"),
        ("sound", f"sound_bag_l = sound_bag_r AND list_min({_LIKE}) >= 0.79"),
        ("part", f"least(array_length(words_l), array_length(words_r)) >= 2 AND list_min({_LIKE}) >= 0.84"),
        ("near", f"list_min({_LIKE}) >= 0.7 AND list_avg({_LIKE}) >= 0.8 OR sound_bag_l = sound_bag_r"
         f" OR {_ROW} > 5 AND {_SLIPS} * 3 <= {_ROW}"),
        ("two", f"array_length(list_filter({_LIKE}, lambda z: z >= 0.9)) >= 2"),
        ("one", f"array_length(list_filter({_LIKE}, lambda z: z >= 0.9)) = 1"),
        rest="other", frequency={"same": "sound_bag", "alike": "sound_bag", "sound": "sound_bag"},
    ),
    _one(
        "birth", "birth_lo_l IS NULL OR birth_lo_r IS NULL",
        ("day", "born_l = born_r"),
        ("swapped", f"{_KNOWN} AND substr(born_l, 1, 5) || substr(born_l, 9, 2) || '-' || substr(born_l, 6, 2) = born_r"),
        ("slip", f"{_KNOWN} AND damerau_levenshtein(born_l, born_r) <= 1"),
        ("parts", f"{_KNOWN} AND (substr(born_l, 1, 7) = substr(born_r, 1, 7) OR substr(born_l, 6) = substr(born_r, 6))"),
        ("close", f"{_KNOWN} AND {_YEARS} <= 62"),
        ("estimate", f"(born_l IS NULL OR born_r IS NULL) AND {_YEARS} <= 0"),
        ("estimate near", f"(born_l IS NULL OR born_r IS NULL) AND {_YEARS} <= 1100"),
        ("years", f"{_YEARS} <= 731"),
        rest="other",
    ),
    _one("sex", "sex_l IS NULL OR sex_r IS NULL", ("same", "sex_l = sex_r"), rest="other"),
    _one(
        "document", "array_length(array_intersect(document_numbers_l, document_numbers_r)) = 0"
        " AND array_length(array_intersect(document_types_l, document_types_r)) = 0",
        ("same", f"{_SHARED.format('document_numbers')} > 0"), rest="other",
    ),
    _one(
        "ties",
        "(village_l IS NULL OR village_r IS NULL) AND (array_length(phones_l) = 0 OR array_length(phones_r) = 0)"
        " AND household_l IS DISTINCT FROM household_r",
        ("household", "household_l = household_r"),
        ("members", f"{_SHARED.format('peers')} >= 2"),
        ("phone", f"{_SHARED.format('phones')} > 0"),
        ("member", f"{_SHARED.format('peers')} = 1"),
        ("village", "village_l = village_r"),
        ("area", "area_l = area_r"),
        rest="elsewhere",
    ),
    _lists("father", "fathers"),
    _lists("mother", "mothers"),
    _one(
        "address", "array_length(address_l) = 0 OR array_length(address_r) = 0",
        ("same", "address_l = address_r"),
        ("most", f"{_SHARED.format('address')} * 3 >= {_SHORTER.format('address')} * 2"),
        ("some", f"{_SHARED.format('address')} > 0"),
        rest="other",
    ),
)  # fmt: skip
NAMES = [comparison.name for comparison in COMPARISONS]


def splink_comparisons(chances: dict[str, list[tuple[float, float]]] | None = None) -> list[dict[str, Any]]:
    """The comparisons as Splink takes them; chances: by comparison, m and u of each level, level 0 first."""
    return [_splink(comparison, (chances or {}).get(comparison.name)) for comparison in COMPARISONS]


def _splink(comparison: Comparison, chances: list[tuple[float, float]] | None) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for name, sql in (*comparison.levels, (comparison.rest, "ELSE")):
        level: dict[str, Any] = {"sql_condition": sql, "label_for_charts": name}
        if chances:
            level["m_probability"], level["u_probability"] = chances[comparison.names.index(name)]
        if name in comparison.frequency:
            level |= {"tf_adjustment_column": comparison.frequency[name], "tf_minimum_u_value": 1e-6}
            level["disable_tf_exact_match_detection"] = True
        levels.append(level)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
