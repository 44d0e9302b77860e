"""Tables of the register: people and households, what belongs to them, requests to change them, and search keys."""

from banyan.people.registry.models.belongings import Document, Need, Notice, Phone
from banyan.people.registry.models.changes import (
    ChangeDraft,
    ChangeLine,
    ChangeRequest,
    OperationChangeRules,
    Presence,
)
from banyan.people.registry.models.exports import Export
from banyan.people.registry.models.keys import NameKey, Spelling
from banyan.people.registry.models.merges import Merge
from banyan.people.registry.models.people import Household, Membership, Person, Status
from banyan.people.registry.models.suspicions import ANSWERS, Resolution, SuspectedPair

__all__ = [
    "ANSWERS",
    "ChangeDraft",
    "ChangeLine",
    "ChangeRequest",
    "Document",
    "Export",
    "Household",
    "Membership",
    "Merge",
    "NameKey",
    "Need",
    "Notice",
    "OperationChangeRules",
    "Person",
    "Phone",
    "Presence",
    "Resolution",
    "Spelling",
    "Status",
    "SuspectedPair",
]
