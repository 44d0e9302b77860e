"""Reading a map of names to organisations as kept for the Somalia 3W: {"key": {"name", "shortname", "synonyms", …}}."""

import re
from collections.abc import Mapping
from typing import Any

from banyan.platform.kernel.problems import Problem
from banyan.reference.parties.rules.candidates import Candidate, Finding, OtherName, Severity, Vocabulary, finding
from banyan.reference.parties.rules.rows import (
    REACHES,
    checked_acronym,
    checked_name,
    checked_names,
    checked_website,
    without_doubles,
)
from banyan.reference.parties.rules.texts import acronym_key, name_key, tidy

# What the IATI registry writes where an organisation has no country: "(No country assigned)", "Europe, regional".
_NO_COUNTRY = re.compile(r"^\(|, (?:regional|unspecified)$", re.IGNORECASE)
# IATI organisation types whose meaning is ours too. Others (public sector, multilateral, foundation) are left open:
# a multilateral may be a bank or a UN agency, and only people can tell.
KINDS = {"10": "government", "21": "ingo", "22": "nngo", "24": "nngo", "70": "private", "80": "academic"}


def read_map(data: object, words: Vocabulary, *, scheme: str) -> tuple[list[Candidate], list[Finding]]:
    """Candidates and findings of such a map; rows count its entries from 1. Keys become identifiers under `scheme`.

    Entries that the source itself marks to be skipped, and keys or synonyms that are sentences, are not taken.
    Raises Problem parties.file_unreadable when it is no such map.
    """
    if not isinstance(data, Mapping) or not data or not all(isinstance(entry, Mapping) for entry in data.values()):
        raise Problem("parties.file_unreadable", name="JSON", reason="{name: {name, shortname, synonyms}}")
    candidates, findings = [], []
    for row, (key, entry) in enumerate(data.items(), start=1):
        candidate, found = _read_entry(row, tidy(key), entry, words, scheme)
        findings += found
        if candidate:
            candidates.append(candidate)
    unique, doubled = without_doubles(candidates)
    return unique, [*findings, *doubled]


def _read_entry(
    row: int, key: str, entry: Mapping[str, Any], words: Vocabulary, scheme: str
) -> tuple[Candidate | None, list[Finding]]:
    if entry.get("skip"):
        return None, [finding("parties.skipped_by_source", row, "skip", key, name=key)]
    usable, found = checked_name(row, key, "key")
    name, about_name = checked_name(row, tidy(entry.get("name")) or key, "name")
    found += about_name
    short = tidy(entry.get("shortname"))
    # The source repeats the name where it knows no short one.
    acronym, about_acronym = checked_acronym(row, short, "shortname") if name_key(short) != name_key(name) else ("", [])
    found += about_acronym
    website, about_website = checked_website(row, tidy(entry.get("url")), "url")
    found += about_website
    iati = entry.get("iati") if isinstance(entry.get("iati"), Mapping) else {}
    country = ""
    stated = tidy(iati.get("codeforiati:hq-country-or-region")) if iati else ""
    if stated and not _NO_COUNTRY.search(stated):
        country = words.country(stated) or ""
        if not country:
            found.append(finding("parties.country_unknown", row, "iati", stated, warning=True, text=stated))
    synonyms = entry.get("synonyms") if isinstance(entry.get("synonyms"), list) else []
    others = [OtherName("alias", tidy(text)) for text in synonyms or () if tidy(text)]
    if iati and tidy(iati.get("name")):
        others.append(OtherName("alias", tidy(iati["name"])))
    if usable and acronym_key(key) not in (acronym_key(name), acronym_key(acronym)):
        others.append(OtherName("alias", key))
    names, about_names = checked_names(row, others, name, acronym)
    found += about_names
    if any(one.severity is Severity.ERROR for one in found):
        return None, found
    reach = tidy(entry.get("scope")).casefold()
    kind = KINDS.get(tidy(iati.get("codeforiati:organisation-type-code")), "") if iati else ""
    ids = [(scheme, key[:100])]
    if tidy(entry.get("iati_id")):
        ids.append(("iati", tidy(entry["iati_id"])[:100]))
    return Candidate(
        row=row,
        name=name,
        acronym=acronym,
        kind=kind if kind in words.kinds.values() else "",
        country=country,
        reach=reach if reach in REACHES else "",
        website=website,
        names=names,
        ids=tuple(ids),
    ), found
