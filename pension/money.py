"""Yuan as Decimal. Amounts are kept exact and rounded at the end of each part of a result."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pension.codes import Fault
from pension.reasoning import Refused

ZERO: Final = Decimal("0.00")
_FEN: Final = Decimal("0.01")


def to_fen(amount: Decimal) -> Decimal:
    """To 0.01 yuan, half up (our convention: agencies may round up to 0.1)."""
    return amount.quantize(_FEN, ROUND_HALF_UP)


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """`part` of `whole` equal parts, to 0.01 yuan."""
    return to_fen(amount * part / whole)


def not_negative(name: str, amount: Decimal) -> Decimal:
    """The amount itself. Raises Refused for one that is negative or no number."""
    if not amount.is_finite() or amount < 0:
        raise Refused(Fault.NEGATIVE_AMOUNT, name=name, amount=amount)
    return amount
