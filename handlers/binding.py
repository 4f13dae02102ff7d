"""How a resident proves who they are: by a one-time code, or by name and ID number.

The code comes from a worker who calls at the home. Name and ID number count only on channels that
the deployment has opened to it; a messenger has to vouch for the telephone number besides. Of what
is typed a keyed hash is kept between two messages, and the message is taken out of the chat.
"""

from __future__ import annotations

from typing import Final

from core.ids import NotAnId, resident_id
from core.messages import Button, Contact, Entry, Reply, Text
from core.texts import say
from handlers import leaving, menu
from handlers.commands import with_menu
from handlers.states import Idle, Proving
from handlers.tokens import BIND, Token, token
from handlers.turn import Replies, Turn
from storage.enrolment import id_hash, name_hash
from storage.proofs import Claim

VOUCHING: Final = frozenset({"telegram"})
"""Channels that vouch for a shared telephone number. There it has to be the one on record."""

_LONGEST_NAME: Final = 50


async def begin(turn: Turn) -> Replies:
    """Ask who somebody is, or tell how to get a code where that is the only way."""
    if turn.chat.account_id is not None:
        return await menu.show(turn, turn.say("binding.staff"))
    if turn.chat.person_id is not None:
        return await told(turn, turn.say("binding.already"))
    if not turn.house.shows_amounts(turn.chat.channel):
        return await told(turn, turn.say("binding.by_code"))
    if await turn.uow.proofs.locked(turn.chat.id):
        return await told(turn, turn.say("binding.locked"))
    await leaving.set_aside(turn)
    return _ask(turn, Proving(step="name"))


async def handle(turn: Turn, state: Proving) -> Replies:
    """What is sent while it is asked."""
    event = turn.event
    if isinstance(event, Text):
        turn.erase = True
        match state.step:
            case "name":
                return await _named(turn, event.text)
            case "number":
                return await _numbered(turn, state, event.text)
    if isinstance(event, Contact) and state.step == "contact":
        turn.erase = True
        return await _check(turn, state, event.phone if event.own else None)
    return _ask(turn, state, turn.say("binding.again"))


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button: begin, or leave it."""
    if pressed.word(0) == "begin":
        return await begin(turn)
    return await told(turn, turn.say("binding.left"))


async def _named(turn: Turn, text: str) -> Replies:
    name = "".join(text.split())
    if not name or len(name) > _LONGEST_NAME or any(sign.isdigit() for sign in name):
        return _ask(turn, Proving(step="name"), turn.say("binding.bad_name"))
    return _ask(turn, Proving(step="number", name_hash=name_hash(name)))


async def _numbered(turn: Turn, state: Proving, text: str) -> Replies:
    try:
        number = resident_id(text, turn.today).number
    except NotAnId as error:  # says nothing about who is in the register, so it is no wrong try
        return _ask(turn, state, turn.say(f"binding.bad_number.{error.code}"))
    told = state.model_copy(update={"id_hash": id_hash(number)})
    if turn.chat.channel in VOUCHING:
        return _ask(turn, told.model_copy(update={"step": "contact"}))
    return await _check(turn, told, None)


async def _check(turn: Turn, state: Proving, phone: str | None) -> Replies:
    proofs = turn.uow.proofs
    if await proofs.locked(turn.chat.id, state.id_hash):
        return await told(turn, turn.say("binding.locked"))
    claim = Claim(state.id_hash, state.name_hash, phone)
    found = await proofs.check(claim, vouched=turn.chat.channel in VOUCHING)
    if found is None:
        locked = await proofs.failed(turn.chat.id, state.id_hash)
        await turn.uow.record("bind_failed", f"chat {turn.chat.id}")
        if locked:
            return await told(turn, turn.say("binding.locked"))
        return _ask(turn, Proving(step="name"), turn.say("binding.wrong"))
    person_id, code = found
    return await bound(turn, person_id, code)


async def bound(turn: Turn, person_id: int, code: str) -> Replies:
    """From now on this chat is that person's."""
    await tell_others(turn, person_id)
    await turn.uow.conversations.bind(turn.chat, account_id=None, person_id=person_id)
    await turn.uow.invites.keep_signed_in(turn.chat.id)
    turn.uow.become(turn.chat.actor)
    await turn.uow.record("bind", code)
    return with_menu(turn, await told(turn, turn.say("binding.done")))


async def tell_others(turn: Turn, person_id: int) -> None:
    """A person's other chats hear that one more is about to be theirs."""
    for chat in await turn.uow.conversations.of_person(person_id):
        if chat.id != turn.chat.id:
            said = Reply(text=say(chat.language, "binding.elsewhere"))
            await turn.uow.outbox.queue(chat.id, [said])


def _ask(turn: Turn, state: Proving, lead: str = "") -> Replies:
    turn.state = state
    text = turn.say(f"binding.ask.{state.step}")
    leave = Button(text=turn.say("binding.button.leave"), token=token(BIND, "leave"))
    return [
        Reply(
            text="\n\n".join(part for part in (lead, text) if part),
            buttons=((leave,),),
            entry=Entry(kind="contact" if state.step == "contact" else "text"),
            slot="binding",
        )
    ]


async def told(turn: Turn, lead: str) -> Replies:
    """That is all, and what can be done from here."""
    turn.state = Idle()
    return await menu.show(turn, lead)
