"""What the pages of a supervisor have in common: tokens, names of areas and rules, pagers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from core.messages import Button, Reply
from handlers.markup import literal
from handlers.owing_list import SLOT
from handlers.tokens import MENU, OVERSEE, token
from handlers.turn import Replies, Turn

if TYPE_CHECKING:
    from scheduler.ground import Ground
    from storage.overdue import Case

PAGE: Final = 8
Row = tuple[Button, ...]


def say(turn: Turn, key: str, /, **values: object) -> str:
    """A text of the supervisors' catalogue."""
    return turn.say(f"supervise.{key}", **values)


def button(turn: Turn, key: str, *words: object, **values: object) -> Button:
    """A button of ours: its text by key, and what it carries."""
    return Button(text=say(turn, f"button.{key}", **values), token=token(OVERSEE, *words))


def page(turn: Turn, text: Iterable[str], rows: Iterable[Row], *, edit: bool = True) -> Replies:
    """A page in place of the shown one if `edit`, with the way back to the menu."""
    menu = Button(text=turn.say("chat.button.menu"), token=token(MENU))
    buttons = (*(row for row in rows if row), (menu,))
    return [Reply(text="\n".join(text), buttons=buttons, slot=SLOT, edits=SLOT if edit else None)]


def pager(shown: int, total: int, size: int, *words: str) -> list[Row]:
    """The way to other pages; `words` are those of the token, with ``{}`` for the page."""
    pages = -(-total // size)
    if pages <= 1:
        return []
    where = (
        ((shown - 1) % pages, "‹"),
        (shown, f"{shown + 1} / {pages}"),
        ((shown + 1) % pages, "›"),
    )
    return [
        tuple(
            Button(text=text, token=token(OVERSEE, *(word.format(to) for word in words)))
            for to, text in where
        )
    ]


def in_rows(buttons: Sequence[Button], width: int) -> list[Row]:
    """Buttons, `width` of them in a row."""
    return [tuple(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def ground_of(turn: Turn) -> Ground:
    """What is reckoned with; pages of ours are only reached where there is something to owe."""
    assert turn.house.ground is not None
    return turn.house.ground()


async def area_name(turn: Turn, code: str) -> str:
    """What an area is called; its code if nobody entered it."""
    found = await turn.uow.areas.get(code)
    return literal(found.name if found else code)


def rule_title(turn: Turn, case: Case) -> str:
    """What the rule of a duty is called; its id if no file has it any more."""
    rule = ground_of(turn).rule(case.rule_id, case.rule_version, case.rule_region)
    return literal(rule.titles.of(turn.language) if rule else case.rule_id)


def subject(turn: Turn, case: Case) -> str:
    """Whom a duty concerns: code and surname, no more; '' for an area or a worker."""
    return someone(turn, case.kind, case.code, case.surname)


def someone(turn: Turn, kind: str, code: str, surname: str) -> str:
    """A person or a household by code and surname."""
    if not code:
        return ""
    key = "chat.list.family" if kind == "household" else "chat.list.someone"
    return turn.say(key, code=literal(code), surname=literal(surname) or "—")
