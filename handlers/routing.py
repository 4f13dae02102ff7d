"""From what came in to the one handler that owns it.

A handler is loaded with the first inbound that it owns: the first reply waits for no other.
"""

from __future__ import annotations

from typing import Final, assert_never

from core.messages import Command, Edited, Other, Reply, Tap
from handlers import menu, screening, stranger, tokens, welcome
from handlers.states import (
    Answering,
    Entrusting,
    Explaining,
    Filling,
    Idle,
    Inviting,
    Leaving,
    Listing,
    Pension,
    Proving,
    Requesting,
    Returning,
    Reviewing,
    Telling,
)
from handlers.turn import Replies, Turn
from storage.policy import Role

_AT_REST: Final = (Idle, Listing, Pension, Explaining, Inviting, Returning, Requesting)
"""Where somebody stands who is in the middle of no form."""


async def route(turn: Turn) -> Replies:
    """Handle one inbound: replies, and the turn's new state."""
    if not turn.inbound.private:
        return _in_public(turn)
    if kind := screening.withheld(turn.event):
        return await _withheld(turn, kind)
    if isinstance(turn.event, Command):
        return await welcome.command(turn, turn.event)
    from handlers import albums, edited, pension_door, resident_door

    token = tokens.parse(turn.event.token) if isinstance(turn.event, Tap) else None
    if token and token.area == tokens.LANGUAGE:
        return await welcome.set_language(turn, token.word(0))
    if (told := await resident_door.take(turn, token)) is not None:
        return told
    if (told := await pension_door.take(turn, token)) is not None:
        return told
    if turn.chat.actor.role is Role.NOBODY:
        return stranger.show(turn)
    if token:
        return await _tap(turn, token)
    if not await albums.is_first(turn):
        return await albums.rest(turn)
    if isinstance(turn.event, Edited):
        return await edited.handle(turn, turn.event)
    if turn.event == Other(what="forwarded"):
        return await welcome.again(turn, turn.say("messenger.forwarded"))
    return await _by_state(turn)


async def _withheld(turn: Turn, kind: str) -> Replies:
    """Explain what was not kept, and ask once more for what is open."""
    words = screening.words(turn, kind)
    if turn.chat.actor.role is Role.NOBODY:
        return [Reply(text=words)]
    from handlers import edited

    return await edited.withdraw(turn, words)


def _in_public(turn: Turn) -> Replies:
    """Groups get one polite sentence when they command, and nothing else."""
    if isinstance(turn.event, Command):
        return [Reply(text=turn.say("chat.group"))]
    return []


async def _tap(turn: Turn, token: tokens.Token) -> Replies:
    if token.area == tokens.HELP:
        return await welcome.help_(turn)
    if token.area == tokens.RECALL and turn.chat.actor.may_fill:
        from handlers import recalling

        return await recalling.pressed(turn, token)
    if token.area == tokens.UPGRADE and turn.chat.actor.may_fill:
        from handlers import upgrading

        return await upgrading.upgrade(turn, token.word(0))
    if token.area == tokens.RECORD and token.word(0) == "mend" and turn.chat.actor.may_fill:
        from handlers import records

        return await records.mend(turn, token.word(1))
    if turn.chat.actor.may_fill and isinstance(turn.state, _AT_REST):
        return await _menu_tap(turn, token)
    reads = turn.chat.actor.works_in_office and isinstance(turn.state, _AT_REST)
    if token.area == tokens.OVERSEE and reads:
        from handlers import supervising

        return await supervising.pressed(turn, token)
    if token.area in (tokens.DUTY, tokens.OVERSEE) and turn.chat.actor.may_fill:
        return await welcome.again(turn, turn.say("owed.busy"))
    return await _by_state(turn)


async def _menu_tap(turn: Turn, token: tokens.Token) -> Replies:
    match token.area:
        case tokens.MENU:
            return await menu.show(turn, edit=True)
        case tokens.LIST:
            from handlers import subjects

            return await subjects.pressed(turn, token)
        case tokens.FORM:
            from handlers import subjects

            return await subjects.fill(turn, token)
        case tokens.STAFF:
            from handlers import staff

            return await staff.pressed(turn, token)
        case tokens.FILE:
            from handlers import files

            return await files.pressed(turn, token)
        case tokens.RECORD:
            from handlers import records

            return await records.pressed(turn, token)
        case tokens.DUTY:
            from handlers import owed

            return await owed.pressed(turn, token)
        case tokens.OVERSEE:
            from handlers import supervising

            return await supervising.pressed(turn, token)
        case tokens.DRAFT if token.word(0) == "page":
            return await menu.show(turn, edit=True, page=max(token.number(1), 0))
        case tokens.DRAFT:
            from handlers import leaving

            return await leaving.resume(turn, token.word(0))
        case _:
            return await menu.show(turn, turn.say("chat.stale"))


async def _by_state(turn: Turn) -> Replies:
    state = turn.state
    match state:
        case Filling():
            from handlers import filling

            return await filling.handle(turn, state)
        case Reviewing():
            from handlers import review

            return await review.handle(turn, state)
        case Leaving():
            from handlers import leaving

            return await leaving.handle(turn, state)
        case Listing():
            from handlers import subjects

            return await subjects.handle(turn, state)
        case Inviting():
            from handlers import inviting

            return await inviting.handle(turn, state)
        case Explaining():
            from handlers import emergencies

            return await emergencies.handle(turn, state)
        case Returning():
            from handlers import supervising_records

            return await supervising_records.handle(turn, state)
        case Pension():
            from handlers import pension_door

            return await pension_door.handle(turn, state)
        case Requesting():
            from handlers import exempting

            return await exempting.handle(turn, state)
        case (
            Proving() | Entrusting() | Telling() | Answering()
        ):  # the door of residents has taken it
            return await menu.show(turn)
        case Idle():
            from handlers import owed

            if owed.is_asked_for(turn):
                return await owed.show(turn)
            return await menu.show(turn, turn.say("chat.stray"))
        case _:
            assert_never(state)
