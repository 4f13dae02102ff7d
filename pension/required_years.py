"""How many years somebody has to have paid, by birth date and the day the scheme began there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pension.codes import Gap, Reason, StepCode
from pension.months import age_on, birthday, months_after
from pension.reasoning import Caveat, Reasoning, Step
from pension.rows import NATION
from pension.rulebook import RuleBook
from pension.tables import Launch, Scheme


class Route(StrEnum):
    """The three ways to a pension: already of age when the scheme began, less than fifteen years
    from it, or with fifteen and more to go."""

    BASIC_ONLY = "basic_only"
    TRANSITION = "transition"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class RequiredYears:
    """`required` years have to be paid. In the transition `back_payable` more may be paid back, up
    to `max_total` in all; elsewhere `max_total` is None, there is no upper limit.

    All are None where there is no figure, and `reason` says why. `between` then holds the least
    and the most that `required` can be, if that is known. The `route` alone is None where the
    figure is the same for every day on which the scheme can have begun, and the route is not.
    """

    route: Route | None
    required: int | None
    back_payable: int | None
    max_total: int | None
    reason: Reason | None
    between: tuple[int, int] | None
    why: Reasoning

    def met_by(self, years: int) -> bool | None:
        """Whether so many paid years are enough; None where that is not known."""
        least, most = self.between or (self.required, self.required)
        if least is None or most is None:
            return None
        return None if least <= years < most else years >= most


def required_years(
    book: RuleBook,
    *,
    birth: date,
    region: str,
    on: date,
    launch: date | None = None,
    other_pension: bool = False,
) -> RequiredYears:
    """The years that somebody has to pay, by the rules in force on `on`.

    `launch` is the day on which the scheme began in the county; without it the day on record
    counts, and without that one what is the same for every day on which it began anywhere. Raises
    Refused where no scheme is on record.
    """
    scheme = book.scheme_in_force(region, on)
    if launch is not None:
        return _by_launch(scheme, birth, launch, other_pension)
    row = _launch_on_record(book, region)
    if row is not None:
        found = _by_launch(scheme, birth, row.day, other_pension)
        return replace(found, why=Reasoning.of(found.why, row))
    return _by_span(book, scheme, birth, region, other_pension)


def payments_left(birth: date, on: date, pension_age: int, *, paid_this_year: bool) -> int:
    """How many more yearly payments there are until the pension age: one at each age before it."""
    age = age_on(birth, on)
    return max(0, pension_age - age - paid_this_year)


def _by_launch(scheme: Scheme, birth: date, launch: date, other_pension: bool) -> RequiredYears:
    of_age = birthday(birth, scheme.pension_age)
    if of_age <= launch:
        return _of_age_at_launch(scheme, birth, of_age, other_pension)
    age = age_on(birth, launch)
    years = scheme.pension_age - age
    full = scheme.full_years
    if of_age >= months_after(launch, 12 * full):
        route, required, back, most = Route.FULL, full, 0, None
    else:
        route, required, back, most = Route.TRANSITION, years, full - years, full
    why = Reasoning.of(
        Step(StepCode.YEARS_LEFT, {"launch": launch, "age": age, "years": years}),
        Step(StepCode.REQUIRED_YEARS, {"required": required, "max_total": most}),
        scheme,
        *_part_years(route, years, of_age, launch),
    )
    return RequiredYears(route, required, back, most, None, None, why)


def _part_years(route: Route, years: int, of_age: date, launch: date) -> Iterator[Caveat]:
    if route is Route.TRANSITION and months_after(launch, 12 * years) != of_age:
        yield Caveat(Gap.PART_YEARS, {"years": years})


def _of_age_at_launch(
    scheme: Scheme, birth: date, of_age: date, other_pension: bool
) -> RequiredYears:
    age = scheme.pension_age
    turned = Step(StepCode.TURNS, {"birth": birth, "age": age, "day": of_age})
    if other_pension:
        why = Reasoning.of(turned, scheme)
        return RequiredYears(None, None, None, None, Reason.OTHER_PENSION, None, why)
    required = Step(StepCode.REQUIRED_YEARS, {"required": 0, "max_total": 0})
    why = Reasoning.of(turned, required, scheme)
    return RequiredYears(Route.BASIC_ONLY, 0, 0, 0, None, None, why)


def _by_span(
    book: RuleBook, scheme: Scheme, birth: date, region: str, other_pension: bool
) -> RequiredYears:
    span = next(row for row in reversed(book.launch_span) if row.concerns(region))
    earliest = _by_launch(scheme, birth, span.first, other_pension)
    latest = _by_launch(scheme, birth, span.last, other_pension)
    between = Step(StepCode.LAUNCH_BETWEEN, {"first": span.first, "last": span.last})
    if earliest.required == latest.required:
        told = [step for step in earliest.why.steps if step.code is not StepCode.YEARS_LEFT]
        same = earliest.route is latest.route
        return replace(
            earliest,
            route=earliest.route if same else None,
            why=Reasoning.of(between, *told, scheme, span),
        )
    gap = Caveat(Gap.NOT_ON_RECORD, {"table": Launch.table, "region": region})
    why = Reasoning.of(between, scheme, span, gap)
    return RequiredYears(
        None, None, None, None, Reason.LAUNCH_NOT_ON_RECORD, _between(latest, earliest), why
    )


def _between(one: RequiredYears, other: RequiredYears) -> tuple[int, int] | None:
    if one.required is None or other.required is None:
        return None
    return min(one.required, other.required), max(one.required, other.required)


def _launch_on_record(book: RuleBook, region: str) -> Launch | None:
    around = [row for row in book.launch if row.region != NATION and row.concerns(region)]
    return max(around, key=lambda row: len(row.region), default=None)
