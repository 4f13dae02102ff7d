"""Relatives who act for a resident: a worker records the consent, all concerned can end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.messages import Button, Entry, Reply, Text
from core.months import same_day
from core.texts import say
from handlers import handing_over, leaving, menu
from handlers.markup import literal
from handlers.states import Entrusting, Idle
from handlers.tokens import BIND, LIST, PROXY, Token, token
from handlers.turn import Replies, Turn
from storage.policy import Role
from storage.proxies import Proxy
from storage.register import PersonFile

RELATIONS: Final = ("child", "spouse", "sibling", "grandchild", "parent", "other")
MONTHS: Final = {"m3": 3, "m6": 6, "m12": 12}
SLOT: Final = "proxies"

_LONGEST_NAME: Final = 50

Row = tuple[Button, ...]


async def mine(turn: Turn) -> Replies:
    """The consents that somebody gave, and those by which they act, each to be ended."""
    await leaving.set_aside(turn)
    found = list(await turn.uow.proxies.held(turn.chat.id))
    if turn.chat.person_id is not None and turn.chat.account_id is None:
        found = [*await turn.uow.proxies.given(turn.chat.person_id), *found]
    below: list[Row] = [(Button(text=turn.say("chat.button.menu"), token=token(PROXY, "leave")),)]
    if turn.chat.actor.role is Role.RESIDENT:
        undo = Button(text=turn.say("binding.undo.button"), token=token(BIND, "undo"))
        below = [(undo,), *below]
    return _list(turn, found, below)


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button about a consent."""
    if isinstance(turn.state, Entrusting) and pressed.word(0) in ("agreed", "relation", "until"):
        return _next(turn, turn.state, pressed)
    await leaving.set_aside(turn)
    match pressed.word(0):
        case "of":
            return await _of(turn, pressed.word(1))
        case "new":
            return await _new(turn, pressed.word(1))
        case "end":
            return await _sure(turn, pressed.number(1))
        case "yes":
            return await _revoke(turn, pressed.number(1))
        case "mine":
            return await mine(turn)
        case _:
            return await menu.show(turn)


async def handle(turn: Turn, state: Entrusting) -> Replies:
    """What a worker types while a consent is recorded."""
    if isinstance(turn.event, Text) and state.months:
        return await _named(turn, state, turn.event.text)
    return _ask(turn, state)


async def _of(turn: Turn, code: str) -> Replies:
    """The consents of a person, for who looks after them."""
    turn.state = Idle()
    person = await handing_over.looked_after(turn, code)
    if person is None:
        return [Reply(text=turn.say("binding.proxy.not_yours"))]
    await turn.uow.record("proxies", person.code)
    found = await turn.uow.proxies.given(person.id)
    new = Button(text=turn.say("binding.button.new"), token=token(PROXY, "new", code))
    back = Button(text=turn.say("binding.button.back"), token=token(LIST, "open", "person", code))
    return _list(turn, found, [(new,), (back,)])


def _list(turn: Turn, found: Sequence[Proxy], below: list[Row]) -> Replies:
    turn.state = Idle()
    lines = [_line(turn, one) for one in found] or [turn.say("binding.proxy.none")]
    text = "\n\n".join([turn.say("binding.proxy.title"), *lines])
    rows: list[Row] = [
        (
            Button(
                text=turn.say("binding.button.end", name=one.name),
                token=token(PROXY, "end", one.id),
            ),
        )
        for one in found
    ]
    return [Reply(text=text, buttons=tuple(rows + below), slot=SLOT)]


def _line(turn: Turn, one: Proxy) -> str:
    return turn.say(
        "binding.proxy.given",
        name=literal(one.name),
        relation=turn.say(f"binding.relation.{one.relation}"),
        surname=one.surname,
        code=one.code,
        until=one.until,
        state="" if one.came_in else turn.say("binding.proxy.waiting"),
    ).strip()


# --- recording a consent -------------------------------------------------------------------------


async def _new(turn: Turn, code: str) -> Replies:
    person = await handing_over.looked_after(turn, code)
    if person is None:
        return [Reply(text=turn.say("binding.proxy.not_yours"))]
    return _ask(turn, Entrusting(code=code, surname=person.subject.surname))


def _next(turn: Turn, state: Entrusting, tapped: Token) -> Replies:
    word = tapped.word(1)
    if tapped.word(0) == "agreed":
        return _ask(turn, state.model_copy(update={"agreed": True}))
    if tapped.word(0) == "relation" and state.agreed and word in RELATIONS:
        return _ask(turn, state.model_copy(update={"relation": word}))
    if tapped.word(0) == "until" and state.relation and word in MONTHS:
        return _ask(turn, state.model_copy(update={"months": MONTHS[word]}))
    return _ask(turn, state)


def _ask(turn: Turn, state: Entrusting, lead: str = "") -> Replies:
    """The next thing that is still to be said, by buttons up to the name."""
    turn.state = state
    text, rows = _question(turn, state)
    leave = Button(text=turn.say("binding.button.no"), token=token(PROXY, "leave"))
    parts = "\n\n".join(part for part in (lead, text) if part)
    entry = Entry(kind="none" if rows else "text")
    return [Reply(text=parts, buttons=(*rows, (leave,)), entry=entry, slot=SLOT)]


def _question(turn: Turn, state: Entrusting) -> tuple[str, list[Row]]:
    if not state.agreed:
        text = turn.say("binding.proxy.consent", surname=state.surname, code=state.code)
        return text, [(_button(turn, "button.agreed", "agreed"),)]
    if not state.relation:
        made = [_button(turn, f"relation.{one}", "relation", one) for one in RELATIONS]
        return turn.say("binding.proxy.relation"), [tuple(made[:3]), tuple(made[3:])]
    if not state.months:
        made = [_button(turn, f"months.{one}", "until", one) for one in MONTHS]
        return turn.say("binding.proxy.until"), [tuple(made)]
    return turn.say("binding.proxy.name"), []


def _button(turn: Turn, key: str, *words: str) -> Button:
    return Button(text=turn.say(f"binding.{key}"), token=token(PROXY, *words))


async def _named(turn: Turn, state: Entrusting, text: str) -> Replies:
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or any(sign.isdigit() for sign in name):
        return _ask(turn, state, turn.say("binding.proxy.bad_name"))
    person = await handing_over.looked_after(turn, state.code)
    turn.state = Idle()
    if person is None:
        return [Reply(text=turn.say("binding.proxy.not_yours"))]
    until = same_day(turn.today, state.months)
    number = await turn.uow.proxies.consent(person.id, name, state.relation, until)
    secret = await turn.uow.invites.issue("messenger", proxy_id=number)
    await turn.uow.record("consent", person.code)
    await _tell(turn, person, name, state.relation, until)
    text = turn.say(
        "binding.proxy.made",
        name=literal(name),
        surname=person.subject.surname,
        code=person.code,
        until=until,
        secret=handing_over.spelled(secret),
    )
    back = token(LIST, "open", "person", person.code)
    return [
        Reply(text=text, buttons=((Button(text=turn.say("binding.button.back"), token=back),),))
    ]


async def _tell(turn: Turn, person: PersonFile, name: str, relation: str, until: date) -> None:
    """The person hears of it in their own chats, so that nobody acts behind their back."""
    for chat in await turn.uow.conversations.of_person(person.id):
        said = say(
            chat.language,
            "binding.proxy.told",
            name=literal(name),
            relation=say(chat.language, f"binding.relation.{relation}"),
            until=until,
        )
        await turn.uow.outbox.queue(chat.id, [Reply(text=said)])


# --- ending one ----------------------------------------------------------------------------------


async def _sure(turn: Turn, number: int) -> Replies:
    one = await turn.uow.proxies.concerning(number, turn.chat.id)
    if one is None:
        return [Reply(text=turn.say("binding.proxy.gone"))]
    yes = Button(
        text=turn.say("binding.button.end_yes"), token=token(PROXY, "yes", number), style="danger"
    )
    no = Button(text=turn.say("binding.button.no"), token=token(PROXY, "leave"))
    text = turn.say("binding.proxy.sure", name=literal(one.name))
    return [Reply(text=text, buttons=((yes, no),), slot=SLOT, edits=SLOT)]


async def _revoke(turn: Turn, number: int) -> Replies:
    one = await turn.uow.proxies.revoke(number, turn.chat.id)
    if one is None:
        return [Reply(text=turn.say("binding.proxy.gone"), slot=SLOT, edits=SLOT)]
    await turn.uow.record("revoke", one.code)
    done = turn.say("binding.proxy.revoked", name=literal(one.name))
    return [Reply(text=done, slot=SLOT, edits=SLOT), *await menu.show(turn)]
