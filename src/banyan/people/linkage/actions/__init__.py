"""Writing linkage: what is compared, runs, cases and what people decide about them."""
