"""The list of specially designated nationals of the Office of Foreign Assets Control (SDN.XML, sdnList)."""

from datetime import date

from banyan.people.linkage.rules.screening.entries import ReadList
from banyan.people.linkage.rules.screening.reading.building import Entry, joined
from banyan.people.linkage.rules.screening.reading.elements import Element, below, children, plain, text_of


def read(root: Element) -> ReadList:
    """Everybody on the list."""
    found = ReadList("ofac", generated=_published(root))
    for each in children(root, "sdnEntry"):
        if text_of(each, "sdnType").lower() == "individual":
            _read_entry(each, found)
        else:
            found.others += 1
    return found


def _published(root: Element) -> str:
    """ "06/11/2025" as a day; empty for anything else."""
    for told in children(root, "publshInformation", "publishInformation"):
        parts = text_of(told, "Publish_Date").split("/")
        if len(parts) == 3 and all(part.isdecimal() for part in parts):
            try:
                return date(int(parts[2]), int(parts[0]), int(parts[1])).isoformat()
            except ValueError:
                return ""
    return ""


def _read_entry(each: Element, found: ReadList) -> None:
    uid = text_of(each, "uid")
    entry = Entry(found, uid or f"line {each.sourceline}", each.sourceline)
    entry.name(joined((text_of(each, "firstName"), text_of(each, "lastName"))))
    for alias in below(each, "akaList", "aka"):
        weak = text_of(alias, "category").lower() == "weak"
        entry.name(joined((text_of(alias, "firstName"), text_of(alias, "lastName"))), "low" if weak else "good")
    for told in below(each, "dateOfBirthList", "dateOfBirthItem"):
        entry.born_as_told(text_of(told, "dateOfBirth"))
    for group, name in (("nationalityList", "nationality"), ("citizenshipList", "citizenship")):
        for told in below(each, group, name):
            entry.of_country(text_of(told, "country"))
    for paper in below(each, "idList", "id"):
        kind, number = text_of(paper, "idType"), text_of(paper, "idNumber")
        if kind.lower() == "gender":
            entry.of_sex(number)
        elif not any(word in kind.lower() for word in ("sanctions", "website", "email", "phone")):
            entry.document(kind, number, text_of(paper, "idCountry"))
    programmes = [plain(told.text or "") for told in below(each, "programList", "program")]
    entry.finish(reference=uid, programme=", ".join(programmes), remarks=text_of(each, "remarks"))
