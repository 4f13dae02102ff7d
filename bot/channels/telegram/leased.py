"""Work that one of several processes does while the others stand by, such as polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Final

from bot.channels.telegram.polling import Pause
from bot.channels.telegram.updates import CHANNEL
from core import measures
from core.log import log
from core.ports import Lease

Work = Callable[[], Awaitable[None]]

LOOK_EVERY: Final = 60.0  # seconds between two looks of one that stands by
_LOOKS: Final = 4  # in the term of a lease: how often it is renewed or asked for
_PARTING: Final = 1.0  # seconds for giving it up at the end


async def while_leased(lease: Lease, work: Work, look: Work, pause: Pause) -> None:
    """Do `work` while the lease is ours, and stand by while it is not. Until cancelled.

    Who stands by takes a `look` now and then whether `work` could be done at all. Raises what
    `work` and `look` raise.
    """
    try:
        while True:
            await _stand_by(lease, look, pause)
            await _tenure(lease, asyncio.ensure_future(work()))
    finally:
        measures.POLLING.forget()
        with suppress(Exception):
            async with asyncio.timeout(_PARTING):
                await lease.give_up()


async def _stand_by(lease: Lease, look: Work, pause: Pause) -> None:
    """Returns as soon as the lease is ours."""
    told, waited = False, 0.0
    while not await _ask(lease):
        measures.beat(CHANNEL)
        measures.POLLING.set(0)
        if not told:
            log.warning("telegram.standby")
            told = True
        await pause(lease.term / _LOOKS)
        waited += lease.term / _LOOKS
        if waited >= LOOK_EVERY:
            waited = 0.0
            await look()
    measures.POLLING.set(1)


async def _tenure(lease: Lease, working: asyncio.Future[None]) -> None:
    """Renew the lease beside the work; ends with the work or with the lease."""
    until = monotonic() + lease.term
    try:
        while (left := until - monotonic()) > 0:
            await asyncio.wait({working}, timeout=min(left, lease.term / _LOOKS))
            if working.done():
                return working.result()
            asked = monotonic()
            renewed = await _ask(lease, within=max(until - asked, 0.0))
            if renewed is not None:
                until = asked + lease.term if renewed else asked
        log.warning("telegram.lease_lost")
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _ask(lease: Lease, within: float | None = None) -> bool | None:
    """Whether the lease is ours; None if nobody can tell now."""
    try:
        async with asyncio.timeout(within):
            return await lease.take()
    except Exception as error:
        log.error("telegram.lease_unknown", error=type(error).__name__)
        return None
