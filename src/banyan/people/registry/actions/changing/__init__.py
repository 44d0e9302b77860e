"""Writing changes: proposing, deciding, applying, the operation's rules, drafts and presence."""
