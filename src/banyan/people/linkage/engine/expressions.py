"""SQL made from a model's settings: the levels of a pair, its weight, and the contest of one person with close relatives."""

import re
from math import log2
from typing import Any

from banyan.people.linkage.engine.model import Model, comparisons, level_names, relative_weights
from banyan.people.linkage.rules.features import PACKED

_COLUMN = re.compile(rf"\b({'|'.join(sorted([*PACKED, 'household', 'tf_sound_bag'], key=len, reverse=True))})_([lr])\b")


def levels_sql(model: Model) -> list[str]:
    """One expression for each comparison: the level of a pair of rows `l` and `r`, -1 when one side is not known."""
    return [f"{_level_sql(each)} AS gamma_{each['output_column_name']}" for each in model.settings["comparisons"]]


def weight_sql(model: Model, population: int) -> str:
    """The weight against strangers from the columns gamma_… and tf_…_l, tf_…_r: what Splink's prediction adds up."""
    prior = model.prior(population)
    terms = [f"{log2(prior / (1 - prior))}"]
    terms += [_weight_term(each) for each in model.settings["comparisons"]]
    return " + ".join(terms)


def relative_sql(model: Model) -> str:
    """The weight against close relatives from the columns gamma_…."""
    if not model.relatives:  # nothing is known of households: nobody contests
        return "1000.0"
    together = level_names(model)["ties"].index("household")
    terms = [
        f"CASE WHEN gamma_ties = {together} THEN {model.relative_prior(together=True)}"
        f" ELSE {model.relative_prior(together=False)} END"
    ]
    for name, each in relative_weights(model).items():
        cases = " ".join(f"WHEN {level} THEN {weight}" for level, weight in enumerate(each))
        terms.append(f"CASE gamma_{name} {cases} ELSE 0 END")
    return " + ".join(terms)


def contested_sql(stranger: str, relative: str) -> str:
    """Odds of three: the same person, against strangers and relatives together."""
    least = f"least({stranger}, {relative})"
    return f"({least} - log2(1 + pow(2.0, {least} - greatest({stranger}, {relative}))))"


def probability_sql(weight: str) -> str:
    """The probability that a weight stands for."""
    return f"(1 / (1 + pow(2.0, -({weight}))))"


def levels_list_sql(model: Model) -> str:
    """All levels of a pair as one list, in the order of comparisons."""
    return f"[{', '.join(f'gamma_{name}' for name in comparisons(model))}]::TINYINT[]"


def _level_sql(comparison: dict[str, Any]) -> str:
    levels = comparison["comparison_levels"]
    number = len(levels) - 2  # the unknown one stands first and counts for none
    cases = []
    for level in levels:
        if level.get("is_null_level"):
            cases.append(f"WHEN {_sides(level['sql_condition'])} THEN -1")
        elif level["sql_condition"] != "ELSE":
            cases.append(f"WHEN {_sides(level['sql_condition'])} THEN {number}")
            number -= 1
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _weight_term(comparison: dict[str, Any]) -> str:
    levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
    cases = []
    for number, level in enumerate(reversed(levels)):
        weight = str(log2(level["m_probability"] / level["u_probability"]))
        if column := level.get("tf_adjustment_column"):
            left, right = f"tf_{column}_l", f"tf_{column}_r"
            common = f"greatest({left}, {right}, {level['tf_minimum_u_value']})"
            known = f"{left} IS NOT NULL OR {right} IS NOT NULL"
            weight += f" + CASE WHEN {known} THEN log2({level['u_probability']} / {common}) ELSE 0 END"
        cases.append(f"WHEN {number} THEN {weight}")
    return f"CASE gamma_{comparison['output_column_name']} {' '.join(cases)} ELSE 0 END"


def _sides(sql: str) -> str:
    return _COLUMN.sub(r"\2.\1", sql)
