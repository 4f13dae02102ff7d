"""What nobody needs any more goes: keys of handled inbounds, delivered mail, ended sign-ins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from storage.connection import Connection
from storage.pension_tables import attempt
from storage.register_imports import expire
from storage.tables import inbox, invite, media, outbox, web_event, web_session

HANDLED: Final = timedelta(days=3)
"""A messenger hands nothing over again after a day; Telegram may begin its numbers anew after a
quiet week, and an old key must not swallow a new message then."""
DELIVERED: Final = timedelta(days=7)
INVITES: Final = timedelta(days=30)
HANDED_OUT: Final = timedelta(days=7)
"""A copy of somebody's own data, which they have fetched by then."""
SHOWN: Final = timedelta(days=180)
"""A line of a web chat's transcript. A page keeps what it could not send for weeks, and its key has
to be known until then."""
TRIED: Final = timedelta(days=1)


async def purge(connection: Connection, now: datetime) -> int:
    """Delete what is past its time; how many rows went. Doing it twice changes nothing."""
    gone = 0
    for statement in (
        delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < now - HANDLED),
        delete(outbox).where(outbox.c.state == "sent", outbox.c.done_at < now - DELIVERED),
        delete(web_session).where(web_session.c.expires_at < now),
        delete(invite).where(invite.c.expires_at < now - INVITES),
        delete(media).where(media.c.key.like("mydata:%"), media.c.created_at < now - HANDED_OUT),
        delete(web_event).where(web_event.c.at < now - SHOWN),
        delete(attempt).where(attempt.c.last_at < now - TRIED),
    ):
        gone += (await connection.execute(statement)).rowcount
    return gone + await expire(connection, now)
