"""Background work: durable jobs with progress, retries, schedules, and reactions to facts."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = (
    "actions",
    "declarations",
    "progress",
    "queries",
    "testing",
    "worker",
)
