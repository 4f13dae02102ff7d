"""Queued messages that are written at the moment of sending, from what the tables hold then."""

from __future__ import annotations

from collections.abc import Mapping

from core.messages import Reply
from handlers.notices import KIND as NOTICE
from handlers.turn import House
from scheduler.courier import Prepare
from scheduler.intents import AGAIN, DIGEST, OVERDUE, REMINDER
from storage.outbox import Parcel
from storage.requests import ANSWER_KIND
from storage.unit import UnitOfWork


def prepared(house: House) -> Mapping[str, Prepare]:
    """Who writes the messages of which kind; loaded with the first of them."""

    async def write(uow: UnitOfWork, parcel: Parcel) -> Reply | None:
        from handlers import asked_again, decision, digest, notices, overdue_alert, reminder

        writers = {
            AGAIN: asked_again.prepare,
            ANSWER_KIND: decision.prepare,
            DIGEST: digest.prepare,
            NOTICE: notices.prepare,
            OVERDUE: overdue_alert.prepare,
            REMINDER: reminder.prepare,
        }
        return await writers[parcel.kind](uow, parcel, house)

    return dict.fromkeys((AGAIN, ANSWER_KIND, DIGEST, NOTICE, OVERDUE, REMINDER), write)
