"""The files of a month: tables for other offices, as workbooks in the chat.

A file is asked for in a step and made when it is sent, so that no step waits for it. Where a
channel's servers are abroad, and for what is too long, there is the office instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core import texts
from core.messages import Button, Picture, Reply
from handlers.making import TABLE
from handlers.markup import literal
from handlers.purposes import PURPOSES
from handlers.read_first import read_first
from handlers.supervising_months import last_day, month_name, month_of, root_of
from handlers.supervising_page import Row, area_name, button, page, say
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import House, Replies, Table, Tables, Turn
from storage.database import Database
from storage.media import StoredFile
from storage.outbox import Parcel
from storage.policy import NOBODY, SYSTEM
from storage.priorities import THROUGH
from storage.unit import UnitOfWork

KEY = "table:"
"""How the keys of these files begin: they are deleted after some days."""

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(turn: Turn, pressed: Token) -> Replies:
    """Which file: ``f:202611:990101001``."""
    tables = turn.house.tables
    month, root = month_of(turn, pressed.word(1)), root_of(turn, pressed.word(2))
    back = button(turn, "over", "o", f"{month:%Y%m}", root, 0)
    if tables is None or not turn.house.hands_out_files(turn.chat.channel):
        return page(turn, [say(turn, "file.elsewhere", url=f"{turn.house.url}/office")], [(back,)])
    rows: list[Row] = [
        (Button(text=one.title, token=token(OVERSEE, "t", f"{month:%Y%m}", root, one.id)),)
        for one in await _offered(turn, tables)
    ]
    named = say(turn, "file.which", month=month_name(turn, month), area=await area_name(turn, root))
    return page(turn, [named], [*rows, (back,)])


async def ask(turn: Turn, pressed: Token) -> Replies:
    """One file: ``t:202611:990101001:duties_month``, with a purpose behind it if it may tell of
    children. It is made when it is sent."""
    tables, name = turn.house.tables, pressed.word(3)
    month, root = month_of(turn, pressed.word(1)), root_of(turn, pressed.word(2))
    if tables is None or not turn.house.hands_out_files(turn.chat.channel):
        return await show(turn, pressed)
    table = _named(await _offered(turn, tables), name)
    if table is None:
        return await show(turn, pressed)
    purpose = pressed.word(4)
    if purpose not in PURPOSES:
        purpose = ""
    if not purpose and await tables.may_tell_of_children(turn.uow, name):
        return _ask_purpose(turn, f"{month:%Y%m}", root, table)
    days = {"since": month.isoformat(), "until": last_day(turn, month).isoformat()}
    asked = {"table": name, "area": root, "purpose": purpose, **days}
    await turn.uow.outbox.queue_kind(turn.chat.id, TABLE, asked, THROUGH)
    back = button(turn, "files", "f", f"{month:%Y%m}", root)
    return page(turn, [say(turn, "file.making", title=literal(table.title))], [(back,)])


async def _offered(turn: Turn, tables: Tables) -> Sequence[Table]:
    language = turn.language
    return await read_first(turn, ("files", language), lambda uow: tables.offered(uow, language))


def _named(tables: Sequence[Table], name: str) -> Table | None:
    return next((one for one in tables if one.id == name), None)


def _ask_purpose(turn: Turn, month: str, root: str, table: Table) -> Replies:
    rows: list[Row] = [
        (
            Button(
                text=turn.say(f"trust.purpose.{one}"),
                token=token(OVERSEE, "t", month, root, table.id, one),
            ),
        )
        for one in PURPOSES
    ]
    back = button(turn, "files", "f", month, root)
    asked = say(turn, "file.purpose", title=literal(table.title))
    return page(turn, [asked], [*rows, (back,)])


async def make(database: Database, house: House, parcel: Parcel) -> Reply | None:
    """The file that was asked for: read while others write, then kept, and written into the audit;
    a word if there is none, or none any more for who asked. None if nobody is there to tell."""
    key = f"{KEY}{parcel.conversation_id}:{parcel.id}"
    async with database.reading(SYSTEM, "export", parcel.channel) as uow:
        chat = await uow.conversations.get(parcel.conversation_id)
        if chat is None or chat.actor == NOBODY or house.tables is None:
            return None
        kept = (await uow.media.known([key])).get(key)  # one that could not be sent at once
        uow.become(chat.actor)
        offered = await house.tables.offered(uow, parcel.language)
        table = _named(offered, parcel.body["table"])
        if table is None:
            return Reply(text=_say(parcel, "gone"))
        if kept is not None:
            return _file(parcel, kept, table)
        found = await _workbook(uow, house.tables, parcel)
        area = await uow.areas.get(parcel.body["area"])
    if found is None:
        url = f"{house.url}/office/{'tables' if chat.actor.may_export else 'reports'}"
        return Reply(text=_say(parcel, "long", title=literal(table.title), url=url))
    thing, called = table.id, _say(parcel, "called_alone", title=table.title)
    if table.monthly:
        where, month = area.name if area else parcel.body["area"], parcel.body["since"][:7]
        thing = f"{table.id} {parcel.body['area']} {month}"
        called = _say(parcel, "called", title=table.title, area=where, month=month)
    purpose = parcel.body.get("purpose") or "export"
    async with database.unit(chat.actor, purpose, parcel.channel) as uow:
        kept = await uow.media.put(found, called, _TYPE, key)
        await uow.record("export", thing)
    return _file(parcel, kept, table)


async def _workbook(uow: UnitOfWork, tables: Tables, parcel: Parcel) -> bytes | None:
    asked = parcel.body
    days = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])
    return await tables.make(uow, asked["table"], asked["area"], days, parcel.language)


def _file(parcel: Parcel, kept: StoredFile, table: Table) -> Reply:
    file = Picture(media=kept.id, name=kept.name, mime=kept.mime, as_file=True)
    return Reply(text=_say(parcel, "here", title=literal(table.title)), pictures=(file,))


def _say(parcel: Parcel, key: str, **values: object) -> str:
    return texts.say(parcel.language, f"supervise.file.{key}", **values)
