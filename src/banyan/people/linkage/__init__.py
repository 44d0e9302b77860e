"""The same person seen once: candidate pairs, their scores, what people decide about them."""
