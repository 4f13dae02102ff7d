"""Moving between the residents' and the employees' scheme, and to another county.

What moves and what stays is told; whether somebody should is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.messages import Button, Entry
from handlers.pension_page import Page, Row, Talk, grid, lines, paragraphs
from handlers.tokens import PENSION, token
from pension import (
    BothSchemes,
    Deadline,
    Option,
    Reason,
    Reasoning,
    Transfer,
    deadlines,
    transfer,
)
from pension.money import ZERO
from pension.rows import NATION, in_force

_YEARS: Final = range(21)
_MONTHS: Final = 12


def ask(talk: Talk) -> Page:
    """The rule, and how long somebody paid into the employees' scheme."""
    rule = in_force(talk.book.transfer, NATION, talk.today)
    minimum = in_force(talk.book.employee_minimum, NATION, talk.today)
    said = talk.say("move.rule", years=rule.employee_months // _MONTHS) if rule else ""
    text = paragraphs(
        talk.say("move.title"), said, _rising(talk), talk.say("ask.employee"), talk.final
    )
    buttons = [
        Button(text=talk.say("button.n_years", n=n), token=token(PENSION, "move", n * _MONTHS))
        for n in _YEARS
    ]
    why = Reasoning.of(*(row for row in (rule, minimum) if row))
    rows = (*grid(buttons, 5), _way_back(talk, "move"))
    entry = Entry(kind="text", placeholder=talk.say("ask.placeholder_span"))
    return Page(text, rows, why, "employee", entry)


def ask_age(talk: Talk, months: int) -> Page:
    """Whether the employees' pension age is reached: it differs by job and year of birth."""
    text = paragraphs(talk.say("move.title"), talk.say("ask.at_age", span=talk.words.span(months)))
    answers = (
        talk.button("yes", "move", months, 1),
        talk.button("no", "move", months, 0),
    )
    return Page(text, (answers, (talk.button("home", "home"),)))


def show(talk: Talk, months: int, *, at_age: bool) -> Page:
    """What moves and what stays. Raises Refused."""
    case = _both(talk, months, at_age=at_age)
    found = transfer(talk.book, case, talk.today)
    parts = [talk.say("move.title"), talk.say("move.paid", span=talk.words.span(months))]
    clocks: list[Reasoning] = []
    if found.option:
        steps = deadlines(talk.book, "transfer", talk.today)
        parts += [_what_moves(talk, found), _clocks(talk, steps)]
        clocks = [step.why for step in steps]
    else:
        reason = found.reason or Reason.CONFIRM_WITH_AGENCY
        parts.append(talk.say("move.no", reason=talk.words.reason(reason)))
    why = found.why
    if found.reason is Reason.BEFORE_STATUTORY_AGE:
        later = transfer(talk.book, _both(talk, months, at_age=True), talk.today)
        why = later.why
        if later.option:
            parts += [talk.say("move.later"), _what_moves(talk, later)]
    parts += [talk.say("move.overlap"), _rising(talk), talk.say("move.no_advice"), talk.final]
    return Page(
        paragraphs(*parts),
        (_way_back(talk, "move", months, int(at_age)),),
        Reasoning.of(why, *clocks),
    )


def _both(talk: Talk, months: int, *, at_age: bool) -> BothSchemes:
    insured = talk.case.insured
    if insured is None:
        return BothSchemes(months, 0, at_employee_age=at_age)
    account = None if talk.case.assumed else insured.balance
    return BothSchemes(
        months,
        insured.years_paid,
        resident_account=account or ZERO,
        at_employee_age=at_age,
        receiving=insured.benefits_from is not None,
    )


def _what_moves(talk: Talk, found: Transfer) -> str:
    if found.option is Option.RESIDENT_TO_EMPLOYEE:
        return talk.say("move.to_employee")
    span = talk.words.span(found.resident_months)
    return talk.say("move.to_resident", span=span, age=talk.scheme.pension_age)


def _clocks(talk: Talk, steps: Sequence[Deadline]) -> str:
    if not steps:
        return ""
    last = steps[-1]
    told = talk.say(
        "move.clocks", steps=len(steps), days=last.working_days, day=talk.words.day(last.day)
    )
    if not last.provisional:
        return told
    return lines(told, talk.say("move.provisional", year=last.day.year))


def _rising(talk: Talk) -> str:
    """That the employees' minimum rises, and that nobody has decided what it means for moving."""
    row = in_force(talk.book.employee_minimum, NATION, talk.today)
    if row is None or not row.step or row.most <= row.months:
        return ""
    steps = -(-(row.most - row.months) // row.step)
    return talk.say(
        "move.rising",
        first=row.rises_from,
        last=row.rises_from + steps - 1,
        least=row.months // _MONTHS,
        most=row.most // _MONTHS,
    )


def home_moved(talk: Talk) -> Page:
    """What becomes of a pension when the hukou goes to another county."""
    rule = talk.book.statement_in_force("hukou_moved", talk.case.region, talk.today)
    text = paragraphs(
        talk.say("home_moved.title"),
        lines(talk.say("home_moved.paying"), talk.say("home_moved.receiving")),
        talk.final,
    )
    return Page(text, (_way_back(talk, "home_moved"),), Reasoning.of(*([rule] if rule else [])))


def _way_back(talk: Talk, *view: object) -> Row:
    return talk.button("why", "why", 0, *view), talk.button("home", "home")
