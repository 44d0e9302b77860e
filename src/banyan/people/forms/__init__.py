"""Form definitions (XLSForm), their versions, binding to the register, and what may be collected."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("declarations",)
