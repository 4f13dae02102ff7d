"""A resident asks for a visit or tells of a wrong record; a worker answers, and they hear it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from core.ids import hide_id_numbers
from core.messages import Button, Entry, Reply, Text
from handlers import deleting, leaving, menu, my_data, notices, pension_access, request_answers
from handlers.markup import literal
from handlers.request_terms import TERM, due_day
from handlers.states import Answering, Idle, Telling
from handlers.tokens import LIST, MENU, REQUEST, Token, token
from handlers.turn import Replies, Turn
from storage.conversations import Conversation
from storage.proxies import PersonRef
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
        if key == "deleted":
            return await _agreed(turn, turn.state)
        ready = key in PRESETS or key in OF_DELETION
        return await _answer(turn, turn.state, f"requests.answer.{key}" if ready else "")
    await leaving.set_aside(turn)
    match pressed.word(0):
        case "visit" | "mistake" as kind:
            return await _wanted(turn, kind, pressed.word(1))
        case "deletion":
            return await _delete(turn)
        case "export":
            return await my_data.export(turn)
        case "delete":
            return my_data.confirm_deletion(turn)
        case "list":
            return await _list(turn)
        case "open":
            return await _open(turn, pressed.number(1))
        case "erase":
            return await deleting.carry_out(turn, pressed.number(1))
        case _:
            return await menu.show(turn)


# --- the resident --------------------------------------------------------------------------------


async def telling(turn: Turn, state: Telling) -> Replies:
    """What a resident sends who was asked what is wrong."""
    if not isinstance(turn.event, Text) or not turn.event.text.strip():
        return _tell(turn, state)
    people = await pension_access.subjects_of(turn)
    person = next((one for one in people if one.code == state.code), None)
    words = hide_id_numbers(turn.event.text.strip()[:_LONGEST])
    return await _ask(turn, person, "mistake", words)


async def _wanted(turn: Turn, kind: Literal["visit", "mistake"], code: str) -> Replies:
    """Somebody wants a visit or has something wrong: for whom, where they may speak for several."""
    people = await pension_access.subjects_of(turn)
    person = next((one for one in people if one.code == code), None)
    if person is None and len(people) > 1:
        return _for_whom(turn, kind, people)
    if person is None and people:
        person = people[0]
    if kind == "mistake" and person is not None:
        return _tell(turn, Telling(code=person.code))
    return await _ask(turn, person, kind, "")


async def _delete(turn: Turn) -> Replies:
    """Deletion is asked for by the person alone."""
    people = await pension_access.subjects_of(turn)
    return await _ask(turn, next((one for one in people if one.own), None), "deletion", "")


def _for_whom(turn: Turn, kind: RequestKind, people: Sequence[PersonRef]) -> Replies:
    turn.state = Idle()
    rows: list[Row] = [
        (Button(text=_called(turn, one), token=token(REQUEST, kind, one.code)),) for one in people
    ]
    leave = Button(text=turn.say("requests.button.nobody"), token=token(REQUEST, "leave"))
    return [Reply(text=turn.say("requests.for_whom"), buttons=(*rows, (leave,)), slot=SLOT)]


def _called(turn: Turn, one: PersonRef) -> str:
    key = "own" if one.own else "other"
    return turn.say(f"pension.button.{key}", code=one.code, surname=one.surname)


def _tell(turn: Turn, state: Telling) -> Replies:
    turn.state = state
    leave = Button(text=turn.say("requests.button.leave"), token=token(REQUEST, "leave"))
    text = turn.say("requests.ask")
    return [Reply(text=text, buttons=((leave,),), entry=Entry(kind="multiline"), slot=SLOT)]


async def _ask(turn: Turn, person: PersonRef | None, kind: RequestKind, words: str) -> Replies:
    turn.state = Idle()
    if person is None:
        return await menu.show(turn, turn.say("requests.bind_first"))
    if not await turn.uow.resident_requests.ask(person.person_id, turn.chat.id, kind, words):
        return await menu.show(turn, turn.say("requests.open_already"))
    await turn.uow.record("request", person.code)
    told = {"surname": literal(person.surname), "code": person.code}
    for account in await turn.uow.resident_requests.workers(person.person_id, kind):
        await notices.tell(turn, account, f"requests.told.{kind}", told)
    due = due_day(turn.house, kind, turn.uow.now)
    return await menu.show(turn, turn.say(f"requests.asked.{kind}", due=due))


# --- the worker ----------------------------------------------------------------------------------


async def _list(turn: Turn) -> Replies:
    turn.state = Idle()
    found = await turn.uow.resident_requests.waiting()
    rows: list[Row] = [
        (Button(text=_with_term(turn, one), token=token(REQUEST, "open", one.id)),) for one in found
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
    due = due_day(turn.house, one.kind, one.asked_at)
    if due is not None:
        key = "due_on" if turn.today <= due else "over_since"
        lines.append(turn.say(f"requests.{key}", day=due, n=TERM))
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


async def _agreed(turn: Turn, state: Answering) -> Replies:
    """Agreed to: but first what goes and what stays."""
    one = await turn.uow.resident_requests.get(state.request)
    if one is None or one.kind != "deletion":
        return await _open(turn, state.request)
    return await deleting.preview(turn, one, SLOT)


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
        await request_answers.tell(turn.uow, chat, one, key, typed)
    return await menu.show(turn, turn.say("requests.sent"))


async def _askers(turn: Turn, one: ResidentRequest) -> Sequence[Conversation]:
    """The chat that asked, as long as it is the person's or acts for them; else the person's."""
    chat = await turn.uow.conversations.get(one.chat_id)
    if chat is not None and await turn.uow.proxies.speaks_for(chat.id, one.person_id):
        return [chat]
    return await turn.uow.conversations.of_person(one.person_id)


def _with_term(turn: Turn, one: ResidentRequest) -> str:
    """A line of the list: until when it is to be answered, where the law gives a term."""
    name, due = _name(turn, one), due_day(turn.house, one.kind, one.asked_at)
    if due is None:
        return name
    key = "due" if turn.today <= due else "over"
    return turn.say(f"requests.{key}", what=name, day=f"{due:%m-%d}")


def _name(turn: Turn, one: ResidentRequest) -> str:
    return turn.say(f"requests.kind.{one.kind}", surname=one.surname, code=one.code)
