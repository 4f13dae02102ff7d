"""A binding is undone: by the resident in their own chat, or by who looks after them in all of
theirs."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Reply
from core.texts import say
from handlers import handing_over, leaving, menu
from handlers.commands import with_menu
from handlers.states import Idle
from handlers.tokens import BIND, LIST, Token, token
from handlers.turn import Replies, Turn
from storage.bindings import close, code_of, unbind
from storage.policy import Role

SLOT: Final = "unbinding"


async def own(turn: Turn) -> Replies:
    """Ask a resident whether this chat is to forget whose it is."""
    await leaving.set_aside(turn)
    if turn.chat.actor.role is not Role.RESIDENT:
        return await menu.show(turn, turn.say("binding.undo.none"))
    web = turn.chat.channel == "web"
    return [_sure(turn, turn.say("binding.undo.own_web" if web else "binding.undo.own"), "undone")]


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button: ask, or do it. A second word is the code of a person whom a worker looks after."""
    done, code = pressed.word(0) == "undone", pressed.word(1)
    if code:
        return await _of(turn, code, done=done)
    return await _forget(turn) if done else await own(turn)


async def _forget(turn: Turn) -> Replies:
    chat = turn.chat
    if chat.actor.role is not Role.RESIDENT or chat.person_id is None:
        return await menu.show(turn, turn.say("binding.undo.none"))
    await turn.uow.record("unbind", await code_of(turn.uow.connection, chat.person_id))
    await turn.uow.conversations.bind(chat, account_id=None, person_id=None)
    await close(turn.uow.connection, chat.id)
    turn.uow.become(chat.actor)
    turn.state = Idle()
    return with_menu(turn, await menu.show(turn, turn.say("binding.undo.done")))


async def _of(turn: Turn, code: str, *, done: bool) -> Replies:
    person = await handing_over.looked_after(turn, code)
    if person is None:
        return [Reply(text=turn.say("binding.code.not_yours"))]
    surname = person.subject.surname
    if not done:
        text = turn.say("binding.undo.of", surname=surname, code=code)
        return [_sure(turn, text, "undone", code)]
    await turn.uow.invites.void(person.id)
    await turn.uow.record("unbind", code)
    for chat in await unbind(turn.uow.connection, turn.uow.actor, person.id, turn.today):
        said = Reply(text=say(chat.language, "binding.undo.told"))
        await turn.uow.outbox.queue(chat.chat_id, [said])
    back = Button(text=turn.say("binding.button.back"), token=token(LIST, "open", "person", code))
    text = turn.say("binding.undo.of_done", surname=surname, code=code)
    return [Reply(text=text, buttons=((back,),), slot=SLOT, edits=SLOT)]


def _sure(turn: Turn, text: str, *yes: str) -> Reply:
    buttons = (
        Button(text=turn.say("binding.undo.yes"), token=token(BIND, *yes), style="danger"),
        Button(text=turn.say("binding.button.no"), token=token(BIND, "leave")),
    )
    return Reply(text=text, buttons=(buttons,), slot=SLOT)
