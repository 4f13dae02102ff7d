"""The versions of one rule in one region, one after the other, and from when each has its periods.

A period belongs to the version in force on its first day and stays whole. So a version that comes
into force in the middle of its predecessor's period begins when that period ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from scheduler.anchors import CalendarAnchor
from scheduler.tiles import Tile, tile
from scheduler.visit_rules import VisitRule

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)  # without slots: its terms are kept
class Line:
    """One rule in one region. `versions` are in order of time; `carved` are the regions within it
    that have a line of their own."""

    versions: tuple[VisitRule, ...]
    carved: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.versions[0].id

    @property
    def region(self) -> str:
        """Where it holds; empty is everywhere."""
        return self.versions[0].region

    def in_force(self, day: date) -> VisitRule | None:
        """The version of the periods that begin on `day`, whether it is switched on or not."""
        return next((one for one in self.versions if one.holds(day)), None)

    @cached_property
    def terms(self) -> tuple[tuple[VisitRule, date], ...]:
        """Each version with the first day of its first period; one that has none is left out."""
        found: list[tuple[VisitRule, date]] = []
        free = date.min  # the first day that no earlier version's period covers
        for one in self.versions:
            begins = max(one.valid_from, free)
            if one.valid_to is not None and begins > one.valid_to:
                continue
            found.append((one, begins))
            if isinstance(one.anchor, CalendarAnchor) and one.every and one.valid_to:
                last = max(tile(one.every, one.valid_to).last, opening(one, begins).last)
                free = last + _DAY
        return tuple(found)


def opening(rule: VisitRule, begins: date) -> Tile:
    """The tile of the calendar with which the first period of a rule ends. What is left of the tile
    in which it `begins` is part of the next one, if it is too short to visit people in."""
    assert rule.every is not None
    found = tile(rule.every, begins)
    if found.first < begins and found.last - begins < timedelta(days=rule.newcomer_days):
        return tile(rule.every, found.last + _DAY)
    return found
