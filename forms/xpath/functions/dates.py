"""Dates and times: reading, converting, formatting."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from forms.node import Node
from forms.xpath.calendar import CalendarNames
from forms.xpath.compiled import Compiled, as_text
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import Registry, register
from forms.xpath.moments import (
    Moment,
    from_date,
    from_instant,
    from_number,
    instant_from_number,
    parse_time,
)
from forms.xpath.values import NAN, Value, string_to_number, to_moment, to_string

FUNCTIONS: Registry = {}


@register(FUNCTIONS, "now", 0, 0, volatile=True)
def _now(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("any", lambda _node, env: from_instant(env.now(), env.tz))


@register(FUNCTIONS, "today", 0, 0, volatile=True)
def _today(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled(
        "any", lambda _node, env: from_date(env.now().astimezone(env.tz).date(), env.tz)
    )


@register(FUNCTIONS, "date", 1, 1)
def _date(pieces: tuple[Compiled, ...]) -> Compiled:
    """A date or date-time from its spelling or from days; whole days are a date."""
    return _converted(pieces[0], from_number)


@register(FUNCTIONS, "date-time", 1, 1)
def _date_time(pieces: tuple[Compiled, ...]) -> Compiled:
    """As date(), but days are counted in UTC and always give a date-time."""
    return _converted(pieces[0], instant_from_number)


def _converted(piece: Compiled, count: Callable[..., Moment | None]) -> Compiled:
    value = piece.value

    def convert(node: Node, env: Environment) -> Value:
        return _read(value(node, env), env, count) or ""

    return Compiled("any", convert)


def _read(
    value: Value, env: Environment, count: Callable[..., Moment | None] = from_number
) -> Moment | None:
    """The moment that a value is, spells or counts; None for what is none of these."""
    if isinstance(value, bool):
        return None
    moment = to_moment(value, env)
    if moment is not None:
        return moment
    number = value if isinstance(value, float) else string_to_number(to_string(value, env), env)
    return count(number, env.tz) if math.isfinite(number) else None


@register(FUNCTIONS, "decimal-date-time", 1, 1)
def _decimal_date_time(pieces: tuple[Compiled, ...]) -> Compiled:
    value = pieces[0].value

    def decimal(node: Node, env: Environment) -> float:
        found = value(node, env)
        moment = to_moment(found, env)
        if moment is not None:
            return moment.days
        return found if isinstance(found, float) else string_to_number(to_string(found, env), env)

    return Compiled("number", decimal)


@register(FUNCTIONS, "decimal-time", 1, 1)
def _decimal_time(pieces: tuple[Compiled, ...]) -> Compiled:
    """The part of the local day that has passed at a time or date-time."""
    value = pieces[0].value

    def decimal(node: Node, env: Environment) -> float:
        found = value(node, env)
        moment = to_moment(found, env)
        if moment is not None:
            return _day_part(moment.instant)
        clock = parse_time(to_string(found, env).strip())
        if clock is None:
            return NAN
        here = env.now().astimezone(env.tz)
        there = datetime.combine(here.date(), clock, clock.tzinfo or env.tz)
        return _day_part(there.astimezone(env.tz))

    return Compiled("number", decimal)


def _day_part(instant: datetime) -> float:
    seconds = instant.hour * 3600 + instant.minute * 60 + instant.second
    return (seconds + instant.microsecond / 1e6) / 86_400


def _formatted(pieces: tuple[Compiled, ...]) -> Compiled:
    value, pattern = pieces[0].value, as_text(pieces[1])

    def formatted(node: Node, env: Environment) -> str:
        moment = _read(value(node, env), env)
        return "" if moment is None else spell(moment.instant, pattern(node, env), env.calendar)

    return Compiled("string", formatted)


register(FUNCTIONS, "format-date", 2, 2)(_formatted)
register(FUNCTIONS, "format-date-time", 2, 2)(_formatted)


_ESCAPES: Final[dict[str, Callable[[datetime, CalendarNames], str]]] = {
    "Y": lambda at, _names: f"{at.year:04}",
    "y": lambda at, _names: f"{at.year % 100:02}",
    "m": lambda at, _names: f"{at.month:02}",
    "n": lambda at, _names: str(at.month),
    "B": lambda at, names: names.months[at.month - 1],
    "b": lambda at, names: names.short_months[at.month - 1],
    "d": lambda at, _names: f"{at.day:02}",
    "e": lambda at, _names: str(at.day),
    "H": lambda at, _names: f"{at.hour:02}",
    "h": lambda at, _names: str(at.hour),
    "M": lambda at, _names: f"{at.minute:02}",
    "S": lambda at, _names: f"{at.second:02}",
    "3": lambda at, _names: f"{at.microsecond // 1000:03}",
    "A": lambda at, names: names.days[at.weekday()],
    "a": lambda at, names: names.short_days[at.weekday()],
    "W": lambda at, _names: f"{at.isocalendar().week:02}",
    "w": lambda at, _names: str(at.isoweekday() % 7),
    "Z": lambda at, _names: at.strftime("%z"),
    "%": lambda _at, _names: "%",
}


def spell(at: datetime, pattern: str, names: CalendarNames) -> str:
    """`pattern` with its % escapes replaced; an unknown escape stays as it is."""
    parts = []
    place = 0
    while place < len(pattern):
        letter = pattern[place + 1 : place + 2] if pattern[place] == "%" else ""
        if letter in _ESCAPES:
            parts.append(_ESCAPES[letter](at, names))
            place += 2
        else:
            parts.append(pattern[place])
            place += 1
    return "".join(parts)
