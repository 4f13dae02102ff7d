"""How often one person, or one address of the network, may do something.

Each has an allowance that fills up again evenly. What nobody used for long is full, so only the
latest are remembered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from aiohttp import web

MINUTE: Final = 60.0
_REMEMBERED: Final = 10_000


class Rate:
    """`a_minute` times at once, and as often again within each minute."""

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, who: str) -> bool:
        """Take one of what `who` has left; False if nothing is."""
        now = self._now()
        left, then = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - then) * self._most / MINUTE)
        allowed = left >= 1
        self._left[who] = (left - 1 if allowed else left, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return allowed


def address_of(request: web.Request, *, proxied: bool) -> str:
    """Where a request comes from. Behind a proxy (`proxied`) the proxy says so, in the last place
    of X-Forwarded-For; without one anybody may write there what they like."""
    passed_on = request.headers.get("X-Forwarded-For", "") if proxied else ""
    return passed_on.rpartition(",")[2].strip() or request.remote or ""
