"""People with chats in a township's years: what is queued and sent to them, when, and how often.

Each message is written at the moment of sending by whoever writes it in the running program. What
must never happen is looked for after every tick, in the tables and in what was sent. Now and then
the messenger takes a message and nobody can tell: it is sent once more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from random import Random
from typing import Any, Final

from sqlalchemy import insert, select, update

from handlers.preparing import prepared
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.ground import Ground
from scheduler.intents import AGAIN, DIGEST, REMINDER, Day, Intent
from scheduler.ladders import Ladder, moments
from scheduler.manners import LEFT_FOR, Manners, is_night, morning_after
from scheduler.reminding import Reminded, remind
from scheduler.windows import Window
from storage.database import Database
from storage.obligation_tables import obligation
from storage.outbox import Parcel
from storage.policy import SYSTEM, Role
from storage.reminder_tables import reminder
from storage.reminders import Course
from storage.tables import conversation, form, interview, outbox
from tests import world
from tests.scheduler.ledger import Ledger
from tests.scheduler.making import SHANGHAI

LADDERS: Final = tuple(
    Ladder.model_validate({"id": name, "rungs": rungs})
    for name, rungs in (
        (
            "ordinary",
            (
                {"id": "week_before", "when": "due - 7 days"},
                {"id": "overdue", "when": "overdue"},
                {"id": "supervisor", "when": "overdue", "to": "supervisor"},
                {"id": "weekly", "when": "overdue + 7 days", "every": "1 week", "to": "supervisor"},
            ),
        ),
        (
            "alone",
            (
                {"id": "opened", "when": "opens", "how": "alone"},
                {"id": "last_day", "when": "due - 1 day", "how": "alone"},
                {"id": "supervisor", "when": "overdue", "to": "supervisor", "how": "alone"},
            ),
        ),
        (
            "urgent",
            (
                {"id": "opened", "when": "opens", "how": "urgent"},
                {"id": "overdue", "when": "overdue", "to": "supervisor", "how": "urgent"},
            ),
        ),
    )
)

NOON: Final = 720
MINUTES: Final = (0, 125, 479, 480, 509, 510, 540, NOON, 780, 1140, 1259, 1260, 1439)
"""Minutes of the day at which people are reminded: the edges of the night, the digest's hour."""

NOTHING: Final = Reminded(0, 0, 0)
"""What a tick does that was done before."""

_FORM: Final = "0" * 64
_CHANNEL: Final = "paper"

Key = tuple[int, str, int, int]
"""A rung of an obligation, the n-th time, for an account."""


@dataclass(slots=True)
class Listeners:
    """Accounts with a chat each, by the chat's id. `sent` counts what reached them by kind;
    `faults` is what must never happen. A share of `unsure` is sent `repeated`ly."""

    database: Database
    ground: Callable[[], Ground]
    random: Random
    chats: dict[int, int] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    unsure: float = 0.0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)
    rungs: Counter[Key] = field(default_factory=Counter)
    _touched: dict[int, datetime] = field(default_factory=dict)
    _days: Counter[tuple[str, int, date]] = field(default_factory=Counter)
    _unsure: set[int] = field(default_factory=set)
    _seen: int = 0

    async def hire(self, role: Role, area: str) -> None:
        """Somebody more, with a chat and an interview that they put aside."""
        actor = await world.hire(self.database, role, area)
        assert actor.account_id is not None
        await self.welcome(actor.account_id)

    async def welcome(self, account: int) -> None:
        """Give an account a chat."""
        async with self.database.unit(SYSTEM, "test") as uow:
            if not self.chats:
                await uow.connection.execute(insert(form).values(_form(uow.now)))
            chat = await uow.conversations.load(_CHANNEL, f"chat-{account}", "zh")
            await uow.conversations.bind(chat, account_id=account, person_id=None)
            row = _interview(f"I{account}", chat.id, account, uow.now)
            await uow.connection.execute(insert(interview).values(row))
        self.chats[chat.id] = account

    # --- a tick ----------------------------------------------------------------------------------

    async def tick(self, ledger: Ledger | None = None) -> None:
        """Remind everybody, twice, and send what is queued. With a ledger all tables are looked
        at."""
        await self._come_and_go()
        await remind(self.database, self.ground(), Manners())
        before = await ledger.picture() if ledger else None
        again = await remind(self.database, self.ground(), Manners())
        if again != NOTHING or (ledger and before != await ledger.picture()):
            self._fault(f"a tick that was done again did {again}")
        await self._look_at_queued()
        if ledger:
            await self._look_at_rungs()
        await self._come_and_go()  # while the messages are on their way
        await self._send()

    async def _come_and_go(self) -> None:
        """Some begin an interview, some go on with it, and some leave it."""
        now = self.database.clock.now()
        begun: dict[datetime, list[int]] = defaultdict(list)
        left: list[int] = []
        for chat in self.chats:
            draw = self.random.random()
            if draw < 0.15:
                at = now - timedelta(minutes=self.random.choice((0, 3, 14, 16)))
                self._touched[chat] = at
                begun[at].append(chat)
            elif draw < 0.6 and chat in self._touched:
                del self._touched[chat]
                left.append(chat)
        one, mine = conversation.c, interview.c.conversation_id
        async with self.database.unit(SYSTEM, "test") as uow:
            for at, chats in begun.items():
                row = update(conversation).where(one.id.in_(chats)).values(updated_at=at)
                await uow.connection.execute(row)
            for status, chats in (("open", [*chain(*begun.values())]), ("kept", left)):
                row = update(interview).where(mine.in_(chats)).values(status=status)
                await uow.connection.execute(row)

    def _held_up(self, chat: int) -> bool:
        now = self.database.clock.now()
        busy = chat in self._touched and self._touched[chat] > now - LEFT_FOR
        return busy or is_night(now, SHANGHAI)

    # --- what is queued and sent -----------------------------------------------------------------

    async def _look_at_queued(self) -> None:
        one = outbox.c
        query = select(one.id, one.conversation_id, one.kind, one.body).where(one.id > self._seen)
        async with self.database.reading(SYSTEM, "test") as uow:
            rows = (await uow.connection.execute(query.order_by(one.id))).all()
            told = await _told(uow.connection, self.chats.values(), self.database.clock.now())
        batches: Counter[tuple[int, str, bool]] = Counter()
        for number, chat, kind, body in rows:
            self._seen = number
            await self._may_come(chat, kind, body, "queued")
            if kind not in (DIGEST, AGAIN):
                intent = Intent.of(body)
                batches.update((intent.account, way, kind == REMINDER) for way in intent.ways)
        for account, way, own in {(key[3], way, own) for key, way, own in told}:
            if batches[account, way, own] != 1:
                times = batches[account, way, own]
                self._fault(f"told {account} {way}, in {times} messages")

    async def _send(self) -> None:
        """What the courier would do, with nothing between a message and its reader."""
        house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=self.ground)
        writers = prepared(house)
        while True:
            async with self.database.unit(SYSTEM, "test") as uow:
                parcels = await uow.outbox.heads([_CHANNEL])
            if not parcels:
                return
            for parcel in parcels:
                async with self.database.unit(SYSTEM, parcel.kind) as uow:
                    reply = await writers[parcel.kind](uow, parcel)
                if reply is not None:
                    await self._heard(parcel)
            async with self.database.unit(SYSTEM, "test") as uow:
                await uow.outbox.sent([(one, "1") for one in parcels if self._is_known(one)])

    def _is_known(self, parcel: Parcel) -> bool:
        """Whether the messenger told that it took a message; the second time it does."""
        if parcel.id in self._unsure or self.random.random() >= self.unsure:
            return True
        self._unsure.add(parcel.id)
        return False

    async def _heard(self, parcel: Parcel) -> None:
        await self._may_come(parcel.conversation_id, parcel.kind, parcel.body, "sent")
        if parcel.id in self._unsure:
            self.repeated += 1
            return
        self.sent[parcel.kind] += 1
        account = self.chats[parcel.conversation_id]
        if parcel.kind == DIGEST:
            self._once_a_day(DIGEST, account)
            return
        intent = Intent.of(parcel.body)
        if intent.ways == ("digest",):
            self._once_a_day(parcel.kind, account)
        async with self.database.reading(SYSTEM, "test") as uow:
            told = await _told(uow.connection, [account], intent.at)
        own = parcel.kind == REMINDER
        mine = [key for key, way, is_own in told if way in intent.ways]
        for key in (key for key in mine if (key, intent.ways[0], own) in told):
            self.rungs[key] += 1
            if self.rungs[key] > 1:
                self._fault(f"{key} told again")

    def _once_a_day(self, kind: str, account: int) -> None:
        today = self.database.clock.now().astimezone(SHANGHAI).date()
        self._days[kind, account, today] += 1
        if self._days[kind, account, today] > 1:
            self._fault(f"{kind} came to {account} again on {today}")

    async def _may_come(self, chat: int, kind: str, body: Mapping[str, Any], what: str) -> None:
        """By night and into an interview comes only what is urgent, or due before it is over."""
        if kind == AGAIN or not self._held_up(chat):
            return
        if kind == DIGEST:
            self._fault(f"digest {what} to {Day.of(body).account} at {self.database.clock.now()}")
            return
        intent = Intent.of(body)
        if not intent.urgent and not await self._presses(intent):
            self._fault(f"{kind} {what} to {intent.account} at {self.database.clock.now()}")

    async def _presses(self, intent: Intent) -> bool:
        now = intent.at
        end = max(now + LEFT_FOR, morning_after(now, SHANGHAI) if is_night(now, SHANGHAI) else now)
        query = (
            select(obligation.c.due)
            .join(reminder, reminder.c.obligation_id == obligation.c.id)
            .where(reminder.c.account_id == intent.account, reminder.c.told_at == now)
            .where(reminder.c.how == "alone")
        )
        async with self.database.reading(SYSTEM, "test") as uow:
            dues = (await uow.connection.execute(query)).scalars().all()
        return bool(dues) and all(now < due <= end for due in dues)

    # --- what stands in the tables ---------------------------------------------------------------

    async def _look_at_rungs(self) -> None:
        """Each rung that has come of what is open is noted."""
        ground, now = self.ground(), self.database.clock.now()
        columns = [obligation.c[name] for name in Course._fields]
        query = select(obligation.c.id, *columns).where(obligation.c.ended.is_(None))
        is_open = obligation.c.ended.is_(None) & (obligation.c.id == reminder.c.obligation_id)
        noted = select(reminder.c.obligation_id, reminder.c.rung, reminder.c.n).where(is_open)
        async with self.database.reading(SYSTEM, "test") as uow:
            rows = (await uow.connection.execute(query)).all()
            known = {tuple(row) for row in await uow.connection.execute(noted)}
        come: dict[Course, list[tuple[str, int]]] = {}
        for number, *fields in rows:
            course = Course(*fields)
            if course not in come:
                come[course] = _come(ground, course, now)
            for name, n in come[course]:
                if (number, name, n) not in known:
                    self._fault(f"{name} {n} of {number} is not noted")

    def _fault(self, what: str) -> None:
        self.faults.append(what)


def _come(ground: Ground, course: Course, now: datetime) -> list[tuple[str, int]]:
    """The rungs of one course that have come."""
    rule = ground.rule(course.rule_id, course.rule_version, course.rule_region)
    ladder = ground.book.ladders.get(rule.ladder) if rule else None
    window = Window(*course[3:])
    found = moments(ladder.rungs if ladder else (), window, ground.days, ground.zone, now)
    return [(one.rung.id, one.n) for one in found]


async def _told(
    connection: Any, accounts: Iterable[int], at: datetime
) -> set[tuple[Key, str, bool]]:
    """What some were told at a moment: each rung, in which way, and whether to who owes it."""
    one = reminder.c
    columns = (one.obligation_id, one.rung, one.n, one.account_id, one.how, one.reader)
    query = select(*columns).where(one.account_id.in_(list(accounts)), one.told_at == at)
    rows: Iterable[Any] = await connection.execute(query)
    return {((a, b, n, who), how, to == "worker") for a, b, n, who, how, to in rows}


def _form(now: datetime) -> dict[str, Any]:
    nothing: dict[str, Any] = {"titles": {}, "offer": {}, "attachments": {}}
    words = {"form_id": "survey", "version": "1", "source_sha256": _FORM, "state": "retired"}
    return {"sha256": _FORM, "xform": b"", "compiled": b"", "published_at": now, **nothing, **words}


def _interview(number: str, chat: int, account: int, now: datetime) -> dict[str, Any]:
    whose = {"conversation_id": chat, "account_id": account, "form_sha256": _FORM}
    nothing: dict[str, Any] = {"facts": {}, "state": b"", "alerts": []}
    times = {"started_at": now, "updated_at": now}
    return {"id": number, "subject_kind": "none", "status": "kept", **whose, **nothing, **times}
