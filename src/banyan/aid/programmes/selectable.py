"""What programmes give to criteria and formulas: prices by place."""

FURTHER = "banyan.aid.programmes.queries.further.fields"
