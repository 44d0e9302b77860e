"""Dates as they are written where Django's own form is ambiguous or missing."""
