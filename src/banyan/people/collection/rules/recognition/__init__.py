"""Recognising what the columns of a table hold, and remembering what a person confirmed."""

from banyan.people.collection.rules.recognition.guessing import ENOUGH, SPECIAL, extra_key, guess
from banyan.people.collection.rules.recognition.memory import remember, signature

__all__ = ["ENOUGH", "SPECIAL", "extra_key", "guess", "remember", "signature"]
