"""Trials of visit rules that run beside the pages: one at a time in a process.

How far one has come and what it found stands in the database, for whichever process is asked.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

from core.log import log
from storage.rule_trials import RuleTrials
from storage.unit import UnitOfWork

MOST: Final = 20
"""Trials of one process, those that wait for their turn included: the oldest gives way."""
BEAT: Final = 1.0
"""Seconds after which a trial tells again how far it has come."""

Found = Mapping[str, Any]
"""What a trial found, as JSON takes it."""
Opening = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
"""Opens a unit of work of who tries the rules out."""


@dataclass(slots=True)
class Reached:
    """How far a trial has come, in homes."""

    done: int = 0
    total: int = 0

    def told(self, done: int, total: int) -> None:
        """So far."""
        self.done, self.total = done, total


Run = Callable[[Reached], Awaitable[Found]]


class Trials:
    """Runs trials by the names under which the database has them."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[str, asyncio.Task[None]] = OrderedDict()
        self._turn = asyncio.Lock()

    def start(self, name: str, opening: Opening, run: Run) -> None:
        """Run a trial once no other one does."""
        while len(self._tasks) >= MOST:
            _, oldest = self._tasks.popitem(last=False)
            oldest.cancel()
        task = asyncio.create_task(self._follow(name, opening, run))
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _follow(self, name: str, opening: Opening, run: Run) -> None:
        """Write down how far it has come, time and again, and then how it ended."""
        reached = Reached()
        working = asyncio.create_task(self._in_turn(run, reached))
        try:
            while not (await asyncio.wait((working,), timeout=BEAT))[0]:
                await _reached(name, opening, reached)
            found = working.result()
            async with opening() as uow:
                await _trials(uow).ended(name, found)
        except Exception:
            log.exception("trial of rules can't be told of")
        finally:
            working.cancel()

    async def _in_turn(self, run: Run, reached: Reached) -> Found | None:
        async with self._turn:
            try:
                return await run(reached)
            except Exception:
                log.exception("trial of rules failed")
                return None


async def _reached(name: str, opening: Opening, reached: Reached) -> None:
    """Tell how far it has come; if that can't be written down, it goes on all the same."""
    try:
        async with opening() as uow:
            await _trials(uow).reached(name, reached.done, reached.total)
    except Exception:
        log.exception("a trial's progress can't be told")


def _trials(uow: UnitOfWork) -> RuleTrials:
    return RuleTrials(uow.connection, uow.actor, uow.now)
