"""The talk about pensions: which page follows what somebody pressed or typed.

Whoever is bound to their record, or acts for somebody who agreed, sees how that pension stands;
everybody else the general rules, and estimates from what they tell. Every page is made anew from
the rules and the record, so that a button of any age leads to what is right now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.messages import Button, Reply, Text
from core.texts import say
from handlers import (
    menu,
    pension_asking,
    pension_moving,
    pension_rules,
    pension_sources,
    pension_status,
    pension_sums,
    pension_told,
    request_buttons,
)
from handlers.alerts import phone_list
from handlers.pension_case import case_of
from handlers.pension_page import SLOT, Page, Talk, paragraphs
from handlers.pension_told import Wrong
from handlers.pension_words import PensionWords
from handlers.states import Pension
from handlers.tokens import BIND, PENSION, Token, token
from handlers.turn import Replies, Turn
from pension import Refused

HOTLINE: Final = "12333"
"""The social insurance line of the whole country, where a deployment names none of its own."""

View = tuple[str, ...]


async def open_(turn: Turn) -> Replies:
    """Begin at the first page, in a message of its own."""
    return await _show(turn, _state(turn), ("home",))


async def again(turn: Turn, state: Pension, lead: str = "") -> Replies:
    """The open page once more, after `lead`."""
    return await _show(turn, state, state.view or ("home",), lead)


async def handle(turn: Turn, state: Pension) -> Replies:
    """Whatever comes in while a page is open and is not one of its buttons."""
    if not isinstance(turn.event, Text):
        return await again(turn, state, turn.say("pension.bad.use_buttons"))
    talk = await _talk(turn, state)
    try:
        changed = pension_told.typed(talk, state, turn.event.text)
    except Wrong as wrong:
        return await again(turn, state, _unchanged(turn, wrong))
    return await _show(turn, changed, changed.view)


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a page."""
    state = _state(turn)
    match pressed.word(0):
        case "menu":
            return await menu.show(turn)
        case "open":
            return await open_(turn)
        case "person":
            chosen = Pension(person=pressed.word(1))
            return await _show(turn, chosen, ("home",), edit=True)
        case "birth" | "years" | "balance":
            return await _told(turn, state, pressed)
        case _:
            return await _show(turn, state, pressed.words, edit=True)


async def _told(turn: Turn, state: Pension, pressed: Token) -> Replies:
    talk = await _talk(turn, state)
    try:
        match pressed.word(0):
            case "birth":
                changed = pension_told.birth(talk, state, _day(pressed.word(1)))
            case "years":
                paid = pressed.number(1)
                changed = pension_told.years(talk, state, paid if paid >= 0 else None)
            case _:
                changed = pension_told.balance_unknown(state)
    except Wrong as wrong:
        return await _show(turn, state, state.view, _unchanged(turn, wrong), edit=True)
    return await _show(turn, changed, changed.view, edit=True)


def _unchanged(turn: Turn, wrong: Wrong) -> str:
    return turn.say("pension.bad.unchanged", words=wrong.words)


def _state(turn: Turn) -> Pension:
    return turn.state if isinstance(turn.state, Pension) else Pension()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- pages ---------------------------------------------------------------------------------------


async def _show(
    turn: Turn, state: Pension, view: View, lead: str = "", *, edit: bool = False
) -> Replies:
    talk = await _talk(turn, state)
    page = _page(talk, Token(PENSION, view))
    turn.state = state.model_copy(update={"view": view, "asks": page.asks})
    return [
        Reply(
            text=paragraphs(lead, page.text),
            buttons=tuple(row for row in page.rows if row),
            entry=page.entry,
            slot=SLOT,
            edits=SLOT if edit else None,
        )
    ]


async def _talk(turn: Turn, state: Pension) -> Talk:
    words = PensionWords(turn.language, turn.house.pension())
    case = await case_of(turn, state, words.book)
    asks = case.who is not None and case.who == case.refs[0]  # of others nobody is asked
    phones = turn.house.phones("pension", case.region)
    return Talk(
        words,
        turn.today,
        case,
        phones[0].number if phones else HOTLINE,
        phone_list(turn.house, turn.language, "pension", case.region),
        tuple(request_buttons.buttons(turn)) if asks else (),
    )


def _page(talk: Talk, view: Token) -> Page:
    """The page of a view; one that is unknown is the first."""
    try:
        return _made(talk, view)
    except Refused as refused:
        fault = talk.words.fault(refused.fault, refused.values)
        text = paragraphs(
            talk.say("home.title"), talk.say("home.doubtful", fault=fault), talk.final
        )
        return Page(text, (_general(talk),))


def _made(talk: Talk, view: Token) -> Page:
    match view.word(0):
        case "sum" | "back":
            return _estimate(talk, view)
        case "move":
            return _move(talk, view)
        case "home_moved":
            return pension_moving.home_moved(talk)
        case "certify":
            return pension_rules.certify(talk)
        case "rules":
            return pension_rules.contents(talk)
        case "rule":
            return pension_rules.topic(talk, view.word(1))
        case "ask":
            return _ask(talk, view)
        case "whose":
            return _whose(talk)
        case "why":
            return _why(talk, view)
        case _:
            return _home(talk)


def _home(talk: Talk) -> Page:
    case = talk.case
    if case.record and case.on_record and case.insured:
        return pension_status.show(talk, case.record, case.insured)
    if case.record:
        return pension_status.show_employee(talk, case.record)
    if case.who is None and case.refs:
        return _whose(talk)
    known = talk.say("home.none", number=talk.number) if case.who else ""
    text = paragraphs(talk.say("home.title"), talk.say("home.text"), known)
    bind = say(talk.words.language, "binding.button.begin")
    own = Button(text=bind, token=token(BIND, "begin"))
    rows = (
        (talk.button("sum", "sum"),),
        _general(talk),
        *(((own,),) if case.may_bind else ()),
        *talk.requests,
        *(((talk.button("whose", "whose"),),) if len(case.refs) > 1 else ()),
        (talk.button("menu", "menu"),),
    )
    return Page(text, rows)


def _general(talk: Talk) -> tuple[Button, ...]:
    return talk.button("certify", "certify"), talk.button("rules", "rules")


def _whose(talk: Talk) -> Page:
    rows = tuple(
        (
            talk.button(
                "own" if ref.own else "other",
                "person",
                ref.code,
                code=ref.code,
                surname=ref.surname,
            ),
        )
        for ref in talk.case.refs
    )
    return Page(talk.say("home.whose"), (*rows, (talk.button("menu", "menu"),)))


def _estimate(talk: Talk, view: Token) -> Page:
    insured = talk.case.insured
    if insured is None:
        return pension_asking.show(talk, "years" if talk.case.born else "birth")
    tier, years = max(view.number(1), 0), max(view.number(2), 0)
    if view.word(0) == "sum":
        return pension_sums.show(talk, insured, tier)
    return pension_sums.pay_back(talk, insured, tier, years)


def _move(talk: Talk, view: Token) -> Page:
    months = view.number(1)
    if months < 0:
        return pension_moving.ask(talk)
    if months and view.word(2) not in ("0", "1"):
        return pension_moving.ask_age(talk, months)
    return pension_moving.show(talk, months, at_age=view.word(2) != "0")


def _ask(talk: Talk, view: Token) -> Page:
    match view.word(1):
        case "years" | "balance" as what:
            return pension_asking.show(talk, what, view.word(2))
        case _:
            return pension_asking.show(talk, "birth", view.word(2))


def _why(talk: Talk, view: Token) -> Page:
    """A page of the reasoning behind another view: ``why``, the page's number, that view."""
    of = view.words[2:]
    if of[:1] == ("why",):
        return _home(talk)
    pages = pension_sources.pages(_made(talk, Token(PENSION, of)).why, talk.words)
    shown = min(max(view.number(1), 0), len(pages) - 1)
    back = Button(text=talk.say("button.back_to"), token=token(PENSION, *of))
    return Page(pages[shown], (_turning(shown, len(pages), of), (back,)))


def _turning(page: int, pages: int, of: Sequence[str]) -> tuple[Button, ...]:
    if pages == 1:
        return ()
    shown = ((page - 1) % pages, "‹"), (page, f"{page + 1} / {pages}"), ((page + 1) % pages, "›")
    return tuple(Button(text=text, token=token(PENSION, "why", to, *of)) for to, text in shown)
