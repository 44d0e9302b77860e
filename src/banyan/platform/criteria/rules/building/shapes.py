"""The words of the builder: operators, how related records count, ways to a part."""

import re
from typing import Final

Way = tuple[int, ...]
"""The numbers of the parts from the top down; the condition of a row about related records is its part 0."""

COMPARISONS: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
TEXT_TESTS: Final = {"contains": "contains", "starts": "startsWith", "ends": "endsWith"}
LISTS: Final = ("in", "not_in")
OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "boolean": ("yes", "no", "known", "unknown"),
    "integer": ("eq", "ne", "lt", "le", "gt", "ge", "known", "unknown"),
    "decimal": ("eq", "ne", "lt", "le", "gt", "ge", "known", "unknown"),
    "text": ("eq", "ne", "contains", "starts", "ends", "in", "not_in", "known", "unknown"),
    "code": ("in", "not_in", "eq", "ne", "known", "unknown"),
    "date": ("eq", "ne", "lt", "le", "gt", "ge", "known", "unknown"),
    "day": ("eq", "ne", "lt", "le", "gt", "ge", "known", "unknown"),
}
"""The operators that fit each kind of field, the usual one first."""

HOWS: Final = ("some", "all", "none", "one", "count", "sum", "min", "max")

NUMBER: Final = re.compile(r"-?\d{1,18}(\.\d{1,9})?", re.ASCII)
