"""What happened to a subject, as rules name it: events that forms told, and those that follow from
its own facts (``added:TAG``, ``ended:TAG``, ``age:18``, ``listed``, ``left``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from scheduler.spans import birthday
from scheduler.subjects import Event, Subject

DERIVED: Final = re.compile(r"(?:added|ended):(?P<tag>[a-z][a-z0-9_]*)|age:\d{1,3}|listed|left")
"""The names of events that follow from a subject's own facts."""


def events_of(subject: Subject, names: Collection[str]) -> list[Event]:
    """The events of these names, in order of time."""
    told = [one for one in subject.events if one.name in names]
    derived = [
        Event(name, f"{name}@{day.isoformat()}", day)
        for name in names
        for day in _days(subject, name)
    ]
    return sorted(told + derived, key=lambda one: (one.on, one.key))


def _days(subject: Subject, name: str) -> Iterator[date]:
    what, _, detail = name.partition(":")
    match what:
        case "added":
            yield from (one.since for one in subject.tags if one.name == detail)
        case "ended":
            yield from (one.until for one in subject.tags if one.name == detail and one.until)
        case "age" if subject.birth_date:
            yield birthday(subject.birth_date, int(detail))
        case "listed":
            yield from (min(stay.since for stay in subject.stays),) if subject.stays else ()
        case "left" if subject.left_on:
            yield subject.left_on
