"""SQL stands in models, queries, actions and migrations, where a reader looks for it; engines are named one by one."""

import ast
import re

from tests.architecture.guards.source import Finding, House, docstrings

PLACES = {"models", "queries", "actions", "migrations"}
SQL = re.compile(
    r"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s*(\([^)]*\)\s*)?AS\s|TRUNCATE\s"
    r"|(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?(TABLE|INDEX|UNIQUE|FUNCTION|TRIGGER|POLICY|ROLE|VIEW|SCHEMA|DATABASE|TYPE|SEQUENCE)\s"
    r"|COPY\s+\S+\s*\(?.*\b(FROM|TO)\s|(GRANT|REVOKE)\s.*\b(ON|TO|FROM)\s|SET\s+(LOCAL\s+)?[a-z_.]+\s*(=|TO\s)|NOTIFY\s|LISTEN\s|LOCK\s+TABLE\s|DO\s+\$)",
    re.IGNORECASE | re.DOTALL,
)


def findings(house: House) -> list[Finding]:
    """Strings that are SQL statements in any other module. Place: "floor.room.module"."""
    found = []
    for file in house.files(config=True):
        if file.module in PLACES:
            continue
        skip = docstrings(file.tree)
        skip |= {id(part) for node in ast.walk(file.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(file.tree):
            text = _text(node)
            if text and id(node) not in skip and SQL.match(text) and _looks_written(text):
                words = " ".join(text.split())[:60]
                found.append(
                    Finding(
                        f"{file.room}.{file.module}",
                        f"line {node.lineno}: SQL: {words}",
                        "move it to queries or actions",
                    )
                )  # type: ignore[attr-defined]
    return found


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)  # type: ignore[misc]
    return ""


def _looks_written(text: str) -> bool:
    # "Select a place" is a sentence; SQL is written with its first word in capitals or in small letters throughout.
    first = text.split()[0]
    return first.isupper() or (first.islower() and text.islower() and len(text.split()) > 3)
