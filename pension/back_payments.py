"""Paying back years that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pension.codes import Fault, Gap, Matter, StepCode
from pension.money import ZERO, to_fen
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.required_years import RequiredYears, Route
from pension.rows import in_force
from pension.rulebook import RuleBook
from pension.subsidies import require_tier
from pension.tables import Scheme


@dataclass(frozen=True, slots=True)
class BackPayment:
    """Paying back `years` at a tier: `cost` yuan, all of which goes into the account.

    A subsidy for them is not in `credited`: the national rules don't speak of one, and a place
    that gives or refuses it is told in `why`.
    """

    years: int
    limit: int
    cost: Decimal
    credited: Decimal
    why: Reasoning


def back_payable(need: RequiredYears, years_paid: int, years_to_pay: int) -> int:
    """How many years may be paid back beside those paid and those still to be paid yearly.

    Only who had less than fifteen years to the pension age when the scheme began, and up to
    fifteen years in all. What else a county lets people make up for is its own rule.
    """
    if need.route is not Route.TRANSITION or need.max_total is None:
        return 0
    return max(0, need.max_total - years_paid - years_to_pay)


def back_payment(
    book: RuleBook,
    scheme: Scheme,
    region: str,
    on: date,
    *,
    tier: int,
    years: int,
    limit: int,
) -> BackPayment:
    """What it costs to pay years back.

    Raises Refused for a tier that is not offered, negative years and more than the limit.
    """
    require_tier(scheme, tier)
    if years < 0:
        raise Refused(Fault.NEGATIVE_YEARS, years=years)
    if years > limit:
        raise Refused(Fault.BACK_PAYMENT_OVER_LIMIT, years=years, limit=limit)
    if years == 0:
        return BackPayment(0, limit, ZERO, ZERO, Reasoning())
    cost = to_fen(Decimal(tier * years))
    step = Step(StepCode.BACK_PAID, {"years": years, "tier": tier, "amount": cost})
    why = Reasoning.of(step, scheme, _subsidised(book, region, on))
    return BackPayment(years, limit, cost, cost, why)


def _subsidised(book: RuleBook, region: str, on: date) -> Reasoning:
    rule = in_force(book.back_payment, region, on)
    local = Caveat(Gap.LOCAL_RULE, {"matter": Matter.BACK_PAYMENT_SUBSIDY})
    if rule is None:
        return Reasoning.of(local)
    return Reasoning.of(rule, local) if rule.subsidised else Reasoning.of(rule)
