"""Moving between the residents' and the employees' scheme.

It is done once, at the employees' statutory age, by who draws from neither. With fifteen years in
the employees' scheme the residents' account moves there and its years don't count; with less, the
employees' account moves to the residents' scheme and the years add up, but the pooled fund stays.
The minimum of the employees' scheme rises from 2030 while the transfer rule says fifteen: between
the two this decides nothing and sends people to the agency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pension.codes import Fault, Gap, Matter, Reason, StepCode
from pension.duplicates import Overlap, ResidentYear, duplicate_contributions
from pension.employee_scheme import minimum_employee_years
from pension.money import ZERO, not_negative, to_fen
from pension.months import Month
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.rows import NATION, in_force
from pension.rulebook import RuleBook
from pension.tables import TransferRule


class Option(StrEnum):
    """Which way somebody may move."""

    RESIDENT_TO_EMPLOYEE = "resident_to_employee"
    EMPLOYEE_TO_RESIDENT = "employee_to_resident"


@dataclass(frozen=True, slots=True)
class BothSchemes:
    """What somebody has in the two schemes.

    `employee_months` counts all months there, those added to reach fifteen years included.
    `at_employee_age` is the employees' statutory age, which differs by job and year and is not
    reckoned here. `resident_years` and `worked` are the years and months that may overlap; they
    may be left empty where nothing does.
    """

    employee_months: int
    years_in_residents: int
    resident_account: Decimal = ZERO
    employee_account: Decimal = ZERO
    at_employee_age: bool = False
    receiving: bool = False
    resident_years: tuple[ResidentYear, ...] = ()
    worked: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """What moves and what stays, in yuan and months.

    `option` is None where there is none, and `reason` says why. `before` is what both accounts hold
    together; to the cent it is `after` plus the overlap's refund. `moved` goes from one scheme to
    the other. `resident_months` are those that count in the residents' scheme afterwards if the
    way is there; on the way to the employees' they are lost, `converted_months` of them count.
    """

    option: Option | None
    reason: Reason | None
    before: Decimal
    after: Decimal
    moved: Decimal
    pooled_fund_moved: Decimal
    employee_months: int
    resident_months: int
    converted_months: int
    overlap: Overlap
    why: Reasoning


def transfer(
    book: RuleBook, case: BothSchemes, on: date, rule: TransferRule | None = None
) -> Transfer:
    """Whether and how somebody may move on a day, by the rule in force or by one that is named.

    Raises Refused for negative figures and for a refund over the account.
    """
    rule = rule or _rule_in_force(book, on)
    overlap = duplicate_contributions(rule, case.resident_years, case.worked)
    _check(case, overlap)
    needed = minimum_employee_years(book, on.year)
    minimum = max(rule.employee_months, needed.months if needed else 0)
    counted = {"months": case.employee_months, "minimum": minimum}
    why = Reasoning.of(
        rule,
        *([needed.why] if needed else []),
        overlap.why,
        Step(StepCode.EMPLOYEE_MONTHS, counted),
    )
    reason = _against(case, rule.employee_months, minimum)
    if reason is not None:
        return _stays(case, overlap, reason, why)
    if case.employee_months >= minimum:
        return _to_employees(case, overlap, why)
    return _to_residents(case, overlap, why)


def _rule_in_force(book: RuleBook, on: date) -> TransferRule:
    rule = in_force(book.transfer, NATION, on)
    if rule is None:
        raise Refused(Fault.NO_SCHEME, region=NATION, on=on)
    return rule


def _check(case: BothSchemes, overlap: Overlap) -> None:
    for count in (case.employee_months, case.years_in_residents):
        if count < 0:
            raise Refused(Fault.NEGATIVE_YEARS, years=count)
    not_negative("employee_account", case.employee_account)
    if overlap.refund > not_negative("resident_account", case.resident_account):
        account = case.resident_account
        raise Refused(Fault.PARTS_OVER_ACCOUNT, parts=overlap.refund, account=account)


def _against(case: BothSchemes, by_rule: int, minimum: int) -> Reason | None:
    if case.receiving:
        return Reason.ALREADY_RECEIVING
    if not case.at_employee_age:
        return Reason.BEFORE_STATUTORY_AGE
    if not case.employee_months:
        return Reason.NO_EMPLOYEE_YEARS
    if by_rule <= case.employee_months < minimum:
        return Reason.CONFIRM_WITH_AGENCY
    return None


def _stays(case: BothSchemes, overlap: Overlap, reason: Reason, why: Reasoning) -> Transfer:
    if reason is Reason.CONFIRM_WITH_AGENCY:
        why = Reasoning.of(why, Caveat(Gap.ASK_AGENCY, {"matter": Matter.EMPLOYEE_MINIMUM_RISES}))
    return _result(case, overlap, why, reason=reason)


def _to_employees(case: BothSchemes, overlap: Overlap, why: Reasoning) -> Transfer:
    moved = case.resident_account - overlap.refund
    why = Reasoning.of(why, Step(StepCode.ACCOUNT_MOVES, {"amount": moved}))
    return _result(case, overlap, why, option=Option.RESIDENT_TO_EMPLOYEE, moved=moved)


def _to_residents(case: BothSchemes, overlap: Overlap, why: Reasoning) -> Transfer:
    resident = _resident_months(case, overlap)
    added = {
        "resident_months": resident,
        "employee_months": case.employee_months,
        "months": resident + case.employee_months,
    }
    moved = case.employee_account
    why = Reasoning.of(
        why,
        Step(StepCode.ACCOUNT_MOVES, {"amount": moved}),
        Step(StepCode.YEARS_ADD, added),
    )
    return _result(case, overlap, why, option=Option.EMPLOYEE_TO_RESIDENT, moved=moved)


def _result(
    case: BothSchemes,
    overlap: Overlap,
    why: Reasoning,
    *,
    option: Option | None = None,
    reason: Reason | None = None,
    moved: Decimal = ZERO,
) -> Transfer:
    resident = _resident_months(case, overlap)
    if option is Option.EMPLOYEE_TO_RESIDENT:
        resident += case.employee_months
    before = case.resident_account + case.employee_account
    return Transfer(
        option=option,
        reason=reason,
        before=to_fen(before),
        after=to_fen(before - overlap.refund),
        moved=to_fen(moved),
        pooled_fund_moved=ZERO,
        employee_months=case.employee_months,
        resident_months=resident,
        converted_months=0,
        overlap=overlap,
        why=why,
    )


def _resident_months(case: BothSchemes, overlap: Overlap) -> int:
    """Months that both schemes were paid for count in that of the employees only."""
    return max(0, case.years_in_residents * 12 - len(overlap.months))
