"""Chats and consents of people who left the register end by themselves.

Who moved away is told so, once. Nothing is sent to the telephone of somebody who died.
"""

from __future__ import annotations

import asyncio
from typing import Final

from core.messages import Reply
from core.texts import say
from storage.bindings import departed, end_consents, unbind
from storage.database import Database
from storage.policy import SYSTEM

_AT_ONCE: Final = 20


async def end(database: Database) -> int:
    """End what is left of everybody who departed; how many people that were. Twice ends nothing."""
    count = 0
    while True:
        async with database.unit(SYSTEM, "left the register") as uow:
            gone = await departed(uow.connection, uow.today, _AT_ONCE)
            for one in gone:
                await end_consents(uow.connection, one.person_id, uow.now)
                await uow.invites.void(one.person_id)
                chats = await unbind(uow.connection, uow.actor, one.person_id, uow.today)
                await uow.record("unbind", one.code)
                for chat in chats if one.state == "moved" else ():
                    said = Reply(text=say(chat.language, "binding.undo.moved"))
                    await uow.outbox.queue(chat.chat_id, [said])
        count += len(gone)
        if not gone:
            return count
        await asyncio.sleep(0)
