"""Who they are: forms, what was collected with them, and the register of people and households."""
