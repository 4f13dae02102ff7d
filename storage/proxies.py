"""Who acts for whom: after the person's consent, up to a day, until somebody takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, insert, select, update

from storage.bindings import hush, looks_after
from storage.connection import Connection
from storage.names import surname
from storage.pension_tables import proxy
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import conversation, invite, person

LONGEST: Final = timedelta(days=366)
"""How long somebody may act for another before the consent has to be given again."""


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody whose affairs a conversation may look at: themselves, or as a proxy up to the day
    `until`. `surname` is all that is said of the name."""

    person_id: int
    code: str
    surname: str
    own: bool
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Proxy:
    """One consent in force. `name` and `relation` are of who acts; `came_in` once they used their
    code."""

    id: int
    person_id: int
    code: str
    surname: str
    name: str
    relation: str
    until: date
    came_in: bool


class Proxies:
    """Records consents and takes them back; every query is limited to what the actor may see."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._today = today

    async def subjects(self, chat_id: int) -> list[PersonRef]:
        """Whose affairs a conversation may look at today, themselves first."""
        found: dict[int, PersonRef] = {}
        own = await _OWN.first(self._connection, {"of_chat": chat_id})
        if own is not None:
            found[own["id"]] = PersonRef(own["id"], own["code"], surname(own["name"]), True)
        where = {"of_chat": chat_id, "on_day": self._today}
        for row in await _OTHERS.all(self._connection, where):
            ref = PersonRef(row["id"], row["code"], surname(row["name"]), False, row["until"])
            found.setdefault(ref.person_id, ref)
        return list(found.values())

    async def speaks_for(self, chat_id: int, person_id: int) -> bool:
        """Whether a conversation is a person's own today, or acts for them."""
        return person_id in {one.person_id for one in await self.subjects(chat_id)}

    async def consent(self, person_id: int, name: str, relation: str, until: date) -> int:
        """A member of staff records that the person agreed. Returns the consent's id.

        Raises ValueError for a day that is over or too far away, and PermissionError for somebody
        who does not look after the person.
        """
        if not self._today <= until <= self._today + LONGEST:
            raise ValueError("until")
        if self._actor.account_id is None or not await self._looks_after(person_id):
            raise PermissionError("only who looks after the person records a consent")
        values = {
            "person_id": person_id,
            "name": name,
            "relation": relation,
            "until": until,
            "consent_at": self._now,
            "consent_by": self._actor.account_id,
        }
        done = await self._connection.execute(insert(proxy).values(values).returning(proxy.c.id))
        number: int = done.scalar_one()
        return number

    async def enter(self, proxy_id: int, chat_id: int) -> PersonRef | None:
        """Let the conversation of who used the code act by a consent; None if it has ended."""
        await self._connection.execute(
            update(proxy)
            .where(
                proxy.c.id == proxy_id, proxy.c.conversation_id.is_(None), _in_force(self._today)
            )
            .values(conversation_id=chat_id)
        )
        query = (
            select(person.c.id, person.c.code, person.c.name, proxy.c.until)
            .join(proxy, proxy.c.person_id == person.c.id)
            .where(
                proxy.c.id == proxy_id,
                proxy.c.conversation_id == chat_id,
                _in_force(self._today),
                person.c.state == "active",
            )
        )
        row = (await self._connection.execute(query)).first()
        return PersonRef(row.id, row.code, surname(row.name), False, row.until) if row else None

    async def given(self, person_id: int) -> Sequence[Proxy]:
        """The consents in force that a person gave, if the actor is this person or looks after
        them; the newest first."""
        if self._actor.person_id != person_id and not await self._looks_after(person_id):
            return []
        return await self._list(proxy.c.person_id == person_id)

    async def held(self, chat_id: int) -> Sequence[Proxy]:
        """The consents in force by which a conversation acts; the newest first."""
        return await self._list(proxy.c.conversation_id == chat_id)

    async def concerning(self, proxy_id: int, chat_id: int) -> Proxy | None:
        """A consent in force that the actor may end: the person who gave it, who looks after them,
        or who acts by it in the conversation `chat_id`."""
        found = await self._list(proxy.c.id == proxy_id)
        if not found:
            return None
        one = found[0]
        holds = one.id in {mine.id for mine in await self.held(chat_id)}
        own = self._actor.person_id == one.person_id
        return one if holds or own or await self._looks_after(one.person_id) else None

    async def revoke(self, proxy_id: int, chat_id: int) -> Proxy | None:
        """End one of those: it counts no more, and its code is void. None if there is none such."""
        one = await self.concerning(proxy_id, chat_id)
        if one is None:
            return None
        ended = await self._connection.execute(
            update(proxy)
            .where(proxy.c.id == proxy_id)
            .values(revoked_at=self._now)
            .returning(proxy.c.conversation_id)
        )
        await hush(self._connection, ended.scalar_one())
        await self._connection.execute(
            update(invite)
            .where(invite.c.proxy_id == proxy_id, invite.c.used_at.is_(None))
            .values(used_at=self._now)
        )
        return one

    async def _list(self, which: Any) -> Sequence[Proxy]:
        columns = (proxy, person.c.code, person.c.name.label("of_name"))
        query = (
            select(*columns)
            .join(person, person.c.id == proxy.c.person_id)
            .where(which, _in_force(self._today))
            .order_by(proxy.c.id.desc())
        )
        rows = await self._connection.execute(query)
        return [_proxy(row._mapping) for row in rows]

    async def _looks_after(self, person_id: int) -> bool:
        return await looks_after(self._connection, self._actor, person_id, self._today)


def _in_force(on_day: Any) -> Any:
    return and_(proxy.c.revoked_at.is_(None), proxy.c.until >= on_day)


def _proxy(row: Any) -> Proxy:
    return Proxy(
        id=row["id"],
        person_id=row["person_id"],
        code=row["code"],
        surname=surname(row["of_name"]),
        name=row["name"],
        relation=row["relation"],
        until=row["until"],
        came_in=row["conversation_id"] is not None,
    )


_HOLDS: Final = and_(
    proxy.c.conversation_id == bindparam("of_chat"),
    proxy.c.revoked_at.is_(None),
    proxy.c.until >= bindparam("on_day", type_=proxy.c.until.type),
)
ACTS_FOR: Final = Ready(
    select(proxy.c.id).where(_HOLDS, proxy.c.person_id == bindparam("of_person")).limit(1)
)
"""Whether the conversation `of_chat` acts for the person `of_person` on the day `on_day`."""

_OWN: Final = Ready(
    select(person.c.id, person.c.code, person.c.name)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(
        conversation.c.id == bindparam("of_chat"),
        conversation.c.account_id.is_(None),
        person.c.state == "active",
    )
)
_OTHERS: Final = Ready(
    select(person.c.id, person.c.code, person.c.name, proxy.c.until)
    .join(proxy, proxy.c.person_id == person.c.id)
    .where(_HOLDS, person.c.state == "active")
    .order_by(proxy.c.until.desc())
)
