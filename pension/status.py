"""How somebody's pension stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pension.certification import Certification, Standing, certification
from pension.codes import StepCode
from pension.eligibility import Joining, may_join
from pension.estimate import Estimate, Plan, estimate, needed_years
from pension.insured import Insured, check
from pension.months import age_on, months_after
from pension.payment_months import FirstPayment, first_payment
from pension.reasoning import Reasoning, Step
from pension.required_years import RequiredYears, Route, payments_left
from pension.rulebook import RuleBook
from pension.tables import Scheme

CLAIM_AHEAD: Final = 3  # months; our convention, so that the claim is in for the first month


class Next(StrEnum):
    """The one thing to do next."""

    JOIN = "join"
    PAY_THIS_YEAR = "pay_this_year"
    NOTHING = "nothing"
    PREPARE_CLAIM = "prepare_claim"  # turns sixty within three months
    CLAIM = "claim"
    PAY_BACK = "pay_back"
    CERTIFY = "certify"
    ASK_AGENCY = "ask_agency"


@dataclass(frozen=True, slots=True)
class Status:
    """How a pension stands on a day.

    `still_needed` years lack of those required, of which `payments_left` can still be paid yearly
    before sixty; None where the rules on record don't say. `expected` is what the lowest or the
    given tier comes to, None for who draws the pension already. `certification` is there for these.
    """

    on: date
    age: int
    receiving: bool
    joining: Joining
    need: RequiredYears
    still_needed: int | None
    payments_left: int
    first_payment: FirstPayment
    expected: Estimate | None
    certification: Certification | None
    next: Next
    why: Reasoning


def status(book: RuleBook, person: Insured, on: date, tier: int | None = None) -> Status:
    """Look at what is on record of a person. `tier` is the one that they pay, the lowest if None.

    Raises Refused for a record that can't be right and a tier that is not offered.
    """
    scheme = book.scheme_in_force(person.region, on)
    check(person, scheme, on)
    need = needed_years(book, person, on)
    first = first_payment(scheme, person.birth)
    joining = _joining(book, person, on)
    expected = None
    if person.benefits_from is None:
        expected = estimate(book, person, Plan(tier or scheme.tiers[0]), on)
    certified = _certification(book, person, on)
    age = age_on(person.birth, on)
    aged = Step(StepCode.AGE, {"birth": person.birth, "on": on, "age": age})
    return Status(
        on=on,
        age=age,
        receiving=person.benefits_from is not None,
        joining=joining,
        need=need,
        still_needed=_still_needed(need, person),
        payments_left=_left(person, scheme, on),
        first_payment=first,
        expected=expected,
        certification=certified,
        next=_next(person, on, need=need, joining=joining, first=first, certified=certified),
        why=Reasoning.of(
            aged,
            need.why,
            *([certified.why] if certified else []),
            *([expected.why] if expected else []),
        ),
    )


def turns_sixty_soon(
    book: RuleBook, birth: date, region: str, on: date, months: int = CLAIM_AHEAD
) -> bool:
    """Whether the pension age is reached within so many months from a day, that day included."""
    of_age = first_payment(book.scheme_in_force(region, on), birth).of_age
    return on <= of_age <= months_after(on, months)


def _joining(book: RuleBook, person: Insured, on: date) -> Joining:
    return may_join(
        book,
        birth=person.birth,
        region=person.region,
        on=on,
        student=person.student,
        in_employee_scheme=person.in_employee_scheme,
        other_pension=person.other_pension,
    )


def _certification(book: RuleBook, person: Insured, on: date) -> Certification | None:
    if person.benefits_from is None:
        return None
    return certification(
        book,
        person.region,
        last=person.certified_on,
        benefits_from=person.benefits_from,
        on=on,
    )


def _still_needed(need: RequiredYears, person: Insured) -> int | None:
    if need.met_by(person.years_paid):
        return 0
    return None if need.required is None else need.required - person.years_paid


def _left(person: Insured, scheme: Scheme, on: date) -> int:
    return payments_left(person.birth, on, scheme.pension_age, paid_this_year=person.paid_this_year)


def _next(
    person: Insured,
    on: date,
    *,
    need: RequiredYears,
    joining: Joining,
    first: FirstPayment,
    certified: Certification | None,
) -> Next:
    if person.benefits_from is not None:
        due = certified is not None and certified.standing is not Standing.NOT_DUE
        return Next.CERTIFY if due else Next.NOTHING
    if on >= first.of_age:
        return _next_after_sixty(person, need)
    if need.met_by(person.years_paid) and first.of_age <= months_after(on, CLAIM_AHEAD):
        return Next.PREPARE_CLAIM
    if not person.joined:
        return Next.JOIN if joining.allowed else Next.ASK_AGENCY
    return Next.NOTHING if person.paid_this_year else Next.PAY_THIS_YEAR


def _next_after_sixty(person: Insured, need: RequiredYears) -> Next:
    if person.other_pension:
        return Next.ASK_AGENCY
    if need.met_by(person.years_paid):
        return Next.CLAIM
    return Next.PAY_BACK if need.route is Route.TRANSITION else Next.ASK_AGENCY
