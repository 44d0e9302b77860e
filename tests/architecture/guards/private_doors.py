"""Rooms enter each other through queries, actions, facts and the modules a room opens (DOORS), and no other way."""

import ast

from tests.architecture.guards.source import File, Finding, House

# The assembly joins the rooms' outsides and needs these besides their doors.
ASSEMBLY = ("urls", "api", "policy", "demo")


def findings(house: House) -> list[Finding]:
    """Imports of another room's private modules, wherever in the file they stand."""
    found = []
    for file in house.files(migrations=True, config=True):
        for node, room, module, part in _entries(house, file):
            if room == file.room:
                continue
            inside = house.folder(room) / module / f"{part}.py"
            if module in ("queries", "actions") and part and inside.exists():
                found.append(
                    Finding(
                        file.place(node),
                        f"reaches into {room}.{module}",
                        f"import from {module}, which offers what is public",
                    )
                )
                continue
            doors = house.doors(room) + (ASSEMBLY if file.room == "config" else ())
            if module not in doors:
                found.append(
                    Finding(
                        file.place(node),
                        f"enters {room} by its private {module or 'package'}",
                        f"use {', '.join(dict.fromkeys(house.doors(room)))}, or open a door there",
                    )
                )
    return found


def _entries(house: House, file: File) -> list[tuple[ast.AST, str, str, str]]:
    """(node, room entered, module entered, what of it) for every import of a room."""
    entries: list[tuple[ast.AST, str, str, str]] = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue  # relative imports stay in the room: ruff (TID252) refuses those that climb out
        for name in names:
            parts = name.split(".")
            room = ".".join(parts[1:3])
            if parts[0] == "banyan" and room in house.rooms:
                module, part = ([*parts[3:], "", ""])[:2]
                entries.append((node, room, module, part))
    return entries
