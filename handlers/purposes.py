"""What a child's file is opened for: asked once a chat, child and day, and written down.

Regulation on the Protection of Minors in Cyberspace, Art. 36: who opens a child's data needs a
reason that is kept, and every opening is logged.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from core.messages import Button, Reply
from handlers.menu import SLOT
from handlers.states import Idle
from handlers.tokens import FILE, LIST, MENU, RECORD, token
from handlers.turn import Replies, Turn
from storage.policy import CHILD_AGE
from storage.unit import UnitOfWork

PURPOSES: Final = ("visit", "followup", "complaint", "duty")


def is_child(born: date, today: date) -> bool:
    """Whether somebody born on `born` is under age on the day `today`."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years < CHILD_AGE


async def missing(turn: Turn, person_id: int, born: date) -> bool:
    """Whether a file may not be opened before a purpose is named. What is named already goes into
    the log with everything that this turn writes there."""
    if not is_child(born, turn.today):
        return False
    purpose = await turn.uow.file_access.purpose(turn.chat.id, person_id)
    if purpose is None:
        return True
    turn.uow.purpose = purpose
    return False


async def whom(uow: UnitOfWork, code: str) -> tuple[int, date] | None:
    """The id and the birth date of a person whom the actor sees, or of whom they still read a
    record: a child that moved away leaves records behind."""
    person = await uow.register.person(code)
    if person is not None:
        return person.id, person.birth_date
    return await uow.file_access.recorded(code, uow.submissions.visible())


async def state(turn: Turn, person_id: int, born: date, purpose: str) -> None:
    """Open a child's file for `purpose` from here on, today, in this chat."""
    if not is_child(born, turn.today):
        return
    if await turn.uow.file_access.purpose(turn.chat.id, person_id) is None:
        await turn.uow.file_access.state(turn.chat.id, person_id, purpose)
    turn.uow.purpose = purpose


def ask(turn: Turn, code: str, surname: str, record: str = "", whose: str = RECORD) -> Replies:
    """Ask for what the file of a child is opened; the answer opens it, or the `record` in it: one
    of the person's own (RECORD), or one that they oversee (OVERSEE)."""
    turn.state = Idle()
    words = (code, record, whose) if record else (code,)
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                text=turn.say(f"trust.purpose.{purpose}"),
                token=token(FILE, "for", purpose, *words),
            ),
        )
        for purpose in PURPOSES
    ]
    rows.append(
        (
            Button(text=turn.say("chat.button.list"), token=token(LIST, "person")),
            Button(text=turn.say("chat.button.menu"), token=token(MENU)),
        )
    )
    who = turn.say("chat.list.someone", code=code, surname=surname or "—")
    text = turn.say("trust.purpose.ask", who=who)
    return [Reply(text=text, buttons=tuple(rows), slot=SLOT, edits=SLOT)]
