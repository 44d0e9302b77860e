"""Foreign keys between rooms: written as strings, PROTECT, invisible from the other side, and never upwards."""

import ast
from collections.abc import Iterable

from django.db import models

from tests.architecture.guards.source import File, Finding, House

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def findings(house: House) -> list[Finding]:
    """Relations in source whose target is a class of another room, or a string that names a higher room."""
    found = []
    for file in house.files():
        foreign = _foreign_names(file)
        for node in ast.walk(file.tree):
            if not (isinstance(node, ast.Call) and _name(node.func) in RELATIONS and node.args):
                continue
            target = node.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                found += _string_findings(house, file, node, target.value)
            elif _root(target) in foreign:
                found.append(
                    Finding(
                        file.place(node),
                        f"foreign key to a class of {foreign[_root(target)]}",
                        'write the target as a string: "room.Model"',
                    )
                )
    return found


def _string_findings(house: House, file: File, node: ast.Call, target: str) -> list[Finding]:
    other = house.room_of_label(target.split(".")[0]) if "." in target else None
    if other is None or other == file.room:
        return []
    found = []
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if house.height(other) > house.height(file.room):
        found.append(
            Finding(file.place(node), f"foreign key upwards, to {target}", "keep an id, or turn the relation round")
        )
    many = _name(node.func) == "ManyToManyField"
    on_delete = node.args[1] if len(node.args) > 1 else given.get("on_delete")
    if not many and _name(on_delete) != "PROTECT":
        found.append(Finding(file.place(node), f"foreign key to {target} is not PROTECT", "on_delete=models.PROTECT"))
    related = given.get("related_name")
    if not (isinstance(related, ast.Constant) and related.value == "+"):
        found.append(Finding(file.place(node), f"foreign key to {target} shows in the other room", 'related_name="+"'))
    return found


def model_findings(house: House, all_models: Iterable[type[models.Model]]) -> list[Finding]:
    """The same asked of the loaded models: sees inherited and generated fields too, and visible reverse accessors."""
    found = []
    for model in all_models:
        own = house.room_of_label(model._meta.app_label)
        if own is None:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or field.model is not model:
                continue
            target = field.related_model
            other = house.room_of_label(target._meta.app_label)  # type: ignore[union-attr]
            if target._meta.app_label == model._meta.app_label:  # type: ignore[union-attr]
                continue
            place = f"{model._meta.label}.{field.name}"
            if other and house.height(other) > house.height(own):
                found.append(
                    Finding(place, f"foreign key upwards, to {other}", "keep an id, or turn the relation round")
                )
            if not field.remote_field.hidden:
                accessor = field.remote_field.get_accessor_name()
                found.append(Finding(place, f"visible from the other side as {accessor}", 'related_name="+"'))
            if other and isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT:
                found.append(Finding(place, "not PROTECT", "on_delete=models.PROTECT"))
    return found


def _foreign_names(file: File) -> dict[str, str]:
    """Names in this file that were imported from another room: name → that room."""
    names = {}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("banyan."):
            parts = (node.module or "").split(".")
            room = ".".join(parts[1:3])
            # The base model and field classes of the kernel are no targets.
            if room != file.room and len(parts) > 2 and room != "platform.kernel":
                names |= {alias.asname or alias.name: room for alias in node.names}
    return names


def _name(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")
