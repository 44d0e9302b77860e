"""Change requests as they are read: records for the rules, rules of operations, requests, previews, presence and drafts."""
