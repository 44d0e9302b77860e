"""The room card: README.md says what a room owns, promises and announces, and what always holds in it."""

from tests.architecture.guards.source import Finding, House

HEADINGS = ("Owns", "Promises", "Announces", "Invariants", "Doors")
SAID_OTHERWISE = {"Doors": "Public modules"}


def findings(house: House) -> list[Finding]:
    """Rooms without a card, cards without a heading or without a word on one of the room's doors."""
    found = []
    for room in house.rooms:
        card = house.folder(room) / "README.md"
        place = str(card.relative_to(house.root))
        if not card.exists():
            found.append(Finding(place, "the room has no card", f"write it with the headings {', '.join(HEADINGS)}"))
            continue
        text = card.read_text()
        headings = {line.lstrip("#").strip() for line in text.splitlines() if line.startswith("## ")}
        for heading in HEADINGS:
            if not {heading, SAID_OTHERWISE.get(heading, heading)} & headings:
                found.append(Finding(place, f"no heading ## {heading}", "say it, or say that there is none"))
        present = {path.stem for path in house.folder(room).iterdir()}
        for door in dict.fromkeys(house.doors(room)):
            if door in present and f"`{door}" not in text and f"{door}.py" not in text:
                found.append(Finding(place, f"says nothing of its door {door}", f"mention `{door}`"))
    return found
