"""Time limits in working days: each step counts from the end of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pension.codes import Gap, StepCode
from pension.reasoning import Caveat, Reasoning, Step
from pension.rulebook import RuleBook
from pension.tables import HolidayYear
from pension.working_days import HolidayCalendar, Workdays, add_workdays


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a limit.

    It is `provisional` where it reaches a year whose holidays are not on record: by weekends alone,
    and to be reckoned again once they are.
    """

    day: date
    working_days: int
    provisional: bool
    why: Reasoning


def deadlines(
    book: RuleBook, name: str, start: date, workdays: Workdays | None = None
) -> tuple[Deadline, ...]:
    """The end of each step of a time limit: ``transfer`` (three steps), ``registration``,
    ``pension_application``, ``death_notice``.

    `start` is the day of the event and does not count. `workdays` may be a deployment's own
    calendar. Empty where no such limit was in force on that day.
    """
    clock = book.clock_in_force(name, start)
    if clock is None:
        return ()
    found = []
    for _ in range(clock.steps):
        deadline = deadline_after(book, start, clock.working_days, workdays)
        why = Reasoning.of(clock, deadline.why)
        found.append(Deadline(deadline.day, deadline.working_days, deadline.provisional, why))
        start = deadline.day
    return tuple(found)


def deadline_after(
    book: RuleBook, start: date, working_days: int, workdays: Workdays | None = None
) -> Deadline:
    """The last of so many working days after a day."""
    calendar = workdays or _calendar(book.holidays)
    day = add_workdays(calendar, start, working_days)
    years = range(start.year, day.year + 1)
    missing = tuple(year for year in years if not calendar.on_record(year))
    step = Step(StepCode.WORKING_DAYS, {"start": start, "days": working_days, "deadline": day})
    rows = () if workdays else (row for row in book.holidays if row.year in years)
    gaps = [Caveat(Gap.CALENDAR_NOT_ON_RECORD, {"years": missing})] if missing else []
    return Deadline(day, working_days, bool(missing), Reasoning.of(step, *rows, *gaps))


@lru_cache(maxsize=4)
def _calendar(rows: tuple[HolidayYear, ...]) -> HolidayCalendar:
    return HolidayCalendar.of(rows)
