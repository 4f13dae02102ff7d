"""What is said in a talk about pensions, by a button or typed: the changed state, or what is wrong.

Nothing that is wrong changes anything.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from handlers import pension_reading
from handlers.markup import literal
from handlers.pension_page import Talk
from handlers.states import Pension
from pension import Fault, Insured, problems

_LONGEST: Final = 40  # characters of an answer
_OLDEST: Final = 1900
_MOST_MONTHS: Final = 60 * 12  # of a working life


class Wrong(Exception):  # noqa: N818  (it says what the answer is)
    """An answer that can't be; `words` say why, in the person's language."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def typed(talk: Talk, state: Pension, text: str) -> Pension:
    """The state after a typed answer to what the state asks. Raises Wrong."""
    if len(text) > _LONGEST:
        raise Wrong(talk.say("bad.long"))
    match state.asks:
        case "birth":
            return _typed_birth(talk, state, text)
        case "years":
            return years(talk, state, pension_reading.years(text), text)
        case "balance":
            return balance(talk, state, pension_reading.amount(text), text)
        case "tier":
            return _typed_tier(talk, state, text)
        case "employee":
            return _typed_months(talk, state, text)
        case _:
            raise Wrong(talk.say("bad.use_buttons"))


def birth(talk: Talk, state: Pension, day: date | None, text: str = "") -> Pension:
    """The state with a birth day; years that can't be with it are asked again."""
    if day is None or day.year < _OLDEST:
        raise Wrong(talk.say("bad.birth", said=_not_understood(talk, text)))
    if day > talk.today:
        raise Wrong(talk.words.fault(Fault.BIRTH_IN_FUTURE, {"birth": day}))
    paid = state.years
    if paid is not None and _faults(talk, day, paid):
        paid = None
    return _going_on(state.model_copy(update={"birth": day.isoformat(), "years": paid}))


def years(talk: Talk, state: Pension, paid: int | None, text: str = "") -> Pension:
    """The state with the number of paid years."""
    if paid is None:
        raise Wrong(talk.say("bad.years", said=_not_understood(talk, text)))
    if state.birth:
        for fault in _faults(talk, date.fromisoformat(state.birth), paid):
            raise Wrong(fault)
    return _going_on(state.model_copy(update={"years": paid}))


def balance(talk: Talk, state: Pension, amount: Decimal | None, text: str = "") -> Pension:
    """The state with what the account holds."""
    if amount is None:
        raise Wrong(talk.say("bad.balance", said=_not_understood(talk, text)))
    return _going_on(state.model_copy(update={"balance": str(amount)}))


def balance_unknown(state: Pension) -> Pension:
    """The state of somebody who does not know what the account holds."""
    return _going_on(state.model_copy(update={"balance": ""}))


def _going_on(state: Pension) -> Pension:
    """What is still to be asked, else the estimate."""
    if not state.birth:
        view: tuple[str, ...] = ("ask", "birth")
    else:
        view = ("ask", "years") if state.years is None else ("sum",)
    return state.model_copy(update={"view": view})


def _typed_birth(talk: Talk, state: Pension, text: str) -> Pension:
    day = pension_reading.birth(text, talk.today)
    year = pension_reading.birth_year(text)
    if day is None and year is not None and year <= talk.today.year:
        return state.model_copy(update={"view": ("ask", "birth", str(year))})
    return birth(talk, state, day, text)


def _typed_tier(talk: Talk, state: Pension, text: str) -> Pension:
    amount = pension_reading.amount(text)
    if amount is None:
        raise Wrong(talk.say("bad.tier", said=_not_understood(talk, text)))
    tiers = talk.book.scheme_in_force(talk.case.region, talk.today).tiers
    if amount not in tiers:
        raise Wrong(talk.words.fault(Fault.TIER_NOT_OFFERED, {"tier": amount, "offered": tiers}))
    return state.model_copy(update={"view": ("sum", str(int(amount)))})


def _typed_months(talk: Talk, state: Pension, text: str) -> Pension:
    months = pension_reading.months(text)
    if months is None or months > _MOST_MONTHS:
        raise Wrong(talk.say("bad.employee", said=_not_understood(talk, text)))
    return state.model_copy(update={"view": ("move", str(months))})


def _faults(talk: Talk, born: date, paid: int) -> list[str]:
    scheme = talk.book.scheme_in_force(talk.case.region, talk.today)
    person = Insured(birth=born, region=talk.case.region, joined=True, years_paid=paid)
    return [talk.words.fault(one.fault, one.values) for one in problems(person, scheme, talk.today)]


def _not_understood(talk: Talk, text: str) -> str:
    return talk.say("bad.not_understood", text=literal(text)) if text else ""
