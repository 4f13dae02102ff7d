"""Trials of visit rules that run beside the pages: one at a time, and their outcome for an hour.

They are held in memory, each for whoever asked; a restart forgets them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.log import log

if TYPE_CHECKING:
    from bot.rules_simulate import Outcome
    from scheduler.rulebook import Rulebook

KEPT: Final = timedelta(hours=1)
MOST: Final = 20
"""Trials held at once: the oldest gives way."""


@dataclass(slots=True)
class Trial:
    """What is tried out, from `first` to `last`, with the rules of `book`; how far it has come, in
    homes, and what was found. `failed` says that it never will be."""

    account_id: int
    what: str
    first: date
    last: date
    book: Rulebook
    until: datetime
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    failed: bool = False

    def told(self, done: int, total: int) -> None:
        """How far it has come."""
        self.done, self.total = done, total

    @property
    def percent(self) -> int:
        """How much of the register has been looked at."""
        return min(self.done * 100 // self.total, 99) if self.total else 0


Run = Callable[[Trial], Awaitable["Outcome"]]


class Trials:
    """Starts trials, and finds them again by a name that nobody guesses."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Trial, asyncio.Task[None]]] = OrderedDict()
        self._turn = asyncio.Lock()

    def start(self, trial: Trial, run: Run) -> str:
        """Begin once no other trial runs; the name under which to ask for it."""
        while len(self._kept) >= MOST:
            _, (_, task) = self._kept.popitem(last=False)
            task.cancel()
        name = secrets.token_urlsafe(16)
        self._kept[name] = trial, asyncio.create_task(self._run(trial, run))
        return name

    def get(self, account_id: int | None, name: str, now: datetime) -> Trial | None:
        """A trial that this account began within the last hour."""
        found = self._kept.get(name)
        if found is None:
            return None
        trial, _ = found
        return trial if trial.account_id == account_id and trial.until > now else None

    async def _run(self, trial: Trial, run: Run) -> None:
        async with self._turn:
            try:
                trial.outcome = await run(trial)
            except Exception:
                log.exception("trial of rules failed")
                trial.failed = True
