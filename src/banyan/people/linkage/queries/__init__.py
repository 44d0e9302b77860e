"""Reading linkage: cases, pairs and runs, always for somebody who looks."""
