"""Pure rules of collection: shapes of what was read, recognition of columns, canonical form, checks."""
