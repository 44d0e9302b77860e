"""SQL keeps to its own room's tables, as imports keep to open doors; a table above is never named at all."""

import ast
import re
from collections.abc import Mapping

from tests.architecture.guards.source import Finding, House, docstrings

SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|JOIN|FROM|TRUNCATE|ALTER TABLE|CREATE|COPY)\b")
NAME = re.compile(r"\b[a-z]+_[a-z_0-9]+\b")


def findings(house: House, tables: Mapping[str, str]) -> list[Finding]:
    """SQL that names a table of another room. ``tables`` maps table to room. Place: "floor.room.module table"."""
    found: dict[str, Finding] = {}
    for file in house.files(migrations=True, config=True):
        skip = docstrings(file.tree)
        for node in ast.walk(file.tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if not isinstance(text, str) or id(node) in skip or not SQL.search(text):
                continue
            for name in sorted(set(NAME.findall(text))):
                other = tables.get(name)
                if other is None or other == file.room:
                    continue
                place = f"{file.room}.{file.module} {name}"
                upward = house.height(other) > house.height(file.room)
                words = "SQL upwards into" if upward else "SQL enters"
                found[place] = Finding(
                    place, f"{words} {other} ({file.place(node)})", f"ask {other}.queries or actions"
                )
    return sorted(found.values())
