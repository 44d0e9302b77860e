"""Pure rules of linkage: what is compared, how it is explained, how pairs become groups."""
