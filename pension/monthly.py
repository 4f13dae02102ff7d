"""The monthly pension: the basic part and the account's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pension.basic_pensions import BasicPension
from pension.codes import StepCode
from pension.increments import Increments
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Reasoning, Step


@dataclass(frozen=True, slots=True)
class MonthlyPension:
    """Yuan a month, each part rounded to 0.01; `amount` is their sum.

    `at_least` says that the figure is a lower bound: the place's own level, or what it adds, is
    not on record. Only the part that is sure is in it then.
    """

    national: Decimal
    local: Decimal
    extra_years: Decimal
    extra_age: Decimal
    account: Decimal
    amount: Decimal
    at_least: bool
    why: Reasoning


def account_pension(balance: Decimal, divisor: int) -> tuple[Decimal, Step]:
    """The account's part: the whole balance divided by the months of the scheme, for everybody."""
    amount = to_fen(not_negative("balance", balance) / divisor)
    values = {"balance": balance, "divisor": divisor, "amount": amount}
    return amount, Step(StepCode.ACCOUNT_DIVIDED, values)


def monthly_pension(
    basic: BasicPension, added: Increments, balance: Decimal, divisor: int
) -> MonthlyPension | None:
    """Add the parts up; None where not even a national minimum is on record."""
    level = basic.at_least if basic.amount is None else basic.amount
    if level is None:
        return None
    national = to_fen(level if basic.national_minimum is None else basic.national_minimum)
    account, divided = account_pension(balance, divisor)
    parts = {
        "national": national,
        "local": to_fen(level) - national,
        "extra_years": added.for_years,
        "extra_age": added.for_age,
        "account": account,
    }
    amount = sum(parts.values(), ZERO)
    summed = Step(StepCode.PENSION_ADDED, {**parts, "amount": amount})
    return MonthlyPension(
        **parts,
        amount=amount,
        at_least=basic.amount is None or added.at_least,
        why=Reasoning.of(basic.why, added.why, divided, summed),
    )
