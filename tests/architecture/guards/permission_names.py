"""Permissions that code asks for exist: a misspelt one would refuse everybody, or nobody would notice."""

import ast
import re
from collections.abc import Collection

from tests.architecture.guards.source import File, Finding, House

CODENAME = re.compile(r"[a-z_]+\.[a-z_]+")
CALLS = {"needs", "action", "may", "require", "reach", "Module", "ProtectRows", "access_scopes"}
KEYWORDS = {"permission", "view", "change"}


def findings(house: House, declared: Collection[str]) -> list[Finding]:
    """Codenames in lifecycle tables and given to needs(), action(), may(), require(), reach(), ProtectRows(), Module() that no policy declares."""
    found = []
    for file in house.files(migrations=True):
        for node in ast.walk(file.tree):
            if (
                file.module == "states" and isinstance(node, ast.Tuple) and len(node.elts) == 4
            ):  # from, verb, to, permission
                found += _missing(file, node, node.elts[3:], declared)
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in CALLS:
                continue
            given = [] if name in ("Module", "ProtectRows") else node.args[:1]
            given += [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS]
            found += _missing(file, node, given, declared)
    return found


def _missing(file: File, node: ast.AST, values: list[ast.expr], declared: Collection[str]) -> list[Finding]:
    codenames = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return [
        Finding(file.place(node), f"no policy declares {codename}", "declare it in policy.py")
        for codename in codenames
        if CODENAME.fullmatch(codename) and codename not in declared
    ]
