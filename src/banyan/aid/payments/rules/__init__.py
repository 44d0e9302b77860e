"""Rules of payments, pure: amounts, states, bands."""
