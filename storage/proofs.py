"""Proving who one is: what was typed is compared by its keyed hash, and wrong tries are counted.

They are counted for the chat, for whoever speaks in it, and for the number that was tried, whether
or not anybody has it, so that neither many numbers from one chat nor one number from many chats
leads anywhere, and nobody learns who is in the register. A right try wipes nothing out: who has
one right code would guess on for ever by it. Wrong ones fade within the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from core.ids import phone as digits_of
from core.ports import Clock
from storage.connection import Connection
from storage.dialects import upsert
from storage.enrolment import name_hash
from storage.pension_tables import attempt
from storage.policy import Actor
from storage.tables import person

TRIES: Final = 5
LOCKED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of themselves: the keyed hashes of their ID number and of their name, and
    the telephone number that the messenger vouches for, None where it can't."""

    id_hash: str
    name_hash: str
    phone: str | None = None


class Proofs:
    """Checks claims. It answers whose they are or None, never what was wrong."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def locked(self, chat_id: int, number_hash: str = "") -> bool:
        """Whether so much was tried in a chat, by the actor or for a number that an hour has to
        pass."""
        query = select(attempt.c.key).where(
            attempt.c.key.in_(self._keys(chat_id, number_hash)),
            attempt.c.locked_until > self._clock.now(),
        )
        return (await self._connection.execute(query)).first() is not None

    async def check(self, claim: Claim, *, vouched: bool) -> tuple[int, str] | None:
        """The id and the code of the one person who fits in everything; with `vouched` the number
        that the messenger vouches for has to be theirs too."""
        query = select(person.c.id, person.c.code, person.c.name, person.c.phone).where(
            person.c.id_hash == claim.id_hash, person.c.state == "active"
        )
        row = (await self._connection.execute(query)).first()
        if row is None or name_hash(row.name) != claim.name_hash:
            return None
        if vouched and not _same_phone(row.phone, claim.phone):
            return None
        return row.id, row.code

    async def failed(self, chat_id: int, number_hash: str = "") -> bool:
        """Count a wrong try; whether that was one too many."""
        for key in self._keys(chat_id, number_hash):
            await self._count(key)
        return await self.locked(chat_id, number_hash)

    def _keys(self, chat_id: int, number_hash: str) -> list[str]:
        actor = self._actor
        keys = [f"chat {chat_id}"]
        if actor.account_id is not None:
            keys.append(f"account {actor.account_id}")
        if actor.person_id is not None:
            keys.append(f"person {actor.person_id}")
        if number_hash:
            keys.append(f"number {number_hash}")
        return keys

    async def _count(self, key: str) -> None:
        now = self._clock.now()
        query = select(attempt.c.tries, attempt.c.last_at).where(attempt.c.key == key)
        row = (await self._connection.execute(query.with_for_update())).first()
        before = row.tries if row and row.last_at > now - LOCKED else 0
        tries = before + 1
        values = {
            "key": key,
            "tries": tries % TRIES,
            "last_at": now,
            "locked_until": now + LOCKED if tries >= TRIES else None,
        }
        change = ["tries", "last_at", "locked_until"]
        put = upsert(self._connection.dialect.name, attempt, ["key"], change)
        await self._connection.execute(put.values(values))


def _same_phone(on_record: str | None, vouched: str | None) -> bool:
    return bool(on_record and vouched) and digits_of(on_record or "") == digits_of(vouched or "")
