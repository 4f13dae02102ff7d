"""The audit: who saw or changed what, why, and from where. It is only ever added to.

An entry carries a keyed hash over what it says, made when it is written. A moment later it is
sealed: the seals, numbered without a gap, hold a keyed hash over the one before and the entry's
own. So whoever lacks the key can neither change an entry, nor take one away, nor put one between
two others, without being found out by `verify`; and the database refuses to change either table.
To cut off the end is found out by an earlier head of the chain, which logs and backups keep.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select

from storage.areas import within
from storage.audit_tables import audit_seal
from storage.connection import Connection
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import account, audit, person, submission
from storage.vault import vault

AT_ONCE: Final = 500
_NEAR: Final = 10_000
"""So many ids before the last sealed one an entry may still turn up: its transaction was slow."""

_LOCK: Final = 0x5A46_0001  # PostgreSQL's advisory lock under which entries are sealed
_SAID: Final = ("at", "account_id", "person_id", "role", "channel", "purpose", "action", "object")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did. `account` is their code; None for residents and the system."""

    at: datetime
    account: str | None
    role: str | None
    channel: str
    purpose: str
    action: str
    object: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain goes: the number of its last seal, 0 if there is none, and its hash."""

    seq: int
    chain: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.chain}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the seal `seq`: its entry was ``altered``, is ``missing``, or the seal
    does not follow from the one before (``broken``); a seal is left out (``gap``)."""

    seq: int
    kind: Literal["altered", "missing", "broken", "gap"]


@dataclass(frozen=True, slots=True)
class Which:
    """Entries to read; None is any. `subject` is a code: what was done to that household or person
    and to the records about it."""

    subject: str | None = None
    account: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """Adds to the audit, seals it, and reads it for those who may."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def add(self, at: datetime, channel: str, purpose: str, action: str, thing: str) -> None:
        """Write down that the actor did `action` to `thing` (a code, never a name)."""
        said = {
            "at": at,
            "account_id": self._actor.account_id,
            "person_id": self._actor.person_id,
            "role": self._actor.role.value,
            "channel": channel,
            "purpose": purpose,
            "action": action,
            "object": thing,
        }
        await _add().run(self._connection, said | {"mac": _mac(said)})

    async def head(self) -> Head:
        """The end of the chain."""
        query = select(audit_seal.c.seq, audit_seal.c.chain).order_by(audit_seal.c.seq.desc())
        row = (await self._connection.execute(query.limit(1))).first()
        return Head(row.seq, row.chain) if row else Head(0, "")

    async def holds(self, head: Head) -> bool:
        """Whether an earlier end of the chain, kept elsewhere, is still in it."""
        query = select(audit_seal.c.chain).where(audit_seal.c.seq == head.seq)
        return (await self._connection.execute(query)).scalar() == head.chain

    async def seal(self, *, everything: bool = False) -> int:
        """Seal what was added since, `AT_ONCE` entries at most; how many. Of several processes one
        seals. With `everything` entries are looked for in the whole table."""
        if self._connection.dialect.name == "postgresql":
            mine = select(func.pg_try_advisory_xact_lock(_LOCK))
            if not (await self._connection.execute(mine)).scalar():
                return 0
        head = await self.head()
        last = select(func.max(audit_seal.c.audit_id)).scalar_subquery()
        near = [] if everything else [audit.c.id > func.coalesce(last, 0) - _NEAR]
        open_ones = (
            select(audit)
            .where(*near, ~exists().where(audit_seal.c.audit_id == audit.c.id))
            .order_by(audit.c.id)
            .limit(AT_ONCE)
        )
        seals, chain = [], head.chain
        for number, row in enumerate(await self._connection.execute(open_ones), head.seq + 1):
            chain = _link(chain, row.mac or _mac(row._mapping))
            seals.append({"seq": number, "audit_id": row.id, "chain": chain})
        if seals:
            await self._connection.execute(insert(audit_seal), seals)
        return len(seals)

    async def verify(self, after: Head) -> tuple[Head, Sequence[Fault]]:
        """Check the next `AT_ONCE` seals after `after`; the last of them (`after` itself at the
        end) and what is wrong."""
        self._may_read()
        query = (
            select(audit_seal.c.seq, audit_seal.c.chain, audit)
            .select_from(audit_seal.outerjoin(audit, audit.c.id == audit_seal.c.audit_id))
            .where(audit_seal.c.seq > after.seq)
            .order_by(audit_seal.c.seq)
            .limit(AT_ONCE)
        )
        faults: list[Fault] = []
        head = after
        for row in (await self._connection.execute(query)).mappings():
            if row["seq"] != head.seq + 1:
                faults.append(Fault(head.seq + 1, "gap"))
            if row["id"] is None:
                faults.append(Fault(row["seq"], "missing"))
            else:
                mac = _mac(row)
                if row["mac"] not in (None, mac):
                    faults.append(Fault(row["seq"], "altered"))
                elif row["chain"] != _link(head.chain, mac):
                    faults.append(Fault(row["seq"], "broken"))
            head = Head(row["seq"], row["chain"])
        return head, faults

    async def entries(self, which: Which) -> AsyncIterator[Entry]:
        """Every entry of `which`, oldest first, without holding them all."""
        self._may_read()
        query = self._entries(which).order_by(audit.c.id).limit(AT_ONCE)
        rows = (await self._connection.execute(query)).all()
        while rows:
            for row in rows:
                yield _entry(row)
            rows = (await self._connection.execute(query.where(audit.c.id > rows[-1].id))).all()

    async def latest(
        self, which: Which, page: int = 0, size: int = 50
    ) -> tuple[Sequence[Entry], bool]:
        """One page (from 0), the newest first, and whether more follow."""
        self._may_read()
        query = self._entries(which).order_by(audit.c.id.desc())
        rows = await self._connection.execute(query.limit(size + 1).offset(page * size))
        found = [_entry(row) for row in rows]
        return found[:size], len(found) > size

    def _entries(self, which: Which) -> Select[Any]:
        one = audit.c
        where: list[ColumnElement[bool]] = []
        if not self._actor.everything:
            where.append(_of_area(self._actor.area or ""))
        if which.subject is not None:
            where.append(_about(which.subject))
        if which.account is not None:
            where.append(account.c.code == which.account)
        if which.since is not None:
            where.append(one.at >= which.since)
        if which.until is not None:
            where.append(one.at < which.until)
        columns = (one.id, one.at, account.c.code, one.role, one.channel, one.purpose)
        return (
            select(*columns, one.action, one.object)
            .select_from(audit.outerjoin(account, account.c.id == one.account_id))
            .where(*where)
        )

    def _may_read(self) -> None:
        if not self._actor.may_read_log:
            raise PermissionError(f"{self._actor.role} may not read the log")


def _entry(row: Any) -> Entry:
    return Entry(row.at, row.code, row.role, row.channel, row.purpose, row.action, row.object)


def _of_area(root: str) -> ColumnElement[bool]:
    """What staff and residents of an area did, and what the machine and its operator did, which
    concerns every area."""
    residents = select(person.c.id).where(within(person.c.area_code, root))
    by_machine = and_(audit.c.account_id.is_(None), audit.c.person_id.is_(None))
    return or_(within(account.c.area_code, root), audit.c.person_id.in_(residents), by_machine)


def _about(code: str) -> ColumnElement[bool]:
    """What was done to a subject: an object is its code, ends with it, or is one of its records."""
    records = select(submission.c.instance_id).where(submission.c.subject_code == code)
    return or_(
        audit.c.object == code,
        audit.c.object.endswith(f":{code}", autoescape=True),
        audit.c.object.in_(records),
    )


def _mac(row: Any) -> str:
    """The keyed hash over what an entry says."""
    at = row["at"].astimezone(UTC).isoformat()
    said = "\0".join(str(row[name]) for name in _SAID[1:])
    return vault().index(f"{at}\0{said}", "audit.entry")


def _link(chain: str, mac: str) -> str:
    return vault().index(chain + mac, "audit.chain")


@cache
def _add() -> Ready:
    return Ready(insert(audit), *_SAID, "mac")
