"""Permissions that code asks for exist: a misspelt one would refuse everybody, or nobody would notice."""

import ast
import re
from collections.abc import Collection

from tests.architecture.guards.source import Finding, House

CODENAME = re.compile(r"[a-z_]+\.[a-z_]+")
CALLS = {"needs", "action", "may", "require", "reach", "Module", "ProtectRows", "access_scopes"}
KEYWORDS = {"permission", "view", "change"}


def findings(house: House, declared: Collection[str]) -> list[Finding]:
    """Codenames given to needs(), action(), may(), require(), reach(), ProtectRows(), Module() that no policy declares."""
    found = []
    for file in house.files(migrations=True):
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in CALLS:
                continue
            given = [] if name in ("Module", "ProtectRows") else node.args[:1]
            given += [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS]
            for value in given:
                codename = value.value if isinstance(value, ast.Constant) else None
                if isinstance(codename, str) and CODENAME.fullmatch(codename) and codename not in declared:
                    found.append(Finding(file.place(node), f"no policy declares {codename}", "declare it in policy.py"))
    return found
