"""What if somebody pays a tier until sixty, or pays missing years back: estimates, and a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.messages import Button, Entry
from handlers.pension_page import Page, Row, Talk, grid, lines, paragraphs
from handlers.tokens import PENSION, token
from pension import (
    Estimate,
    Gap,
    Insured,
    Month,
    Plan,
    Reasoning,
    Route,
    age_on,
    birthday,
    by_tier,
    estimate,
)
from pension.tables import Scheme

_BLOCK: Final = "█"
_LONGEST: Final = 8
_SPACE: Final = "\u2007"  # as wide as a figure, and never swallowed
_MOST_YEARS: Final = 15


def show(talk: Talk, insured: Insured, tier: int = 0) -> Page:
    """What each tier comes to, or one `tier` in full. Raises Refused."""
    scheme = talk.book.scheme_in_force(insured.region, talk.today)
    if age_on(insured.birth, talk.today) < scheme.entry_age:
        day = talk.words.day(birthday(insured.birth, scheme.entry_age))
        text = paragraphs(
            talk.say("sum.title"), talk.say("sum.too_young", day=day, entry=scheme.entry_age)
        )
        return Page(text, _ways_on(talk), Reasoning.of(scheme))
    all_tiers = by_tier(talk.book, insured, talk.today)
    shown = estimate(talk.book, insured, Plan(tier), talk.today) if tier else all_tiers[0]
    pays = shown.years_to_pay > 0
    text = paragraphs(
        lines(talk.say("sum.title"), _who(talk, insured)),
        _in_full(talk, shown) if tier or not pays else enough(talk, shown),
        chart(talk, all_tiers) if pays and not tier else "",
        lines(*_careful(talk, shown, insured, scheme)),
        talk.say("sum.choose") if pays and not tier else "",
        talk.estimate,
    )
    if not pays:
        return Page(text, _ways_on(talk, shown.plan.tier), shown.why)
    rows = (*_tiers(talk, scheme.tiers, tier), *_ways_on(talk, tier))
    entry = Entry(kind="integer", placeholder=talk.say("ask.placeholder_tier"))
    return Page(text, rows, shown.why, "tier", entry)


def chart(talk: Talk, estimates: Sequence[Estimate]) -> str:
    """The monthly pension of each tier as bars of text that begin at nothing."""
    amounts = [(one.plan.tier, one.monthly.amount) for one in estimates if one.monthly]
    most = max((amount for _, amount in amounts), default=None)
    if not most:
        return ""
    wide = max(len(str(tier)) for tier, _ in amounts)
    bars = [
        talk.say(
            "sum.bar",
            tier=str(tier).rjust(wide, _SPACE),
            bar=(_BLOCK * max(1, int(amount * _LONGEST / most))).ljust(_LONGEST, _SPACE),
            amount=f"{amount:.2f}",
        )
        for tier, amount in amounts
    ]
    return lines(talk.say("sum.chart"), *bars)


def _who(talk: Talk, insured: Insured) -> str:
    if talk.case.on_record:
        return talk.say("sum.who_record", paid=insured.years_paid)
    birth = talk.words.month(Month.of(insured.birth))
    return talk.say("sum.who", birth=birth, paid=insured.years_paid)


def _in_full(talk: Talk, shown: Estimate) -> str:
    age = talk.scheme.pension_age
    paying = talk.say("sum.tier_over", age=age)
    if shown.years_to_pay:
        tier, own = talk.words.money(shown.plan.tier), talk.words.money(shown.own_payments)
        paying = talk.say("sum.tier", tier=tier, years=shown.years_to_pay, own=own, age=age)
    return lines(paying, *_monthly(talk, shown), enough(talk, shown))


def _monthly(talk: Talk, shown: Estimate) -> Iterator[str]:
    month = talk.words.month(shown.first_month)
    if shown.monthly is None:
        yield talk.say("sum.monthly_none", month=month)
        return
    key = "sum.monthly_least" if shown.monthly.at_least else "sum.monthly"
    yield talk.say(key, month=month, amount=talk.words.money(shown.monthly.amount))
    yield talk.say("sum.parts", parts=talk.words.parts(shown.monthly))


def enough(talk: Talk, shown: Estimate) -> str:
    """Whether the years of an estimate suffice."""
    need, total = shown.need, shown.total_years
    if need.required == 0:
        return talk.say("sum.free")
    if shown.qualifies is None or need.required is None:
        return talk.say("sum.unsure", total=total, number=talk.number)
    if shown.qualifies:
        return talk.say("sum.enough", total=total, required=need.required)
    return talk.say("sum.short", total=total, required=need.required, short=shown.short_by)


def _careful(talk: Talk, shown: Estimate, insured: Insured, scheme: Scheme) -> Iterator[str]:
    if shown.monthly and shown.monthly.at_least:
        yield talk.say("sum.at_least")
    if shown.why.doubts(Gap.NO_INTEREST_RATE):
        yield talk.say("sum.no_interest")
    if talk.case.assumed and insured.balance:
        tier = talk.words.money(scheme.tiers[0])
        amount = talk.words.money(insured.balance)
        yield talk.say("sum.assumed", paid=insured.years_paid, tier=tier, amount=amount)
    unsure = not talk.case.on_record and insured.birth.day == 1
    if unsure and insured.birth.month == talk.today.month:
        yield talk.say("sum.first_of_month")


def _tiers(talk: Talk, tiers: Sequence[int], chosen: int) -> tuple[Row, ...]:
    buttons = [
        Button(
            text=talk.say("button.chosen", name=one) if one == chosen else str(one),
            token=token(PENSION, "sum", one),
            style="chosen" if one == chosen else "plain",
        )
        for one in tiers
    ]
    return grid(buttons)


def _ways_on(talk: Talk, tier: int | None = None) -> tuple[Row, ...]:
    """What else can be done from here; without a `tier` nothing was reckoned."""
    own = (
        talk.button("new_birth", "ask", "birth"),
        talk.button("new_years", "ask", "years"),
        talk.button("new_balance", "ask", "balance"),
    )
    on = (talk.button("back", "back", tier or 0), talk.button("why", "why", 0, "sum", tier or 0))
    stated = () if talk.case.on_record else (own,)
    return (*(() if tier is None else (on,)), *stated, (talk.button("home", "home"),))


# --- paying back ---------------------------------------------------------------------------------


def pay_back(talk: Talk, insured: Insured, tier: int = 0, years: int = 0) -> Page:
    """Whether missing years can be paid back, and what `years` of them change. Raises Refused."""
    scheme = talk.book.scheme_in_force(insured.region, talk.today)
    tier = tier or scheme.tiers[0]
    before = estimate(talk.book, insured, Plan(tier), talk.today)
    way_back = (talk.button("why", "why", 0, "back", tier, years), talk.button("home", "home"))
    title = talk.say("back.title")
    if not before.back_limit:
        text = paragraphs(title, _no_back(talk, before), enough(talk, before), talk.final)
        return Page(text, (way_back,), before.why)
    offered = talk.say(
        "back.offered",
        limit=before.back_limit,
        amount=talk.words.money(tier),
        tier=talk.words.money(tier),
    )
    rows = (*_back_years(talk, before.back_limit, tier, years), way_back)
    if not years:
        return Page(paragraphs(title, offered, talk.final), rows, before.why)
    after = estimate(talk.book, insured, Plan(tier, back_years=years), talk.today)
    text = paragraphs(title, offered, _compared(talk, before, after), talk.estimate)
    return Page(text, rows, after.why)


def _no_back(talk: Talk, before: Estimate) -> str:
    ages = {"age": talk.scheme.pension_age, "full": talk.scheme.full_years}
    match before.need.route:
        case Route.FULL:
            return talk.say("back.none_full", number=talk.number, **ages)
        case Route.BASIC_ONLY:
            return talk.say("back.none_free", **ages)
        case Route.TRANSITION:
            return talk.say("back.none_enough", **ages)
        case _:
            return talk.say("back.none_unknown", number=talk.number)


def _compared(talk: Talk, before: Estimate, after: Estimate) -> str:
    words = talk.words
    cost = after.own_payments - before.own_payments
    found = [talk.say("back.cost", years=after.plan.back_years, cost=words.money(cost))]
    for key, one in (("before", before), ("after", after)):
        if one.monthly:
            amount = words.money(one.monthly.amount)
            found.append(talk.say(f"back.{key}", amount=amount, total=one.total_years))
    return lines(*found, enough(talk, after), talk.say("back.your_choice"))


def _back_years(talk: Talk, limit: int, tier: int, chosen: int) -> tuple[Row, ...]:
    buttons = [
        Button(
            text=talk.say("button.n_years", n=n),
            token=token(PENSION, "back", tier, n),
            style="chosen" if n == chosen else "plain",
        )
        for n in range(1, min(limit, _MOST_YEARS) + 1)
    ]
    return grid(buttons)
