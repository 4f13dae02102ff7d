"""What obligations are computed with, besides the register and the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from scheduler.calendars.working_days import WorkingDays
from scheduler.owed import Owed
from scheduler.periods import Period
from scheduler.rulebook import Rulebook
from scheduler.visit_rules import VisitRule
from scheduler.windows import Window, window


@dataclass(frozen=True, slots=True)
class Ground:
    """The rules, the calendar of working days, and where the people live."""

    book: Rulebook
    zone: tzinfo
    days: WorkingDays = field(default_factory=WorkingDays.china)

    def window(self, period: Period, since: date | None = None) -> Window | None:
        """The window of a period for a subject that is concerned from `since` on."""
        late = since if since and since > period.first else None
        return window(period, self.days, self.zone, late)

    def windows(self, owed: Sequence[Owed]) -> Iterator[tuple[Owed, Window]]:
        """Those obligations that have a window, with it."""
        for one in owed:
            found = self.window(one.period, one.since)
            if found is not None:
                yield one, found

    def rule(self, rule_id: str, version: int, region: str) -> VisitRule | None:
        """The version of a rule, None if no file has it any more."""
        try:
            return self.book.rule(rule_id, version, region)
        except KeyError:
            return None

    def owners(self, role: str) -> tuple[str, ...]:
        """The roles that owe a duty of `role`: it, and those who stand in, one after another."""
        found: list[str] = []
        following: str | None = role
        while following and following not in found:
            found.append(following)
            known = self.book.roles.get(following)
            following = known.falls_to if known else None
        return tuple(found)
