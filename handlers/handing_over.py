"""What a worker hands over at a visit: the code by which a resident binds their own chat."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Reply
from handlers.tokens import BIND, LIST, PROXY, Token, token
from handlers.turn import Replies, Turn
from storage.bindings import bound_chats
from storage.register import PersonFile

YOUNGEST: Final = 16
"""From this age on a resident has affairs of their own here: who may join the pension scheme."""

Row = tuple[Button, ...]


def buttons(turn: Turn, person: PersonFile) -> list[Row]:
    """What the card of a person offers to who looks after them."""
    if not _may(turn) or person.age(turn.today) < YOUNGEST:
        return []
    code = Button(text=turn.say("binding.button.code"), token=token(BIND, "code", person.code))
    proxies = Button(text=turn.say("binding.button.proxies"), token=token(PROXY, "of", person.code))
    return [(code, proxies)]


async def looked_after(turn: Turn, code: str) -> PersonFile | None:
    """The person of a code, if this worker may hand something over for them. To have their file
    open in an emergency is not enough."""
    person = await turn.uow.register.person(code) if _may(turn) else None
    if person is None or person.age(turn.today) < YOUNGEST:
        return None
    return person if await turn.uow.register.surnames("person", [code]) else None


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """Make a new code; what was handed out before is void."""
    person = await looked_after(turn, pressed.word(1))
    if person is None:
        return [Reply(text=turn.say("binding.code.not_yours"))]
    await turn.uow.invites.void(person.id)
    secret = await turn.uow.invites.issue("messenger", person_id=person.id)
    await turn.uow.record("code", person.code)
    text = turn.say(
        "binding.code.handed",
        surname=person.subject.surname,
        code=person.code,
        secret=spelled(secret),
    )
    back = Button(
        text=turn.say("binding.button.back"), token=token(LIST, "open", "person", person.code)
    )
    count = await bound_chats(turn.uow.connection, person.id)
    if not count:
        return [Reply(text=text, buttons=((back,),))]
    undo = Button(text=turn.say("binding.undo.button"), token=token(BIND, "undo", person.code))
    text = f"{text}\n\n{turn.say('binding.undo.bound', n=count)}"
    return [Reply(text=text, buttons=((undo,), (back,)))]


def spelled(secret: str) -> str:
    """A code in two halves, as it is read aloud."""
    return f"`{secret[:5]}-{secret[5:]}`"


def _may(turn: Turn) -> bool:
    return turn.chat.actor.may_fill and turn.chat.actor.may_see_people
