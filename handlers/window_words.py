"""Days and windows in words: "9月1日至30日任意一天", "any day from 1 to 30 September"."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from core.texts import say


def day(on: date, today: date, language: str) -> str:
    """A day, with its year unless that is this year's."""
    return _day(on, language, with_year=on.year != today.year)


def weekday(on: date, today: date, language: str) -> str:
    """A day with the name of its weekday."""
    name = say(language, "chat.weekdays").split()[on.weekday()]
    return say(language, "chat.day", day=day(on, today, language), weekday=name)


def month(on: date, language: str) -> str:
    """The month of a day, with its year."""
    return say(language, "rulewords.month_of_year", year=on.year, month=_month(on, language))


def any_day(first: date, last: date, today: date, language: str) -> str:
    """The days from `first` to `last`, both included, any of which will do."""
    with_year = {first.year, last.year} != {today.year}
    ends = _day(last, language, with_year=with_year)
    if first == last:
        return say(language, "rulewords.on_day", day=ends)
    if (first.year, first.month) == (last.year, last.month):
        key = "rulewords.any_day_within_year" if with_year else "rulewords.any_day_within"
        month = _month(first, language)
        return say(language, key, year=first.year, month=month, d=first.day, last=last.day)
    begins = _day(first, language, with_year=with_year)
    return say(language, "rulewords.any_day", first=begins, last=ends)


def until(first: date, last: datetime, zone: tzinfo, today: date, language: str) -> str:
    """From the day `first` to a moment (aware) of a rule that counts in hours."""
    begins, ends = day(first, today, language), moment(last, zone, today, language)
    return say(language, "rulewords.until_moment", first=begins, moment=ends)


def moment(at: datetime, zone: tzinfo, today: date, language: str) -> str:
    """A moment (aware) by the clocks of `zone`."""
    local = at.astimezone(zone)
    on = day(local.date(), today, language)
    return say(language, "rulewords.clock", day=on, time=f"{local:%H:%M}")


def _day(on: date, language: str, *, with_year: bool) -> str:
    key = "rulewords.day_of_year" if with_year else "rulewords.day"
    return say(language, key, year=on.year, month=_month(on, language), d=on.day)


def _month(on: date, language: str) -> str:
    return say(language, "rulewords.months").split()[on.month - 1]
