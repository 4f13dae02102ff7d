"""Sends what is in the book, target by target, and writes down what became of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from bot.push.client import Attachment, Client, Refusal, session_for
from bot.push.naming import renamed
from bot.push.targets import Target
from core.log import log
from core.ports import Clock
from storage.database import Database
from storage.policy import SYSTEM
from storage.pushes import AT_ONCE, DUPLICATE, LONGEST_PUT_OFF, STORED, Errand

_LONGEST: Final = timedelta(hours=1)  # between two attempts at a server in trouble


class Trouble(NamedTuple):
    """What an answer means. `wait` is until the next attempt, None for "a person has to look";
    `everything` if no other record would fare better at this server either."""

    error: str
    wait: timedelta | None = None
    everything: bool = False


TROUBLES: Final = {
    400: Trouble("refused"),
    401: Trouble("unauthorised", timedelta(minutes=15), everything=True),
    402: Trouble("quota", timedelta(hours=1), everything=True),
    403: Trouble("unauthorised", timedelta(minutes=15), everything=True),
    404: Trouble("no_form", LONGEST_PUT_OFF),
    409: Trouble("conflict"),
    413: Trouble("too_large"),
    423: Trouble("locked", timedelta(minutes=10)),
}
"""By status. No answer, 429, 5xx and whatever else no OpenRosa server says (a captive portal's 200)
are tried again, at longer and longer intervals, and meanwhile nothing else is sent there."""


class Pusher:
    """Keeps the targets supplied, side by side; one record at a time goes to each."""

    def __init__(self, database: Database, targets: Sequence[Target], clock: Clock) -> None:
        self._database = database
        self._targets = targets
        self._clock = clock
        self._resting: dict[str, float] = {}  # until when, by `Clock.monotonic`

    async def push(self) -> None:
        """Send everything whose time has come. Doing it twice sends nothing twice, and several
        replicas may do it at once."""
        await asyncio.gather(*(self._supply(one) for one in self._targets))

    async def _supply(self, target: Target) -> None:
        await self._enlist(target)
        if self._resting.get(target.id, 0.0) > self._clock.monotonic():
            return
        async with AsyncExitStack() as stack:
            client: Client | None = None
            while errand := await self._claim(target):
                if client is None:
                    session = await stack.enter_async_context(session_for(target))
                    client = Client(target, session, self._clock)
                if not await self._send(target, client, errand):
                    return

    async def _enlist(self, target: Target) -> None:
        since = None
        if target.since:
            since = datetime.combine(target.since, time(), self._database.zone)
        count = AT_ONCE
        while count == AT_ONCE:
            async with self._database.unit(SYSTEM, "push") as uow:
                count = await uow.pushes.enlist(target.id, target.forms, since)
            await asyncio.sleep(0)

    async def _claim(self, target: Target) -> Errand | None:
        async with self._database.unit(SYSTEM, "push") as uow:
            return await uow.pushes.claim(target.id)

    async def _send(self, target: Target, client: Client, errand: Errand) -> bool:
        """Send one record; whether it makes sense to go on with the next."""
        xml, files = await self._content(target, errand)
        try:
            new = await client.send(xml, files)
        except Refusal as refusal:
            return await self._failed(target, errand, refusal)
        async with self._database.unit(SYSTEM, "push") as uow:
            await uow.pushes.done(errand.id, STORED if new else DUPLICATE)
            await uow.record("push", f"{target.id}:{errand.instance_id}")
        return True

    async def _content(self, target: Target, errand: Errand) -> tuple[bytes, Sequence[Attachment]]:
        async with self._database.unit(SYSTEM, "push") as uow:
            found = await uow.submissions.get(errand.instance_id)
            assert found is not None, "the book refers to records"
            record = found[0]
            naming = target.naming(record.form_id)
            xml = errand.xml or record.xml
            if errand.xml is None and not naming.same:
                xml = renamed(record.xml, naming)
                await uow.pushes.keep_xml(errand.id, xml)
            files = [
                Attachment(name, file.mime, content)
                for file, content in await uow.media.of_record(errand.root_id)
                for name in (file.record_name, file.name)
                if f">{name}<".encode() in record.xml  # a correction leaves others behind
            ]
        return xml, files

    async def _failed(self, target: Target, errand: Errand, refusal: Refusal) -> bool:
        error, wait, everything = trouble(refusal, errand.attempts)
        log.warning("push failed", target=target.id, status=refusal.status, error=error)
        async with self._database.unit(SYSTEM, "push") as uow:
            if wait is None:
                await uow.pushes.give_up(errand.id, error)
            else:
                await uow.pushes.later(errand.id, error, self._clock.now() + wait)
        if everything and wait is not None:
            self._resting[target.id] = self._clock.monotonic() + wait.total_seconds()
        return not everything


def trouble(refusal: Refusal, attempts: int = 1) -> Trouble:
    """What a refusal means. Each wait for what passes by itself is about twice the former one, or
    what the server asks for."""
    if refusal.status in TROUBLES:
        return TROUBLES[refusal.status]
    longest = min(timedelta(seconds=5 * 2 ** min(attempts, 12)), _LONGEST)
    wait = longest * random.uniform(0.5, 1)
    if refusal.after:
        wait = min(timedelta(seconds=refusal.after), _LONGEST)
    error = {0: "unreachable", 429: "busy"}.get(refusal.status, "server")
    return Trouble(error, wait, everything=True)
