"""Queued messages that take long to make: made beside the chat when they are sent, from what the
tables hold then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.messages import Reply
from handlers.turn import House
from scheduler.courier import Make
from storage.database import Database
from storage.outbox import Parcel

TABLE: Final = "table"
"""The kind of a queued file of a month."""


def made(database: Database, house: House) -> Mapping[str, Make]:
    """Who makes the messages of which kind; loaded with the first of them."""

    async def table(parcel: Parcel) -> Reply | None:
        from handlers import supervising_files

        return await supervising_files.make(database, house, parcel)

    return {TABLE: table}
