"""What other rooms tell the forms room: which fields of the register a question may feed.

A room with fields to fill keeps a module `bindable.py` with a tuple `FIELDS` of `RegisterField`. They are found by
autodiscovery, so that the forms room, which stands below the register, never names it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Literal, get_args

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Subject = Literal["household", "person"]
"""What a field of the register is about."""

KINDS_OF_DATA: Final[dict[str, str | Promise]] = {
    "gps": _("Exact position (GPS)"),
    "biometrics": _("Biometrics: fingerprints, iris, face recognition"),
    "ethnicity": _("Ethnicity, tribe, caste or language group"),
    "religion": _("Religion or belief"),
    "political": _("Political opinion or membership"),
    "photo": _("Photographs, video or voice of people"),
    "document": _("Identity documents: numbers and copies"),
    "phone": _("Telephone numbers"),
    "health": _("Health and medical conditions"),
    "disability": _("Disability"),
    "gbv": _("Violence and abuse, gender-based or against children"),
}
"""Every kind of data an operation may forbid, with its label. The codes are stored; never rename one."""

FIELD_KINDS: Final = frozenset(
    {
        "text",
        "name",
        "choice",
        "choices",
        "date",
        "integer",
        "decimal",
        "boolean",
        "phone",
        "place",
        "document",
        "photo",
        "geopoint",
        "email",
        "country",
    }
)
"""The shapes of values a register field may take."""


class FieldDeclarationError(Exception):
    """A mistake of the programmer in declaring register fields; never shown to users."""


@dataclass(frozen=True)
class RegisterField:
    """One field of the register that a question of a form, or a column of a file, may feed.

    `key` begins with the subject ("person.full_name"). `words` are names, in any language and script, by which
    questions and columns about it are known; `hxl` the HXL tags ("#affected+name"). `data_kind` is a code of
    KINDS_OF_DATA where an operation may forbid it; `required` says that registering needs it.
    """

    key: str
    subject: Subject
    label: str | Promise
    kind: str
    code_list: str = ""
    words: tuple[str, ...] = ()
    hxl: tuple[str, ...] = ()
    data_kind: str = ""
    required: bool = False


def gather(declared: Iterable[RegisterField]) -> dict[str, RegisterField]:
    """The fields by key, in the order declared. Raises FieldDeclarationError when one contradicts the vocabulary."""
    found: dict[str, RegisterField] = {}
    for field in declared:
        if field.subject not in get_args(Subject) or not field.key.startswith(f"{field.subject}."):
            raise FieldDeclarationError(f"{field.key!r}: a key begins with its subject, household or person")
        if field.kind not in FIELD_KINDS:
            raise FieldDeclarationError(f"{field.key!r}: no kind of value is called {field.kind!r}")
        if field.data_kind and field.data_kind not in KINDS_OF_DATA:
            raise FieldDeclarationError(f"{field.key!r}: no kind of data is called {field.data_kind!r}")
        if field.key in found:
            raise FieldDeclarationError(f"{field.key!r} is declared twice")
        found[field.key] = field
    return found


@cache
def register_fields() -> dict[str, RegisterField]:
    """Every field of the register by key, collected once from the rooms' `bindable.FIELDS`."""
    declared: list[RegisterField] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.bindable"
        if app.name.startswith("banyan.") and find_spec(name) is not None:
            declared.extend(import_module(name).FIELDS)
    return gather(declared)
