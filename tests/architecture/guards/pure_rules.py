"""Rules are pure: no Django, no clock, no chance, no files, no network, no database."""

import ast

from tests.architecture.guards.source import Finding, House

MODULES = {
    "django", "time", "random", "secrets", "os", "io", "sys", "pathlib", "tempfile", "shutil", "subprocess", "socket",
    "urllib.request", "http", "httpx", "requests", "psycopg", "sqlite3", "threading", "asyncio", "logging",
}  # fmt: skip
CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "new_id", "localdate", "localtime"}
BUILTINS = {"open", "print", "input", "exec", "eval", "__import__"}


def findings(house: House) -> list[Finding]:
    """Imports and calls in rules.py (or rules/) that make an answer depend on more than its arguments."""
    found = []
    for file in house.files():
        if file.module != "rules":
            continue
        for node in ast.walk(file.tree):
            words = _impurity(node)
            if words:
                found.append(
                    Finding(file.place(node), words, "take it as an argument, or move it to queries or actions")
                )
    return found


def _impurity(node: ast.AST) -> str:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
        return f"asks the clock or chance: {node.func.attr}()"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS | CALLS:
        return f"calls {node.func.id}()"
    else:
        return ""
    for name in names:
        if any(name == banned or name.startswith(f"{banned}.") for banned in MODULES):
            return f"imports {name}"
        parts = name.split(".")
        if (
            parts[0] == "banyan"
            and len(parts) > 3
            and parts[3] in ("models", "queries", "actions", "views", "api", "jobs")
        ):
            return f"imports {name}, which reads or writes"
    return ""
