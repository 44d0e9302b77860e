"""Reads of the forms room."""

from banyan.people.forms.queries import evaluation
from banyan.people.forms.queries.forms import current_version, form, forms, schema, version, versions

__all__ = ["current_version", "evaluation", "form", "forms", "schema", "version", "versions"]
