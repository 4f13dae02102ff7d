"""Certifying that a pension is still due: until when, and what happens when it is not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pension.codes import Gap, Matter, StepCode
from pension.money import not_negative, to_fen
from pension.months import Month, months_after
from pension.reasoning import Caveat, Reasoning, Step
from pension.rows import in_force
from pension.rulebook import RuleBook
from pension.tables import CertificationCycle

SOON: Final = timedelta(days=30)  # our convention: time enough for a visit at home


class Standing(StrEnum):
    """`DUE_SOON` is the last thirty days up to the day it is due."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Certification:
    """`due` is the last day on which to certify. If nobody does, payment pauses from
    `pauses_from` and what was not paid is paid back afterwards; the months are the agency's to
    confirm."""

    since: date
    due: date
    standing: Standing
    pauses_from: Month
    why: Reasoning


@dataclass(frozen=True, slots=True)
class Lapse:
    """The months that were not paid, and what they come to; `amount` is None if the monthly pension
    is not known."""

    months: tuple[Month, ...]
    amount: Decimal | None
    why: Reasoning


def certification(
    book: RuleBook, region: str, *, last: date | None, benefits_from: date, on: date
) -> Certification | None:
    """When somebody has to certify again.

    Every certification starts the time anew; without one it runs from the day the pension began.
    None where no rule is on record for that day.
    """
    since = max(last or benefits_from, benefits_from)
    cycle = in_force(book.certification, region, on)
    if cycle is None:
        return None
    due = _due(cycle, since)
    pauses_from = Month.of(due).plus(1)
    why = Reasoning.of(
        Step(StepCode.CERTIFICATION_DUE, {"since": since, "due": due}),
        Step(StepCode.PAYMENT_PAUSES, {"due": due, "month": pauses_from}),
        cycle,
        Caveat(Gap.LOCAL_RULE, {"matter": Matter.CERTIFICATION_PAUSE}),
    )
    return Certification(since, due, _standing(due, on), pauses_from, why)


def lapse(certified: Certification, until: Month, monthly: Decimal | None = None) -> Lapse:
    """What is not paid through a month if nobody certifies, to be paid back once somebody does."""
    count = max(0, certified.pauses_from.until(until) + 1)
    months = tuple(certified.pauses_from.plus(n) for n in range(count))
    if monthly is None:
        return Lapse(months, None, certified.why)
    amount = to_fen(not_negative("monthly", monthly) * count)
    step = Step(StepCode.PAID_BACK, {"months": count, "monthly": monthly, "amount": amount})
    return Lapse(months, amount, Reasoning.of(certified.why, step))


def _due(cycle: CertificationCycle, since: date) -> date:
    if cycle.days is not None:
        return since + timedelta(days=cycle.days)
    return months_after(since, cycle.months or 0)


def _standing(due: date, on: date) -> Standing:
    if on > due:
        return Standing.OVERDUE
    return Standing.DUE_SOON if due - on <= SOON else Standing.NOT_DUE
