"""Facts: what a room announces to rooms above it that it does not know.

A fact is a frozen dataclass in the past tense (PlaceRenamed), small: ids and values, never records. `announce`
hands it to the receivers in the same transaction: history stores it, jobs makes one durable job per reaction.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db import transaction

_types: dict[str, type["Fact"]] = {}


@dataclass(frozen=True)
class Fact:
    """Base of every fact. Subclasses are frozen dataclasses, found again by name: "places.place_renamed"."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        name = cls.fact_name()
        known = _types.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two facts are called {name}: {known.__module__} and {cls.__module__}")
        _types[name] = cls

    @classmethod
    def fact_name(cls) -> str:
        """Room and name in small letters; the room is the package that holds facts.py."""
        module = cls.__module__.split(".")
        room = module[-2] if len(module) > 1 else module[0]
        return f"{room}.{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', cls.__name__).lower()}"

    def payload(self) -> dict[str, Any]:
        """The fact as JSON values. Raises TypeError for a value that a fact should not carry."""
        return {field.name: _written(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The fact again from what `payload` gave; members that the class no longer has are ignored."""
        hints = get_type_hints(cls)
        return cls(
            **{
                field.name: _read(hints[field.name], payload[field.name])
                for field in fields(cls)
                if field.name in payload
            }
        )


Receiver = Callable[..., Any]
# Called as receiver(fact, by=viewer), in the order of the floors: history before jobs.
receivers: list[Receiver] = []


def announce(fact: Fact, *, by: Any) -> None:
    """Tell the receivers, inside the transaction of the change. Raises RuntimeError outside of one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact.fact_name()} announced outside a transaction: it could outlive a rolled back change")
    for receiver in receivers:
        receiver(fact, by=by)


def fact_type(name: str) -> type[Fact]:
    """The class of a fact by its name. Raises LookupError when no such fact is declared (any more)."""
    try:
        return _types[name]
    except KeyError:
        raise LookupError(f"no fact is called {name}") from None


def fact_types() -> dict[str, type[Fact]]:
    """Every declared fact by name, for documentation."""
    return dict(sorted(_types.items()))


def _written(value: Any) -> Any:
    if isinstance(value, Enum):
        return _written(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_written(part) for part in value]
    if isinstance(value, frozenset | set):
        return sorted(_written(part) for part in value)
    if isinstance(value, Mapping):
        return {str(key): _written(part) for key, part in value.items()}
    raise TypeError(f"a fact carries ids and plain values, not {type(value).__name__}")


def _read(kind: Any, value: Any) -> Any:
    """Inverse of _written for the annotated type."""
    if value is None or kind is Any:
        return value
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _read(next(part for part in parts if part is not NoneType), value)
    if origin in (tuple, list, frozenset, set):
        inner = parts[0] if parts else Any
        return origin(_read(inner, part) for part in value)
    if origin is dict or kind is dict:
        return {key: _read(parts[1] if parts else Any, part) for key, part in value.items()}
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, UUID | Decimal | Enum):
        return kind(value)
    return value
