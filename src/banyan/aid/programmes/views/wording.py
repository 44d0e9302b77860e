"""How values are said in explanations of rules and formulas: codes by their labels, numbers and days as the reader writes them."""

from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format

from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import code_choices
from banyan.platform.criteria.rules import Words
from banyan.platform.kernel.problems import Problem


def words_for(viewer: Viewer) -> Words:
    """The words of a reader. Code lists are asked for once each, and only when they are needed."""
    known: dict[str, Any] = {}

    def code(code_list: str, value: str) -> str:
        if code_list not in known:
            known[code_list] = _labels(code_list, viewer)
        return str(known[code_list].get(value, value))

    return Words(
        code=code,
        date=lambda day: str(date_format(day)) if isinstance(day, date) else str(day),
        number=lambda number: str(number_format(number)),
    )


def _labels(code_list: str, viewer: Viewer) -> Any:
    """The labels of a code list; none for who may not see code lists."""
    try:
        return code_choices({code_list}, seen_by=viewer).get(code_list, {})
    except Problem as problem:
        if problem.code != "kernel.not_allowed":
            raise
        return {}
