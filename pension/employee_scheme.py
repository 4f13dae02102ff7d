"""What has to be known of the employees' scheme: the years that its pension asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pension.codes import StepCode
from pension.reasoning import Reasoning, Step
from pension.rows import NATION, in_force
from pension.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class EmployeeYears:
    """`months` of contribution are asked for of those who reach their pension age in `year`."""

    year: int
    months: int
    why: Reasoning


def minimum_employee_years(book: RuleBook, year: int) -> EmployeeYears | None:
    """The minimum for a year, None for one before any rule on record."""
    row = in_force(book.employee_minimum, NATION, date(year, 12, 31))
    if row is None:
        return None
    months = row.in_year(year)
    step = Step(StepCode.EMPLOYEE_MINIMUM, {"year": year, "months": months})
    return EmployeeYears(year, months, Reasoning.of(step, row))
