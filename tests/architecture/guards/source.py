"""The house as source: its rooms in order, their files parsed. Guards that read code start here."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: where, what, and how to mend it."""

    place: str
    words: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.words}" + (f" → {self.mend}" if self.mend else "")


@dataclass(frozen=True)
class File:
    """A parsed file. ``room`` is "floor.room", ``module`` the first name inside the room ("views", "actions", …)."""

    room: str
    module: str
    path: Path
    tree: ast.Module
    root: Path

    def place(self, node: ast.AST | None = None) -> str:
        """Path from the house's root, with the line when a node is given."""
        line = getattr(node, "lineno", None)
        return f"{self.path.relative_to(self.root)}" + (f":{line}" if line else "")


@dataclass(frozen=True)
class House:
    """A package "banyan" of floors and rooms. ``rooms`` runs from low to high, as "floor.room"."""

    root: Path
    rooms: tuple[str, ...]

    @property
    def package(self) -> Path:
        return self.root / "banyan"

    def folder(self, room: str) -> Path:
        return self.package / room.replace(".", "/")

    def height(self, room: str) -> int:
        """Place of the room in the order; config stands above all."""
        return self.rooms.index(room) if room in self.rooms else len(self.rooms)

    def room_of_label(self, label: str) -> str | None:
        """The room with this app label, if it is one of ours."""
        return next((room for room in self.rooms if room.split(".")[1] == label), None)

    def doors(self, room: str) -> tuple[str, ...]:
        """Modules other rooms may enter by: queries, actions, facts and what DOORS lists."""
        file = self.folder(room) / "__init__.py"
        listed: tuple[str, ...] = ()
        if file.exists():
            for node in parsed(file).body:
                if isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "DOORS" for name in node.targets):
                    listed = tuple(ast.literal_eval(node.value))
        return ("queries", "actions", "facts", *listed)

    def files(self, *, tests: bool = False, migrations: bool = False, config: bool = False) -> Iterator[File]:
        """Every Python file of every room; tests, migrations and the assembly (config) only when asked for."""
        for room in (*self.rooms, *(["config"] if config else [])):
            folder = self.folder(room)
            for path in sorted(folder.rglob("*.py")):
                parts = path.relative_to(folder).parts
                if ("tests" in parts or parts[-1] in ("testing.py", "conftest.py")) and not tests:
                    continue
                if "migrations" in parts and not migrations:
                    continue
                yield File(room, parts[0].removesuffix(".py"), path, parsed(path), self.root)


@cache
def _parse(path: Path, _changed: int) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def parsed(path: Path) -> ast.Module:
    """The file's tree, parsed once as long as the file does not change."""
    return _parse(path, path.stat().st_mtime_ns)


def real_house() -> House:
    """The house in this repository, in the order that pyproject.toml declares to import-linter (low to high)."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {contract["containers"][0]: list(reversed(contract["layers"])) for contract in contracts}
    rooms = [f"{floor}.{room}" for floor in layers["banyan"] for room in layers.get(f"banyan.{floor}", [])]
    return House(ROOT / "src", tuple(rooms))


def decorator_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Last names of the decorators: ``@access.action("x")`` gives "action"."""
    names = []
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.append(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constants that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found
