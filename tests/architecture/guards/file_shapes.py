"""Files that can be read at one sitting, under names that say something, without domain logic in signals."""

import ast

from tests.architecture.guards.source import Finding, House

LONGEST = 400
BANNED = {"utils", "util", "core", "common", "manager", "managers", "helpers", "helper", "service", "services", "misc"}
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")


def findings(house: House) -> list[Finding]:
    """Files past 400 lines and names that say nothing."""
    found = []
    for file in house.files(tests=True, config=True):
        lines = len(file.path.read_text().splitlines())
        if lines > LONGEST:
            found.append(
                Finding(file.place(), f"{lines} lines", f"past {LONGEST} a file becomes a package named by nouns")
            )
        parts = {part.removesuffix(".py") for part in file.path.relative_to(house.root).parts}
        for name in sorted(parts & BANNED):
            found.append(Finding(file.place(), f"the name {name} says nothing", "name what it holds"))
    return found


def signal_findings(house: House) -> list[Finding]:
    """Imports of Django's signals: rooms announce facts instead. Place: "floor.room.module"."""
    found = []
    for file in house.files(config=True):
        for node in ast.walk(file.tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name == signal or name.startswith(f"{signal}.") for name in names for signal in SIGNALS):
                found.append(Finding(f"{file.room}.{file.module}", "listens to a Django signal", "announce a fact"))
    return found
