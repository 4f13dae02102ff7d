"""What people type in a talk about pensions: amounts, years, spans and birth months.

Full-width figures, commas, units and Chinese numerals are read; what is not understood is None.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final

from handlers.dates import parse_date, parse_month

_UNITS: Final = re.compile(r"(?:人民币|rmb|cny|yuan|[¥￥]|每年|一年|每月|/年|元整?|块钱?|圆|档)")
_AMOUNT: Final = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)")
_TIMES: Final = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)(万|千)")
_YEARS: Final = re.compile(r"(\d{1,3})(?:年|years?|y)?")
_SPAN: Final = re.compile(
    r"(?:(\d{1,2})(?:年|years?|y))?(?:零|and|又)?(?:(\d{1,3})个?(?:月|months?|m))?"
)
_YEAR: Final = re.compile(r"((?:19|20)\d{2})年?(?:生|出生)?")
_DIGITS: Final = {sign: place for place, sign in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMERAL: Final = re.compile(f"[{''.join(_DIGITS)}{''.join(_PLACES)}]+")
_OLDEST: Final = 1900


def amount(text: str) -> Decimal | None:
    """An amount in yuan: ``500元``, ``１，０００``, ``五百块``, ``1.5万``."""
    plain = _UNITS.sub("", _plain(text)).replace(",", "").replace("，", "")
    if times := _TIMES.fullmatch(plain):
        return Decimal(times[1]) * _PLACES[times[2]]
    found = _AMOUNT.fullmatch(plain)
    return Decimal(found[1]) if found else None


def years(text: str) -> int | None:
    """A number of whole years: ``9``, ``９年``, ``十五年``."""
    found = _YEARS.fullmatch(_plain(text))
    return int(found[1]) if found else None


def months(text: str) -> int | None:
    """A length of time in months: ``12年6个月``, ``150个月``; a bare number is years."""
    plain = _plain(text)
    if bare := years(plain):
        return bare * 12
    found = _SPAN.fullmatch(plain)
    if not found or not (found[1] or found[2]):
        return 0 if years(plain) == 0 else None
    return int(found[1] or 0) * 12 + int(found[2] or 0)


def birth(text: str, today: date) -> date | None:
    """A birth day, or the first day of a birth month; the year has to be in it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"(?:出生|生)$", "", plain)
    if not re.search(r"\d{4}|[〇零一二三四五六七八九]{4}", plain):
        return None
    found = parse_date(plain, today) or parse_month(plain, today)
    return found if found and found.year >= _OLDEST else None


def birth_year(text: str) -> int | None:
    """A birth year alone."""
    found = _YEAR.fullmatch(_plain(text))
    return int(found[1]) if found else None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    folded = re.sub(r"\s+", "", folded)
    return _NUMERAL.sub(lambda found: _figures(found[0]), folded)


def _figures(numeral: str) -> str:
    """A Chinese numeral in figures: 一千二百 is 1200, 一九七一 is 1971."""
    if not any(sign in _PLACES for sign in numeral):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    if numeral in ("万", "千"):  # stands after a figure: 1.5万
        return numeral
    total = section = digit = 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign == "万":
            total, section, digit = total + (section + digit) * _PLACES[sign], 0, 0
        else:
            section, digit = section + (digit or 1) * _PLACES[sign], 0
    before = _PLACES.get(numeral[-2:-1], 0)  # 三千五 is 3500
    return str(total + section + digit * (before // 10 if before > 10 else 1))
