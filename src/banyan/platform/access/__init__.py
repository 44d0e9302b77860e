"""Who may do what, where: accounts, roles, grants, the sealed reach, row-level security, the log of reads."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = (
    "acting",
    "actions",
    "declarations",
    "doors",
    "facts",
    "migrating",
    "pages",
    "privileges",
    "queries",
    "reads",
    "sign_on",
    "testing",
    "viewers",
)
