"""Which page a view of the talk about pensions is: its name, and the figures that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.messages import Button
from core.texts import say
from handlers import (
    pension_asking,
    pension_moving,
    pension_rules,
    pension_sources,
    pension_status,
    pension_sums,
)
from handlers.pension_page import Page, Talk, paragraphs
from handlers.tokens import BIND, PENSION, Token, token
from pension import Refused

View = tuple[str, ...]
"""The words of the token that leads to a page."""

_WITH_FIGURES: Final = frozenset({"sum", "back"})


def page(talk: Talk, view: View) -> Page:
    """The page of a view; one that is unknown is the first."""
    try:
        return _made(talk, Token(PENSION, view))
    except Refused as refused:
        fault = talk.words.fault(refused.fault, refused.values)
    if len(view) > 1 and view[0] in _WITH_FIGURES:  # a button older than the rules: without it
        whole = page(talk, view[:1])
        return replace(whole, text=paragraphs(fault, whole.text))
    text = paragraphs(talk.say("home.title"), talk.say("home.doubtful", fault=fault), talk.final)
    return Page(text, (_general(talk), (talk.button("menu", "menu"),)))


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
