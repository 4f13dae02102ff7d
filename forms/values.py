"""Stored values and their canonical spelling: what people type, and what calculations leave behind.

`canonical` reads a person's answer: digits of any script, a decimal comma, full-width punctuation,
dates as year-month-day. `cast` fits a calculated value to its bind's type, as ODK Collect does when
it stores one. Both give the OpenRosa spelling: ``2026-03-05``, ``08:30:00.000+08:00``,
``lat lon altitude accuracy``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Final

from forms.prompts import Kind, Reason

MAX_TEXT: Final = 20_000
"""Characters that one answer may have; a chat message is shorter, a trace of points may be long."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_SENT_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_SENT_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"\s*(-?[0-9]+)(?:\.[0-9]*)?\s*")
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?")
_SOLID_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
# What XML can't hold. Named by what is out, not by what is in: a hundred times as quick to compile.
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PUNCTUATION: Final = str.maketrans(
    {"．": ".", "，": ",", "：": ":", "－": "-", "−": "-", "–": "-", "／": "/", "＋": "+",
     "٫": ".", "٬": "", "　": " ", "；": ";", "、": ","}
)  # fmt: skip


class ValueRefusedError(ValueError):
    """A typed answer that does not fit. `reason` is one of type, length, choice, media."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0-9, full-width punctuation as ASCII."""
    if text.isascii():
        return text
    digits = "".join(
        str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char
        for char in text
    )
    return digits.translate(_PUNCTUATION)


def canonical(kind: Kind, type_: str, raw: str, appearance: Sequence[str], zone: tzinfo) -> str:
    """The stored spelling of a typed answer, '' for a blank one. Raises ValueRefusedError.

    `zone` is added to times that name none. Selects and media are not read here.
    """
    if len(raw) > MAX_TEXT:
        raise ValueRefusedError("length")
    text = _UNFIT.sub("", raw).strip()
    if not text:
        return ""
    reader = _readers(zone).get(kind)
    if kind is Kind.RANGE:
        reader = _integer if type_ in ("int", "integer", "long") else _decimal
    if reader is None:
        return ascii_digits(text) if "numbers" in appearance else text
    try:
        plain = ascii_digits(text)
        if kind is Kind.DATE:
            return _date(plain, appearance)
        return reader(plain)
    except (ValueError, InvalidOperation) as error:
        raise ValueRefusedError("type") from error


def _readers(zone: tzinfo) -> dict[Kind, Callable[[str], str]]:
    return {
        Kind.INTEGER: _integer,
        Kind.DECIMAL: _decimal,
        Kind.DATE: _integer,
        Kind.TIME: lambda text: _time(text, zone, None),
        Kind.DATETIME: lambda text: _datetime(text, zone),
        Kind.GEOPOINT: _point,
        Kind.GEOTRACE: lambda text: _points(text, 2),
        Kind.GEOSHAPE: lambda text: _points(text, 3),
        Kind.ACKNOWLEDGE: lambda _text: "OK",
    }


def _integer(text: str) -> str:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return str(int(text))


def _decimal(text: str) -> str:
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    number = Decimal(text)
    return format(number.normalize(), "f") if number else "0"


def _date(text: str, appearance: Sequence[str]) -> str:
    if "year" in appearance and re.fullmatch(r"[0-9]{4}年?", text):
        return date(int(text[:4]), 1, 1).isoformat()
    match = _DATE.fullmatch(text) or _SOLID_DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match[3] is None and "month-year" not in appearance and "year" not in appearance:
        raise ValueError(text)
    day = int(match[3] or 1)
    if "month-year" in appearance or "year" in appearance:
        date(int(match[1]), int(match[2]), day)
        return date(
            int(match[1]), int(match[2]) if "month-year" in appearance else 1, 1
        ).isoformat()
    return date(int(match[1]), int(match[2]), day).isoformat()


def _time(text: str, zone: tzinfo, day: date | None) -> str:
    """The time with milliseconds and offset. Without a date, the zone's winter offset will do."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    micro = int((match[4] or "").ljust(6, "0")[:6])
    clock = time(int(match[1]), int(match[2]), int(match[3] or 0), micro)
    moment = datetime.combine(day or date(1970, 1, 1), clock)
    if match[5]:
        offset = "Z" if match[5] == "Z" else match[5][:3] + ":" + match[5][-2:]
        aware = datetime.fromisoformat(moment.isoformat() + offset.replace("Z", "+00:00"))
    else:
        aware = moment.replace(tzinfo=zone)
    return aware.isoformat(timespec="milliseconds").partition("T")[2]


def _datetime(text: str, zone: tzinfo) -> str:
    head, _, tail = text.replace("T", " ", 1).partition(" ")
    day = _date(head, ())
    return f"{day}T{_time(tail.strip(), zone, date.fromisoformat(day))}"


def _point(text: str) -> str:
    numbers = [float(part) for part in re.split(r"[\s,]+", text.strip()) if part]
    if not 2 <= len(numbers) <= 4 or not all(abs(number) < 1e9 for number in numbers):
        raise ValueError(text)
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise ValueError(text)
    return " ".join(str(number) for number in [*numbers, 0.0, 0.0][:4])


def _points(text: str, least: int) -> str:
    points = [_point(part) for part in re.split(r"[;\n]+", text) if part.strip()]
    if least == 3 and len(points) >= 3 and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < (4 if least == 3 else least):
        raise ValueError(text)
    return ";".join(points)


def fits(type_: str, text: str) -> bool:
    """Whether a node of `type_` may hold `text` as another program sends it."""
    check = _SENT.get(type_)
    try:
        return check is None or check(text)
    except ValueError:
        return False


def _is_decimal(text: str) -> bool:
    return bool(_SENT_DECIMAL.fullmatch(text)) and isfinite(float(text))


def _is_date(text: str) -> bool:
    return bool(_SENT_DATE.fullmatch(text) and date.fromisoformat(text))


def _are_points(text: str) -> bool:
    points = [part for part in text.split(";") if part.strip()]
    return bool(points and all(map(_point, points)))


_SENT: Final[dict[str, Callable[[str], bool]]] = {
    **dict.fromkeys(("int", "integer", "long"), lambda text: bool(_INTEGER.fullmatch(text))),
    **dict.fromkeys(("decimal", "double", "float"), _is_decimal),
    "date": _is_date,
    "dateTime": lambda text: bool(datetime.fromisoformat(text)),
    "geopoint": lambda text: bool(_point(text)),
    "geotrace": _are_points,
    "geoshape": _are_points,
}


def cast(type_: str, text: str) -> str:
    """`text`, computed or given as a default, as a node of `type_` stores it."""
    caster = _CASTS.get(type_)
    return caster(text) if caster is not None and text else text


def _cast_integer(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    return str(int(match[1])) if match else _truncate(text)


def _truncate(text: str) -> str:
    try:
        number = Decimal(text.strip())
        return str(int(number)) if number.is_finite() else ""
    except (InvalidOperation, ValueError):
        return ""


def _cast_decimal(text: str) -> str:
    try:
        return text.strip() if Decimal(text.strip()).is_finite() else ""
    except InvalidOperation:
        return ""


def _cast_date(text: str) -> str:
    head = text.strip().partition("T")[0]
    try:
        return date.fromisoformat(head).isoformat() if len(head) == 10 else _date(head, ())
    except ValueError:
        return ""


def _cast_point(text: str) -> str:
    try:
        return _point(text)
    except ValueError:
        return ""


def _cast_points(text: str) -> str:
    try:
        return ";".join(_point(part) for part in text.split(";") if part.strip())
    except ValueError:
        return ""


_CASTS: Final[dict[str, Callable[[str], str]]] = {
    "int": _cast_integer,
    "integer": _cast_integer,
    "long": _cast_integer,
    "decimal": _cast_decimal,
    "double": _cast_decimal,
    "float": _cast_decimal,
    "date": _cast_date,
    "geopoint": _cast_point,
    "geotrace": _cast_points,
    "geoshape": _cast_points,
}
