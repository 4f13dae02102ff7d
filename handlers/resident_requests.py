"""A resident asks for a visit or tells of a wrong record; a worker answers, and they hear it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.messages import Button, Entry, Reply, Text
from core.texts import say
from handlers import leaving, menu, my_data, pension_access
from handlers.markup import literal
from handlers.states import Answering, Idle, Telling
from handlers.tokens import LIST, MENU, REQUEST, Token, token
from handlers.turn import Replies, Turn
from storage.conversations import Conversation
from storage.resident_requests import RequestKind, ResidentRequest

PRESETS: Final = ("coming", "agency", "corrected")
OF_DELETION: Final = ("deleted", "kept")
SLOT: Final = "requests"

_LONGEST: Final = 300

Row = tuple[Button, ...]


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button about requests."""
    if isinstance(turn.state, Answering) and pressed.word(0) == "say":
        key = pressed.word(1)
        ready = key in PRESETS or key in OF_DELETION
        return await _answer(turn, turn.state, f"requests.answer.{key}" if ready else "")
    await leaving.set_aside(turn)
    match pressed.word(0):
        case "visit":
            return await _ask(turn, "visit", "")
        case "mistake":
            return await _tell(turn)
        case "deletion":
            return await _ask(turn, "deletion", "")
        case "export":
            return await my_data.export(turn)
        case "delete":
            return my_data.confirm_deletion(turn)
        case "list":
            return await _list(turn)
        case "open":
            return await _open(turn, pressed.number(1))
        case _:
            return await menu.show(turn)


# --- the resident --------------------------------------------------------------------------------


async def telling(turn: Turn) -> Replies:
    """What a resident sends who was asked what is wrong."""
    if not isinstance(turn.event, Text) or not turn.event.text.strip():
        return await _tell(turn)
    return await _ask(turn, "mistake", turn.event.text.strip()[:_LONGEST])


async def _tell(turn: Turn) -> Replies:
    turn.state = Telling()
    leave = Button(text=turn.say("requests.button.leave"), token=token(REQUEST, "leave"))
    text = turn.say("requests.ask")
    return [Reply(text=text, buttons=((leave,),), entry=Entry(kind="multiline"), slot=SLOT)]


async def _ask(turn: Turn, kind: RequestKind, words: str) -> Replies:
    turn.state = Idle()
    people = await pension_access.subjects_of(turn)
    if not people:
        return await menu.show(turn, turn.say("requests.bind_first"))
    person = people[0]
    if not await turn.uow.resident_requests.ask(person.person_id, turn.chat.id, kind, words):
        return await menu.show(turn, turn.say("requests.open_already"))
    await turn.uow.record("request", person.code)
    for account in await turn.uow.resident_requests.workers(person.person_id, kind):
        for chat in await turn.uow.conversations.of_account(account):
            look = Button(
                text=say(chat.language, "requests.button.look"), token=token(REQUEST, "list")
            )
            text = say(
                chat.language, f"requests.told.{kind}", surname=person.surname, code=person.code
            )
            await turn.uow.outbox.queue(chat.id, [Reply(text=text, buttons=((look,),))])
    return await menu.show(turn, turn.say(f"requests.asked.{kind}"))


# --- the worker ----------------------------------------------------------------------------------


async def _list(turn: Turn) -> Replies:
    turn.state = Idle()
    found = await turn.uow.resident_requests.waiting()
    rows: list[Row] = [
        (Button(text=_name(turn, one), token=token(REQUEST, "open", one.id)),) for one in found
    ]
    rows.append((Button(text=turn.say("chat.button.menu"), token=token(MENU)),))
    text = turn.say("requests.list" if found else "requests.none")
    return [Reply(text=text, buttons=tuple(rows), slot=SLOT)]


async def _open(turn: Turn, number: int) -> Replies:
    one = await turn.uow.resident_requests.get(number)
    if one is None:
        return [Reply(text=turn.say("requests.gone"))]
    turn.state = Answering(request=one.id)
    await turn.uow.record("open", one.code)
    day = one.asked_at.astimezone(turn.house.zone).date()
    lines = [f"**{_name(turn, one)}**", turn.say("requests.asked_on", day=day)]
    if one.words:
        lines.append(f"“{literal(one.words)}”")
    lines.append(turn.say("requests.how"))
    rows: list[Row] = [
        (Button(text=turn.say(f"requests.answer.{key}"), token=token(REQUEST, "say", key)),)
        for key in (OF_DELETION if one.kind == "deletion" else PRESETS)
    ]
    card = token(LIST, "open", "person", one.code)
    rows.append((Button(text=turn.say("requests.button.card"), token=card),))
    return [
        Reply(
            text="\n\n".join(lines), buttons=tuple(rows), entry=Entry(kind="multiline"), slot=SLOT
        )
    ]


async def answering(turn: Turn, state: Answering) -> Replies:
    """What a worker types in answer."""
    if not isinstance(turn.event, Text) or not turn.event.text.strip():
        return await _open(turn, state.request)
    return await _answer(turn, state, "", turn.event.text.strip()[:_LONGEST])


async def _answer(turn: Turn, state: Answering, key: str, typed: str = "") -> Replies:
    """`key` is that of a ready answer, which the resident reads in their own language."""
    words = typed or (turn.say(key) if key else "")
    if not words:
        return await _open(turn, state.request)
    turn.state = Idle()
    one = await turn.uow.resident_requests.answer(state.request, words)
    if one is None:
        return await menu.show(turn, turn.say("requests.gone"))
    await turn.uow.record("answer", one.code)
    for chat in await _askers(turn, one):
        said = literal(typed) if typed else say(chat.language, key)
        text = say(chat.language, f"requests.answered.{one.kind}", answer=said)
        await turn.uow.outbox.queue(chat.id, [Reply(text=text)])
    return await menu.show(turn, turn.say("requests.sent"))


async def _askers(turn: Turn, one: ResidentRequest) -> Sequence[Conversation]:
    """The chat that asked, as long as it is the person's or acts for them; else the person's."""
    chat = await turn.uow.conversations.get(one.chat_id)
    if chat is not None and await turn.uow.proxies.speaks_for(chat.id, one.person_id):
        return [chat]
    return await turn.uow.conversations.of_person(one.person_id)


def _name(turn: Turn, one: ResidentRequest) -> str:
    return turn.say(f"requests.kind.{one.kind}", surname=one.surname, code=one.code)
