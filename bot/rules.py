"""The visit rules and the calendar of this deployment, as its settings name them."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.settings_error import SettingsError
from scheduler.calendars import CalendarError, WorkingDays
from scheduler.rule_names import Questions
from scheduler.rulebook import RuleShelf


def shelf(settings: Settings, forms: Questions | None = None) -> RuleShelf:
    """The rules for a running program, which reads them again when they change. With `forms`, what
    they say of forms and questions is checked too. Raises RulesError."""
    return RuleShelf(*folders(settings), forms=forms)


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where rules stand beside the built-in ones."""
    return (settings.rules,) if settings.rules else ()


def working_days(settings: Settings) -> WorkingDays:
    """The calendar, with the county's own days. Raises SettingsError ``bad_calendar``."""
    try:
        return WorkingDays.china(settings.calendar)
    except CalendarError as error:
        raise SettingsError("bad_calendar", file=error.file, where=error.where) from error


def check(settings: Settings) -> None:
    """Read both before anybody is served. Raises RulesError, SettingsError."""
    shelf(settings)
    working_days(settings)
