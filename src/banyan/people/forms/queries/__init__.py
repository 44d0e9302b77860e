"""Reads of the forms room."""

from banyan.people.forms.queries import evaluation
from banyan.people.forms.queries.binding import (
    Binding,
    Bound,
    ExtraDefinition,
    binding,
    binding_report,
    extra_definitions,
)
from banyan.people.forms.queries.downloads import Download, download
from banyan.people.forms.queries.feeding import field_labels
from banyan.people.forms.queries.forms import current_version, form, forms, schema, version, versions
from banyan.people.forms.queries.policies import asking, policy, policy_record
from banyan.people.forms.rules.policy import Asked, kinds_of

__all__ = [
    "Asked",
    "Binding",
    "Bound",
    "Download",
    "ExtraDefinition",
    "asking",
    "binding",
    "binding_report",
    "current_version",
    "download",
    "evaluation",
    "extra_definitions",
    "field_labels",
    "form",
    "forms",
    "kinds_of",
    "policy",
    "policy_record",
    "schema",
    "version",
    "versions",
]
