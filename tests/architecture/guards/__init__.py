"""Guards of the house: each module holds one, a function ``findings`` that returns what breaks the rule and how to mend it."""
