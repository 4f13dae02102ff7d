"""What a place adds to the basic pension for years over fifteen and for high age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pension.codes import Gap, Matter, StepCode
from pension.money import ZERO, to_fen
from pension.reasoning import Caveat, Reasoning, Step
from pension.rows import in_force
from pension.rulebook import RuleBook
from pension.tables import Increment


@dataclass(frozen=True, slots=True)
class Increments:
    """What is added, yuan a month. Where places may add something and this place's rule is not on
    record, the part is zero and `at_least` is set."""

    for_years: Decimal
    for_age: Decimal
    at_least: bool
    why: Reasoning


def increments(book: RuleBook, region: str, on: date, *, years: int, age: int) -> Increments:
    """What is added in a place on a day for so many paid years and at that age."""
    for_years, why_years = extra_for_years(_rule(book, "years", region, on), years)
    for_age, why_age = _extra_for_age(_rule(book, "age", region, on), age)
    why = Reasoning.of(why_years, why_age)
    return Increments(for_years, for_age, why.doubts(Gap.LOCAL_RULE), why)


def extra_for_years(rule: Increment | None, years: int) -> tuple[Decimal, Reasoning]:
    """The part for paid years, by one row."""
    if rule is None or years <= rule.over:
        return ZERO, Reasoning()
    if rule.amount is None:
        return ZERO, Reasoning.of(rule, Caveat(Gap.LOCAL_RULE, {"matter": Matter.EXTRA_FOR_YEARS}))
    amount = to_fen(rule.amount * (years - rule.over))
    values = {"years": years, "over": rule.over, "each": rule.amount, "amount": amount}
    return amount, Reasoning.of(Step(StepCode.EXTRA_YEARS, values), rule)


def _extra_for_age(rule: Increment | None, age: int) -> tuple[Decimal, Reasoning]:
    if rule is None or age < rule.over:
        return ZERO, Reasoning()
    if rule.amount is None:
        return ZERO, Reasoning.of(rule, Caveat(Gap.LOCAL_RULE, {"matter": Matter.EXTRA_FOR_AGE}))
    amount = to_fen(rule.amount)
    values = {"age": age, "over": rule.over, "amount": amount}
    return amount, Reasoning.of(Step(StepCode.EXTRA_AGE, values), rule)


def _rule(book: RuleBook, kind: Literal["years", "age"], region: str, on: date) -> Increment | None:
    return in_force((row for row in book.increment if row.kind == kind), region, on)
