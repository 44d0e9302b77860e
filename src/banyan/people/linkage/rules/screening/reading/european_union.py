"""The European Union's consolidated list (Financial Sanctions Files, XML 1.1)."""

from banyan.people.linkage.rules.screening.births import between, read_birth, window
from banyan.people.linkage.rules.screening.entries import ListedBirth, ReadList
from banyan.people.linkage.rules.screening.reading.building import Entry, joined
from banyan.people.linkage.rules.screening.reading.elements import Element, children, plain, text_of


def read(root: Element) -> ReadList:
    """Everybody on the list."""
    found = ReadList("eu", generated=root.get("generationDate", ""))
    for each in children(root, "sanctionEntity"):
        kinds = [kind.get("code", "") for kind in children(each, "subjectType")]
        if "person" in kinds:
            _read_entry(each, found)
        else:
            found.others += 1
    return found


def _read_entry(each: Element, found: ReadList) -> None:
    reference = each.get("euReferenceNumber", "")
    entry = Entry(found, each.get("logicalId") or reference or f"line {each.sourceline}", each.sourceline)
    for number, alias in enumerate(children(each, "nameAlias")):
        parts = joined(plain(alias.get(part, "")) for part in ("firstName", "middleName", "lastName"))
        strong = alias.get("strong", "true") == "true"
        entry.name(plain(alias.get("wholeName", "")) or parts, ("good" if number else "primary") if strong else "low")
        entry.of_sex(alias.get("gender", ""))
    for told in children(each, "birthdate"):
        _read_birth(told, entry)
    for citizen in children(each, "citizenship"):
        code = citizen.get("countryIso2Code", "")
        if code and code != "00":  # "unknown"
            entry.of_country(code)
    for paper in children(each, "identification"):
        # A number that the list itself calls false belongs to somebody else.
        if paper.get("knownFalse") != "true":
            kind = paper.get("identificationTypeDescription", "") or paper.get("identificationTypeCode", "")
            entry.document(
                kind, paper.get("number", "") or paper.get("latinNumber", ""), paper.get("countryIso2Code", "")
            )
    regulations = list(children(each, "regulation"))
    entry.finish(
        reference=reference,
        programme=regulations[0].get("programme", "") if regulations else "",
        listed_on=regulations[0].get("publicationDate", "") if regulations else "",
        remarks=text_of(each, "remark"),
    )


def _read_birth(told: Element, entry: Entry) -> None:
    circa = told.get("circa") == "true"
    first, last = told.get("yearRangeFrom", ""), told.get("yearRangeTo", "")
    whole, year = told.get("birthdate", ""), told.get("year", "")
    month, day = told.get("monthOfYear", ""), told.get("dayOfMonth", "")
    birth: ListedBirth | None
    if whole:
        written, birth = whole, read_birth(f"circa {whole}" if circa else whole)
    elif first.isdecimal() and last.isdecimal():
        written, birth = f"{first}–{last}", between(int(first), int(last))
    elif year.isdecimal():
        known_month = int(month) if month.isdecimal() else None
        known_day = int(day) if day.isdecimal() and known_month else None
        written = joined((year, month, day))
        birth = window(int(year), known_month, known_day, "approximate" if circa else "exact")
    elif year or month or day:
        written, birth = joined((year, month, day)), None
    else:
        return
    entry.born(birth, written)
