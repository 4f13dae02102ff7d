"""The first and the last month for which a pension is paid, and what was paid beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pension.clocks import Deadline, deadlines
from pension.codes import StepCode
from pension.money import not_negative, to_fen
from pension.months import Month, birthday
from pension.reasoning import Reasoning, Step
from pension.rulebook import RuleBook
from pension.tables import Scheme
from pension.working_days import Workdays


@dataclass(frozen=True, slots=True)
class FirstPayment:
    """`of_age` is the day the pension age is reached, `month` the first that is paid."""

    of_age: date
    month: Month
    why: Reasoning


@dataclass(frozen=True, slots=True)
class LastPayment:
    """`month` is the last that is paid, `stop_from` the one after it. Relatives tell the agency by
    `notice_by`, None where no limit was in force at the time."""

    month: Month
    stop_from: Month
    notice_by: Deadline | None
    why: Reasoning


@dataclass(frozen=True, slots=True)
class Overpaid:
    """What was paid for months after the last one, and goes back."""

    months: int
    amount: Decimal
    why: Reasoning


def first_payment(scheme: Scheme, birth: date, qualified_on: date | None = None) -> FirstPayment:
    """The month after the pension age is reached, or after `qualified_on` if that is later."""
    of_age = birthday(birth, scheme.pension_age)
    from_day = max(of_age, qualified_on or of_age)
    month = Month.of(from_day).plus(1)
    turned = {"birth": birth, "age": scheme.pension_age, "day": of_age}
    why = Reasoning.of(
        Step(StepCode.TURNS, turned),
        Step(StepCode.FIRST_MONTH, {"day": from_day, "month": month}),
        scheme,
    )
    return FirstPayment(of_age, month, why)


def last_payment(book: RuleBook, death: date, workdays: Workdays | None = None) -> LastPayment:
    """The month of death is the last one."""
    month = Month.of(death)
    notice = next(iter(deadlines(book, "death_notice", death, workdays)), None)
    values = {"day": death, "month": month, "stop_from": month.plus(1)}
    why = Reasoning.of(Step(StepCode.LAST_MONTH, values), *([notice.why] if notice else []))
    return LastPayment(month, month.plus(1), notice, why)


def overpaid(last: LastPayment, paid_through: Month, monthly: Decimal) -> Overpaid:
    """What is to be given back when the pension was paid through a month."""
    months = max(0, last.month.until(paid_through))
    amount = to_fen(not_negative("monthly", monthly) * months)
    values = {"months": months, "monthly": monthly, "amount": amount}
    return Overpaid(months, amount, Reasoning.of(last.why, Step(StepCode.OVERPAID, values)))
