"""Guests of the web chat who never came back: their chats go, with all that stands in them.

Anybody may become a guest, so what is kept of them must not grow with every knock at the door. Who
proved who they are, acts for somebody or asked for something is no guest any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, exists, select

from storage.connection import Connection
from storage.pension_tables import proxy, resident_request
from storage.tables import conversation, interview, outbox, slot, web_event, web_session
from storage.trust_tables import file_opening

IDLE: Final = timedelta(days=7)
AT_ONCE: Final = 50
"""Guests that go in one transaction, with some hundred lines each."""

_TIES: Final = (web_session, interview, proxy, resident_request, file_opening)
"""Whoever has a row here is still signed in, or more than a guest."""


async def forget(connection: Connection, now: datetime) -> int:
    """Delete some chats of guests that nobody can open any more; how many went."""
    chats = (await connection.execute(_idle(now))).all()
    if not chats:
        return 0
    ids, places = [chat.id for chat in chats], [chat.address_hash for chat in chats]
    for table in (outbox, slot):
        await connection.execute(delete(table).where(table.c.conversation_id.in_(ids)))
    await connection.execute(delete(web_event).where(web_event.c.address_hash.in_(places)))
    await connection.execute(delete(conversation).where(conversation.c.id.in_(ids)))
    return len(chats)


def _idle(now: datetime) -> Select[Any]:
    chat = conversation.c
    tied = [exists().where(table.c.conversation_id == chat.id) for table in _TIES]
    return (
        select(chat.id, chat.address_hash)
        .where(chat.channel == "web", chat.updated_at < now - IDLE)
        .where(chat.account_id.is_(None), chat.person_id.is_(None))
        .where(*(~one for one in tied))
        .limit(AT_ONCE)
    )
