"""What waits for a decision: who has left, what workers ask for, and visits that came in late."""

from __future__ import annotations

from typing import Final

from handlers import notices, supervising_entries, window_words
from handlers.markup import literal
from handlers.supervising_page import (
    Row,
    area_name,
    button,
    ground_of,
    page,
    pager,
    rule_title,
    say,
    someone,
    subject,
)
from handlers.supervising_subject import reason
from handlers.tokens import Token, record_word
from handlers.turn import Replies, Turn
from storage.departures import Departing, Departures
from storage.late_entries import LateEntries
from storage.overdue import Overdue
from storage.requests import Request, Requests

SHOWN: Final = 4
"""How many of each kind a page holds."""


async def show(turn: Turn, lead: str = "", *, shown: int = 0) -> Replies:
    """One page (from 0) of all that waits, who waits longest first."""
    departing, late = Departures(turn.uow.connection, turn.uow.actor), _late(turn)
    leaving, departures = await departing.waiting(shown, SHOWN)
    asked, requests = await _requests(turn).waiting(shown, SHOWN)
    entries, entered = await late.waiting(shown, SHOWN)
    text = [lead, ""] if lead else []
    rows: list[Row] = []
    if leaving:
        text.append(say(turn, "ask.departures", n=departures))
        text += [await _departure(turn, n, one) for n, one in enumerate(leaving, 1)]
        rows += [_departure_row(turn, n, one) for n, one in enumerate(leaving, 1)]
    if asked:
        text += ["", say(turn, "ask.requests", n=requests)]
        text += [await _request(turn, n, one) for n, one in enumerate(asked, len(leaving) + 1)]
        rows += [_request_row(turn, n, one) for n, one in enumerate(asked, len(leaving) + 1)]
    if entries:
        text += ["", say(turn, "ask.entries", n=entered)]
        before = len(leaving) + len(asked) + 1
        text += [supervising_entries.line(turn, n, one) for n, one in enumerate(entries, before)]
        rows += [supervising_entries.row(turn, n, one) for n, one in enumerate(entries, before)]
    if not rows and shown:
        return await show(turn, lead)  # what stood here has been decided of
    if not rows:
        text.append(say(turn, "ask.none"))
    most = max(departures, requests, entered)
    return page(turn, text, [*rows, *pager(shown, most, SHOWN, "a", "{}")])


def _requests(turn: Turn) -> Requests:
    return Requests(turn.uow.connection, turn.uow.actor, turn.uow.now)


def _late(turn: Turn) -> LateEntries:
    return LateEntries(turn.uow.connection, turn.uow.actor, turn.uow.now)


# --- departures ----------------------------------------------------------------------------------


async def _departure(turn: Turn, number: int, one: Departing) -> str:
    return say(
        turn,
        f"ask.{one.kind}",
        n=number,
        subject=someone(turn, "person", one.code, one.surname),
        area=await area_name(turn, one.area_code),
        day=window_words.day(one.on_day, turn.today, turn.language),
        worker=one.worker,
    )


def _departure_row(turn: Turn, number: int, one: Departing) -> Row:
    return (
        button(turn, "confirm", "gone", one.person_id, "yes", n=number),
        button(turn, "refuse", "gone", one.person_id, "no", n=number),
        button(turn, "look", "c", record_word(one.root_id), 0, n=number),
    )


async def departure(turn: Turn, pressed: Token) -> Replies:
    """Confirm that somebody left, or refuse it: ``gone:17:yes``. Who told it is told."""
    one = await Departures(turn.uow.connection, turn.uow.actor).one(pressed.number(1))
    if one is None or pressed.word(2) not in ("yes", "no"):
        return await show(turn, say(turn, "gone"))
    what = await decide_departure(turn, one, confirmed=pressed.word(2) == "yes")
    name = someone(turn, "person", one.code, one.surname)
    return await show(turn, say(turn, f"ask.{what}", subject=name))


async def decide_departure(turn: Turn, one: Departing, *, confirmed: bool) -> str:
    """Confirm that somebody left, or refuse it, and tell who told it; what came of it, such as
    ``moved_confirmed``."""
    from scheduler.visiting import confirm_departure

    waiting = Departures(turn.uow.connection, turn.uow.actor)
    by = turn.chat.account_id
    assert by is not None
    if confirmed:
        await confirm_departure(turn.uow, ground_of(turn), one.person_id, by)
    else:
        await waiting.refuse(one.person_id)
    decision = "confirm_departure" if confirmed else "refuse_departure"
    await turn.uow.record(decision, f"{one.kind}:{one.code}")
    what = f"{one.kind}_{'confirmed' if confirmed else 'refused'}"
    name = someone(turn, "person", one.code, one.surname)
    await notices.tell(turn, one.account_id, what, {"subject": name})
    return what


# --- requests ------------------------------------------------------------------------------------


async def _request(turn: Turn, number: int, one: Request) -> str:
    overdue = Overdue(turn.uow.connection, turn.uow.actor, turn.uow.now)
    case = await overdue.one(one.obligation_id)
    assert case is not None  # asked within the same area
    what = say(turn, "late.what", subject=subject(turn, case), title=rule_title(turn, case)).strip()
    author = await turn.uow.accounts.get(one.account_id)
    values = {"n": number, "what": what, "worker": author.code if author else "—"}
    if one.kind == "reschedule" and one.day is not None:
        due = window_words.day(case.due_on, turn.today, turn.language)
        day = window_words.day(one.day, turn.today, turn.language)
        text = say(turn, "ask.reschedule", due=due, day=day, **values)
    else:
        text = say(turn, "ask.exempt", reason=reason(turn, one.reason), **values)
    return say(turn, "ask.note", request=text, note=literal(one.note)) if one.note else text


def _request_row(turn: Turn, number: int, one: Request) -> Row:
    return (
        button(turn, "allow", "req", one.id, "yes", n=number),
        button(turn, "refuse", "req", one.id, "no", n=number),
    )


async def request(turn: Turn, pressed: Token) -> Replies:
    """Approve what a worker asked, or refuse it: ``req:5:yes``. They are told."""
    from scheduler.answering import answer

    approve = pressed.word(2) == "yes"
    if pressed.word(2) not in ("yes", "no"):
        return await show(turn, say(turn, "gone"))
    done = await answer(turn.uow, ground_of(turn), pressed.number(1), approve=approve)
    return await show(turn, say(turn, f"ask.{done.decision}") if done else say(turn, "gone"))
