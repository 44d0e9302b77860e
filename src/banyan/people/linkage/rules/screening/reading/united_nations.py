"""The Security Council's consolidated list (sc-sanctions.xsd)."""

from banyan.people.linkage.rules.screening.births import between, read_birth, window
from banyan.people.linkage.rules.screening.entries import ListedBirth, Quality, ReadList
from banyan.people.linkage.rules.screening.reading.building import Entry, joined
from banyan.people.linkage.rules.screening.reading.elements import Element, below, children, plain, text_of

_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITY: dict[str, Quality] = {"good": "good", "low": "low", "a.k.a.": "good", "f.k.a.": "good"}


def read(root: Element) -> ReadList:
    """Everybody on the list."""
    found = ReadList("un", generated=root.get("dateGenerated", ""))
    found.others = sum(1 for _entity in below(root, "ENTITIES", "ENTITY"))
    for each in below(root, "INDIVIDUALS", "INDIVIDUAL"):
        _read_entry(each, found)
    return found


def _read_entry(each: Element, found: ReadList) -> None:
    reference = text_of(each, "REFERENCE_NUMBER")
    entry = Entry(found, text_of(each, "DATAID") or reference or f"line {each.sourceline}", each.sourceline)
    entry.name(joined(text_of(each, part) for part in _PARTS))
    entry.name(text_of(each, "NAME_ORIGINAL_SCRIPT"), "original")
    for alias in children(each, "INDIVIDUAL_ALIAS"):
        quality = _QUALITY.get(text_of(alias, "QUALITY").lower(), "good")
        for written in text_of(alias, "ALIAS_NAME").split(";"):
            entry.name(plain(written), quality)
        entry.born_as_told(text_of(alias, "DATE_OF_BIRTH"))
    for told in children(each, "INDIVIDUAL_DATE_OF_BIRTH"):
        _read_birth(told, entry)
    for holder in children(each, "NATIONALITY"):
        for value in children(holder, "VALUE"):
            entry.of_country(plain(value.text or ""))
    for paper in children(each, "INDIVIDUAL_DOCUMENT"):
        kind = text_of(paper, "TYPE_OF_DOCUMENT") or text_of(paper, "TYPE_OF_DOCUMENT2")
        country = text_of(paper, "COUNTRY_OF_ISSUE") or text_of(paper, "ISSUING_COUNTRY")
        entry.document(kind, text_of(paper, "NUMBER"), country)
    entry.of_sex(text_of(each, "GENDER"))
    entry.finish(
        reference=reference, programme=text_of(each, "UN_LIST_TYPE"), listed_on=text_of(each, "LISTED_ON"),
        remarks=text_of(each, "COMMENTS1"),
    )  # fmt: skip


def _read_birth(told: Element, entry: Entry) -> None:
    """Type, date, year or two years, and a note that sometimes says more: "Nov. 1973"."""
    note = text_of(told, "NOTE")
    circa = text_of(told, "TYPE_OF_DATE").startswith("APPROX") or note.lower().startswith("approx")
    first, last, year = (text_of(told, name) for name in ("FROM_YEAR", "TO_YEAR", "YEAR"))
    written = text_of(told, "DATE") or year
    birth: ListedBirth | None
    if first.isdecimal() and last.isdecimal():
        written, birth = f"{first}–{last}", between(int(first), int(last))
    elif written.isdecimal():
        birth = window(int(written), kind="approximate" if circa else "exact")
    elif written:
        birth = read_birth(f"circa {written}" if circa else written)
    elif note:
        written, birth = note, read_birth(note)
    else:
        return
    entry.born(birth, written)
