"""The files of a month: tables for other offices, as workbooks in the chat.

Where a channel's servers are abroad, and for what is too long, there is the office instead.
"""

from __future__ import annotations

from core.messages import Button, Picture, Reply
from handlers.markup import literal
from handlers.supervising_months import last_day, month_name, month_of, root_of
from handlers.supervising_page import Row, area_name, button, page, say
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import Replies, Turn

KEY = "table:"
"""How the keys of these files begin: they are deleted after some days."""

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(turn: Turn, pressed: Token) -> Replies:
    """Which file: ``f:202611:990101001``."""
    tables = turn.house.tables
    month, root = month_of(turn, pressed.word(1)), root_of(turn, pressed.word(2))
    back = button(turn, "over", "o", f"{month:%Y%m}", root, 0)
    if tables is None or not turn.house.shows_amounts(turn.chat.channel):
        return page(turn, [say(turn, "file.elsewhere", url=f"{turn.house.url}/office")], [(back,)])
    rows: list[Row] = [
        (Button(text=title, token=token(OVERSEE, "t", f"{month:%Y%m}", root, name)),)
        for name, title in await tables.names(turn.language)
    ]
    named = say(turn, "file.which", month=month_name(turn, month), area=await area_name(turn, root))
    return page(turn, [named], [*rows, (back,)])


async def made(turn: Turn, pressed: Token) -> Replies:
    """One file: ``t:202611:990101001:duties_month``. Written into the audit."""
    tables, name = turn.house.tables, pressed.word(3)
    month, root = month_of(turn, pressed.word(1)), root_of(turn, pressed.word(2))
    if tables is None or not turn.house.shows_amounts(turn.chat.channel):
        return await show(turn, pressed)
    title = dict(await tables.names(turn.language)).get(name)
    if title is None:
        return await show(turn, pressed)
    days = month, last_day(turn, month)
    content = await tables.make(turn.uow, name, root, days, turn.language)
    if content is None:
        url = f"{turn.house.url}/office/tables"
        back = button(turn, "files", "f", f"{month:%Y%m}", root)
        return page(turn, [say(turn, "file.long", title=literal(title), url=url)], [(back,)])
    area = await turn.uow.areas.get(root)
    where = area.name if area else root
    called = say(turn, "file.called", title=title, area=where, month=f"{month:%Y-%m}")
    key = f"{KEY}{turn.chat.id}:{turn.inbound.key}"
    stored = await turn.uow.media.put(content, called, _TYPE, key)
    await turn.uow.record("export", f"{name} {root} {month:%Y-%m}")
    file = Picture(media=stored.id, name=called, mime=_TYPE, as_file=True)
    return [Reply(text=say(turn, "file.here", title=literal(title)), pictures=(file,))]
