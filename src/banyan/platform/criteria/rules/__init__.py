"""Pure rules of the language: reading, types, values, the slow evaluator, writing, explaining."""
