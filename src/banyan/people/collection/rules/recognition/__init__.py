"""Recognising what the columns of a table hold, and remembering what a person confirmed."""

from banyan.people.collection.rules.recognition.guessing import extra_key, guess, question_of
from banyan.people.collection.rules.recognition.memory import remember, signature
from banyan.people.collection.rules.recognition.samples import masked, samples
from banyan.people.collection.rules.recognition.subjects import ENOUGH
from banyan.people.collection.rules.recognition.vocabulary import SPECIAL

__all__ = ["ENOUGH", "SPECIAL", "extra_key", "guess", "masked", "question_of", "remember", "samples", "signature"]
