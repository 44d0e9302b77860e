"""What a name, an acronym, an identifier and a row of an organisation list are. Pure: no Django, no clock, no I/O."""

from banyan.reference.parties.rules.candidates import Candidate, Finding, OtherName, Severity, Vocabulary
from banyan.reference.parties.rules.columns import FIELDS, recognise
from banyan.reference.parties.rules.comparing import Change, Known, compare, find_known
from banyan.reference.parties.rules.maps import read_map
from banyan.reference.parties.rules.rows import read_rows
from banyan.reference.parties.rules.texts import acronym_key, is_sentence, mask, name_key, tidy

__all__ = [
    "FIELDS",
    "Candidate",
    "Change",
    "Finding",
    "Known",
    "OtherName",
    "Severity",
    "Vocabulary",
    "acronym_key",
    "compare",
    "find_known",
    "is_sentence",
    "mask",
    "name_key",
    "read_map",
    "read_rows",
    "recognise",
    "tidy",
]
