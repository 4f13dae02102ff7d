"""What a resident may ask about their own data: to read it, to have it corrected or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.messages import Button, Picture, Reply
from core.texts import known
from handlers import alerts, menu
from handlers.form_notice import basis_lines
from handlers.shelf import title_of
from handlers.tokens import MENU, REQUEST, token
from handlers.turn import Replies, Turn
from storage.own_data import OwnData, TagHeld, own_data

SLOT: Final = "mydata"
KEY: Final = "mydata:"
"""How the keys of exported files begin: they are deleted after some days."""


async def notice(turn: Turn) -> Replies:
    """Who processes what, why, for how long, and what people may ask for; then the same by form."""
    phones = alerts.phone_list(turn.house, turn.language, "office")
    text = turn.say("rights.notice", phones=phones, drafts=turn.house.drafts.kept.days)
    forms = "\n".join(await basis_lines(turn))
    if forms:
        forms = f"{turn.say('rights.by_form')}\n{forms}"
    return [Reply(text=one) for one in (text, forms) if one]


async def show(turn: Turn) -> Replies:
    """What they may ask for, as buttons."""
    if turn.chat.person_id is None:
        return await menu.show(turn, turn.say("rights.bind_first"))
    buttons = (
        (_button(turn, "export"),),
        (_button(turn, "mistake"), _button(turn, "delete")),
        (Button(text=turn.say("chat.button.menu"), token=token(MENU)),),
    )
    return [Reply(text=turn.say("rights.ask"), buttons=buttons, slot=SLOT)]


def confirm_deletion(turn: Turn) -> Replies:
    """What deletion means, and a button to ask for it."""
    buttons = (
        (Button(text=turn.say("rights.button.deletion"), token=token(REQUEST, "deletion")),),
        (Button(text=turn.say("chat.button.menu"), token=token(MENU)),),
    )
    return [Reply(text=turn.say("rights.deletion"), buttons=buttons, slot=SLOT)]


async def export(turn: Turn) -> Replies:
    """Their data as a file, where this channel may carry it. Logged."""
    found = await own_data(turn.uow.connection, turn.chat.actor)
    if found is None:
        return await menu.show(turn, turn.say("rights.bind_first"))
    if not turn.house.hands_out_files(turn.chat.channel):
        return await menu.show(turn, turn.say("rights.not_here"))
    await turn.uow.record("own_data", found.code)
    name = turn.say("rights.file.called", day=turn.today)
    content = "\ufeff" + "\n".join(await _lines(turn, found)) + "\n"  # old phones need the mark
    key = f"{KEY}{turn.chat.id}:{turn.inbound.key}"
    stored = await turn.uow.media.put(content.encode(), name, "text/plain", key)
    picture = Picture(media=stored.id, name=name, mime="text/plain", as_file=True)
    file = Reply(text=turn.say("rights.file.here"), pictures=(picture,))
    return [file, *await menu.show(turn)]


async def _lines(turn: Turn, found: OwnData) -> list[str]:
    nothing = turn.say("rights.file.nothing")
    facts = {turn.say(f"rights.file.{key}"): said for key, said in _facts(turn, found)}
    lines = [turn.say("rights.file.title", day=turn.today), ""]
    lines += [_line(turn, what, said or nothing) for what, said in facts.items()]
    lines += ["", turn.say("rights.file.tags")]
    lines += [_line(turn, _name(turn, tag.tag), _span(turn, tag)) for tag in found.tags]
    lines += ["", turn.say("rights.file.calls")]
    for call in found.calls:
        version = await turn.uow.forms.latest(call.form_id)
        title = title_of(version, turn.language) if version else call.form_id
        lines.append(_line(turn, call.day.isoformat(), title))
    return [*lines, "", turn.say("rights.file.more")]


def _facts(turn: Turn, found: OwnData) -> Iterator[tuple[str, str]]:
    yield "code", found.code
    yield "name", found.name
    yield "sex", turn.say(f"rights.sex.{found.sex}")
    yield "birth_date", found.birth_date.isoformat()
    yield "id_number", found.id_number
    yield "phone", found.phone
    yield "area", found.area
    yield "address", found.address


def _line(turn: Turn, what: str, said: str) -> str:
    return turn.say("rights.file.line", what=what, said=said)


def _name(turn: Turn, tag: str) -> str:
    return turn.say(f"tags.{tag}") if known(f"tags.{tag}") else tag


def _span(turn: Turn, held: TagHeld) -> str:
    key = "still" if held.until is None else "over"
    return turn.say(f"rights.file.{key}", since=held.since, until=held.until)


def _button(turn: Turn, name: str) -> Button:
    return Button(text=turn.say(f"rights.button.{name}"), token=token(REQUEST, name))
