"""Reads of criteria: SQL of what they say, whom they select, and what was saved."""

from banyan.platform.criteria.queries.formulas import explain_formula, formula, scan
from banyan.platform.criteria.queries.saved import Use, criteria, criterion, criterion_named, used_by, version, versions
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.queries.selecting import (
    Counted,
    Sampled,
    Selection,
    check,
    count,
    explain_record,
    find_record,
    records,
    sample,
    selection,
)
from banyan.platform.criteria.queries.truths import Truth
from banyan.platform.criteria.queries.vocabularies import PURPOSES, Purpose, tree_of, vocabulary

__all__ = [
    "PURPOSES",
    "Counted",
    "Purpose",
    "Sampled",
    "Scan",
    "Selection",
    "Truth",
    "Use",
    "check",
    "count",
    "criteria",
    "criterion",
    "criterion_named",
    "explain_formula",
    "explain_record",
    "find_record",
    "formula",
    "records",
    "sample",
    "scan",
    "selection",
    "tree_of",
    "used_by",
    "version",
    "versions",
    "vocabulary",
]
