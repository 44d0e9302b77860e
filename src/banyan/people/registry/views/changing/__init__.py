"""Pages of change requests: asking for one, deciding on one, rules of an operation, who is here."""
