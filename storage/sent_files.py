"""Files that were sent to be looked at, until somebody says what is to become of them.

They are kept sealed, each for whoever sent it, and for an hour: the next click may reach another
process than the one that took them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select

from storage import codes
from storage.connection import Connection
from storage.office_tables import sent_file
from storage.policy import Actor

KEPT: Final = timedelta(hours=1)
MOST: Final = 4
"""How much one account has waiting: what it sent first gives way."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent."""

    name: str
    content: bytes


class SentFiles:
    """Those of the actor. Raises PermissionError for who has no account."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        if actor.account_id is None:
            raise PermissionError("only who has an account sends files")
        self._connection = connection
        self._account = actor.account_id
        self._now = now

    async def keep(self, files: Sequence[File]) -> str:
        """Keep files that belong together; the name under which they are asked for."""
        await self._make_room()
        name = codes.secret()
        rows = [
            {
                "name": name,
                "seq": seq,
                "account_id": self._account,
                "file": one.name,
                "content": one.content,
                "expires_at": self._now + KEPT,
            }
            for seq, one in enumerate(files)
        ]
        await self._connection.execute(insert(sent_file), rows)
        return name

    async def get(self, name: str) -> Sequence[File]:
        """What this account has sent within the last hour under a name, in order; else nothing."""
        one = sent_file.c
        query = (
            select(one.file, one.content)
            .where(one.name == name, one.account_id == self._account, one.expires_at > self._now)
            .order_by(one.seq)
        )
        return [File(*row) for row in await self._connection.execute(query)]

    async def drop(self, name: str) -> None:
        """Forget what was sent under a name."""
        one = sent_file.c
        await self._connection.execute(
            delete(sent_file).where(one.name == name, one.account_id == self._account)
        )

    async def _make_room(self) -> None:
        one = sent_file.c
        query = (
            select(one.name)
            .where(one.account_id == self._account, one.seq == 0)
            .order_by(one.expires_at.desc(), one.name)
            .offset(MOST - 1)
        )
        for name in list((await self._connection.execute(query)).scalars()):
            await self.drop(name)
