"""What the web chat keeps: sign-ins, transcripts and uploads. Implements `core.ports.WebStore`.

A page repeats what it sent until it is told that the step was made, perhaps weeks later, when the
inbox no longer remembers it. So an inbound is put into the inbox in the same transaction as its
line: a line without a waiting inbound is one whose step was made.
"""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, or_, select

from core.messages import Inbound, without_id_numbers
from core.ports import ChatEvent, Taken, WebSession
from storage import codes
from storage.conversations import address_hash
from storage.database import Database
from storage.dialects import insert_if_new
from storage.policy import SYSTEM
from storage.tables import account, conversation, inbox, person, web_event, web_session
from storage.unit import UnitOfWork
from storage.vault import vault

if TYPE_CHECKING:
    from storage.invites import Invitee

CHANNEL: Final = "web"
GUEST_LIFE: Final = timedelta(days=1)

_GUEST: Final = "guest-"  # an address that is no code of anybody

# What `codes.secret` makes. Anybody may send anything as a cookie: what can't be one of ours costs
# no look into the database.
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class DatabaseWebStore:
    """The web chat's store in the one database. Each call is its own short transaction."""

    def __init__(self, database: Database, language: str) -> None:
        self._database = database
        self._language = language

    async def redeem(self, link_token: str) -> str | None:
        """Use up a one-time sign-in link; the secret for the cookie, or None if it is void."""
        if not _SECRET.fullmatch(link_token):
            return None
        from storage.invites import SESSION_LIFE  # who is signed in already waits for none of it

        async with self._unit("sign in") as uow:
            invitee = await uow.invites.redeem("web", link_token)
            if invitee is None:
                return None
            return await self._sign_in(uow, await self._conversation(uow, invitee), SESSION_LIFE)

    async def guest(self) -> str:
        """Let in somebody whom nobody knows yet, for a day: they ask in general, and may prove who
        they are. The secret for the cookie."""
        async with self._unit("guest") as uow:
            address = codes.code(_GUEST, 12)
            chat = await uow.conversations.load(CHANNEL, address, self._language)
            return await self._sign_in(uow, chat.id, GUEST_LIFE)

    async def _sign_in(self, uow: UnitOfWork, conversation_id: int, life: timedelta) -> str:
        secret = codes.secret()
        await uow.connection.execute(
            insert(web_session).values(
                secret_hash=_secret_hash(secret),
                conversation_id=conversation_id,
                created_at=uow.now,
                expires_at=uow.now + life,
            )
        )
        return secret

    async def _conversation(self, uow: UnitOfWork, invitee: Invitee) -> int:
        if invitee.account_id is not None:
            query = select(account.c.code).where(account.c.id == invitee.account_id)
        else:
            query = select(person.c.code).where(person.c.id == invitee.person_id)
        address = (await uow.connection.execute(query)).scalar_one()
        chat = await uow.conversations.load(CHANNEL, address, self._language)
        if (chat.account_id, chat.person_id) != (invitee.account_id, invitee.person_id):
            await uow.conversations.bind(
                chat, account_id=invitee.account_id, person_id=invitee.person_id
            )
        return chat.id

    async def session(self, secret: str) -> WebSession | None:
        """Who holds this cookie, or None, as for somebody whose account was closed since."""
        if not _SECRET.fullmatch(secret):
            return None
        async with self._reading("session") as uow:
            query = (
                select(conversation.c.address, conversation.c.language)
                .join(web_session, web_session.c.conversation_id == conversation.c.id)
                .outerjoin(account, account.c.id == conversation.c.account_id)
                .where(
                    web_session.c.secret_hash == _secret_hash(secret),
                    web_session.c.expires_at > uow.now,
                    or_(conversation.c.account_id.is_(None), account.c.active),
                )
            )
            row = (await uow.connection.execute(query)).first()
            return WebSession(row.address, row.language) if row else None

    async def sign_out(self, secret: str) -> None:
        """End the session of this cookie."""
        if not _SECRET.fullmatch(secret):
            return
        async with self._unit("sign out") as uow:
            await uow.connection.execute(
                delete(web_session).where(web_session.c.secret_hash == _secret_hash(secret))
            )

    async def append(self, address: str, body: dict[str, object], key: str) -> int:
        """Add a line to a transcript and return its seq; the same key twice adds it once."""
        place = address_hash(CHANNEL, address)
        async with self._unit("transcript") as uow:
            seq, _ = await _add(uow, place, body, key)
            return seq

    async def take(self, inbound: Inbound, body: dict[str, object]) -> Taken:
        """Add what a person sent to their transcript and, until its step is made, to the inbox; the
        same key twice adds it once, however much later. No ID number of a resident is kept: should
        this process die before the step, they type it again."""
        place = address_hash(CHANNEL, inbound.address)
        async with self._unit("transcript") as uow:
            kept = without_id_numbers(inbound)
            if kept is not inbound and await _is_staff(uow, place):
                kept = inbound
            if kept is not inbound:
                body = body | {"event": kept.event.model_dump(mode="json")}
            seq, new = await _add(uow, place, body, inbound.key)
            if new:
                message = inbound.message or str(seq)
                await _hold(uow, kept.model_copy(update={"message": message}))
            due = await _held(uow, inbound.key)
            if (
                new and due is not None
            ):  # the step is made with what was typed, and keeps none of it
                due = due.model_copy(update={"event": inbound.event})
            return Taken(seq, due)

    async def since(self, address: str, seq: int, limit: int = 200) -> list[ChatEvent]:
        """Lines after `seq`, oldest first. `seq` -1 asks for the newest `limit` lines."""
        place = address_hash(CHANNEL, address)
        query = select(web_event.c.seq, web_event.c.body).where(web_event.c.address_hash == place)
        newest = seq < 0
        if newest:
            query = query.order_by(web_event.c.seq.desc())
        else:
            query = query.where(web_event.c.seq > seq).order_by(web_event.c.seq)
        async with self._reading("transcript") as uow:
            rows = (await uow.connection.execute(query.limit(limit))).all()
        events = [ChatEvent(row.seq, row.body) for row in rows]
        return events[::-1] if newest else events

    async def put_file(self, content: bytes, name: str, mime: str, key: str) -> str:
        """Keep an upload, encrypted; its file id. The same key twice keeps it once."""
        async with self._unit("upload") as uow:
            return (await uow.media.put(content, name, mime, key)).id

    async def get_file(self, file_id: str) -> tuple[bytes, str, str] | None:
        """Content, name and mime of a kept file."""
        async with self._reading("download") as uow:
            return await uow.media.get(file_id)

    def _unit(self, purpose: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.unit(SYSTEM, purpose, CHANNEL)

    def _reading(self, purpose: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.reading(SYSTEM, purpose, CHANNEL)


async def _add(uow: UnitOfWork, place: str, body: dict[str, object], key: str) -> tuple[int, bool]:
    """The seq of the line of this key, and whether it was added now."""
    await _one_at_a_time(uow, place)
    line = insert_if_new(uow.connection.dialect.name, web_event, ["address_hash", "key"]).values(
        address_hash=place, key=key, body=body, at=uow.now
    )
    new = bool((await uow.connection.execute(line)).rowcount)
    query = select(web_event.c.seq).where(web_event.c.address_hash == place, web_event.c.key == key)
    return (await uow.connection.execute(query)).scalar_one(), new


async def _is_staff(uow: UnitOfWork, place: str) -> bool:
    query = select(conversation.c.account_id).where(
        conversation.c.channel == CHANNEL, conversation.c.address_hash == place
    )
    return (await uow.connection.execute(query)).scalar() is not None


async def _hold(uow: UnitOfWork, inbound: Inbound) -> None:
    """Let an inbound wait for its step: should this process die before, a retry makes it."""
    await uow.connection.execute(
        insert_if_new(uow.connection.dialect.name, inbox, ["channel", "key"]).values(
            channel=CHANNEL,
            key=inbound.key,
            state="waiting",
            body=inbound.model_dump(mode="json"),
            attempts=0,
            received_at=uow.now,
        )
    )


async def _held(uow: UnitOfWork, key: str) -> Inbound | None:
    query = select(inbox.c.body).where(
        inbox.c.channel == CHANNEL, inbox.c.key == key, inbox.c.state == "waiting"
    )
    body = (await uow.connection.execute(query)).scalar_one_or_none()
    return Inbound.model_validate(body) if body else None


async def _one_at_a_time(uow: UnitOfWork, place: str) -> None:
    """Let lines of one address commit in the order of their seq, so that no reader skips one."""
    if uow.connection.dialect.name == "postgresql":
        await uow.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(place))))


def _secret_hash(secret: str) -> str:
    return vault().index(secret, "web.secret")
