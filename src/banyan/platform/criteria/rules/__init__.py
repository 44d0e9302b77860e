"""The language itself, as pure rules: reading, writing, evaluating and explaining criteria and formulas."""

from banyan.platform.criteria.rules.evaluating import evaluate, evaluate_number
from banyan.platform.criteria.rules.explaining import (
    Explanation,
    Words,
    Working,
    explain,
    explain_figures,
    explain_number,
    phrase,
)
from banyan.platform.criteria.rules.meanings import Setting, Vocabulary
from banyan.platform.criteria.rules.reading import read, read_number
from banyan.platform.criteria.rules.writing import write

__all__ = [
    "Explanation",
    "Setting",
    "Vocabulary",
    "Words",
    "Working",
    "evaluate",
    "evaluate_number",
    "explain",
    "explain_figures",
    "explain_number",
    "phrase",
    "read",
    "read_number",
    "write",
]
