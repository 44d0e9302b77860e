"""A few values of every column, for the person who confirms what it holds; masked where they may tell who somebody is."""

from banyan.people.collection.rules.shapes import Reading

SHOWN = 3
_LONGEST = 40
_FEW = 12
"""So many different values among the sampled rows make a column of choices, which tells nobody apart."""
_SAMPLED = 300


def samples(reading: Reading) -> dict[str, list[dict[str, object]]]:
    """By table, for every column in order: {"values": up to three different ones, "few": whether it is one of choices}."""
    found: dict[str, list[dict[str, object]]] = {}
    for table in reading.tables:
        head = table.frame.head(_SAMPLED)
        columns: list[dict[str, object]] = []
        for header in table.headers:
            values = head[f"c{header.position}"].drop_nulls()
            different = values.unique(maintain_order=True)
            few = different.len() <= _FEW and values.len() >= 2 * different.len()
            columns.append(
                {"values": [value.strip()[:_LONGEST] for value in different.head(SHOWN).to_list()], "few": few}
            )
        found[table.name] = columns
    return found


def masked(value: str) -> str:
    """A value of which only the first sign of each word is left, and how long the words are: "Aung Min" → "A••• M••"."""
    words = value.split()
    return " ".join(word[:1] + "•" * min(len(word) - 1, 8) for word in words)
