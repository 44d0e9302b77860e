"""Criteria as the pages tell them: what may stand in one, what it says in words, and what is wrong with it."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from banyan.platform.criteria.declarations import Field, Subject
from banyan.platform.criteria.rules.building import OPERATORS
from banyan.platform.criteria.rules.explaining import said
from banyan.platform.criteria.vocabulary import FUNCTIONS

Labels = Mapping[str, Mapping[str, str]]
"""{code list: {code: label}} in the reader's language."""

STATE_TONES = {"active": "good", "retired": "plain"}
# Longer lists are not sent to the browser whole: their codes are typed.
MOST_CHOICES = 600
_MACRO = re.compile(r"\w, ")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
DATE_KINDS = ("date", "day")

NUMBER_SIGNS: dict[str, str | Promise] = {
    "eq": pgettext_lazy("number", "is"),
    "ne": pgettext_lazy("number", "is not"),
    "lt": pgettext_lazy("number", "is less than"),
    "le": pgettext_lazy("number", "is at most"),
    "gt": pgettext_lazy("number", "is more than"),
    "ge": pgettext_lazy("number", "is at least"),
}
DATE_SIGNS: dict[str, str | Promise] = {
    "eq": pgettext_lazy("date", "is"),
    "ne": pgettext_lazy("date", "is not"),
    "lt": pgettext_lazy("date", "is before"),
    "le": pgettext_lazy("date", "is not after"),
    "gt": pgettext_lazy("date", "is after"),
    "ge": pgettext_lazy("date", "is not before"),
}
SIGNS: dict[str, str | Promise] = {
    "eq": pgettext_lazy("value", "is"),
    "ne": pgettext_lazy("value", "is not"),
    "contains": pgettext_lazy("value", "contains"),
    "starts": pgettext_lazy("value", "begins with"),
    "ends": pgettext_lazy("value", "ends with"),
    "in": pgettext_lazy("value", "is one of"),
    "not_in": pgettext_lazy("value", "is none of"),
    "known": pgettext_lazy("value", "is known"),
    "unknown": pgettext_lazy("value", "is not known"),
    "yes": pgettext_lazy("value", "is so"),
    "no": pgettext_lazy("value", "is not so"),
}
JOINS: dict[str, str | Promise] = {
    "all": gettext_lazy("All of these hold"),
    "any": gettext_lazy("Any of these holds"),
    "none": gettext_lazy("None of these holds"),
    "not_all": gettext_lazy("Not all of these hold"),
}
HOWS: dict[str, str | Promise] = {
    "some": pgettext_lazy("related records", "At least one of"),
    "all": pgettext_lazy("related records", "Each of"),
    "none": pgettext_lazy("related records", "None of"),
    "one": pgettext_lazy("related records", "Exactly one of"),
    "count": pgettext_lazy("related records", "The number of"),
    "sum": pgettext_lazy("related records", "The sum of"),
    "min": pgettext_lazy("related records", "The lowest"),
    "max": pgettext_lazy("related records", "The highest"),
}
MEETS, COUNTING = gettext_lazy("meets:"), gettext_lazy("counting only those that meet:")


def where(how: str) -> str:
    """What stands between a row about related records and what is asked of each."""
    return str(MEETS if how in ("some", "all", "none", "one") else COUNTING)


def sign(operator: str, kind: str) -> str:
    """An operator in words, fit to the kind of the value."""
    fitting = NUMBER_SIGNS if kind in ("integer", "decimal") else DATE_SIGNS if kind in DATE_KINDS else {}
    return str(fitting.get(operator) or SIGNS[operator])


def words() -> dict[str, str]:
    """Everything the builder says, for the script."""
    return {
        "mode build": _("Build"),
        "mode write": _("Write as text"),
        "mend first": _("The builder can show the text when nothing is wrong with it. Mend it first."),
        "join": _("How these are joined"),
        "group": _("Group"),
        "empty": _("Nothing is asked yet. An empty criterion selects nobody."),
        "empty members": _("Nothing further is asked of them: whichever they are."),
        "add test": _("Condition"),
        "add members": _("Related records"),
        "add group": _("Group"),
        "add": _("Add"),
        "remove": _("Remove"),
        "field": _("Field"),
        "operator": _("Operator"),
        "value": _("Value"),
        "choose": _("Choose"),
        "number": _("Number"),
        "date": _("Date"),
        "date hint": _("2020, 2020-05, 2020-05-31 or today"),
        "how": _("How many of them"),
        "of field": _("Of which number"),
        "relation": _("Related records"),
        "text": _("Part written as text"),
        "only text": _("This part can only be shown as text. It is kept as it is."),
        "counting": _("Counting…"),
        "failed": _("The server cannot be reached. What you wrote is still here: try again."),
        "place": _("Line {line}, character {column}"),
        "offers": _("What can stand here"),
        "offered": _("{n} suggestions. Use the arrow keys to choose."),
        **{f"join {name}": str(label) for name, label in JOINS.items()},
        **{f"how {name}": str(label) for name, label in HOWS.items()},
        **{f"where {name}": where(name) for name in HOWS},
    }


def operators() -> dict[str, list[tuple[str, str]]]:
    """The operators of each kind with their words, the usual one first."""
    return {kind: [(code, sign(code, kind)) for code in codes] for kind, codes in OPERATORS.items()}


def lists_of(subjects: Mapping[str, Subject]) -> set[str]:
    """The code lists that fields of these subjects draw from."""
    return {field.code_list for subject in subjects.values() for field in subject.fields if field.code_list}


def described(subject: Subject) -> dict[str, Any]:
    """A subject for the script: its label, fields and relations."""
    return {
        "label": str(subject.label),
        "fields": [
            {
                "name": field.name,
                "label": str(field.label),
                "kind": field.kind,
                "unit": str(field.unit),
                "list": field.code_list,
            }
            for field in subject.fields
        ],
        "relations": [
            {"name": one.name, "label": str(one.label), "subject": one.subject, "many": one.many}
            for one in subject.relations
        ],
    }


def choices(labels: Labels) -> dict[str, list[tuple[str, str]]]:
    """The codes that can be chosen, list by list."""
    return {name: list(pairs.items()) for name, pairs in labels.items() if len(pairs) <= MOST_CHOICES}


def offered(of: frozenset[str]) -> list[dict[str, str]]:
    """The functions that may follow something: name, what is inserted (a bar where the caret stays), what it says."""
    return [
        {"name": one.name, "insert": _inserted(one.name, one.usage), "label": str(one.label)}
        for one in FUNCTIONS
        if one.of in of
    ]


def _inserted(name: str, usage: str) -> str:
    """`exists({v}, |)` of a macro, where the script sets a free variable; `size()` where nothing is to be said."""
    inside = usage.partition(f"{name}(")[2]
    if inside.startswith(")"):
        return f"{name}()|"
    return f"{name}({{v}}, |)" if _MACRO.match(inside) else f'{name}("|")' if inside.startswith('"') else f"{name}(|)"


# A criterion in words


def outline(part: Mapping[str, Any], subject: str, subjects: Mapping[str, Subject], labels: Labels) -> dict[str, Any]:
    """A part of the builder in words: `told`, `code` where it is text, and the `parts` under it."""
    if part["kind"] == "text":
        return {"told": "", "code": part["text"], "parts": []}
    if part["kind"] == "test":
        return {"told": _test(part, subject, subjects, labels), "code": "", "parts": []}
    if part["kind"] == "group":
        under = [outline(one, subject, subjects, labels) for one in part["parts"]]
        if len(under) == 1 and part["join"] in ("all", "any"):
            return under[0]
        return {"told": f"{JOINS[part['join']]}:", "code": "", "parts": under}
    return _members(part, subject, subjects, labels)


def _members(part: Mapping[str, Any], subject: str, subjects: Mapping[str, Subject], labels: Labels) -> dict[str, Any]:
    reached, names = _walked(part["path"], subject, subjects)
    how, relation = part["how"], " › ".join(names)
    if how in ("sum", "min", "max"):
        of = _field(part["of"].split("."), reached, subjects)
        relation = f"{of.label if of else part['of']} ({relation})"
    told = f"{HOWS[how]} {relation}"
    if how in ("count", "sum", "min", "max"):
        told += f" {sign(part['operator'], 'integer')} {part['value']}"
    if not part["where"]["parts"]:
        if how in ("some", "none"):
            there = said("related", a=relation)
            told = there if how == "some" else said("joined not", a=there)
        return {"told": told, "code": "", "parts": []}
    under = outline(part["where"], reached, subjects, labels)
    joint = " " if how in ("some", "all", "none", "one") else ", "
    return {"told": f"{told}{joint}{where(how)}", "code": "", "parts": [under]}


def _test(part: Mapping[str, Any], subject: str, subjects: Mapping[str, Subject], labels: Labels) -> str:
    reached, names = _walked(part["path"], subject, subjects)
    field = _field([part["field"]], reached, subjects)
    label = " › ".join([*names, str(field.label) if field else part["field"]])
    kind = field.kind if field else "text"
    told = f"{label} {sign(part['operator'], kind)}"
    if part["operator"] in ("known", "unknown", "yes", "no"):
        return told
    codes = labels.get(field.code_list, {}) if field else {}
    given = part["value"] if isinstance(part["value"], list) else [part["value"]]
    values = [str(codes.get(value, value)) for value in given]
    if kind == "text":
        values = [f"“{value}”" for value in values]
    if kind in DATE_KINDS:
        values = [_("today") if value == "today" else value for value in values]
    unit = f" {field.unit}" if field and field.unit else ""
    return f"{told} {', '.join(values)}{unit}"


def _walked(path: list[str], subject: str, subjects: Mapping[str, Subject]) -> tuple[str, list[str]]:
    """The subject that a way leads to, and the labels on the way."""
    names = []
    for step in path:
        relation = subjects[subject].relation_named(step) if subject in subjects else None
        names.append(str(relation.label) if relation else step)
        subject = relation.subject if relation else ""
    return subject, names


def _field(steps: list[str], subject: str, subjects: Mapping[str, Subject]) -> Field | None:
    """A field by its way; further answers are called extras.key, with a dot in the name itself."""
    here = subjects.get(subject)
    found = here.field_named(".".join(steps)) if here else None
    if found or here is None or len(steps) < 2:
        return found
    reached, _names = _walked(steps[:1], subject, subjects)
    return _field(steps[1:], reached, subjects)


def counted(selected: int, unknown: int, total: int, subject: str) -> str:
    """A count in one sentence; what is not known is said, because it is not selected."""
    told = ngettext("%(n)s of %(total)s is selected.", "%(n)s of %(total)s are selected.", selected)
    told %= {"n": _figure(selected), "total": _figure(total)}
    if unknown:
        further = ngettext(
            "Of %(n)s it cannot be said, because something is not known: not selected.",
            "Of %(n)s it cannot be said, because something is not known: not selected.",
            unknown,
        )
        told += " " + further % {"n": _figure(unknown)}
    return f"{subject}: {told}"


def _figure(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))


def differences(old: str, new: str) -> list[dict[str, str]]:
    """Two texts as one, word by word: pieces with the mark "+", "-" or "" in the order in which they are read."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append({"mark": "", "text": "".join(before[a:b])})
            continue
        if b > a:
            pieces.append({"mark": "-", "text": "".join(before[a:b])})
        if d > c:
            pieces.append({"mark": "+", "text": "".join(after[c:d])})
    return pieces
