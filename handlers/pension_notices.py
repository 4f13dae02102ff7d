"""What comes to a bound resident by itself: a certification falls due, sixty is near. Each once.

It is looked at by day only, a few people at a time, and the first look after an outage catches up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.messages import Button, Reply
from core.texts import say
from handlers.tokens import PENSION, REQUEST, token
from handlers.turn import House
from pension import Refused, RuleBook, Standing, certification, turns_sixty_soon
from pension.payment_months import first_payment
from storage.database import Database
from storage.pension_notices import BoundChat
from storage.pension_record import PensionRecord
from storage.policy import SYSTEM
from storage.unit import UnitOfWork

HOURS: Final = range(9, 19)
"""The local hours in which nobody is disturbed."""

HOTLINE: Final = "12333"

_AT_ONCE: Final = 20
_COUNTY: Final = 6


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell; `kind` and `day` name it, so that it is told once."""

    kind: str
    day: date
    text: str
    button: Button


async def tell(database: Database, house: House) -> int:
    """Tell everybody what is to be told today; how many messages that were. Twice tells nothing."""
    if database.clock.now().astimezone(house.zone).hour not in HOURS:
        return 0
    told, after = 0, 0
    while True:
        async with database.unit(SYSTEM, "pension notices") as uow:
            chats = await uow.pension_notices.bound(after, _AT_ONCE)
            for chat in chats:
                told += await _tell(uow, house, chat)
        if not chats:
            return told
        after = chats[-1].chat_id
        await asyncio.sleep(0)


async def _tell(uow: UnitOfWork, house: House, chat: BoundChat) -> int:
    record = await uow.pension.insured(chat.person_id)
    told = 0
    for notice in _notices(house, chat, record, uow.today):
        if await uow.pension_notices.once(chat, notice.kind, notice.day):
            buttons = ((notice.button,),)
            await uow.outbox.queue(chat.chat_id, [Reply(text=notice.text, buttons=buttons)])
            told += 1
    return told


def _notices(
    house: House, chat: BoundChat, record: PensionRecord | None, today: date
) -> Iterator[Notice]:
    book = house.pension()
    region = record.region if record else chat.area_code[:_COUNTY]
    try:
        if record is not None and record.benefits_from is not None:
            yield from _certification(book, chat, record, today)
        elif record is None or record.scheme == "resident":
            yield from _sixty(house, book, chat, region, today)
    except Refused:  # no rule is on record for this place and day: nothing can be told
        return


def _certification(
    book: RuleBook, chat: BoundChat, record: PensionRecord, today: date
) -> Iterator[Notice]:
    if record.certified_on is None or record.benefits_from is None:
        return  # what nobody recorded is not held against anybody
    found = certification(
        book, record.region, last=record.certified_on, benefits_from=record.benefits_from, on=today
    )
    if found is None or found.standing is Standing.NOT_DUE:
        return
    late = found.standing is Standing.OVERDUE
    kind = "certification_late" if late else "certification"
    text = say(chat.language, f"requests.notice.{kind}", due=found.due)
    visit = Button(text=say(chat.language, "requests.button.visit"), token=token(REQUEST, "visit"))
    yield Notice(kind, found.due, text, visit)


def _sixty(
    house: House, book: RuleBook, chat: BoundChat, region: str, today: date
) -> Iterator[Notice]:
    if not turns_sixty_soon(book, chat.birth_date, region, today):
        return
    scheme = book.scheme_in_force(region, today)
    first = first_payment(scheme, chat.birth_date)
    phones = house.phones("pension", chat.area_code)
    text = say(
        chat.language,
        "requests.notice.turning_sixty",
        age=scheme.pension_age,
        day=first.of_age,
        month=first.month,
        number=phones[0].number if phones else HOTLINE,
    )
    look = Button(text=say(chat.language, "pension.button.pension"), token=token(PENSION, "open"))
    yield Notice("turning_sixty", first.of_age, text, look)
