"""Migration files: named for what they do, and in one line per room."""

import ast
import re
from pathlib import Path

NAME = re.compile(r"^(\d{4})_[a-z][a-z0-9_]*$")
UNNAMED = re.compile(r"^\d{4}_(auto_|alter_\w+_and_more$|\w*_and_more$)")


def findings(root: Path) -> list[str]:
    """Migrations with a made-up name, a gap or fork in their numbers, or not built on the one before."""
    found = []
    for folder in sorted((root / "src/banyan").glob("*/*/migrations")):
        files = sorted(file for file in folder.glob("*.py") if file.stem != "__init__")
        found += _folder_findings(root, folder.parent.name, files)
    return found


def _folder_findings(root: Path, room: str, files: list[Path]) -> list[str]:
    found = []
    before = None
    for number, file in enumerate(files, start=1):
        place = file.relative_to(root)
        matched = NAME.match(file.stem)
        if not matched or UNNAMED.match(file.stem):
            found.append(f"{place}: the name does not say what the migration does")
        if matched and int(matched[1]) != number:
            found.append(f"{place}: number {matched[1]} where {number:04d} comes next (a gap, or two people forked)")
        own = [name for label, name in _dependencies(file) if label == room]
        expected = [before] if before else list[str]()
        if own != expected:
            wanted = f"must depend on {before}" if before else "is the first and depends on none of its own room"
            found.append(f"{place}: {wanted}, found {', '.join(own) or 'none'}")
        before = file.stem
    return found


def _dependencies(file: Path) -> list[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "dependencies" for target in targets):
            pairs = [
                [part.value if isinstance(part, ast.Constant) else None for part in element.elts]
                for element in getattr(getattr(node, "value", None), "elts", [])
                if isinstance(element, ast.Tuple)
            ]
            return [(str(pair[0]), str(pair[1])) for pair in pairs if None not in pair]
    return []
