"""Queued messages that are written at the moment of sending, from what the tables hold then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.messages import Reply
from handlers.kinds import ALERT, EMERGENCY, NOTICE
from handlers.rendering import render
from handlers.request_answers import KIND as REQUEST_ANSWER
from handlers.turn import House
from scheduler.courier import Prepare
from scheduler.intents import AGAIN, DECISION, DIGEST, OVERDUE, REMINDER
from storage.ending_drafts import KIND as ENDING_DRAFTS
from storage.outbox import Parcel
from storage.policy import NOBODY
from storage.unit import UnitOfWork

_RENDERED: Final = (ALERT, EMERGENCY)  # from what was queued, for staff alone


def prepared(house: House) -> Mapping[str, Prepare]:
    """Who writes the messages of which kind; loaded with the first of them."""

    async def write(uow: UnitOfWork, parcel: Parcel) -> Reply | None:
        chat = await uow.conversations.get(parcel.conversation_id)
        if chat is not None and chat.account_id is not None and chat.actor == NOBODY:
            return None  # of an account that nobody may act for by now
        if parcel.kind in _RENDERED:
            return render(parcel, house)
        from handlers import (
            asked_again,
            decision,
            digest,
            ending_drafts,
            notices,
            overdue_alert,
            reminder,
            request_answers,
        )

        writers = {
            AGAIN: asked_again.prepare,
            DECISION: decision.prepare,
            DIGEST: digest.prepare,
            ENDING_DRAFTS: ending_drafts.prepare,
            NOTICE: notices.prepare,
            OVERDUE: overdue_alert.prepare,
            REMINDER: reminder.prepare,
            REQUEST_ANSWER: request_answers.prepare,
        }
        return await writers[parcel.kind](uow, parcel, house)

    written = (AGAIN, DECISION, DIGEST, ENDING_DRAFTS, NOTICE, OVERDUE, REMINDER, REQUEST_ANSWER)
    return dict.fromkeys((*written, *_RENDERED), write)
