"""Numbers that take long to count, kept for a while: who looks again does not wait again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

KEPT: Final = timedelta(hours=1)
"""How long numbers of days that are over are kept."""
MANY: Final = 20_000
"""From so many duties on, numbers that may still change are kept as well, for `A_WHILE`; fewer are
counted anew each time. A township has fewer."""
A_WHILE: Final = timedelta(minutes=1)

_MOST: Final = 2_000
"""What is kept at once: the oldest gives way."""


class Recent(Generic[Value]):
    """Values by key. A key names all that the value hangs on, who asks included."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[datetime, datetime, Value]] = OrderedDict()

    async def get(
        self,
        key: Hashable,
        now: datetime,
        make: Callable[[], Awaitable[Value]],
        counted: Callable[[Value], int] | None = None,
    ) -> Value:
        """The value of `key`, made if none is kept. One that may still change says by `counted` how
        many duties it was counted from."""
        if key in self._kept:
            since, until, value = self._kept[key]
            if since <= now < until:
                return value
        fresh = await make()
        if counted is None or counted(fresh) >= MANY:
            self._kept[key] = (now, now + (A_WHILE if counted else KEPT), fresh)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return fresh
