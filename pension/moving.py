"""Moving from one county to another within the residents' scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pension.codes import Fault, Reason, StepCode
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Reasoning, Refused, Step
from pension.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Move:
    """Whether the pension goes along with the hukou: then the whole account moves, in yuan, and the
    years add up."""

    allowed: bool
    reason: Reason | None
    account: Decimal
    years: int
    why: Reasoning


def move(
    book: RuleBook, region: str, *, account: Decimal, years: int, receiving: bool, on: date
) -> Move:
    """Move an account to `region`. Who draws a pension already stays where they are.

    Raises Refused for a negative balance or number of years, and where no scheme is on record.
    """
    if years < 0:
        raise Refused(Fault.NEGATIVE_YEARS, years=years)
    scheme = book.scheme_in_force(region, on)
    if receiving:
        return Move(False, Reason.ALREADY_RECEIVING, ZERO, 0, Reasoning.of(scheme))
    moved = to_fen(not_negative("account", account))
    why = Reasoning.of(Step(StepCode.ACCOUNT_MOVES, {"amount": moved}), scheme)
    return Move(True, None, moved, years, why)
