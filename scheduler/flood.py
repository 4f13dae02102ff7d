"""How fast a messenger lets a bot write: buckets of tokens, for all chats and for each one.

Telegram's bot FAQ names about 30 messages a second in all and one a second in a chat, short bursts
aside. What can wait (digests, broadcasts) takes from a smaller bucket than answers do, so that a
broadcast to thousands never makes somebody wait who is in the middle of a form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.ports import Pace

ANSWERS_RESERVE: Final = 0.2  # the share of a messenger's pace that only answers may use
_FORGET_AT: Final = 10_000  # chats; full buckets are then dropped


@dataclass(slots=True)
class _Bucket:
    rate: float
    size: float
    tokens: float
    at: datetime

    def fill(self, now: datetime) -> None:
        passed = max((now - self.at).total_seconds(), 0.0)
        self.tokens = min(self.size, self.tokens + passed * self.rate)
        self.at = now

    def wait(self, now: datetime) -> float:
        self.fill(now)
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class Flood:
    """The pace of one channel."""

    def __init__(self, pace: Pace | None, now: datetime) -> None:
        self._pace = pace
        self._paused_until = now
        rate = pace.per_second if pace else 1.0
        later = rate * (1 - ANSWERS_RESERVE)
        self._all = _Bucket(rate, rate, rate, now)
        self._patient = _Bucket(later, later, later, now)
        self._chats: dict[int, _Bucket] = {}

    def take(self, conversation_id: int, now: datetime, *, patient: bool = False) -> float:
        """Take a token: 0 if the message may go now, else how many seconds to wait and ask again.

        `patient` messages are those that can wait for answers.
        """
        if self._pace is None or self.paused(now):
            return self.paused(now)
        buckets = [self._all, self._chat(conversation_id, now)]
        if patient:
            buckets.append(self._patient)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait == 0.0:
            for bucket in buckets:
                bucket.tokens -= 1
        return wait

    def paused(self, now: datetime) -> float:
        """How many seconds the messenger still wants to hear nothing at all."""
        return max((self._paused_until - now).total_seconds(), 0.0)

    def pause(self, now: datetime, seconds: float) -> None:
        """Write nothing at all for a while: the messenger asked for it."""
        self._paused_until = max(self._paused_until, now + timedelta(seconds=seconds))

    def _chat(self, conversation_id: int, now: datetime) -> _Bucket:
        found = self._chats.get(conversation_id)
        if found is None:
            assert self._pace is not None
            if len(self._chats) >= _FORGET_AT:
                self._forget(now)
            size = self._pace.chat_burst
            found = _Bucket(self._pace.per_chat, size, size, now)
            self._chats[conversation_id] = found
        return found

    def _forget(self, now: datetime) -> None:
        for key, bucket in list(self._chats.items()):
            bucket.fill(now)
            if bucket.tokens >= bucket.size:
                del self._chats[key]
