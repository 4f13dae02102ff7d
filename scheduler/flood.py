"""How fast a messenger lets a bot write: buckets of tokens, for all chats and for each one.

Telegram's bot FAQ names about 30 messages a second in all and one a second in a chat, short bursts
aside, and 20 a minute in a group. What can wait (digests, broadcasts) takes from a smaller bucket
than answers do, so that a broadcast to thousands never makes somebody wait who is in the middle of
a form. Several processes with one bot have the pace of one between them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from core.ports import Pace

ANSWERS_RESERVE: Final = 0.2  # the share of a messenger's pace that only answers may use
SEVERAL: Final = 3
"""So many chats that are refused in a row, with none served in between, mean the whole bot."""
_TOGETHER: Final = 10.0  # seconds within which they are refused
_FORGET_AT: Final = 10_000  # chats; full buckets are then dropped


@dataclass(slots=True)
class _Bucket:
    rate: float
    size: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        passed = max(now - self.at, 0.0)
        self.tokens = min(self.size, self.tokens + passed * self.rate)
        self.at = now

    def resize(self, rate: float) -> None:
        """From now on `rate` tokens a second, and those of one second at most, but one at least."""
        self.rate, self.size = rate, max(rate, 1.0)
        self.tokens = min(self.tokens, self.size)

    def wait(self, now: float) -> float:
        self.fill(now)
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class Flood:
    """The pace of one channel, as far as this process may use it. `now` is `Clock.monotonic`
    throughout: a pause lasts as long as it was asked for, whatever becomes of the time of day."""

    def __init__(self, pace: Pace | None, now: float) -> None:
        self._pace = pace
        self._paused_until = now
        rate = pace.per_second if pace else 1.0
        later = rate * (1 - ANSWERS_RESERVE)
        self._all = _Bucket(rate, rate, rate, now)
        self._patient = _Bucket(later, later, later, now)
        self._chats: dict[int, _Bucket] = {}
        self._refused: OrderedDict[int, float] = OrderedDict()

    def take(
        self,
        conversation_id: int,
        now: float,
        *,
        address: str = "",
        patient: bool = False,
        edit: bool = False,
    ) -> float:
        """Take a token: 0 if the message may go now, else how many seconds to wait and ask again.

        `patient` messages are those that can wait for answers. An `edit` is no new message to a
        person, but in a group and for all chats together it counts like one.
        """
        if self._pace is None or self.paused(now):
            return self.paused(now)
        buckets = self._buckets(self._pace, conversation_id, now, address, edit)
        if patient:
            buckets.append(self._patient)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait == 0.0:
            for bucket in buckets:
                bucket.tokens -= 1
        return wait

    def spend(
        self, conversation_id: int, now: float, calls: int, *, address: str = "", edit: bool
    ) -> None:
        """Take the tokens of `calls` more that a message needed: what comes next waits longer."""
        if self._pace is not None:
            for bucket in self._buckets(self._pace, conversation_id, now, address, edit):
                bucket.fill(now)
                bucket.tokens -= calls

    def share(self, processes: int) -> None:
        """Use no more of the pace than is due to one of so many processes. A chat's messages mostly
        come from one of them, so its own pace stays."""
        rate = (self._pace.per_second if self._pace else 1.0) / processes
        self._all.resize(rate)
        self._patient.resize(rate * (1 - ANSWERS_RESERVE))

    def served(self) -> None:
        """A message went through: the messenger does not refuse the whole bot."""
        self._refused.clear()

    def refused(self, conversation_id: int, now: float, seconds: float) -> None:
        """The messenger wants to hear nothing for a chat for so long. Several chats in a row stand
        for all of them."""
        self._refused[conversation_id] = now
        self._refused.move_to_end(conversation_id)
        while next(iter(self._refused.values())) < now - _TOGETHER:
            self._refused.popitem(last=False)
        if len(self._refused) >= SEVERAL:
            self.pause(now, seconds)

    def paused(self, now: float) -> float:
        """How many seconds the messenger still wants to hear nothing at all."""
        return max(self._paused_until - now, 0.0)

    def pause(self, now: float, seconds: float) -> None:
        """Write nothing at all for a while: the messenger asked for it."""
        self._paused_until = max(self._paused_until, now + seconds)

    def _buckets(
        self, pace: Pace, conversation_id: int, now: float, address: str, edit: bool
    ) -> list[_Bucket]:
        group = pace.is_group(address)
        if edit and not group:
            return [self._all]
        return [self._all, self._chat(pace, conversation_id, now, group)]

    def _chat(self, pace: Pace, conversation_id: int, now: float, group: bool) -> _Bucket:
        found = self._chats.get(conversation_id)
        if found is None:
            if len(self._chats) >= _FORGET_AT:
                self._forget(now)
            rate, size = pace.per_chat, pace.chat_burst
            if group:  # half of a minute's at once and half in that minute are no more than all
                rate, size = pace.group_minute / 120, pace.group_minute / 2
            found = _Bucket(rate, size, size, now)
            self._chats[conversation_id] = found
        return found

    def _forget(self, now: float) -> None:
        for key, bucket in list(self._chats.items()):
            bucket.fill(now)
            if bucket.tokens >= bucket.size:
                del self._chats[key]
