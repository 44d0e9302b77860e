"""What happened: every change of a kept table, the facts that rooms announced, and how records were on a date."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("queries", "tracking", "installing")
