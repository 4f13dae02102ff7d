"""Visit rules that are tried out: how far each trial has come, and what it found, for an hour.

A trial runs in one process; whichever process somebody's next click reaches tells of it. One whose
process says nothing for some minutes is taken to be cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, insert, select, update

from storage import codes
from storage.connection import Connection
from storage.office_tables import rule_trial
from storage.policy import Actor

KEPT: Final = timedelta(hours=1)
QUIET: Final = timedelta(minutes=5)
"""After how long without a word from its process a trial is taken to be cut off."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried out, from `first` to `last`; `done` of `total` homes have been looked at.
    `found` is there once its state is ``done``."""

    what: str
    first: date
    last: date
    state: str  # running | done | failed
    done: int
    total: int
    found: Mapping[str, Any] | None
    touched_at: datetime

    @property
    def percent(self) -> int:
        """How much of the register has been looked at."""
        return min(self.done * 100 // self.total, 99) if self.total else 0


_COLUMNS: Final = tuple(rule_trial.c[one.name] for one in fields(Trial))


class RuleTrials:
    """Those of the actor. Raises PermissionError for who has no account."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        if actor.account_id is None:
            raise PermissionError("only who has an account tries rules out")
        self._connection = connection
        self._account = actor.account_id
        self._now = now

    async def begin(self, what: str, first: date, last: date) -> str:
        """Write down that a trial begins; the name under which to ask for it."""
        row = {
            "name": codes.secret(),
            "account_id": self._account,
            "what": what,
            "first": first,
            "last": last,
            "state": "running",
            "done": 0,
            "total": 0,
            "touched_at": self._now,
            "expires_at": self._now + KEPT,
        }
        await self._connection.execute(insert(rule_trial).values(row))
        return str(row["name"])

    async def reached(self, name: str, done: int, total: int) -> None:
        """How far it has come."""
        await self._change(name, {"done": done, "total": total})

    async def ended(self, name: str, found: Mapping[str, Any] | None) -> None:
        """What it found; None if it failed."""
        state = "failed" if found is None else "done"
        await self._change(name, {"state": state, "found": found})

    async def one(self, name: str) -> Trial | None:
        """A trial that this account began within the last hour."""
        row = (await self._connection.execute(select(*_COLUMNS).where(self._mine(name)))).first()
        if row is None:
            return None
        found = Trial(*row)
        if found.state == "running" and found.touched_at < self._now - QUIET:
            return Trial(found.what, found.first, found.last, "failed", 0, 0, None, self._now)
        return found

    async def _change(self, name: str, values: Mapping[str, Any]) -> None:
        change = update(rule_trial).where(self._mine(name), rule_trial.c.state == "running")
        await self._connection.execute(change.values(touched_at=self._now, **values))

    def _mine(self, name: str) -> ColumnElement[bool]:
        one = rule_trial.c
        mine = one.account_id == self._account
        return and_(one.name == name, mine, one.expires_at > self._now)
