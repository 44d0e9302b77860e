"""Pure rules of history: what a date typed by a person means as an instant."""

from datetime import date, datetime, time, timedelta, tzinfo

from banyan.platform.kernel.problems import Problem


def instant(text: str, zone: tzinfo) -> datetime:
    """The instant that a date or a time means; a date alone means the end of that day, and a time without zone `zone`.

    Raises Problem history.instant_malformed.
    """
    plain = text.strip()
    try:
        if len(plain) <= len("2026-03-31"):
            day = date.fromisoformat(plain)
            return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
        found = datetime.fromisoformat(plain)
    except (ValueError, OverflowError):
        raise Problem("history.instant_malformed", text=plain) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)
