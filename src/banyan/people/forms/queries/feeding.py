"""Labels of the register fields that questions feed, for pages that compare."""

from banyan.people.forms.declarations import register_fields
from banyan.people.forms.models import FormVersion
from banyan.people.forms.queries.binding import report_of


def field_labels(version: FormVersion) -> dict[str, str]:
    """By question path, the label of the register field it feeds; questions kept as further attributes are left out."""
    fields = register_fields()
    return {
        bond.question_path: str(fields[bond.field].label) for bond in report_of(version).bonds if bond.field in fields
    }
