"""Every action knows who acts (keyword-only ``by``), every query who looks (keyword-only ``seen_by``)."""

import ast

from tests.architecture.guards.source import File, Finding, House, decorator_names, parsed

WANTED = {"actions": "by", "queries": "seen_by"}


def findings(house: House) -> list[Finding]:
    """Public functions of actions and queries without their viewer, and actions not declared with ``@action``."""
    found = []
    for file in house.files():
        wanted = WANTED.get(file.module)
        if wanted is None:
            continue
        for node in file.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            if (offered := _offered(house, file)) and node.name not in offered:
                continue  # inside the package; private_doors keeps others out of it
            place = f"{file.room}.{file.module}.{node.name}"
            names = [argument.arg for argument in node.args.kwonlyargs]
            if wanted not in names:
                found.append(
                    Finding(place, f"has no keyword-only {wanted}", f"def {node.name}(…, *, {wanted}: Viewer)")
                )
            elif node.args.kw_defaults[names.index(wanted)] is not None:
                found.append(Finding(place, f"{wanted} has a default, so it can be forgotten", "make it required"))
            if file.module == "actions" and "action" not in decorator_names(node):
                found.append(Finding(place, "is not declared with @action", '@action("room.permission")'))
    return found


def _offered(house: House, file: File) -> set[str]:
    """Names that the package's __init__.py offers; nothing for a plain module, or a package that offers no names."""
    package = house.folder(file.room) / file.module / "__init__.py"
    if not package.exists() or file.path == package:
        return set()
    imports = [node for node in ast.walk(parsed(package)) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}
