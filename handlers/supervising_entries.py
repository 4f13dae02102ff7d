"""Visits that came in after their duty had closed: they count after all, or not, for a reason."""

from __future__ import annotations

from typing import Final

from core.messages import Button
from handlers import notices, supervising_duty, window_words
from handlers.supervising_duty import find, what
from handlers.supervising_page import (
    Row,
    button,
    ground_of,
    page,
    rule_title,
    say,
    subject,
)
from handlers.supervising_subject import outcome
from handlers.tokens import OVERSEE, Token, record_word, token
from handlers.turn import Replies, Turn
from storage.late_entries import LateEntry
from storage.overdue import Case

REASONS: Final = ("wrong_day", "not_this", "unclear", "other")
"""Why one is refused; the texts tell them in words."""


def line(turn: Turn, number: int, one: LateEntry) -> str:
    """One of them in the list of what waits for a decision."""
    entered = one.call.entered_at.astimezone(turn.house.zone).date()
    return say(
        turn,
        "ask.entry",
        n=number,
        what=say(
            turn, "late.what", subject=subject(turn, one.case), title=rule_title(turn, one.case)
        ),
        window=window_words.any_day(one.case.opens_on, one.case.due_on, turn.today, turn.language),
        day=window_words.day(one.call.visit_date, turn.today, turn.language),
        entered=window_words.day(entered, turn.today, turn.language),
        outcome=outcome(turn, one.call.outcome),
        worker=one.call.worker,
    )


def row(turn: Turn, number: int, one: LateEntry) -> Row:
    """The ways on from it."""
    return (
        button(turn, "accept", "entry", one.case.id, n=number),
        button(turn, "refuse", "unfit", one.case.id, n=number),
        button(turn, "look", "c", record_word(one.call.root_id), 0, n=number),
    )


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """Accept, ``entry:17``, or refuse, ``unfit:17`` and then ``unfit:17:wrong_day``."""
    case = await find(turn, pressed.number(1))
    if case is None:
        return page(turn, [say(turn, "gone")], [(button(turn, "late", "h"),)])
    if pressed.word(0) == "unfit" and pressed.word(2) not in REASONS:
        return _ask_why(turn, case)
    if pressed.word(0) == "unfit":
        done = "unfit.done" if await refuse(turn, case, pressed.word(2)) else "entry.none"
    else:
        done = "entry.done" if await accept(turn, case) else "entry.none"
    case = await find(turn, case.id) or case
    return await supervising_duty.show(turn, case, say(turn, done))


def _ask_why(turn: Turn, case: Case) -> Replies:
    rows: list[Row] = [
        (Button(text=say(turn, f"unfit.{reason}"), token=token(OVERSEE, "unfit", case.id, reason)),)
        for reason in REASONS
    ]
    text = say(turn, "unfit.ask", what=what(turn, case))
    return page(turn, [text], [*rows, (button(turn, "back", "d", case.id),)])


async def accept(turn: Turn, case: Case) -> bool:
    """Let a missed duty count as done late, and tell whoever owed it; False if there is nothing to
    accept."""
    from scheduler.deciding import accept_late

    if await accept_late(turn.uow, ground_of(turn), case.id) is None:
        return False
    await notices.about(turn, case, "accepted", {})
    return True


async def refuse(turn: Turn, case: Case, reason: str) -> bool:
    """Do not let what came late count, for one of `REASONS`, and tell who handed it in; False if
    nothing waits."""
    from scheduler.deciding import refuse_late

    authors = await refuse_late(turn.uow, case.id, reason)
    for author in authors:
        await notices.about(turn, case, "unfit", {"unfit": reason}, author)
    return bool(authors)
