"""Numbers of days that are over, kept for an hour: who looks again does not wait again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

KEPT: Final = timedelta(hours=1)
MOST: Final = 2_000
"""What is kept at once: the oldest gives way."""


class Recent(Generic[Value]):
    """Values by key. A key names all that the value hangs on, who asks included."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[datetime, Value]] = OrderedDict()

    async def get(
        self, key: Hashable, now: datetime, make: Callable[[], Awaitable[Value]]
    ) -> Value:
        """The value of `key`, made if there is none of the last hour."""
        kept = self._kept.get(key)
        if kept and kept[0] <= now < kept[0] + KEPT:
            return kept[1]
        fresh = await make()
        self._kept[key] = (now, fresh)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return fresh
