"""That aid arrives: payment plans, their approvals and ledger, providers, distributions, reconciliation, verification."""
