"""Dates and times as people type them: 昨天, 3月5日, 上周三, 2026-03-05, yesterday, 下午2点半.

What is understood is always echoed back in full, so a wrong reading is seen at once. A month and
day without a year means the latest such day that is not more than two months ahead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Final

_AHEAD: Final = timedelta(days=62)

_RELATIVE: Final = {
    **{"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0},
    **{"明天": 1, "后天": 2, "大后天": 3, "yesterday": -1, "today": 0, "tomorrow": 1},
}
_WEEKDAYS: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ENGLISH_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二两三四五六七八九", "001223456789")


def parse_date(text: str, today: date) -> date | None:
    """The day that `text` names, seen from `today`; None if it names none (30 February too)."""
    plain = _plain(text)
    if plain in _RELATIVE:
        return today + timedelta(days=_RELATIVE[plain])
    for pattern, build in _DATE_PATTERNS:
        if match := pattern.fullmatch(plain):
            try:
                return build(match, today)
            except (ValueError, OverflowError):
                return None
    return None


def parse_month(text: str, today: date) -> date | None:
    """The first day of the month that `text` names; a full date gives its month."""
    plain = _plain(text)
    if match := re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", plain):
        return _day(int(match[1]), int(match[2]), 1)
    if match := re.fullmatch(r"(\d{1,2})月(?:份)?", plain):
        return _latest(int(match[1]), 1, today)
    day = parse_date(text, today)
    return day.replace(day=1) if day else None


def parse_year(text: str) -> date | None:
    """The first day of the year that `text` names."""
    match = re.fullmatch(r"(\d{4})年?", _plain(text))
    return _day(int(match[1]), 1, 1) if match else None


def parse_time(text: str) -> time | None:
    """The time of day that `text` names, to the minute."""
    plain = _plain(text)
    half = r"(?P<half>早上|上午|中午|下午|晚上)?"
    numbers = r"(?P<hour>\d{1,2})[:点时](?P<minute>\d{1,2}|半)?分?"
    match = re.fullmatch(f"{half}{numbers}(?P<pm>am|pm)?", plain)
    match = match or re.fullmatch(r"(?P<half>)(?P<hour>\d{1,2})(?P<minute>)(?P<pm>am|pm)", plain)
    if not match:
        return None
    hour, minute = int(match["hour"]), match["minute"] or "0"
    late = match["half"] in ("下午", "晚上", "中午") or match["pm"] == "pm"
    if late and hour < (11 if match["half"] == "中午" else 12):
        hour += 12
    if match["pm"] == "am" and hour == 12:
        hour = 0
    try:
        return time(hour, 30 if minute == "半" else int(minute))
    except ValueError:
        return None


def split_moment(text: str) -> tuple[str, str]:
    """The date part and the time part of ``昨天 下午3点`` or ``2026-03-05T14:30``."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("T", " ")
    head, _, tail = plain.partition(" ")
    return head, tail.strip()


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    folded = re.sub(r"\s+", "", folded)
    if re.search(r"[月日号点年]", folded):
        folded = re.sub(r"[〇零一二两三四五六七八九十]+(?=[月日号点年])", _arabic, folded)
    return folded


def _arabic(match: re.Match[str]) -> str:
    """Chinese numerals below a hundred, and years digit by digit, in figures; what is no numeral as
    it stands."""
    word = match[0]
    if "十" not in word:
        return word.translate(_CHINESE_DIGITS)
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return word
    value = int((tens or "一").translate(_CHINESE_DIGITS)) * 10
    return str(value + int((ones or "〇").translate(_CHINESE_DIGITS)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(month: int, day: int, today: date) -> date:
    here = date(today.year, month, day)
    return here if here <= today + _AHEAD else date(today.year - 1, month, day)


def _full(match: re.Match[str], _today: date) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _day_first(match: re.Match[str], _today: date) -> date:
    return date(int(match[3]), int(match[2]), int(match[1]))


def _month_and_day(match: re.Match[str], today: date) -> date:
    return _latest(int(match[1]), int(match[2]), today)


def _last_years_day(match: re.Match[str], today: date) -> date:
    return date(today.year - (1 if match[1] == "去" else 0), int(match[2]), int(match[3]))


def _day_of_month(match: re.Match[str], today: date) -> date:
    shift = {"上": -1, "下": 1}.get(match[1] or "", 0)
    months = today.year * 12 + today.month - 1 + shift
    return date(months // 12, months % 12 + 1, int(match[2]))


def _days_away(match: re.Match[str], today: date) -> date:
    past = match[2] in ("前", "以前", "之前", "daysago", "dayago")
    return today + timedelta(days=int(match[1]) * (-1 if past else 1))


def _weekday(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    weeks = {"上": -1, "下": 1}.get(match[1] or "", 0)
    return monday + timedelta(weeks=weeks, days=_WEEKDAYS[match[2]])


def _last_weekday(match: re.Match[str], today: date) -> date:
    wanted = _ENGLISH_WEEKDAYS.index(match[1][:3])
    return today - timedelta(days=(today.weekday() - wanted) % 7 or 7)


_Build = Callable[[re.Match[str], date], date]
_DATE_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Build], ...]] = (
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?"), _full),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), _full),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"), _day_first),
    (re.compile(r"(\d{1,2})(?:月|[-/.])(\d{1,2})[日号]?"), _month_and_day),
    (re.compile(r"(去|今)年(\d{1,2})月(\d{1,2})[日号]?"), _last_years_day),
    (re.compile(r"(上|本|这|下)?(?:个)?月?(\d{1,2})[日号]"), _day_of_month),
    (re.compile(r"(\d{1,3})(?:天|日)(前|以前|之前|后|以后|之后)"), _days_away),
    (re.compile(r"(\d{1,3})(daysago|dayago)"), _days_away),
    (re.compile(r"(上|本|这|下)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])"), _weekday),
    (re.compile(r"last(mon|tue|wed|thu|fri|sat|sun)[a-z]*"), _last_weekday),
)
