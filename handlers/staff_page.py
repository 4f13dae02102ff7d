"""How pages about the staff of an area look: the list, one account, its buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from core.messages import Button, Entry, Reply
from handlers.menu import SLOT
from handlers.tokens import MENU, STAFF, token
from handlers.turn import Replies, Turn
from storage.accounts import Account
from storage.names import surname

PAGE: Final = 8

Row = tuple[Button, ...]


def page(turn: Turn, text: str, rows: Sequence[Row], *, typed: bool = False) -> Replies:
    """One page in place of the menu, with the way back; with `typed` words are awaited."""
    back = (
        button(turn, "back", "list", 0),
        Button(text=turn.say("chat.button.menu"), token=token(MENU)),
    )
    entry = Entry(kind="text") if typed else None
    return [Reply(text=text, buttons=(*rows, back), entry=entry, slot=SLOT, edits=SLOT)]


def button(
    turn: Turn, name: str, *words: object, style: Literal["plain", "primary"] = "plain"
) -> Button:
    """A button of these pages."""
    text = turn.say(f"trust.staff.button.{name}")
    return Button(text=text, token=token(STAFF, *words), style=style)


def pager(at: int, pages: int, *words: object) -> list[Row]:
    """The row that turns pages; none if there is only one."""
    if pages <= 1:
        return []
    shown = ((at - 1) % pages, "‹"), (at, f"{at + 1} / {pages}"), ((at + 1) % pages, "›")
    return [tuple(Button(text=text, token=token(STAFF, *words, to)) for to, text in shown)]


def described(turn: Turn, one: Account, areas: Mapping[str, str]) -> str:
    """An account by code and surname, its role and area."""
    role = turn.say(f"chat.role.{one.role.value}")
    return f"{one.code} {surname(one.name)} · {role} · {areas.get(one.area_code, one.area_code)}"


def state(one: Account) -> str:
    """How an account stands: ``active``, ``pending``, ``suspended``, ``closed``."""
    return "active" if one.active else one.held or "closed"


async def area_names(turn: Turn) -> Mapping[str, str]:
    """What the areas of the person's own subtree are called, by code."""
    return {one.code: one.name for one in await turn.uow.areas.all(turn.chat.actor.area or "~")}
