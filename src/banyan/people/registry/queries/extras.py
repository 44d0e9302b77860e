"""Further answers: what a form asked beyond the fields of the register, with the words of its questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import get_language

from banyan.people.forms import queries as forms
from banyan.platform.access.viewers import Viewer

# Forms are published now and then; reading all their questions for every page would be most of the page.
_KEPT_SECONDS = 60


@dataclass(frozen=True)
class Extra:
    """One further answer. `sensitive`: masked until asked for; whatever nobody has described is."""

    key: str
    label: str
    value: str
    sensitive: bool = True


@dataclass(frozen=True)
class Described:
    """A further attribute as forms describe it: labels by language, words of its choices, whether it is sensitive."""

    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sensitive: bool = True


def extras_of(values: Mapping[str, Any], *, operation_id: UUID, subject: str, seen_by: Viewer) -> list[Extra]:
    """The further answers of a record, described as the operation's forms describe their questions."""
    filled = {key: value for key, value in values.items() if value not in (None, "", [], {})}
    if not filled:
        return []
    known = described(operation_id, seen_by=seen_by)
    return [_extra(key, value, known.get(f"{subject}:{key}")) for key, value in filled.items()]


def described(operation_id: UUID, *, seen_by: Viewer) -> dict[str, Described]:
    """{"subject:key": what forms say of it} for an operation; nothing for viewers who may not see forms."""
    if not seen_by.may("forms.view_form"):
        return {}
    key = f"registry:extras:{operation_id}"
    found: dict[str, Described] | None = cache.get(key)
    if found is None:
        found = _read(operation_id, seen_by)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _read(operation_id: UUID, viewer: Viewer) -> dict[str, Described]:
    return {
        name: Described(
            dict(each.labels),
            {choice.name: dict(choice.labels) for choice in each.choices},
            bool(
                forms.kinds_of(SimpleNamespace(name=each.key, labels=each.labels, type=each.type), choices=each.choices)
            ),
        )
        for name, each in forms.extra_definitions(operation_id, seen_by=viewer).items()
    }


def _extra(key: str, value: Any, known: Described | None) -> Extra:
    if known is None:
        return Extra(key, key.replace("_", " "), _text(value), sensitive=True)
    return Extra(key, _spoken(known.labels) or key.replace("_", " "), _chosen(value, known), known.sensitive)


def _chosen(value: Any, known: Described) -> str:
    """The words of chosen codes (several are separated by spaces); anything else as it is."""
    text = _text(value)
    if not known.choices:
        return text
    if text in known.choices:
        return _spoken(known.choices[text]) or text
    codes = text.split()
    if codes and all(code in known.choices for code in codes):
        return ", ".join(_spoken(known.choices[code]) or code for code in codes)
    return text


def _spoken(labels: Mapping[str, str]) -> str:
    """The label in the reader's language, else in English, else any. Forms write languages as "Français (fr)" or "fr"."""
    for wanted in ((get_language() or "en").split("-")[0], "en"):
        for language, label in labels.items():
            if language == wanted or re.search(rf"\({wanted}\)\s*$", language):
                return label
    return next((label for label in labels.values() if label), "")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(each) for each in value)
    return str(value)
