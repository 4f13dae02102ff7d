"""The period of a duty as people say it: a month, a quarter, a festival; else the days it takes."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from core.texts import known, say

_OF_CALENDAR: Final = {
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "quarter": re.compile(r"(\d{4})Q([1-4])"),
    "half_year": re.compile(r"(\d{4})H([12])"),
    "week": re.compile(r"(\d{4})W(\d\d)"),
    "year": re.compile(r"(\d{4})()"),
}
_FESTIVAL: Final = re.compile(r"([a-z_]+)-(\d{4})")
_NTH: Final = re.compile(r".+/(\d+)")


def period_words(key: str, first: date, last: date, language: str) -> str:
    """What people call the period `key` of a rule, which goes from `first` to `last`. One that
    hangs on an event is known by its days: the key of an event tells people nothing."""

    def words(name: str, /, **values: object) -> str:
        return say(language, f"exports.period.{name}", **values)

    for name, pattern in _OF_CALENDAR.items():
        if found := pattern.fullmatch(key):
            number = found[2].lstrip("0")
            called = f"half_{number}" if name == "half_year" else name
            return words(called, year=found[1], number=number)
    festival = _FESTIVAL.fullmatch(key)
    if festival and known(f"rulewords.festival.{festival[1]}"):
        called = say(language, f"rulewords.festival.{festival[1]}")
        return words("festival", year=festival[2], name=called)
    days = f"{first}" if first == last else words("days", first=first, last=last)
    nth = _NTH.fullmatch(key)
    return words("nth", days=days, number=nth[1]) if nth else days
