"""Who is looking at a page, and what they may see."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from aiohttp import web

from bot.channels.web.door import Door
from core.texts import say
from storage.database import Database
from storage.policy import SYSTEM, Actor
from storage.unit import UnitOfWork

CHANNEL: Final = "web"
PARTS: Final = "office.parts"
"""Under what a request holds the parts of its path."""


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

    def part(self, name: str) -> str:
        """A part of the address's path."""
        return str(self.request[PARTS][name])

    def query(self, name: str, default: str = "") -> str:
        """A value of the address, without spaces around it."""
        return self.request.query.get(name, default).strip()

    def number(self, name: str) -> int:
        """A page number of the address, from 0."""
        text = self.query(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0

    def day(self, name: str) -> date | None:
        """A date of the address, None if there is none or it can't be read."""
        try:
            return date.fromisoformat(self.query(name))
        except ValueError:
            return None


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
