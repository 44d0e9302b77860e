"""Nothing life-saving is ever blocked by a score: one function stops, and only what issues documents asks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

PEOPLE = Path(__file__).resolve().parents[2]
# Whoever asks what stops a record, by file below people, and why it may.
MAY_ASK = {
    "registry/queries/gating.py": "what stops a household's card from being printed",
}
MAY_WRITE = ("actions", "jobs", "reactions")


def calls(file: Path, name: str) -> Iterator[str]:
    """Calls of a function by this name, however it was imported."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Attribute) and called.attr == name) or (
                isinstance(called, ast.Name) and called.id == name
            ):
                yield f"{file.relative_to(PEOPLE)}:{node.lineno}"


def files() -> Iterator[Path]:
    for file in sorted(PEOPLE.parent.rglob("*.py")):
        if "tests" not in file.parts and "migrations" not in file.parts:
            yield file


def test_only_the_issuing_of_documents_asks_a_gate() -> None:
    asking = {
        str(file.relative_to(PEOPLE)) for file in files() if PEOPLE in file.parents for _call in calls(file, "gate")
    }
    outside = {one for one in asking if not one.startswith("quality/")}
    assert outside == set(MAY_ASK)
    elsewhere = [call for file in files() if PEOPLE not in file.parents for call in imports_of_gate(file)]
    assert elsewhere == []


def imports_of_gate(file: Path) -> list[str]:
    """Imports of this room outside of people: floors above may read scores, but nobody there asks a gate yet."""
    tree = ast.parse(file.read_text())
    return [
        f"{file}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("banyan.people.quality.queries")
        for name in node.names
        if name.name == "gate"
    ]


def test_no_score_stops_registering_or_changing() -> None:
    """The rooms that write people call this one to have records checked, never to ask whether they may write."""
    asked = {"scores", "series", "league", "findings", "findings_of", "age_quality"}
    for file in files():
        parts = file.relative_to(PEOPLE.parent).parts
        if parts[:2] == ("people", "quality") or not set(parts) & set(MAY_WRITE):
            continue
        tree = ast.parse(file.read_text())
        names = {
            name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "people.quality" in (node.module or "")
            for name in node.names
        }  # fmt: skip
        called = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name) and node.func.value.id == "quality"
        }  # fmt: skip
        assert not (names | called) & asked, f"{file} asks a score before it writes"
