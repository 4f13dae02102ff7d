"""How somebody's pension stands, in one message: what is on record, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handlers.markup import literal
from handlers.pension_page import Page, Row, Talk, lines, paragraphs
from pension import (
    Estimate,
    Gap,
    Insured,
    Next,
    Reasoning,
    Standing,
    Status,
    StepCode,
    status,
)
from pension.months import months_after
from storage.pension_record import PensionRecord

_FRESH: Final = 12  # months for which a record counts as recent


def show(talk: Talk, record: PensionRecord, insured: Insured) -> Page:
    """The status of a record. Raises Refused for one that can't be right."""
    tier = record.tier if record.tier in talk.scheme.tiers else None
    found = status(talk.book, insured, talk.today, tier)
    text = paragraphs(
        _head(talk),
        lines(
            *_joining(talk, insured, record, found),
            *_account(talk, insured, found),
            *_receiving(talk, insured, found),
        ),
        talk.say(f"next.{_next(found)}", number=talk.number, age=talk.scheme.pension_age),
        _call(talk),
        talk.estimate if found.expected and talk.case.amounts else talk.final,
    )
    return Page(text, _rows(talk, found), _why(talk, found))


def show_employee(talk: Talk, record: PensionRecord) -> Page:
    """What can be said of an account of the employees' scheme: that it is one."""
    paid = talk.say("status.employee_years", paid=record.years_paid)
    text = paragraphs(
        _head(talk), lines(talk.say("status.employee"), paid), _call(talk), talk.final
    )
    move = (talk.button("move", "move", record.years_paid * 12), talk.button("rules", "rules"))
    return Page(text, (move, *_last_rows(talk)))


def _next(found: Status) -> str:
    """What to do next; who will not come to the years that are needed asks early."""
    if found.next is Next.NOTHING and _lacks_years(found):
        return "ask_early"
    return found.next


def _lacks_years(found: Status) -> bool:
    return (found.still_needed or 0) > found.payments_left and not found.receiving


def _why(talk: Talk, found: Status) -> Reasoning:
    """The reasoning, without an estimate that may not be shown."""
    if talk.case.amounts:
        return Reasoning.of(found.why, found.first_payment.why)
    certified = [found.certification.why] if found.certification else []
    return Reasoning.of(found.need.why, found.first_payment.why, *certified)


def _head(talk: Talk) -> str:
    whose = talk.say("status.mine")
    if talk.case.who and not talk.case.who.own:
        whose = talk.say(
            "status.of", code=talk.case.who.code, surname=literal(talk.case.who.surname)
        )
    day = talk.case.told or talk.today
    old = months_after(day, _FRESH) < talk.today
    return lines(
        talk.say("status.title", whose=whose, day=talk.words.day(talk.today)),
        talk.say("status.told_old" if old else "status.told", day=talk.words.day(day)),
    )


def _joining(talk: Talk, insured: Insured, record: PensionRecord, found: Status) -> Iterator[str]:
    if record.joined_on:
        yield talk.say("status.joined_on", day=talk.words.day(record.joined_on))
    elif insured.joined:
        yield talk.say("status.joined")
    elif found.joining.allowed:
        yield talk.say("status.not_joined")
    else:
        reasons = "".join(map(talk.words.reason, found.joining.reasons))
        yield talk.say("status.not_joined_why", reasons=reasons)
    if found.receiving:
        return
    yield _years(talk, insured, found)
    if found.payments_left:
        short = _lacks_years(found)
        key = "status.left_short" if short else "status.left"
        yield talk.say(key, left=found.payments_left, age=talk.scheme.pension_age)
        yield talk.say("status.this_year" if insured.paid_this_year else "status.not_this_year")


def _years(talk: Talk, insured: Insured, found: Status) -> str:
    need, paid = found.need, insured.years_paid
    if need.required == 0:
        return talk.say("status.paid_free")
    if found.still_needed == 0:
        most = need.required if need.between is None else need.between[1]
        return talk.say("status.paid_enough", paid=paid, required=most)
    if found.still_needed is not None:
        values = {"paid": paid, "short": found.still_needed, "required": need.required}
        return talk.say("status.paid", **values)
    if need.between:
        least, most = need.between
        return talk.say("status.paid_between", paid=paid, least=least, most=most)
    return talk.say("status.paid_other", paid=paid, number=talk.number)


def _account(talk: Talk, insured: Insured, found: Status) -> Iterator[str]:
    if not talk.case.amounts:
        yield talk.say("status.hidden")
    elif insured.balance is None:
        yield talk.say("status.balance_none")
    elif insured.balance_on is None:
        yield talk.say("status.balance_undated", amount=talk.words.money(insured.balance))
    else:
        old = found.why.doubts(Gap.BALANCE_OLD)
        values = {
            "amount": talk.words.money(insured.balance),
            "day": talk.words.day(insured.balance_on),
        }
        yield talk.say("status.balance_old" if old else "status.balance", **values)
    if found.expected:
        if talk.case.amounts:
            yield from _since(talk, found.expected)
        if found.first_payment.of_age <= talk.today:
            day = talk.words.day(found.first_payment.of_age)
            yield talk.say("status.of_age", day=day, age=talk.scheme.pension_age)
        yield _expected(talk, found.expected)
        if talk.case.amounts and found.why.doubts(Gap.NO_INTEREST_RATE):
            yield talk.say("status.no_interest")


def _since(talk: Talk, expected: Estimate) -> Iterator[str]:
    """What was paid after the day of the balance, and what of it may be in the balance already."""
    for step in expected.why.steps:
        if step.code is StepCode.PAID_SINCE:
            yield talk.say("status.since", text=talk.words.step(step))
    for caveat in expected.why.caveats:
        if caveat.code is Gap.MAY_BE_IN_BALANCE:
            yield talk.say("status.since", text=talk.words.caveat(caveat))


def _expected(talk: Talk, expected: Estimate) -> str:
    month = talk.words.month(expected.first_month)
    if not talk.case.amounts:
        return talk.say("status.expected_month", month=month)
    if expected.monthly is None:
        return talk.say("status.expected_none", month=month)
    key = "status.expected_least" if expected.monthly.at_least else "status.expected"
    amount = talk.words.money(expected.monthly.amount)
    tier = talk.words.money(expected.plan.tier)
    plan = talk.say("status.by_tier", tier=tier) if expected.years_to_pay else ""
    return talk.say(key, month=month, amount=amount, plan=plan)


def _receiving(talk: Talk, insured: Insured, found: Status) -> Iterator[str]:
    if insured.benefits_from is None:
        return
    day = talk.words.day(insured.benefits_from)
    if not talk.case.amounts:
        yield talk.say("status.receiving_hidden", day=day)
    elif insured.benefit is None:
        yield talk.say("status.receiving_unknown", day=day)
    else:
        amount = talk.words.money(insured.benefit)
        yield talk.say("status.receiving", day=day, amount=amount)
    yield from certified(talk, insured, found)


def certified(talk: Talk, insured: Insured, found: Status) -> Iterator[str]:
    """The last certification and the next."""
    if found.certification is None:
        yield talk.say("status.certified_none", number=talk.number)
        return
    due = talk.words.day(found.certification.due)
    if insured.certified_on:
        last = talk.words.day(insured.certified_on)
        yield talk.say("status.certified", last=last, due=due)
    else:
        yield talk.say("status.never_certified", due=due)
    match found.certification.standing:
        case Standing.DUE_SOON:
            yield talk.say("status.certify_soon")
        case Standing.OVERDUE:
            month = talk.words.month(found.certification.pauses_from)
            yield talk.say("status.certify_over", month=month)


def _rows(talk: Talk, found: Status) -> tuple[Row, ...]:
    certify: Row = (talk.button("certify", "certify"),)
    first: tuple[Row, ...]
    if found.receiving:
        first = (certify, (talk.button("moved_home", "home_moved"),))
    else:
        moving = (talk.button("back", "back"), talk.button("move", "move"))
        first = ((talk.button("sum", "sum"),), moving, certify)
    others = (talk.button("why", "why", 0, "home"), talk.button("rules", "rules"))
    return (*first, others, *_last_rows(talk))


def _last_rows(talk: Talk) -> tuple[Row, ...]:
    whose = ((talk.button("whose", "whose"),),) if len(talk.case.refs) > 1 else ()
    return (*talk.requests, *whose, (talk.button("menu", "menu"),))


def _call(talk: Talk) -> str:
    return talk.say("status.call", phones=talk.phones) if talk.phones else ""
