"""Facts are frozen dataclasses in the past tense: what was announced cannot change any more."""

import ast
import re

from tests.architecture.guards.source import Finding, House

IRREGULAR = {
    "Begun", "Broken", "Done", "Found", "Given", "Held", "Left", "Lost", "Made", "Met", "Paid", "Seen", "Sent", "Split", "Taken", "Undone", "Withdrawn",
}  # fmt: skip


def findings(house: House) -> list[Finding]:
    """Classes in facts.py that are not frozen dataclasses, or whose name is not in the past tense."""
    found = []
    for file in house.files():
        if file.module != "facts" or file.room == "platform.kernel":  # the kernel's facts.py is the base itself
            continue
        for node in file.tree.body:
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            frozen = any(
                isinstance(decorator, ast.Call)
                and getattr(decorator.func, "id", "") == "dataclass"
                and any(
                    key.arg == "frozen" and getattr(key.value, "value", False) is True for key in decorator.keywords
                )
                for decorator in node.decorator_list
            )
            if not frozen:
                found.append(
                    Finding(file.place(node), f"{node.name} is no frozen dataclass", "@dataclass(frozen=True)")
                )
            if not any(word.endswith("ed") or word in IRREGULAR for word in re.findall("[A-Z][a-z]+", node.name)):
                found.append(
                    Finding(file.place(node), f"{node.name} is not in the past tense", "PlaceRenamed, ReleasePublished")
                )
    return found
