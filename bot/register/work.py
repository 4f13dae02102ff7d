"""Carries an import out, or takes it back, a few households at a time, while the people are served.

A process that is cut off leaves the rest to the next tick. Two that work at one import do not harm
it: each chunk is taken once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from bot.register.applying import changes_of, enter
from bot.register.places import names_of, placed
from bot.register.planning import HomePlan, Scope, plan_some
from bot.register.reading import read
from bot.register.rows import Entry
from bot.register.undoing import take_back
from core.log import log
from scheduler.closing import keep_up
from scheduler.ground import Ground
from storage.database import Database
from storage.policy import OPERATOR, Actor
from storage.register_imports import Import, RegisterImports
from storage.unit import UnitOfWork

CHUNK: Final = 2
"""Households in one transaction: some milliseconds each."""

_PURPOSE: Final = "register import"


def chunks(homes: int) -> int:
    """How many chunks so many households are."""
    return -(-homes // CHUNK)


class Work:
    """What is under way in this process."""

    def __init__(self, database: Database, ground: Callable[[], Ground] | None) -> None:
        self._database = database
        self._ground = ground
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, number: int) -> None:
        """Go on with an import until it is in, or out again."""
        task = asyncio.create_task(attempt(self._database, self._ground, number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def imports_of(uow: UnitOfWork) -> RegisterImports:
    """The imports that a unit of work may see."""
    return RegisterImports(uow.connection, uow.actor, uow.now)


async def scope_of(uow: UnitOfWork, actor: Actor, *, ends_tags: bool) -> Scope:
    """What an actor's import may change."""
    area = "" if actor.everything else actor.area or "-"
    known = await uow.areas.all()
    villages = frozenset(one.code for one in known if one.level in ("village", "grid"))
    codes = frozenset(one.code for one in known)
    return Scope(area, codes, villages, ends_tags, names_of(known, area))


async def attempt(database: Database, ground: Callable[[], Ground] | None, number: int) -> None:
    """Go on with an import; what goes wrong is logged and counted. A later tick tries again, a few
    times. Raises nothing: one bad import must not stop the next."""
    try:
        await carry_on(database, ground, number)
    except Exception as error:
        log.error("import cut off", number=number, error=type(error).__name__, exc_info=True)
        try:
            async with database.unit(OPERATOR, _PURPOSE) as uow:
                if await imports_of(uow).failed(number):
                    await uow.record("import_failed", f"import {number}")
        except Exception as again:  # the database itself: that is no fault of the file's
            log.error("import not counted", number=number, error=type(again).__name__)


async def carry_on(database: Database, ground: Callable[[], Ground] | None, number: int) -> None:
    """Go on with an import until it is in, or out again, and what is owed is set right."""
    async with database.reading(OPERATOR, _PURPOSE) as uow:
        one = await imports_of(uow).one(number)
        content = await imports_of(uow).content(number)
    rules = ground() if ground is not None else None
    if one is None or rules is None:
        return
    if one.state == "applying" and content is not None:
        await _Applying(database, rules, one).run(content)
    elif one.state == "undoing":
        await _undo(database, rules, one)


async def _follow(database: Database, rules: Ground) -> None:
    """Set right what is owed before the import is called done, so that whoever reads that it is
    finds it so. If that fails, the people are in all the same: the next tick does it."""
    try:
        await keep_up(database, rules)
    except Exception as error:
        log.error("duties not followed", error=type(error).__name__, exc_info=True)


class _Applying:
    def __init__(self, database: Database, rules: Ground, one: Import) -> None:
        self._database = database
        self._rules = rules
        self._one = one

    async def run(self, content: bytes) -> None:
        day = self._one.sent_at.astimezone(self._database.zone).date()
        sent = await asyncio.to_thread(read, self._one.name, content, day)
        async with self._database.reading(OPERATOR, _PURPOSE) as uow:
            scope = await scope_of(uow, self._one.sender, ends_tags=self._one.ends_tags)
        sent = await asyncio.to_thread(placed, sent, scope.names)
        for seq in range(self._one.reached, self._one.chunks):
            some = sent.homes[seq * CHUNK : (seq + 1) * CHUNK]
            if not await self._chunk(seq, some, scope):
                return
            await asyncio.sleep(0)  # whoever waits for the writer goes first
        await _follow(self._database, self._rules)
        async with self._database.unit(self._one.actor, _PURPOSE) as uow:
            if await imports_of(uow).finish(self._one.id, self._one.chunks):
                await uow.record("imported", str(self._one.id))

    async def _chunk(self, seq: int, some: Sequence[Sequence[Entry]], scope: Scope) -> bool:
        async with self._database.unit(self._one.actor, _PURPOSE) as uow:
            imports = imports_of(uow)
            one = await imports.one(self._one.id, lock=True)
            if one is None or one.state != "applying" or one.reached != seq:
                return False
            planned, _ = await plan_some(changes_of(uow), some, scope)
            done = await enter(uow, self._rules, planned, one.id)
            return await imports.advance(one.id, seq, done, [*one.kept, *_left_out(some, planned)])


def _left_out(some: Sequence[Sequence[Entry]], planned: Sequence[HomePlan]) -> list[str]:
    """The rows of households that are not in the plan: one bad row keeps all of its household
    out."""
    taken = {one.code for one in planned}
    return [
        f"{one.sheet}!{one.row}"
        for members in some
        for one in members
        if one.household not in taken
    ]


async def _undo(database: Database, rules: Ground, one: Import) -> None:
    for seq in reversed(range(one.reached)):
        async with database.unit(one.actor, _PURPOSE) as uow:
            imports = imports_of(uow)
            current = await imports.one(one.id, lock=True)
            if current is None or current.state != "undoing" or current.reached != seq + 1:
                return
            kept = await take_back(uow, rules, await imports.changes(one.id, seq))
            await imports.took_back(one.id, seq, [*current.kept, *kept])
        await asyncio.sleep(0)
    await _follow(database, rules)
    async with database.unit(one.actor, _PURPOSE) as uow:
        if await imports_of(uow).undone(one.id):
            await uow.record("undone", str(one.id))
