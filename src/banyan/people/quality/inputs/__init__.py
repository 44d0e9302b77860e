"""What pages of data quality ask for."""

from banyan.people.quality.inputs.checks import MandatoryForm, OwnCheckForm, SettingForm
from banyan.people.quality.inputs.findings import (
    AssignForm,
    ExerciseForm,
    MendForm,
    OutcomeForm,
    OverrideForm,
    WaiveForm,
    day_field,
    reason_field,
)

__all__ = [
    "AssignForm",
    "ExerciseForm",
    "MandatoryForm",
    "MendForm",
    "OutcomeForm",
    "OverrideForm",
    "OwnCheckForm",
    "SettingForm",
    "WaiveForm",
    "day_field",
    "reason_field",
]
