"""Which residents can be told something, and what each was told already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.ports import Clock
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.pension_tables import pension_notice
from storage.policy import Actor
from storage.tables import conversation, person


@dataclass(frozen=True, slots=True)
class BoundChat:
    """A resident's own chat, and what of the person decides what they are told."""

    chat_id: int
    language: str
    person_id: int
    birth_date: date
    area_code: str


class PensionNotices:
    """Only for the ticks."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock) -> None:
        if not actor.everything:
            raise PermissionError("only a tick tells residents")
        self._connection = connection
        self._clock = clock

    async def bound(self, after: int, limit: int) -> Sequence[BoundChat]:
        """The next chats, by id after `after`, of residents in the register who can be reached."""
        query = (
            select(
                conversation.c.id,
                conversation.c.language,
                person.c.id,
                person.c.birth_date,
                person.c.area_code,
            )
            .join(person, person.c.id == conversation.c.person_id)
            .where(
                conversation.c.id > after,
                conversation.c.account_id.is_(None),
                conversation.c.reachable,
                person.c.state == "active",
            )
            .order_by(conversation.c.id)
            .limit(limit)
        )
        return [BoundChat(*row) for row in await self._connection.execute(query)]

    async def once(self, chat: BoundChat, kind: str, day: date) -> bool:
        """Note that a person is told something of a day; False if they were told before."""
        key = ["person_id", "kind", "day"]
        put = insert_if_new(self._connection.dialect.name, pension_notice, key).values(
            person_id=chat.person_id, kind=kind, day=day, at=self._clock.now()
        )
        return bool((await self._connection.execute(put)).rowcount)
