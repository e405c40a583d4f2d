"""Participants are named nowhere that is published."""

import re

#: How faults name a participant (`ingest.problems.who`).
_NAMED = re.compile('participant "[^"]*"')


def without_ids(problem: str) -> str:
    """Return the words of a fault without the names of participants in it."""
    return _NAMED.sub("a participant", problem)
