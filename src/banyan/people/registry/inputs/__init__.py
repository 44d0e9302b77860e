"""Forms of the pages of the register."""

from banyan.people.registry.inputs.records import ExportForm, NoticeForm, PairForm, PhotoForm, UnmergeForm
from banyan.people.registry.inputs.searching import HouseholdForm, MemberForm, SearchForm

__all__ = [
    "ExportForm",
    "HouseholdForm",
    "MemberForm",
    "NoticeForm",
    "PairForm",
    "PhotoForm",
    "SearchForm",
    "UnmergeForm",
]
