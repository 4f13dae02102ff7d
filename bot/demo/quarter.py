"""The demo township lives through some weeks: visits come due and are made, or not.

Time is turned day by day. Everything that happens goes the way it goes with real people: ticks open
and close what is owed, digests and reminders are written into the web chats, and records are filled
in, question by question, and submitted. The same seed lives through the same weeks.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.channels.web import WebChannel
from bot.demo.answering import Answering
from core.messages import Command, Inbound, Reply
from core.ports import Receipt
from handlers import duties, interviews, owed, owing, submitting
from handlers.preparing import prepared
from handlers.rendering import render
from handlers.states import Filling
from handlers.turn import House, Turn
from scheduler.closing import keep_up
from scheduler.manners import Manners
from scheduler.reminding import remind
from scheduler.sender import Sender
from storage.accounts import Account
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM
from storage.web import CHANNEL, DatabaseWebStore

if TYPE_CHECKING:
    from scheduler.ground import Ground

_TICKS: Final = (time(0, 5), time(8, 35))
_WORK: Final = time(10)
_EVENING: Final = time(18)
_A_DAY: Final = 4  # visits that somebody makes on a day at most
_A_QUESTION: Final = timedelta(seconds=20)  # from one to the next, and to the end
_WEEKEND: Final = 0.15  # the share of weekend days that are worked on


class TurnedClock:
    """A clock that goes where it is turned. Implements `core.ports.Clock`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment that it was turned to."""
        return self.moment

    def monotonic(self) -> float:
        """The same in seconds."""
        return self.moment.timestamp()


@dataclass(slots=True)
class Lived:
    """What happened: records handed in, obligations that opened, and messages that were delivered
    by their kind."""

    records: int = 0
    opened: int = 0
    missed: int = 0
    told: Counter[str] = field(default_factory=Counter)


class Quarter:
    """One stretch of weeks in a database with the demo in it, whose clock is `clock`."""

    def __init__(
        self,
        database: Database,
        house: House,
        manners: Manners,
        clock: TurnedClock,
        seed: int,
    ) -> None:
        self._database = database
        self._house = house
        self._manners = manners
        self._clock = clock
        self._chance = random.Random(seed)
        self._lived = Lived()
        self._diligence: dict[int, float] = {}

    async def live(self, days: int, told: Callable[[int, int], None]) -> Lived:
        """Live through `days` days from the clock's on; `told` hears how many are over."""
        staff = await self._staff()
        first = self._clock.now().astimezone(self._database.zone).date()
        for number in range(days):
            await self._day(first + timedelta(days=number), staff)
            told(number + 1, days)
        return self._lived

    async def _staff(self) -> Sequence[Account]:
        """Those who visit, each in a chat of their own."""
        async with self._database.unit(OPERATOR, "demo", "cli") as uow:
            staff = [one for one in await uow.accounts.all() if one.active]
            for one in staff:
                chat = await uow.conversations.load(CHANNEL, one.code, self._house.language)
                await uow.conversations.bind(chat, account_id=one.id, person_id=None)
                self._diligence[one.id] = self._chance.uniform(0.55, 0.98)
        return staff

    async def _day(self, day: date, staff: Sequence[Account]) -> None:
        for at in _TICKS:
            await self._tick(day, at)
        if day.weekday() < 5 or self._chance.random() < _WEEKEND:
            for one in staff:
                self._turn(day, _WORK)
                await self._work(one, day)
        await self._tick(day, _EVENING)

    def _turn(self, day: date, at: time) -> None:
        self._clock.moment = datetime.combine(day, at, self._database.zone).astimezone(UTC)

    async def _tick(self, day: date, at: time) -> None:
        self._turn(day, at)
        ground = self._ground()
        done = await keep_up(self._database, ground)
        self._lived.opened += done.opened
        self._lived.missed += done.missed
        await remind(self._database, ground, self._manners)
        channel = _Counting(self._database, self._house, self._clock, self._lived.told)
        await Sender(
            self._database,
            {channel.name: channel},
            lambda parcel: render(parcel, self._house),
            self._clock,
            prepared(self._house),
        ).drain()

    def _ground(self) -> Ground:
        assert self._house.ground is not None
        return self._house.ground()

    # --- visits ----------------------------------------------------------------------------------

    async def _work(self, account: Account, day: date) -> None:
        """Make some of the visits that somebody owes soon."""
        async with self._database.unit(SYSTEM, "demo", CHANNEL) as uow:
            chat = await uow.conversations.load(CHANNEL, account.code, self._house.language)
            uow.become(chat.actor)
            if not chat.actor.may_fill:
                return
            mine = await duties.of_account(uow, self._ground(), account.id)
        at = owing.Moment(self._clock.now(), self._database.zone)
        soon = [one for one in owing.within(mine, "month", at) if one.form]
        self._chance.shuffle(soon)
        for one in soon[:_A_DAY]:
            if self._chance.random() < self._diligence[account.id]:
                await self._visit(account, one.id, day)

    async def _visit(self, account: Account, duty: int, day: date) -> None:
        """Fill in the form of one duty and submit it, as its worker would."""
        async with self._database.unit(SYSTEM, "step", CHANNEL) as uow:
            chat = await uow.conversations.load(CHANNEL, account.code, self._house.language)
            uow.become(chat.actor)
            inbound = Inbound(
                channel=CHANNEL, address=account.code, key="demo", event=Command(name="menu")
            )
            turn = Turn(self._house, uow, chat, inbound)
            await owed.start(turn, duty)
            if not isinstance(turn.state, Filling):
                return
            session = await interviews.open_session(turn, turn.state.interview)
            if session and Answering(self._chance, day).fill(session.iv):
                self._clock.moment += _A_QUESTION * len(session.iv.summary().lines)
                await submitting.submit(turn, session)
                self._lived.records += session.stored.status == "submitted"


class _Counting(WebChannel):
    """The web chat, which counts what is delivered."""

    def __init__(
        self, database: Database, house: House, clock: TurnedClock, told: Counter[str]
    ) -> None:
        super().__init__(DatabaseWebStore(database, house.language), clock)
        self._told = told

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        self._told[reply.slot or "message"] += 1
        return await super().deliver(address, reply, replaces, key)
