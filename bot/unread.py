"""What a messenger handed over and nobody could read: kept, sealed, for the operator to see."""

from __future__ import annotations

from core.ids import hide_id_numbers
from core.trees import plain, with_texts
from storage.database import Database
from storage.inbox import UNREAD
from storage.policy import SYSTEM
from storage.unfit import refuses_for_good


async def keep_unread(
    database: Database, channel: str, key: str, update: object, error: str
) -> None:
    """Give it up as an inbound that is dead from the start, without ID numbers. What no database
    takes is not kept; that it was there is. Raises what the database raises when it is away."""

    async def bury(raw: dict[str, object] | None) -> None:
        async with database.unit(SYSTEM, "unread", channel) as uow:
            await uow.inbox.bury(channel, key, f"{UNREAD}: {error}", raw)

    try:
        await bury({"update": with_texts(plain(update), hide_id_numbers)})
    except Exception as refusal:
        if not refuses_for_good(refusal):
            raise
        await bury(None)
