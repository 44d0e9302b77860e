"""The expressions of forms: reading them, evaluating them on one submission, and compiling them for tables."""
