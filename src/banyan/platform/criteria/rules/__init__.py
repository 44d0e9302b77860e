"""The language itself, as pure rules: reading, writing, evaluating and explaining criteria."""

from banyan.platform.criteria.rules.evaluating import evaluate
from banyan.platform.criteria.rules.explaining import Explanation, Words, explain
from banyan.platform.criteria.rules.meanings import Setting, Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.writing import write

__all__ = ["Explanation", "Setting", "Vocabulary", "Words", "evaluate", "explain", "read", "write"]
