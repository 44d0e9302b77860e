"""Writing data quality: passes of the engine, and what people decide about findings."""

from banyan.people.quality.actions.passing import PassDone, check_moved, check_records, moved, run_pass, start_pass

__all__ = ["PassDone", "check_moved", "check_records", "moved", "run_pass", "start_pass"]
