"""Whose chat is whose, and how that ends: by the resident, by who looks after them, or because they
left the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete, exists, func, or_, select, update

from storage.connection import Connection
from storage.pension_tables import proxy
from storage.policy import Actor
from storage.scope import people_seen
from storage.tables import conversation, outbox, person, web_session


@dataclass(frozen=True, slots=True)
class Unbound:
    """A chat that was somebody's until now."""

    chat_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Departed:
    """Somebody who left the register and still has a chat or a consent in force."""

    person_id: int
    code: str
    state: Literal["moved", "deceased"]


async def looks_after(connection: Connection, actor: Actor, person_id: int, today: date) -> bool:
    """Whether the actor is staff who fill in forms about this person."""
    if not (actor.may_see_people and actor.may_fill):
        return False
    query = select(person.c.id).where(person.c.id == person_id, people_seen(actor, today))
    return (await connection.execute(query)).first() is not None


async def code_of(connection: Connection, person_id: int) -> str:
    """The code of a person in the register, whatever has become of them."""
    query = select(person.c.code).where(person.c.id == person_id)
    code: str = (await connection.execute(query)).scalar_one()
    return code


async def bound_chats(connection: Connection, person_id: int) -> int:
    """How many chats are a person's own, those that can't be reached included."""
    query = select(func.count()).where(
        conversation.c.person_id == person_id, conversation.c.account_id.is_(None)
    )
    count: int = (await connection.execute(query)).scalar_one()
    return count


async def unbind(
    connection: Connection, actor: Actor, person_id: int, today: date
) -> Sequence[Unbound]:
    """Take all their chats from a person; browsers are signed out. Returns the chats.

    Raises PermissionError for who neither looks after them nor is the machine itself.
    """
    if not actor.everything and not await looks_after(connection, actor, person_id, today):
        raise PermissionError("only who looks after the person undoes a binding")
    return await release(connection, person_id)


async def release(connection: Connection, person_id: int) -> Sequence[Unbound]:
    """Take all their chats from a person, those too that can't be reached now."""
    ended = await connection.execute(
        update(conversation)
        .where(conversation.c.person_id == person_id, conversation.c.account_id.is_(None))
        .values(person_id=None, state={}, revision=conversation.c.revision + 1)
        .returning(conversation.c.id, conversation.c.language)
    )
    chats = [Unbound(*row) for row in ended]
    for chat in chats:
        await close(connection, chat.chat_id)
    return chats


async def close(connection: Connection, chat_id: int) -> None:
    """Let a chat that is its person's no more tell nothing about them: browsers are signed out, and
    what is queued for it, or was given up, isn't delivered. A farewell is queued after this."""
    await connection.execute(delete(web_session).where(web_session.c.conversation_id == chat_id))
    waiting = (outbox.c.conversation_id == chat_id) & (outbox.c.state != "sent")
    await connection.execute(delete(outbox).where(waiting))


async def departed(connection: Connection, today: date, limit: int) -> Sequence[Departed]:
    """Some of those who left the register and still have a chat or a consent in force."""
    own = exists().where(
        conversation.c.person_id == person.c.id, conversation.c.account_id.is_(None)
    )
    given = exists().where(
        proxy.c.person_id == person.c.id, proxy.c.revoked_at.is_(None), proxy.c.until >= today
    )
    query = (
        select(person.c.id, person.c.code, person.c.state)
        .where(person.c.state != "active", or_(own, given))
        .order_by(person.c.id)
        .limit(limit)
    )
    return [Departed(*row) for row in await connection.execute(query)]


async def end_consents(connection: Connection, person_id: int, now: datetime) -> None:
    """End every consent that a person gave."""
    ended = await connection.execute(
        update(proxy)
        .where(proxy.c.person_id == person_id, proxy.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(proxy.c.conversation_id)
    )
    for chat_id in ended.scalars().all():
        await hush(connection, chat_id)


async def hush(connection: Connection, chat_id: int | None) -> None:
    """Deliver nothing that waits for a chat which acted by a consent that has ended, unless the
    chat is somebody's, or acts by another consent: what waits may be about them."""
    held = exists().where(proxy.c.conversation_id == chat_id, proxy.c.revoked_at.is_(None))
    nobodys = exists().where(
        conversation.c.id == chat_id,
        conversation.c.account_id.is_(None),
        conversation.c.person_id.is_(None),
    )
    waiting = (outbox.c.conversation_id == chat_id) & (outbox.c.state != "sent")
    await connection.execute(delete(outbox).where(waiting, nobodys, ~held))
