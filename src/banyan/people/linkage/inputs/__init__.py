"""What pages of linkage ask for."""

from banyan.people.linkage.inputs.deciding import (
    AssignForm,
    DecisionForm,
    ReasonForm,
    SecondLookForm,
    clusters_of,
)

__all__ = ["AssignForm", "DecisionForm", "ReasonForm", "SecondLookForm", "clusters_of"]
