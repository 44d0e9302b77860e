"""Writing the screening: lists loaded, the register compared with them, hits decided on by people."""
