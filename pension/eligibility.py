"""Who may join the resident scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pension.codes import Gap, Matter, Reason, StepCode
from pension.months import age_on
from pension.reasoning import Caveat, Reasoning, Step
from pension.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Joining:
    """`allowed` is None where the agency decides. `reasons` holds all that stands against it."""

    allowed: bool | None
    reasons: tuple[Reason, ...]
    why: Reasoning


def may_join(
    book: RuleBook,
    *,
    birth: date,
    region: str,
    on: date,
    student: bool = False,
    in_employee_scheme: bool = False,
    other_pension: bool = False,
    hukou_here: bool = True,
) -> Joining:
    """Whether somebody may join the scheme of a place: of age, no student, not in the employees'
    scheme, without another state pension, and registered there.

    Whoever has reached the pension age on that day and never joined is the agency's to decide;
    `required_years` tells of those who had reached it when the scheme began. Raises Refused where
    no scheme is on record.
    """
    scheme = book.scheme_in_force(region, on)
    age = age_on(birth, on)
    against = {
        Reason.UNDER_16: age < scheme.entry_age,
        Reason.STUDENT: student,
        Reason.EMPLOYEE_SCHEME: in_employee_scheme,
        Reason.OTHER_PENSION: other_pension,
        Reason.HUKOU_ELSEWHERE: not hukou_here,
    }
    reasons = tuple(reason for reason, holds in against.items() if holds)
    why = Reasoning.of(Step(StepCode.AGE, {"birth": birth, "on": on, "age": age}), scheme)
    if reasons:
        return Joining(False, reasons, why)
    if age >= scheme.pension_age:
        ask = Caveat(Gap.ASK_AGENCY, {"matter": Matter.JOINING_AFTER_PENSION_AGE})
        return Joining(None, (Reason.PENSION_AGE_REACHED,), Reasoning.of(why, ask))
    return Joining(True, (), why)
