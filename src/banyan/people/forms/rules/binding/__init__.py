"""Which question feeds which field of the register: suggested, checked, and carried from version to version."""

from banyan.people.forms.rules.binding.carrying import Carried, carry
from banyan.people.forms.rules.binding.lacking import Lack, lacking
from banyan.people.forms.rules.binding.subjects import Subjects, subjects
from banyan.people.forms.rules.binding.suggesting import Bond, suggest
from banyan.people.forms.rules.binding.types import fits

__all__ = ["Bond", "Carried", "Lack", "Subjects", "carry", "fits", "lacking", "subjects", "suggest"]
