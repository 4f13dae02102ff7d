"""What is left in an account, and what of it is inherited."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pension.codes import StepCode
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Reasoning, Step
from pension.tables import Scheme


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What is left, in yuan: `inheritable` goes to the heirs, `kept` stays in the fund."""

    left: Decimal
    inheritable: Decimal
    kept: Decimal
    why: Reasoning


def inheritance(
    scheme: Scheme, *, others: Decimal, subsidy: Decimal, paid_out: Decimal = ZERO
) -> Inheritance:
    """What the heirs get of an account with the government's `subsidy` and all the `others` in it,
    of which account pensions of `paid_out` in all have been paid.

    Where a scheme keeps the subsidy, what was paid out is taken from both parts alike (our
    reading). A pension goes on for life, so an account can be used up. Raises Refused for a
    negative amount.
    """
    account = not_negative("others", others) + not_negative("subsidy", subsidy)
    left = to_fen(max(account - not_negative("paid_out", paid_out), ZERO))
    kept = ZERO
    if not scheme.inherits_subsidy and account:
        kept = to_fen(left * subsidy / account)
    rest = {"account": to_fen(account), "paid_out": paid_out, "amount": left}
    why = Reasoning.of(
        Step(StepCode.LEFT_IN_ACCOUNT, rest),
        Step(StepCode.INHERITED, {"amount": left - kept, "kept": kept}),
        scheme,
    )
    return Inheritance(left, left - kept, kept, why)
