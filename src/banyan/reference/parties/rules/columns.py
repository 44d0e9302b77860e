"""Which column of a table is which field, by its heading in the spellings people use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

# Field → headings, written without signs and in small letters.
FIELDS: dict[str, tuple[str, ...]] = {
    "code": ("code", "orgcode", "organisationcode", "organizationcode", "banyancode"),
    "name": (
        "name", "organisation", "organization", "organisationname", "organizationname", "orgname", "fullname",
        "nameen", "agency", "agencyname", "nom", "nombre", "nomdelorganisation", "nombredelaorganizacion",
    ),
    "acronym": ("acronym", "shortname", "abbreviation", "orgacronym", "organisationacronym", "acronyme", "sigle", "sigla"),
    "kind": ("type", "kind", "organisationtype", "organizationtype", "orgtype", "typeoforganisation"),
    "country": ("country", "hqcountry", "countryofhq", "pays", "pais", "headquarters"),
    "reach": ("scope", "reach"),
    "website": ("website", "url", "web", "site"),
    "parent": ("parent", "parentorganisation", "parentorganization", "parentcode"),
    "aliases": ("aliases", "alias", "synonyms", "othernames", "alsoknownas", "aka"),
    "former": ("formernames", "formername", "formerly"),
}  # fmt: skip
# Heading → scheme of identifiers of others.
SCHEMES: dict[str, str] = {
    "iati": "iati", "iatiid": "iati", "iatiidentifier": "iati", "hpc": "hpc", "hpcid": "hpc", "ftsid": "hpc",
    "hdx": "hdx", "hdxorganisation": "hdx", "xmocha": "xm-ocha", "xmochacode": "xm-ocha", "orgid": "org-id",
}  # fmt: skip
_FIELD_OF = {heading: name for name, headings in FIELDS.items() for heading in headings}
_LANGUAGE = re.compile(r"^name[\s_\-.:(\[]+([a-z]{2,3})\)?\]?$")
_SCHEME = re.compile(r"^id[\s_\-.:(\[]+([a-z][a-z0-9-]{1,20})\)?\]?$")


@dataclass(frozen=True)
class Columns:
    """Where each field stands: field → column number; identifiers by scheme; names by language; what is not known."""

    fields: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def recognise(headings: Sequence[str]) -> Columns:
    """Columns by their headings. Of two headings for the same field the first counts and the second is `doubled`."""
    columns = Columns()
    doubled: list[str] = []
    unknown: list[str] = []
    for number, heading in enumerate(headings):
        if not heading:
            continue
        folded = heading.casefold().strip()
        plain = re.sub(r"[^a-z0-9]", "", folded)
        language, scheme = _LANGUAGE.match(folded), _SCHEME.match(folded)
        if plain in _FIELD_OF and not (language and language[1] != "en"):
            place, key = columns.fields, _FIELD_OF[plain]
        elif plain in SCHEMES:
            place, key = columns.ids, SCHEMES[plain]
        elif language:
            place, key = columns.languages, language[1]
        elif scheme:
            place, key = columns.ids, scheme[1]
        else:
            unknown.append(heading)
            continue
        if key in place:
            doubled.append(heading)
        else:
            place[key] = number
    return Columns(columns.fields, columns.ids, columns.languages, tuple(doubled), tuple(unknown))
