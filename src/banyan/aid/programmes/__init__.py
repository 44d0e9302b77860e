"""Who gets what: programmes, their cycles and packages, targeting, enrolment and entitlements."""
