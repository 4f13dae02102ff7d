"""Numbers that nobody should send to a chat unasked: of ID cards, bank cards and telephones.

A look at the words alone: full-width digits, spaces and hyphens within a number are put right, and
its check digit decides where it has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from core.ids import GAP, NotAnId, resident_id

Kind = Literal["id_number", "bank_card", "phone"]

_LEAST_DIGITS: Final = 10
_DATES: Final = date.max  # whether somebody is born yet is no question here

_PLAIN: Final = (
    {ord("０") + n: str(n) for n in range(10)}
    | dict.fromkeys(map(ord, "xｘＸхХ×"), "X")
    | dict.fromkeys(map(ord, "‐‑–—－·\u3000\u00a0"), "-")
    | {ord("＋"): "+"}
)
"""One sign for one sign, so that places in the text stay what they are."""

_ENDS: Final = r"(?![0-9])"


def _run(digits: int, last: str = "[0-9]") -> str:
    """So many digits with gaps, wherever they begin: the first may belong to something else."""
    return rf"(?<![0-9])(?=([0-9](?:{GAP}[0-9]){{{digits - 2}}}{GAP}{last}){_ENDS})"


_ID_NUMBER: Final = re.compile(_run(18, "[0-9X]"))
_CARDS: Final = tuple(re.compile(_run(n)) for n in (19, 18, 17, 16))
_ISSUERS: Final = ("3", "4", "5", "6", "9")  # ISO/IEC 7812: banking; 62 is UnionPay
_MOBILE: Final = "|".join(  # has no check digit, so only the ways in which people write one
    "1[3-9]" + "[ -]?".join(f"[0-9]{{{n}}}" for n in parts)
    for parts in ((1, 4, 4), (1, 3, 5), (2, 3, 4), (5, 4))
)
_PHONES: Final = (
    re.compile(rf"(?<![0-9.])(?:(?:\+|00)?86[ -]?)?(?:{_MOBILE}){_ENDS}"),
    re.compile(rf"(?<![0-9.])0[1-9][0-9]{{1,2}}[)）]?[ -]?[0-9]{{7,8}}{_ENDS}"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text, from place `start` up to `end`."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> list[Found]:
    """Every such number in `text`, in order and without overlaps."""
    if sum(map(str.isdecimal, text)) < _LEAST_DIGITS:
        return []
    taken: list[Found] = []
    for one in _candidates(text.translate(_PLAIN)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)


def hide(text: str) -> str:
    """`text` with a dot in place of every sign of such a number."""
    for one in find(text):
        text = text[: one.start] + "•" * (one.end - one.start) + text[one.end :]
    return text


def _candidates(plain: str) -> Iterator[Found]:
    """The surest first: an ID number is no bank card, and a bank card no telephone number."""
    for match in _ID_NUMBER.finditer(plain):
        if _is_id_number(match[1]):
            yield Found("id_number", *match.span(1))
    for pattern in _CARDS:
        for match in pattern.finditer(plain):
            if _is_bank_card(_digits(match[1])):
                yield Found("bank_card", *match.span(1))
    for pattern in _PHONES:
        for match in pattern.finditer(plain):
            yield Found("phone", *match.span())


def _digits(run: str) -> str:
    return "".join(sign for sign in run if sign in "0123456789X")


def _is_id_number(run: str) -> bool:
    try:
        resident_id(_digits(run), _DATES)
    except NotAnId:
        return False
    return True


def _is_bank_card(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812 (Luhn) is right, and a bank can have issued it."""
    if not digits.startswith(_ISSUERS):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
