"""Working days and festivals, from tables that anybody can read beside this file."""

from __future__ import annotations

from scheduler.calendars.festivals import FESTIVALS, festival
from scheduler.calendars.working_days import CalendarError, WorkingDay, WorkingDays

__all__ = ["FESTIVALS", "CalendarError", "WorkingDay", "WorkingDays", "festival"]
