"""Screening against sanctions lists: reading the lists, comparing names and dates, and what a likeness is worth."""
