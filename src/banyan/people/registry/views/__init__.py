"""Pages of the register: overview, lists, search, records, photos, notices, cards, exports."""
