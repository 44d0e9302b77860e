"""Scores, control limits, age quality and words of bits: pure."""
