"""What every room stands on: ids, partial dates, money, names, problems, facts. It knows no room."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = (
    "arrays",
    "dates",
    "facts",
    "fields",
    "ids",
    "lifecycles",
    "listing",
    "models",
    "money",
    "names",
    "privacy",
    "problems",
    "sets",
    "uploads",
    "vault",
)
