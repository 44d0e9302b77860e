"""Explained exceptions. A guard takes them as {place: reason}; one that no longer excuses anything is itself a finding."""

from collections.abc import Callable, Iterable, Mapping

from tests.architecture.guards.source import Finding


def excused(
    found: Iterable[Finding], allowed: Mapping[str, str], name: Callable[[Finding], str] = lambda finding: finding.place
) -> list[Finding]:
    """Findings that no exception covers, and exceptions that are stale or give no reason."""
    findings = list(found)
    names = {name(finding) for finding in findings}
    left = [finding for finding in findings if name(finding) not in allowed]
    left += [
        Finding(place, "stale exception: nothing here breaks the rule any more", "delete the entry")
        for place in allowed
        if place not in names
    ]
    left += [
        Finding(place, "exception without a reason", "say why, in words")
        for place, why in allowed.items()
        if len(why) < 15
    ]
    return sorted(left)
