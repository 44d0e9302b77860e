"""The reference pages of the documentation, written from the code: permissions, problems, facts, tables, criteria."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.apps import apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from banyan.platform.access.declarations import declared
from banyan.platform.criteria.declarations import Field, subjects
from banyan.platform.criteria.vocabulary import FUNCTIONS, KIND_WORDS
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
    # By name: within a room, Django lists models in the order in which their files happened to be imported.
    for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
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


def criteria() -> str:
    """What criteria can ask of which records, and the functions they have."""
    parts = [
        "# Criteria\n\nThe fields and relations that criteria can name, and the functions they can use. The language is "
        "explained in [criteria](../explanation/criteria.md). Beside these, an operation's further answers stand as "
        "`extras.<key>`.\n"
    ]
    for subject in subjects().values():
        rows = [
            (f"`{one.name}`", one.label, _kind_of(one), one.privacy, one.data_kind)
            for one in sorted(subject.fields, key=lambda one: one.name)
        ]
        ways = [
            (f"`{one.name}`", one.label, f"`{one.subject}`", "several" if one.many else "one")
            for one in sorted(subject.relations, key=lambda one: one.name)
        ]
        parts.append(f"## {subject.label} (`{subject.key}`)\n")
        parts.append(_table(["field", "what it is called", "kind", "privacy", "kind of data"], rows))
        if ways:
            parts.append(_table(["relation", "what it is called", "leads to", "how many"], ways))
    parts.append("## Functions\n")
    parts.append(_table(["written", "says"], [(f"`{one.usage}`", one.label) for one in FUNCTIONS]))
    return "\n".join(parts)


def _kind_of(one: Field) -> str:
    """For example "a code of the list sex" or "a whole number, in years"."""
    words = str(KIND_WORDS[one.kind])
    if one.code_list:
        return f"{words} of the list {one.code_list}"
    return f"{words}, in {one.unit}" if one.unit else words


PAGES: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "problems.md": problems,
    "facts.md": facts,
    "tables.md": tables,
    "criteria.md": criteria,
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
