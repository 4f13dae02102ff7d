"""Webhooks: other systems are told what happens here, signed, in codes, and again until they heard.

docs/webhooks.md tells what a receiver gets. Everything beside this module is loaded when the first
webhook is there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage.policy import SYSTEM

if TYPE_CHECKING:
    from bot.webhooks.telling import Teller
    from storage.database import Database

EVERY: Final = timedelta(seconds=15)


class Webhooks:
    """Tells those who are to be told; does next to nothing where there is nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._teller: Teller | None = None

    async def tell(self) -> None:
        """Tell everybody everything whose time has come."""
        async with self._database.reading(SYSTEM, "webhooks") as uow:
            hooks = await uow.webhooks.all()
        if not hooks:
            return
        if self._teller is None:
            from bot.webhooks.telling import Teller

            self._teller = Teller(self._database)
        await self._teller.tell(hooks)
