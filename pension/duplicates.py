"""Paid into two schemes at once, or drew from two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pension.codes import Fault, Gap, Matter, StepCode
from pension.money import ZERO, not_negative, share
from pension.months import Month
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.tables import TransferRule


@dataclass(frozen=True, slots=True)
class ResidentYear:
    """What went into the residents' scheme for a calendar year, in yuan."""

    year: int
    personal: Decimal
    collective: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Overlap:
    """The months that were paid in both schemes. They count in the employees' scheme; what the
    person and a collective paid for them in the other goes back to the person."""

    months: tuple[Month, ...]
    refund_personal: Decimal
    refund_collective: Decimal
    why: Reasoning

    @property
    def refund(self) -> Decimal:
        return self.refund_personal + self.refund_collective


@dataclass(frozen=True, slots=True)
class DoubleBenefits:
    """Drew from both schemes: that of the residents ends.

    The account is split, to the cent: `refund` goes to the person, `from_account` is kept for the
    basic pension received, `kept` is the subsidy and stays in the fund. `still_owed` is what the
    account did not cover; it is taken from the employees' pension.
    """

    account: Decimal
    refund: Decimal
    from_account: Decimal
    kept: Decimal
    still_owed: Decimal
    why: Reasoning


def duplicate_contributions(
    rule: TransferRule, years: Iterable[ResidentYear], employee_months: Iterable[Month]
) -> Overlap:
    """What goes back when the same months were paid in both schemes.

    A year's payment is taken to be for its twelve months in equal parts (our reading of "by
    month"). The rules do not say what becomes of the subsidy for them; here it stays in the
    account. Raises Refused for a negative amount.
    """
    worked = set(employee_months)
    months: list[Month] = []
    personal = collective = ZERO
    steps = []
    for paid in years:
        both = sorted(month for month in worked if month.year == paid.year)
        if not both:
            continue
        months += both
        personal += share(not_negative("personal", paid.personal), len(both), 12)
        if rule.refunds_collective:
            collective += share(not_negative("collective", paid.collective), len(both), 12)
        steps.append(Step(StepCode.OVERLAP, {"year": paid.year, "months": len(both)}))
    if not months:
        return Overlap((), ZERO, ZERO, Reasoning.of(rule))
    refunded = {"personal": personal, "collective": collective}
    why = Reasoning.of(
        *steps,
        Step(StepCode.OVERLAP_REFUND, refunded),
        rule,
        Caveat(Gap.ASK_AGENCY, {"matter": Matter.OVERLAP_BY_MONTH}),
        Caveat(Gap.ASK_AGENCY, {"matter": Matter.OVERLAP_SUBSIDY}),
    )
    return Overlap(tuple(months), personal, collective, why)


def duplicate_benefits(
    rule: TransferRule,
    *,
    account: Decimal,
    subsidy: Decimal,
    basic_received: Decimal,
    repaid: Decimal = ZERO,
) -> DoubleBenefits:
    """What becomes of an account of which `subsidy` is the government's, when `basic_received` was
    drawn beside an employees' pension and the person gave `repaid` of it back.

    Raises Refused for a negative amount, and for a subsidy over the account.
    """
    for name, amount in (("basic_received", basic_received), ("repaid", repaid)):
        not_negative(name, amount)
    if not_negative("subsidy", subsidy) > not_negative("account", account):
        raise Refused(Fault.PARTS_OVER_ACCOUNT, parts=subsidy, account=account)
    owed = max(basic_received - repaid, ZERO)
    from_account = min(owed, account - subsidy)
    refund = account - subsidy - from_account
    owed -= from_account
    repay = {
        "received": basic_received,
        "from_account": from_account,
        "from_employee_pension": owed,
    }
    why = Reasoning.of(
        Step(StepCode.REPAY, repay),
        Step(StepCode.REFUND, {"amount": refund, "kept": subsidy}),
        rule,
    )
    return DoubleBenefits(account, refund, from_account, subsidy, owed, why)
