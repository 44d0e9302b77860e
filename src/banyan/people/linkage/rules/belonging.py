"""Which group a pair belongs to, so that it can be seen whether linkage serves all alike: sex, origin, age, script of the name."""

from collections.abc import Mapping
from typing import Any, Final

from banyan.platform.kernel.names import scripts_in

KINDS: Final = ("sex", "origin", "age", "script")
_BANDS: Final = ((5, "0-4"), (18, "5-17"), (60, "18-59"))


def groups_of(first: Mapping[str, Any], second: Mapping[str, Any], year: int) -> dict[str, str]:
    """The groups of a pair: what both records say, or the one that says anything; nothing where they say different things.

    year: in which age is told. Records are those of the register's `linkage_rows`.
    """
    found = {}
    for kind in KINDS:
        said = {value for value in (_GROUP[kind](first, year), _GROUP[kind](second, year)) if value}
        if len(said) == 1:
            found[kind] = said.pop()
    return found


def _sex(record: Mapping[str, Any], _year: int) -> str:
    sex = record.get("sex") or ""
    return "" if sex == "unknown" else sex


def _origin(record: Mapping[str, Any], _year: int) -> str:
    return record.get("origin_country") or record.get("nationality") or ""


def _age(record: Mapping[str, Any], year: int) -> str:
    born = (record.get("birth_date") or "").lstrip("~")[:4]
    if not born.isdigit():
        return ""
    return next((name for under, name in _BANDS if year - int(born) < under), "60+")


def _script(record: Mapping[str, Any], _year: int) -> str:
    scripts = scripts_in(record.get("name_original") or record.get("full_name") or "")
    return str(next(iter(scripts))) if len(scripts) == 1 else "mixed" if scripts else ""


_GROUP: Final = {"sex": _sex, "origin": _origin, "age": _age, "script": _script}
