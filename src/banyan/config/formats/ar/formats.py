"""Arabic: large numbers are read in groups, which Django's own formats leave together; separators are those of the Mashriq."""

THOUSAND_SEPARATOR = ","
DECIMAL_SEPARATOR = "."
NUMBER_GROUPING = 3
