"""Resident ID numbers (GB 11643) and telephone numbers, as people paste them.

The county code at the head of an ID number is not checked. Codes are merged and renamed, and the
number of an old person keeps a code that no list holds any more; a check would refuse them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_OLDEST: Final = 1900

GAP: Final = r"[\s\u200b-\u200d\-.,_·/]{0,3}"
"""What people put between the digits of a number, on purpose or by pasting it."""

_ANYWHERE: Final = re.compile(  # of 15 digits until 1999; mistyped by some, it is one all the same
    rf"(?<!\d)(?:\d{GAP}){{13,19}}[\dXx\uff38\uff58\u0425\u0445\u00d7](?!\d)"
)

_FULL_WIDTH: Final = {ord("０") + n: str(n) for n in range(10)}
_LOOKALIKES: Final = _FULL_WIDTH | dict.fromkeys(map(ord, "xｘＸхХ×"), "X")  # incl. Cyrillic ha
_ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")

_DASHES: Final = dict.fromkeys(map(ord, "-‐‑–—－()（）"))
_PHONE: Final = _FULL_WIDTH | _DASHES | {ord("＋"): "+"}
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"0[0-9]{9,11}")


class NotAnId(ValueError):  # noqa: N818  (it says what the text is)
    """A text that is no resident ID number.

    `code` says why: ``shape``, ``checksum``, ``date``, ``future``, ``too_old``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid ID number and what it says. `sex` is ``m`` or ``f``.

    The birth date is what the number says; that of an old person is often wrong, so the register
    keeps its own.
    """

    number: str
    birth_date: date
    sex: str

    @property
    def ending(self) -> str:
        """The last four characters, all that a screen may show."""
        return self.number[-4:]


def resident_id(text: str, today: date) -> ResidentId:
    """Read an ID number: full-width digits, spaces and any kind of x are put right first.

    `today` is the local date, later than which nobody is born. Raises NotAnId.
    """
    number = "".join(text.translate(_LOOKALIKES).split())
    if not _ID_NUMBER.fullmatch(number):
        raise NotAnId("shape")
    if check_digit(number[:17]) != number[17]:
        raise NotAnId("checksum")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise NotAnId("date") from error
    if born > today:
        raise NotAnId("future")
    if born.year < _OLDEST:
        raise NotAnId("too_old")
    return ResidentId(number, born, "m" if int(number[16]) % 2 else "f")


def hide_id_numbers(text: str) -> str:
    """`text` with a dot for every character of what may be an ID number, but the last four."""
    return _ANYWHERE.sub(lambda found: "•" * (len(found[0]) - 4) + found[0][-4:], text)


def check_digit(body: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064, MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK_DIGITS[total % 11]


def mobile(text: str) -> str | None:
    """A mobile number of mainland China as 11 digits, without +86 and hyphens; else None."""
    digits = _digits(text)
    return digits if _MOBILE.fullmatch(digits) else None


def phone(text: str) -> str | None:
    """A mobile number, or a landline number with its area code, as digits; else None."""
    digits = _digits(text)
    return digits if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else None


def masked(number: str) -> str:
    """A telephone number as a screen shows it: 138****8000."""
    return f"{number[:3]}****{number[-4:]}"


def _digits(text: str) -> str:
    plain = "".join(text.translate(_PHONE).split())
    for prefix in ("+86", "0086"):
        plain = plain.removeprefix(prefix)
    return plain if len(plain) != 13 else plain.removeprefix("86")
