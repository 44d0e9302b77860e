"""The words of the language for people: its functions with what they do, kinds of values, and what CEL has besides."""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND_WORDS: Final[dict[str, str | Promise]] = {
    "boolean": _("yes or no"),
    "integer": _("a whole number"),
    "decimal": _("a number"),
    "text": _("a text"),
    "code": _("a code"),
    "date": _("a date"),
    "day": _("a day"),
    "period": _("a year or month without its day"),
    "list": _("a list"),
    "null": _("null"),
    "written": _("a value written out, or a setting"),
    "record": _("a record"),
    "records": _("several records"),
    "values": _("a value of each of several records"),
}
"""What a part of a criterion is, for messages."""

UNSUPPORTED: Final[dict[str, str | Promise]] = {
    "index": _("a place in brackets behind a value"),
    "object": _("making an object"),
    "map": _("a map in braces"),
    "leading_dot": _("a name that begins with a dot"),
    "unsigned": _("numbers that end in u"),
    "bytes": _("bytes"),
    "raw_text": _("raw texts, which begin with r"),
    "long_text": _("texts in three quotes"),
}
"""What CEL has and criteria have no use for."""


@dataclass(frozen=True)
class Function:
    """A function or macro: how it is written, what it is asked of, and what it says."""

    name: str
    of: Literal["", "records", "text", "record"]
    usage: str
    label: str | Promise


FUNCTIONS: Final = (
    Function("has", "", "has(field)", _("the field is filled in")),
    Function("date", "", 'date("2020-05-31")', _("a date; of a month or year, any day in it")),
    Function("size", "", "size(members)", _("how many records, or how many characters")),
    Function("years_between", "", "years_between(first, last)", _("completed years from one date to another")),
    Function("days_between", "", "days_between(first, last)", _("days from one date to another")),
    Function("add_days", "", "add_days(day, -30)", _("so many days later, or earlier")),
    Function("add_months", "", "add_months(today, -12)", _("so many months later, or earlier")),
    Function("age_at", "", "age_at(day)", _("completed years of age on a day")),
    Function("least", "", "least(size, 7)", _("the least of several numbers")),
    Function("greatest", "", "greatest(size, 1)", _("the greatest of several numbers")),
    Function("lower", "", "lower(text)", _("with A–Z in small letters")),
    Function("exists", "records", "members.exists(m, m.age < 5)", _("at least one of them")),
    Function("all", "records", "members.all(m, m.age < 5)", _("every one of them; so also when there is none")),
    Function("exists_one", "records", "members.exists_one(m, m.age < 5)", _("exactly one of them")),
    Function("filter", "records", "members.filter(m, m.age < 5)", _("those that meet a condition")),
    Function("map", "records", "members.map(m, m.age)", _("a value of each, for sum, min or max")),
    Function("size", "records", "members.size()", _("how many there are")),
    Function("sum", "records", "members.sum(m, m.age)", _("values added up")),
    Function("min", "records", "members.min(m, m.age)", _("the least value")),
    Function("max", "records", "members.max(m, m.age)", _("the greatest value")),
    Function("contains", "text", 'name.contains("a")', _("the text has this part")),
    Function("startsWith", "text", 'name.startsWith("a")', _("the text begins so")),
    Function("endsWith", "text", 'name.endsWith("a")', _("the text ends so")),
    Function("matches", "text", 'name.matches("[0-9]+")', _("the text has a part of this pattern")),
    Function("size", "text", "name.size()", _("how many characters it has")),
    Function("age_at", "record", "m.age_at(day)", _("completed years of age on a day")),
)
"""Everything that can be called, for completion, messages and the documentation."""

FUNCTIONS_OF: Final = {
    of: {one.name: one for one in FUNCTIONS if one.of == of} for of in ("", "records", "text", "record")
}
"""The functions by what they are asked of ("" is nothing before a dot) and by name."""

PHRASES: Final[dict[str, str | Promise]] = {
    "==": _("{a} is {b}"),
    "!=": _("{a} is not {b}"),
    "<": _("{a} is less than {b}"),
    "<=": _("{a} is at most {b}"),
    ">": _("{a} is more than {b}"),
    ">=": _("{a} is at least {b}"),
    "date <": _("{a} is before {b}"),
    "date <=": _("{a} is on {b} or before"),
    "date >": _("{a} is after {b}"),
    "date >=": _("{a} is on {b} or after"),
    "in": _("{a} is one of {b}"),
    "has": _("{a} is filled in"),
    "has not": _("{a} is not filled in"),
    "is": _("{a}: yes"),
    "contains": _("{a} contains {b}"),
    "startsWith": _("{a} begins with {b}"),
    "endsWith": _("{a} ends with {b}"),
    "matches": _("{a} has the pattern {b}"),
    "and": _("all of these"),
    "or": _("at least one of these"),
    "not": _("not this"),
    "choose": _("the second or the third, by the first"),
    "exists": _("at least one of {a}"),
    "all": _("every one of {a}"),
    "exists_one": _("exactly one of {a}"),
    "related": _("there is one of {a}"),
    "size": _("number of {a}"),
    "sum": _("sum of {b} of {a}"),
    "min": _("least {b} of {a}"),
    "max": _("greatest {b} of {a}"),
    "filtered": _("{a} for whom: {b}"),
    "least": _("least of {a}"),
    "greatest": _("greatest of {a}"),
    "of": _("{a} of {b}"),
    "of itself": _("{a} of the record itself"),
    "years_between": _("completed years from {a} to {b}"),
    "days_between": _("days from {a} to {b}"),
    "age_at": _("{a} on {b}"),
    "add_days": _("{b} days after {a}"),
    "add_months": _("{b} months after {a}"),
    "length": _("characters of {a}"),
    "lower": _("{a} in small letters"),
    "chosen": _("{b} or {c}, by whether {a}"),
    "joined and": _("{a} and {b}"),
    "joined or": _("{a} or {b}"),
    "joined not": _("not: {a}"),
    "today": _("today"),
    "number": _("{a} no. {b}"),
    "true": _("yes"),
    "false": _("no"),
    "unknown": _("not known"),
    "range": _("{a} to {b}"),
    "value": _("{a}: {b}"),
    "more": _("and {a} more"),
}
"""How the parts of a criterion are said, for explanations."""
