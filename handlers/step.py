"""One step: an inbound comes in, one transaction changes everything that it changes, replies queue.

claim the inbox key → lock and load the conversation → route → write answers, state, audit and
outbox → commit. An inbound seen before changes nothing and says nothing. A step that fails changes
nothing either: its inbound is set aside, tried again, and after its attempts kept for the operator.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from core import measures
from core.log import log
from core.messages import File, Inbound, Reply, Tap, without_id_numbers
from core.ports import Channel, NotNow, Undeliverable
from core.texts import LANGUAGES, say
from handlers import albums, keyboards, states
from handlers.read_first import ReadFirst
from handlers.routing import route
from handlers.screening import Screening
from handlers.states import Filling
from handlers.turn import House, Turn
from scheduler.sender import Sender
from storage.database import Database
from storage.policy import SYSTEM
from storage.unfit import is_in_trouble, refuses_for_good

if TYPE_CHECKING:
    from handlers.fetched import Fetched

PATIENCE: Final = timedelta(seconds=30)
"""How long a person waits without a word for a photo to be fetched."""

SIDE_BY_SIDE: Final = 16
"""Of so many people at once is tried again what was set aside: a file takes up to a minute or two,
and each is held in memory."""


class Steps:
    """Takes what the channels hand over."""

    def __init__(
        self,
        database: Database,
        house: House,
        channels: Mapping[str, Channel],
        sender: Sender,
    ) -> None:
        self._database = database
        self._house = house
        self._channels = channels
        self._sender = sender
        self._screening = Screening(database, house)
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def receive(self, inbound: Inbound) -> None:
        """Make the step of `inbound`. Returns once it is committed, or once the inbox holds it.

        Raises what the database raises when it can't be reached at all, so that the channel does
        not confirm the update.
        """
        self._in_hand += 1
        self._idle.clear()
        try:
            await self._receive(inbound)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def settle(self, within: float) -> None:
        """Let the steps in hand end, for `within` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._idle.wait()

    async def _receive(self, inbound: Inbound) -> None:
        inbound = await self._screening.screen(inbound)
        try:
            fetched = await self._fetched(inbound)
            await self._step(inbound, fetched)
        except FileUnavailable as trouble:
            await self._put_off(inbound, trouble)
        except Exception as error:
            measures.STEPS.add(inbound.channel, "failed")
            log.error(
                "step failed", channel=inbound.channel, error=type(error).__name__, exc_info=True
            )
            await self._fail(inbound, error)
        if isinstance(inbound.event, Tap):
            await self._channels[inbound.channel].acknowledge(inbound)

    async def retry(self) -> None:
        """Try again what was set aside: of each person in its order, of several side by side, and
        last of those whose files have to be fetched."""
        async with self._database.unit(SYSTEM, "retry") as uow:
            waiting = await uow.inbox.take_waiting()
        of_people: dict[tuple[str, str], list[Inbound]] = {}
        for inbound in waiting:
            of_people.setdefault((inbound.channel, inbound.address), []).append(inbound)
        room = asyncio.Semaphore(SIDE_BY_SIDE)
        async with asyncio.TaskGroup() as group:
            for theirs in sorted(of_people.values(), key=_has_file):
                group.create_task(self._again(theirs, room))

    async def _again(self, inbounds: Sequence[Inbound], room: asyncio.Semaphore) -> None:
        """Try again what one person sent."""
        async with room:
            last = await self._last_step(inbounds[0])  # before this retry, which makes some itself
            for inbound in inbounds:
                if last is None or not await self._overtaken(inbound, last):
                    await self.receive(inbound)

    async def _last_step(self, inbound: Inbound) -> datetime | None:
        """When the person made their last step; None if they have made none at all."""
        async with self._database.unit(SYSTEM, "retry", inbound.channel) as uow:
            chat = await uow.conversations.load(
                inbound.channel, inbound.address, self._language(inbound)
            )
        return chat.updated_at if chat.revision else None

    async def _overtaken(self, inbound: Inbound, last: datetime) -> bool:
        """Whether the person went on meanwhile, with `last` as their last step: what they said then
        was meant for a question that may not be open any more, so it is given up, and they are
        told."""
        async with self._database.unit(SYSTEM, "retry", inbound.channel) as uow:
            chat = await uow.conversations.load(
                inbound.channel, inbound.address, self._language(inbound)
            )
            if await albums.went_on(uow, chat, inbound):  # nothing is lost, so nothing is said
                await uow.inbox.claim(inbound.channel, inbound.key)
                return True
            if not await uow.inbox.overtaken(inbound, last):
                return False
            await uow.outbox.queue(chat.id, [Reply(text=say(chat.language, "chat.failed"))])
        self._sender.wake()
        return True

    async def _step(self, inbound: Inbound, fetched: Fetched | None) -> None:
        known: dict[Hashable, object] = {}
        while (wanted := await self._made(inbound, fetched, known)) is not None:
            async with self._database.reading(wanted.actor, "step", inbound.channel) as uow:
                known[wanted.key] = await wanted.read(uow)

    async def _made(
        self, inbound: Inbound, fetched: Fetched | None, known: Mapping[Hashable, object]
    ) -> ReadFirst | None:
        """Make a step with what is `known`; what it wants to know besides, if it was undone."""
        try:
            await self._make(inbound, fetched, known)
        except ReadFirst as wanted:
            return wanted
        return None

    async def _make(
        self, inbound: Inbound, fetched: Fetched | None, known: Mapping[Hashable, object]
    ) -> None:
        unit = self._database.unit(SYSTEM, "step", inbound.channel)
        laps = measures.Laps()
        with self._sender.bringing() as brought:
            async with unit as uow:
                laps.end("begin")
                if not await uow.inbox.claim(inbound.channel, inbound.key):
                    measures.STEPS.add(inbound.channel, "seen")
                    return
                language = self._language(inbound)
                chat = await uow.conversations.load(inbound.channel, inbound.address, language)
                uow.become(chat.actor)
                chat.reachable = True
                state = states.load(chat.state)
                laps.end("load")
                turn = Turn(self._house, uow, chat, inbound, state, fetched, known)
                replies = keyboards.marked(chat, await route(turn))
                laps.end("handle")
                chat.state = states.dump(turn.state)
                await uow.conversations.save(chat)
                await brought.queue(uow, chat, replies)
                laps.end("save")
            laps.end("commit")
        measures.STEPS.add(inbound.channel, "made")
        turn.committed()
        if turn.erase:
            await self._channels[inbound.channel].erase(inbound)

    async def _fetched(self, inbound: Inbound) -> Fetched | None:
        """A file, fetched and cleaned before the transaction, if the open question wants one."""
        event = inbound.event
        if not isinstance(event, File) or inbound.channel == "web":
            return None
        from handlers.fetched import Fetched, clean  # what cleans is loaded with the first file

        async with self._database.unit(SYSTEM, "look", inbound.channel) as uow:
            language = self._language(inbound)
            chat = await uow.conversations.load(inbound.channel, inbound.address, language)
            state = states.load(chat.state)
        if not isinstance(state, Filling) or not state.wants:
            return None
        try:
            content = await self._channels[inbound.channel].fetch(event.file_id)
        except NotNow as error:
            raise FileUnavailable(error) from error
        except Undeliverable:  # too large, or gone
            return Fetched(b"")
        return await clean(content, event.mime)

    async def _put_off(self, inbound: Inbound, trouble: FileUnavailable) -> None:
        """Wait for the messenger. The person hears of it once if that takes longer than a moment,
        and when it is given up."""
        log.warning("file not fetched", channel=inbound.channel, after=trouble.after)
        measures.STEPS.add(inbound.channel, "put_off")
        async with self._database.unit(SYSTEM, "put off", inbound.channel) as uow:
            language = self._language(inbound)
            chat = await uow.conversations.load(inbound.channel, inbound.address, language)
            kept = inbound if chat.account_id else without_id_numbers(inbound)
            put_off = await uow.inbox.put_off(kept, "FileUnavailable", trouble.after)
            if put_off is None:
                return
            if put_off.given_up:
                measures.STEPS.add(inbound.channel, "given_up")
                text = say(chat.language, "waiting.file_lost")
            elif put_off.waited >= PATIENCE and await uow.inbox.claim(
                inbound.channel, f"slow:{inbound.key}"[:96]
            ):
                text = say(chat.language, "waiting.file")
            else:
                return
            await uow.outbox.queue(chat.id, [Reply(text=text)])
        self._sender.wake()

    async def _fail(self, inbound: Inbound, error: Exception) -> None:
        """Set an inbound aside whose step failed. One that no database takes as it is would come
        back for ever: of that no more is kept than that it was there."""
        try:
            await self._set_aside(inbound, error)
        except Exception as refusal:
            if not refuses_for_good(refusal):
                raise
            log.error("not set aside", channel=inbound.channel, error=type(refusal).__name__)
            await self._bury(inbound, type(error).__name__)

    async def _bury(self, inbound: Inbound, error: str) -> None:
        async with self._database.unit(SYSTEM, "bury", inbound.channel) as uow:
            await uow.inbox.bury(inbound.channel, inbound.key, error)
            chat = await uow.conversations.load(
                inbound.channel, inbound.address, self._language(inbound)
            )
            await uow.outbox.queue(chat.id, [Reply(text=say(chat.language, "chat.failed"))])
        measures.STEPS.add(inbound.channel, "given_up")
        self._sender.wake()

    async def _set_aside(self, inbound: Inbound, error: Exception) -> None:
        """Keep it, to be tried again. The database's own trouble uses none of its attempts up."""
        name = type(error).__name__
        async with self._database.unit(SYSTEM, "set aside", inbound.channel) as uow:
            language = self._language(inbound)
            chat = await uow.conversations.load(inbound.channel, inbound.address, language)
            kept = inbound if chat.account_id else without_id_numbers(inbound)
            if is_in_trouble(error):
                put_off = await uow.inbox.put_off(kept, name, None)
                given_up = put_off is not None and put_off.given_up
            else:
                given_up = not await uow.inbox.set_aside(kept, name)
            if not given_up:
                return
            measures.STEPS.add(inbound.channel, "given_up")
            await uow.outbox.queue(chat.id, [Reply(text=say(chat.language, "chat.failed"))])
        self._sender.wake()

    def _language(self, inbound: Inbound) -> str:
        wished = (inbound.language or "").split("-")[0]
        return wished if wished in LANGUAGES else self._house.language


def _has_file(inbounds: Sequence[Inbound]) -> bool:
    return any(isinstance(one.event, File) for one in inbounds)


class FileUnavailable(Exception):  # noqa: N818
    """A file that was sent could not be fetched from the messenger now. `after` is in how many
    seconds it may be asked again, if the messenger said so."""

    def __init__(self, refusal: NotNow) -> None:
        super().__init__(str(refusal))
        self.after = refusal.after
