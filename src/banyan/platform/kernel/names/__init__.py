"""Names of people and places in any script: normal forms, forms of address, chains, keys, Zawgyi.

Store the name as written, and beside it what these functions give; never the other way round.
"""

from banyan.platform.kernel.names.chains import Word, chains, likeness, normal_form, romanised
from banyan.platform.kernel.names.keys import (
    Asked,
    asked_key_hashes,
    key_hash,
    name_key_hashes,
    name_keys,
    stored_key_hashes,
)
from banyan.platform.kernel.names.scripts import Script, script_of, scripts_in
from banyan.platform.kernel.names.spelling import respelt, shortenings, slips, spellings
from banyan.platform.kernel.names.zawgyi import Detected, Encoding, detect_column, to_unicode

__all__ = [
    "Asked",
    "Detected",
    "Encoding",
    "Script",
    "Word",
    "asked_key_hashes",
    "chains",
    "detect_column",
    "key_hash",
    "likeness",
    "name_key_hashes",
    "name_keys",
    "normal_form",
    "respelt",
    "romanised",
    "script_of",
    "scripts_in",
    "shortenings",
    "slips",
    "spellings",
    "stored_key_hashes",
    "to_unicode",
]
