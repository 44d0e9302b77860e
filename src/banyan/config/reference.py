"""The reference pages of the documentation, written from the code: permissions, problems, facts, tables, addresses."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.apps import apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from banyan.platform.access.declarations import declared
from banyan.platform.kernel.facts import fact_types
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.problems import catalogue

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars and line breaks in cells are made harmless."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def permissions() -> str:
    """Roles and permissions as rooms declare them."""
    found = declared()
    roles = _table(
        ["role", "what it is called", "second factor", "not together with", "permissions"],
        [
            (
                f"`{role.code}`",
                role.label,
                "needed" if role.mfa_required else "",
                ", ".join(
                    sorted(other for pair in found.incompatible if role.code in pair for other in pair - {role.code})
                ),
                ", ".join(f"`{codename}`" for codename in sorted(role.permissions)),
            )
            for role in found.roles.values()
        ],
    )
    rights = _table(
        ["permission", "what it allows", "kind", "personal data", "roles"],
        [
            (
                f"`{permission.codename}`",
                permission.label,
                permission.kind,
                "yes" if permission.personal else "",
                ", ".join(role.code for role in found.roles_with(permission.codename)),
            )
            for permission in found.permissions.values()
        ],
    )
    return f"# Roles and permissions\n\n## Roles\n\n{roles}\n## Permissions\n\n{rights}"


def problems() -> str:
    """Every problem a user can meet: number, code, message, mend."""
    rows = [(kind.number, f"`{code}`", kind.status, kind.message, kind.mend) for code, kind in catalogue()]
    return "# Problems\n\n" + _table(["number", "code", "status", "what is said", "how to mend it"], rows)


def facts() -> str:
    """Every fact that rooms announce."""
    rows = [
        (f"`{name}`", (kind.__doc__ or "").strip().splitlines()[0], ", ".join(kind.__dataclass_fields__))
        for name, kind in fact_types().items()
        if kind.__module__.startswith("banyan.") and ".tests" not in kind.__module__
    ]
    return "# Facts\n\nWhat rooms announce to the rooms above them.\n\n" + _table(["fact", "when", "carries"], rows)


def tables() -> str:
    """Every table with its columns, their privacy class, and what is kept of it."""
    parts = ["# Tables\n\nEvery column has a privacy class: public, internal, personal, sensitive or secret.\n"]
    for model in apps.get_models():
        if not issubclass(model, Model) or not model.__module__.startswith("banyan."):
            continue
        about = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        kept = "kept in history" if model.tracked else "not kept in history"
        parts.append(f"## {model._meta.db_table}\n\n{about} ({kept}; the application may: {model.database_rights})\n")
        parts.append(
            _table(
                ["column", "type", "privacy"],
                [
                    (f"`{field.column}`", field.get_internal_type(), model.privacy.get(field.name, "?"))
                    for field in model._meta.concrete_fields
                ],
            )
        )
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "problems.md": problems,
    "facts.md": facts,
    "tables.md": tables,
}
_NOTE = "\n<!-- Written by ./banyan docs from the code; do not edit. -->\n"


def write() -> list[str]:
    """Write every page whose text has changed; returns their names."""
    return _each(lambda file, text: bool(file.write_text(text, encoding="utf-8")))


def stale() -> list[str]:
    """Names of pages that lag behind the code."""
    return _each(lambda file, text: True)


def _declare() -> None:
    """Import what declares: a process that has done little has not met every fact and problem yet."""
    autodiscover_modules("policy", "problems", "facts")


def _each(changed: Callable[[Path, str], bool]) -> list[str]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    _declare()
    found = []
    with override("en"):
        for name, page in PAGES.items():
            file, text = FOLDER / name, page() + _NOTE
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                changed(file, text)
                found.append(name)
    return found
