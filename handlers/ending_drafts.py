"""Whoever has not gone on with a form for days is told before it goes, and goes on with one tap."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

from core.messages import Button, Reply
from core.texts import say
from handlers import window_words
from handlers.markup import literal
from handlers.notices import free_at
from handlers.shelf import title_of
from handlers.tokens import DRAFT, token
from handlers.turn import House
from storage.conversations import Conversation
from storage.database import Database
from storage.ending_drafts import KIND, EndingDrafts
from storage.interviews import Draft
from storage.outbox import Parcel
from storage.policy import SYSTEM
from storage.priorities import DIGEST
from storage.unit import UnitOfWork

_NAMED: Final = 5  # drafts with a button of their own


async def tell(database: Database, house: House) -> int:
    """Queue a message for everybody with drafts that end soon; how many messages."""
    count = 0
    while True:
        async with database.unit(SYSTEM, "drafts") as uow:
            drafts = EndingDrafts(uow.connection)
            untold = await drafts.untold(house.drafts, uow.now)
            for account, ids in untold.items():
                count += await _queue(uow, account, ids, house)
                await drafts.tell(ids, uow.now)
        if not untold:
            return count
        await asyncio.sleep(0)  # the chat goes first


async def _queue(uow: UnitOfWork, account: int, ids: Collection[str], house: House) -> int:
    chats = await uow.conversations.of_account(account)
    if not chats:
        return 0
    await _queue_in(uow, max(chats, key=lambda one: one.updated_at), ids, house)
    return 1


async def _queue_in(
    uow: UnitOfWork, chat: Conversation, ids: Collection[str], house: House
) -> None:
    body = {"account": chat.account_id, "drafts": list(ids)}
    free = free_at(chat, uow.now, house.zone)
    await uow.outbox.queue_kind(chat.id, KIND, body, DIGEST, not_before=free)


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """The message at the moment of sending; None if it has to wait once more, or if its person has
    gone on with all of them."""
    chat = await uow.conversations.get(parcel.conversation_id)
    if chat is None or chat.account_id != parcel.body["account"]:
        return None
    drafts = EndingDrafts(uow.connection)
    still = await drafts.still(parcel.body["account"], parcel.body["drafts"])
    if not still:
        return None
    ids = [one.id for one in still]
    if free_at(chat, uow.now, house.zone) > uow.now:
        await _queue_in(uow, chat, ids, house)
        return None
    await drafts.tell(ids, uow.now)  # from now on their person knows
    return await _page(uow, still, parcel.language, house)


async def _page(uow: UnitOfWork, drafts: Sequence[Draft], language: str, house: House) -> Reply:
    today = uow.today
    lines, buttons = [], []
    for one in drafts[:_NAMED]:
        version = await uow.forms.get(one.form_sha256)
        title = title_of(version, language) if version else ""
        form = " ".join(part for part in (title, one.subject_code) if part)
        day = window_words.day(one.updated_at.astimezone(house.zone).date(), today, language)
        lines.append(say(language, "drafts.line", form=literal(form), day=day))
        label = f"chat.button.{'correcting' if one.correction else 'resume'}"
        buttons.append((Button(text=say(language, label, form=form), token=token(DRAFT, one.id)),))
    if len(drafts) > _NAMED:
        lines.append(say(language, "drafts.more", n=len(drafts) - _NAMED))
    goes = (uow.now + house.drafts.notice).astimezone(house.zone).date()
    last = window_words.weekday(goes, today, language)
    text = say(language, "drafts.ending", list="\n".join(lines), last=last)
    return Reply(text=text, buttons=tuple(buttons))
