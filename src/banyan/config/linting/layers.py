"""Import contracts: floors and rooms as declared in pyproject.toml, and for every room the order of its furniture.

import-linter reads one file of contracts. The furniture is the same in every room, so its contracts are made from the
table ``[tool.banyan.furniture]`` instead of being written out once for each room.
"""

import tomllib
from pathlib import Path
from typing import Any

import orjson

TESTS = ["banyan.**.tests -> banyan.**", "banyan.**.tests.** -> banyan.**"]


def rooms(root: Path) -> list[str]:
    """Every room as "floor.room", from the folders that hold an apps.py."""
    return sorted(".".join(file.parts[-3:-1]) for file in (root / "src/banyan").glob("*/*/apps.py"))


def modules(root: Path, room: str) -> set[str]:
    """Names of a room's modules and packages; folders without __init__.py (templates, tests) are none."""
    folder = root / "src/banyan" / room.replace(".", "/")
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    return files | {file.parent.name for file in folder.glob("*/__init__.py")}


def furniture_layers(settings: dict[str, Any], room: str) -> list[str]:
    """Layers of one room, high to low, in import-linter's notation: optional, siblings may import each other."""
    added: dict[str, list[str]] = settings.get("rooms", {}).get(room, {})
    layers = []
    for name, standard in settings["order"]:
        layers.append(" : ".join(f"({module})" for module in [*standard, *added.get(name, [])]))
    unknown = set(added) - {name for name, _ in settings["order"]}
    if unknown:
        raise ValueError(f"[tool.banyan.furniture.rooms] {room}: no furniture is called {', '.join(sorted(unknown))}")
    return layers


def contracts(root: Path) -> dict[str, Any]:
    """The whole of import-linter's configuration, the furniture of every room included."""
    tool = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
    linter: dict[str, Any] = tool["importlinter"]
    made = [
        {
            "name": f"Furniture of {room}, high to low",
            "type": "layers",
            "containers": [f"banyan.{room}"],
            "layers": furniture_layers(tool["banyan"]["furniture"], room),
            "exhaustive": True,
            "exhaustive_ignores": ["tests"],  # tests stand beside the code and may look anywhere
            "ignore_imports": TESTS,
            "unmatched_ignore_imports_alerting": "none",
        }
        for room in rooms(root)
    ]
    floors = {room.split(".")[0] for room in rooms(root)}
    declared = {container for contract in linter["contracts"] for container in contract["containers"]}
    for floor in sorted(floors):
        if f"banyan.{floor}" not in declared:
            raise ValueError(
                f"pyproject.toml: floor {floor} has rooms but no contract under [[tool.importlinter.contracts]]"
            )
    for contract in linter["contracts"]:
        contract |= {"ignore_imports": TESTS, "unmatched_ignore_imports_alerting": "none"}
    return {**linter, "contracts": [*linter["contracts"], *made]}


def write_contracts(root: Path, file: Path) -> None:
    """Write the contracts as the TOML that import-linter reads."""
    configuration = contracts(root)
    lines = ["[tool.importlinter]"]
    for key, value in configuration.items():
        if key != "contracts":
            lines.append(f"{key} = {_toml(value)}")
    for contract in configuration["contracts"]:
        lines += [
            "",
            "[[tool.importlinter.contracts]]",
            *(f"{key} = {_toml(value)}" for key, value in contract.items()),
        ]
    file.write_text("\n".join(lines) + "\n")


def _toml(value: Any) -> str:
    # Text, lists of text and booleans are written alike in JSON and TOML.
    return orjson.dumps(value).decode()
