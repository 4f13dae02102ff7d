"""Codes that let somebody in, used once: of staff, of a resident, of who acts for a resident."""

from __future__ import annotations

import re
from typing import Final

from core.messages import Button, Reply
from handlers import binding, leaving, letting_in, menu
from handlers.commands import with_menu
from handlers.tokens import PENSION, token
from handlers.turn import Replies, Turn
from storage.codes import ALPHABET
from storage.invites import Invitee
from storage.policy import Role

_CODE: Final = re.compile(rf"[{ALPHABET}]{{5}}[ -]?[{ALPHABET}]{{5}}")


def is_code(text: str) -> bool:
    """Whether typed words look like a code, as people copy it without its command."""
    return _CODE.fullmatch(text.strip().upper()) is not None


async def use(turn: Turn, code: str) -> Replies | str:
    """Let somebody in by a code, or the words that say why not: a code that is not for this chat is
    not used up."""
    if await turn.uow.proofs.locked(turn.chat.id):
        return turn.say("binding.locked")
    invitee = await turn.uow.invites.of("messenger", code)
    if invitee is None:
        locked = await turn.uow.proofs.failed(turn.chat.id)
        return turn.say("binding.locked" if locked else "chat.invite.void")
    if invitee.proxy_id is not None:
        return await _proxy(turn, code, invitee.proxy_id)
    if _is_their_own(turn):
        return turn.say("chat.invite.not_here")
    if invitee.person_id is not None and turn.chat.account_id is not None:
        return turn.say("binding.for_a_resident")
    if invitee.account_id is not None and await turn.uow.accounts.rests(invitee.account_id):
        return turn.say("letting_in.resting")
    if await turn.uow.invites.redeem("messenger", code) is None:  # another chat was quicker
        return turn.say("chat.invite.void")
    return await _enter(turn, invitee)


async def _enter(turn: Turn, invitee: Invitee) -> Replies:
    await leaving.set_aside(turn)
    if invitee.person_id is not None:
        await binding.tell_others(turn, invitee.person_id)
    if invitee.account_id is not None:
        await letting_in.tell(turn.uow, invitee.account_id, "used", turn.chat.id)
        await turn.uow.invites.came_in(invitee, turn.chat.id)
    await turn.uow.conversations.bind(
        turn.chat, account_id=invitee.account_id, person_id=invitee.person_id
    )
    await turn.uow.invites.keep_signed_in(turn.chat.id)
    turn.uow.become(turn.chat.actor)
    await turn.uow.record("join", turn.chat.actor.role.value)
    if turn.chat.actor.role is Role.NOBODY:
        return [Reply(text=turn.say("trust.staff.waits"))]
    welcome = "binding.done" if invitee.person_id is not None else "chat.invite.welcome"
    return with_menu(turn, await menu.show(turn, turn.say(welcome)))


async def _proxy(turn: Turn, code: str, proxy_id: int) -> Replies | str:
    """Let this chat act for somebody; who it is otherwise stays."""
    if await turn.uow.invites.redeem("messenger", code) is None:
        return turn.say("chat.invite.void")
    person = await turn.uow.proxies.enter(proxy_id, turn.chat.id)
    if person is None or person.until is None:
        return turn.say("binding.proxy.ended")
    await turn.uow.record("proxy_enter", person.code)
    text = turn.say(
        "binding.proxy.entered", surname=person.surname, code=person.code, until=person.until
    )
    look = Button(text=turn.say("pension.button.pension"), token=token(PENSION, "open"))
    return [Reply(text=text, buttons=((look,),))]


def _is_their_own(turn: Turn) -> bool:
    """Whether this chat belongs to one person for good: a web chat is named after its account, so
    another's code would hand over the first one's transcript and open pages."""
    chat = turn.chat
    return chat.channel == "web" and (chat.account_id, chat.person_id) != (None, None)
