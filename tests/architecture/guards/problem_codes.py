"""Problems that code raises are in the catalogue and are given every parameter their message names."""

import ast
from collections.abc import Collection, Mapping

from tests.architecture.guards.source import Finding, House


def findings(house: House, catalogue: Mapping[str, Collection[str]]) -> list[Finding]:
    """Unknown codes in Problem("…"), and calls that leave a {place} of message or mend unfilled.

    ``catalogue`` maps each code to the names of its places.
    """
    found = []
    for file in house.files(config=True):
        for node in ast.walk(file.tree):
            if not (
                isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem"
            ):
                continue
            first = node.args[0] if node.args else None
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            code = first.value if "." in first.value else f"kernel.{first.value}"
            if code not in catalogue:
                found.append(
                    Finding(file.place(node), f"no problem is called {code}", "declare it with declare_problems")
                )
                continue
            given = {keyword.arg for keyword in node.keywords}
            missing = set(catalogue[code]) - given
            if missing and None not in given:  # None: **parameters, known only when it runs
                found.append(
                    Finding(
                        file.place(node), f"{code} is not given {', '.join(sorted(missing))}", "its message names it"
                    )
                )
    return found
