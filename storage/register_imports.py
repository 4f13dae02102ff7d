"""Files of people on their way into the register, and back out of it for a day.

A file waits sealed until somebody confirms it. It goes in a chunk at a time; each chunk and what it
changed are written in one transaction, so that a process that is cut off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    false,
    func,
    insert,
    select,
    true,
    tuple_,
    update,
)

from storage.areas import within
from storage.connection import Connection
from storage.import_tables import register_import, register_import_change
from storage.policy import Actor, Role

WAITS: Final = timedelta(days=1)
"""How long a file waits to be confirmed."""
UNDO: Final = timedelta(days=1)
"""How long an import can be taken back."""
QUIET: Final = timedelta(minutes=2)
"""After how long without a chunk an import is taken to be cut off."""
TRIES: Final = 5
"""How often a chunk is tried before the import is given up."""


@dataclass(frozen=True, slots=True)
class Import:
    """One file. `area_code` is all that it may change, None everything; `counts` what it comes to,
    by kind; `reached` of `chunks` are in. `kept` are rows that stayed out (``sheet!row``), and once
    it is undone the codes that stayed as they are. One that ``failed`` is in as far as it got, and
    can be undone like one that was applied. Instants are UTC."""

    id: int
    area_code: str | None
    account_id: int | None
    role: str
    name: str
    ends_tags: bool
    state: str  # waiting | applying | applied | failed | undoing | undone
    counts: Mapping[str, int]
    reached: int
    chunks: int
    kept: Sequence[str]
    sent_at: datetime
    touched_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    undone_by: int | None
    confirmed_by: int | None
    acting_role: str | None

    @property
    def sender(self) -> Actor:
        """Who sent it: what it may change is theirs."""
        return Actor(Role(self.role), self.area_code, account_id=self.account_id)

    @property
    def actor(self) -> Actor:
        """In whose name it goes in, or out again: who confirmed it, or who takes it back. Their
        area holds the sender's, and this one reaches no further than both."""
        if self.acting_role is None:  # confirmed before that was written down
            return self.sender
        account = self.undone_by if self.state in ("undoing", "undone") else self.confirmed_by
        return Actor(Role(self.acting_role), self.area_code, account_id=account)

    def undoable(self, now: datetime) -> bool:
        """Whether it can be taken back."""
        settled = self.state in ("applied", "failed")
        return settled and bool(self.applied_at and self.applied_at > now - UNDO)


_UNDER_WAY: Final = ("applying", "undoing")
_COLUMNS: Final = tuple(register_import.c[one.name] for one in fields(Import))


class RegisterImports:
    """Imports of the actor's area. Raises PermissionError for who decides nothing there."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        if not (actor.may_approve and actor.may_see_people):
            raise PermissionError(f"{actor.role} does not keep the register")
        self._connection = connection
        self._actor = actor
        self._now = now

    async def keep(self, name: str, content: bytes, *, ends_tags: bool) -> int:
        """Keep a file until somebody confirms it; its number."""
        row: dict[str, Any] = {
            "area_code": self._actor.area,
            "account_id": self._actor.account_id,
            "role": self._actor.role.value,
            "name": name,
            "content": content,
            "ends_tags": ends_tags,
            "state": "waiting",
            "counts": {},
            "reached": 0,
            "chunks": 0,
            "kept": [],
            "sent_at": self._now,
            "touched_at": self._now,
        }
        done = await self._connection.execute(
            insert(register_import).values(row).returning(register_import.c.id)
        )
        number: int = done.scalar_one()
        return number

    async def one(self, number: int, *, lock: bool = False) -> Import | None:
        """One import of the actor's area; with `lock` nobody else takes it on meanwhile."""
        query = select(*_COLUMNS).where(register_import.c.id == number, self._mine())
        if lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        return Import(*row) if row else None

    async def latest(self, page: int = 0, size: int = 20) -> tuple[Sequence[Import], bool]:
        """One page (from 0), the newest first, and whether more follow."""
        query = select(*_COLUMNS).where(self._mine()).order_by(register_import.c.id.desc())
        rows = await self._connection.execute(query.limit(size + 1).offset(page * size))
        found = [Import(*row) for row in rows]
        return found[:size], len(found) > size

    async def content(self, number: int) -> bytes | None:
        """The file itself; None once it is gone."""
        query = select(register_import.c.content).where(
            register_import.c.id == number, self._mine()
        )
        found: bytes | None = (await self._connection.execute(query)).scalar()
        return found

    async def forget(self, number: int) -> bool:
        """Throw a file away that waits; False if it does not wait any more."""
        which = (register_import.c.id == number, register_import.c.state == "waiting", self._mine())
        return bool(
            (await self._connection.execute(delete(register_import).where(*which))).rowcount
        )

    # --- going in --------------------------------------------------------------------------------

    async def begin(self, number: int, counts: Mapping[str, int], chunks: int) -> bool:
        """Somebody confirmed it; False if somebody did so before."""
        begun = {
            "state": "applying",
            "counts": dict(counts),
            "chunks": chunks,
            "confirmed_by": self._actor.account_id,
            "acting_role": self._actor.role.value,
        }
        return await self._step(number, "waiting", 0, begun)

    async def advance(
        self, number: int, seq: int, changes: Sequence[Mapping[str, Any]], kept: Sequence[str]
    ) -> bool:
        """The chunk `seq` (from 0) is in, and this is what it changed. `kept` are all rows so far
        that stayed out. False if another process had it before."""
        reached = {"reached": seq + 1, "kept": list(kept)}
        if not await self._step(number, "applying", seq, reached):
            return False
        if changes:
            row = {"import_id": number, "seq": seq, "changes": list(changes)}
            await self._connection.execute(insert(register_import_change).values(row))
        return True

    async def finish(self, number: int, chunks: int) -> bool:
        """All of it is in. The file goes."""
        done = {"state": "applied", "applied_at": self._now, "content": None}
        return await self._step(number, "applying", chunks, done)

    # --- and back --------------------------------------------------------------------------------

    async def begin_undo(self, one: Import) -> bool:
        """Somebody takes it back; False if it can't be any more."""
        begun: dict[str, Any] = {
            "state": "undoing",
            "undone_by": self._actor.account_id,
            "acting_role": self._actor.role.value,
            "kept": [],
        }
        undoable = one.undoable(self._now)
        return undoable and await self._step(one.id, one.state, one.reached, begun)

    async def changes(self, number: int, seq: int) -> Sequence[Mapping[str, Any]]:
        """What a chunk changed."""
        one = register_import_change.c
        query = select(one.changes).where(one.import_id == number, one.seq == seq)
        return (await self._connection.execute(query)).scalar() or ()

    async def took_back(self, number: int, seq: int, kept: Sequence[str]) -> bool:
        """The chunk `seq` is out again. `kept` are all codes so far that stayed as they are."""
        if not await self._step(number, "undoing", seq + 1, {"reached": seq, "kept": list(kept)}):
            return False
        one = register_import_change.c
        await self._connection.execute(
            delete(register_import_change).where(one.import_id == number, one.seq == seq)
        )
        return True

    async def undone(self, number: int) -> bool:
        """All of it is out."""
        return await self._step(number, "undoing", 0, {"state": "undone", "undone_at": self._now})

    # --- and where it does not go on -------------------------------------------------------------

    async def failed(self, number: int) -> bool:
        """A chunk failed once more; True if that was the last try: the file goes, and what is in
        stays, to be taken back."""
        one = register_import.c
        under_way = (one.id == number, one.state.in_(_UNDER_WAY), self._mine())
        tried = update(register_import).where(*under_way).values(tries=one.tries + 1)
        await self._connection.execute(tried)
        over = update(register_import).where(*under_way, one.tries >= TRIES)
        return bool((await self._connection.execute(over.values(_given_up(self._now)))).rowcount)

    async def cut_off(self) -> Sequence[Import]:
        """Those that a process left in the middle."""
        query = select(*_COLUMNS).where(
            register_import.c.state.in_(_UNDER_WAY),
            register_import.c.touched_at < self._now - QUIET,
            self._mine(),
        )
        return [Import(*row) for row in await self._connection.execute(query)]

    async def _step(self, number: int, state: str, reached: int, then: Mapping[str, Any]) -> bool:
        one = register_import.c
        which = (one.id == number, one.state == state, one.reached == reached, self._mine())
        change = update(register_import).where(*which).values(touched_at=self._now, tries=0, **then)
        return bool((await self._connection.execute(change)).rowcount)

    def _mine(self) -> ColumnElement[bool]:
        if self._actor.everything:
            return true()
        area = self._actor.area
        return within(register_import.c.area_code, area) if area is not None else false()


async def expire(connection: Connection, now: datetime, most: int) -> int:
    """Delete files that nobody confirmed in time, and what can't be taken back any more; give up
    what has not gone on for a day. At most so many rows of a kind; how many there were."""
    one, change = register_import.c, register_import_change.c
    unwanted = select(one.id).where(one.state == "waiting", one.sent_at < now - WAITS).limit(most)
    stuck = select(one.id).where(one.state.in_(_UNDER_WAY), one.touched_at < now - WAITS)
    over = and_(one.state.in_(("applied", "failed")), one.applied_at < now - UNDO)
    settled = select(one.id).where(over)
    key = tuple_(change.import_id, change.seq)
    past = select(change.import_id, change.seq).where(change.import_id.in_(settled)).limit(most)
    steps = (
        delete(register_import).where(one.id.in_(unwanted)),
        update(register_import).where(one.id.in_(stuck.limit(most))).values(_given_up(now)),
        delete(register_import_change).where(key.in_(past)),
    )
    return sum([(await connection.execute(each)).rowcount for each in steps])


def _given_up(now: datetime) -> dict[str, Any]:
    at = func.coalesce(register_import.c.applied_at, now)
    return {"state": "failed", "content": None, "applied_at": at, "tries": 0}
