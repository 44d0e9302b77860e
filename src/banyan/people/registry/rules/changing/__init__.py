"""Typed change requests as pure rules: what was asked, over the records as they stand, gives the rows to write.

`records` holds rows as plain values, `case` gathers edits and problems of one change, `kinds` names the types with their
inputs, `people`, `members`, `households`, `status`, `parts` and `update` plan them, `invariants` looks at what would be,
`merging` compares with what moved meanwhile.
"""
