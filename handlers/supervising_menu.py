"""What the menu offers to who oversees an area, before what it offers to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.messages import Button
from handlers.turn import Replies, Turn

if TYPE_CHECKING:
    from storage.register import Subject

Row = tuple[Button, ...]


async def rows(turn: Turn) -> list[Row]:
    """The overview, what is overdue, and what waits for a decision, with its number; the office."""
    if not turn.chat.actor.works_in_office:
        return []
    from handlers.supervising_page import button

    rows: list[Row] = []
    if oversees(turn):
        rows += await _decisions(turn)
    elif counts(turn):
        rows.append((button(turn, "over", "o"),))
    if turn.house.url:
        rows.append((button(turn, "office", "office"),))
    return rows


async def _decisions(turn: Turn) -> list[Row]:
    from handlers.supervising_page import button

    n = await _waiting(turn)
    asked = button(turn, "asks_n" if n else "asks", "a", n=n)
    if n:
        asked = asked.model_copy(update={"style": "primary"})
    return [(button(turn, "over", "o"), button(turn, "late", "h")), (asked,)]


def of_subject(turn: Turn, subject: Subject) -> list[Row]:
    """From the card of a household or person the way to its timeline."""
    if not oversees(turn):
        return []
    from handlers.supervising_page import button

    return [(button(turn, "timeline", "w", subject.kind, subject.code),)]


def oversees(turn: Turn) -> bool:
    """Whether pages of ours are for this person: they approve, for an area, and rules are kept."""
    actor = turn.chat.actor
    return actor.may_approve and actor.area is not None and turn.house.ground is not None


def counts(turn: Turn) -> bool:
    """Whether the overview alone is for this person: they are told numbers, and approve nothing."""
    actor = turn.chat.actor
    told = actor.may_count and not actor.may_approve and actor.area is not None
    return told and turn.house.ground is not None


async def _waiting(turn: Turn) -> int:
    from storage.departures import Departures
    from storage.late_entries import LateEntries
    from storage.requests import Requests

    uow = turn.uow
    _, leaving = await Departures(uow.connection, uow.actor).waiting(0, 1)
    _, asked = await Requests(uow.connection, uow.actor, uow.now).waiting(0, 1)
    return leaving + asked + await LateEntries(uow.connection, uow.actor, uow.now).count()


async def office(turn: Turn) -> Replies:
    """The way to the office: in the web chat one is signed in there too, in a messenger a one-time
    link signs in."""
    from handlers.supervising_page import page, say

    url = f"{turn.house.url}/office"
    key = "office.here"
    if turn.chat.channel != "web":
        url = f"{turn.house.url}/sign-in/{await turn.uow.invites.own_link()}"
        key = "office.link"
        await turn.uow.record("sign_in_link", "own")
    return page(turn, [say(turn, key), url], [])
