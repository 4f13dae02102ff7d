"""Who is looking at a page, and what they may see."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.web import FileField
from multidict import MultiDictProxy

from bot.broken_posts import BROKEN
from bot.channels.web.door import Door
from core.texts import known, say
from storage.database import Database
from storage.policy import SYSTEM, Actor
from storage.sent_files import File
from storage.unit import UnitOfWork

CHANNEL: Final = "web"
PARTS: Final = web.RequestKey("office.parts", dict)
"""Under what a request holds the parts of its path."""


_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_TOLD: Final = re.compile(r"told\.[a-z_]{1,40}")
_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in, `code` being their account's."""

    request: web.Request
    actor: Actor
    code: str
    language: str
    database: Database

    @property
    def now(self) -> datetime:
        """The present moment in the deployment's zone."""
        return self.database.clock.now().astimezone(self.database.zone)

    @property
    def today(self) -> date:
        """Today's date in the deployment's zone."""
        return self.now.date()

    def say(self, key: str, /, **values: object) -> str:
        """A text of the office in the visitor's language."""
        return say(self.language, f"office.{key}", **values)

    def reading(self, purpose: str) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that only reads, beside the one that writes."""
        return self.database.reading(self.actor, f"office {purpose}", CHANNEL)

    def unit(self, purpose: str) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that may write, if only into the log."""
        return self.database.unit(self.actor, f"office {purpose}", CHANNEL)

    async def posted(self) -> MultiDictProxy[str | bytes | bytearray | FileField]:
        """What was sent with a form. Raises HTTPBadRequest for what is none."""
        try:
            return await self.request.post()
        except BROKEN:
            raise web.HTTPBadRequest from None

    async def words(self, *names: str) -> dict[str, str]:
        """Texts of the form that was sent, without spaces around them; '' for what is not there."""
        sent = await self.posted()
        found = {name: sent.get(name, "") for name in names}
        return {name: one.strip() if isinstance(one, str) else "" for name, one in found.items()}

    async def chosen(self, name: str) -> list[int]:
        """The numbers that were ticked in a form, each once."""
        sent = (await self.posted()).getall(name, [])
        return sorted({number for one in sent if (number := _number(one)) is not None})

    async def file(self, name: str, largest: int) -> File | None:
        """A file that was sent; None for none, for an empty one, and beyond `largest` bytes."""
        sent = (await self.posted()).get(name)
        if not isinstance(sent, FileField):
            return None
        content = sent.file.read(largest + 1)
        return File(sent.filename, content) if 0 < len(content) <= largest else None

    async def files(self, name: str, largest: int) -> list[File] | None:
        """The files that were sent under a name, without folders in theirs; None for those that
        have more than `largest` bytes together."""
        found = []
        for sent in (await self.posted()).getall(name, []):
            if isinstance(sent, FileField) and sent.filename:
                content = sent.file.read(largest + 1)
                largest -= len(content)
                found.append(File(PureWindowsPath(sent.filename).name, content))
        return found if largest >= 0 else None

    def go(self, path: str, told: str = "", **values: object) -> web.Response:
        """The way on after something was done: to a page that says so, by a text of ``told``."""
        said = {"told": told, **values} if told else values
        query = urlencode({name: value for name, value in said.items() if value not in ("", None)})
        join = "&" if "?" in path else "?"
        return web.Response(
            status=303, headers={"Location": f"{path}{join}{query}" if query else path}
        )

    @property
    def told(self) -> str:
        """What was done a moment ago, in words; '' if nothing was."""
        key = f"told.{self.query('told')}"
        counted = known(f"office.{key}.other")
        if not _TOLD.fullmatch(key) or not (counted or known(f"office.{key}")):
            return ""
        values = {
            name: self.query(name) for name in ("to", "what") if _CODE.fullmatch(self.query(name))
        }
        return self.say(key, n=self.number("n"), **({"to": "—", "what": "—"} | values))

    def part(self, name: str) -> str:
        """A part of the address's path."""
        return str(self.request[PARTS][name])

    def part_number(self, name: str) -> int | None:
        """A number in the address's path; None for what no database takes as one."""
        return _number(self.part(name))

    def query(self, name: str, default: str = "") -> str:
        """A value of the address, without spaces around it and what no database takes."""
        return self.request.query.get(name, default).replace("\0", "").strip()

    def number(self, name: str) -> int:
        """A page number of the address, from 0."""
        return _number(self.query(name)) or 0

    def day(self, name: str) -> date | None:
        """A date of the address, None if there is none or it can't be meant."""
        return day_of(self.query(name))


async def visit_of(request: web.Request, door: Door, database: Database) -> Visit | None:
    """Who looks, None if nobody is signed in or it is nobody of the staff."""
    signed_in = await door.who(request)
    if signed_in is None:
        return None
    async with database.reading(SYSTEM, "office door", CHANNEL) as uow:
        account = await uow.accounts.by_code(signed_in.session.address)
    if account is None or not account.active:
        return None
    actor = Actor(account.role, account.area_code, account_id=account.id)
    return Visit(request, actor, account.code, signed_in.session.language, database)


def day_of(text: str) -> date | None:
    """A date in a year of which the books of an office may tell; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _number(text: Any) -> int | None:
    """A whole number from 0 that every database takes; None for anything else."""
    if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    return None
