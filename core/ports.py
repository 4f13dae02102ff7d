"""Every port in one file: what the house needs from outside, and nothing about who provides it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.messages import Inbound, Reply


class Clock(Protocol):
    """The only source of now. Tests turn it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


Receive = Callable[[Inbound], Awaitable[None]]
"""Takes one inbound; returns when its step is committed, or when the inbox holds it for later."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery that happened. `message` is the channel's id, by which it can be edited later."""

    message: str | None


class Undeliverable(Exception):  # noqa: N818  (it is an outcome, not a mistake)
    """A reply that this channel will never deliver: blocked, unknown chat, refused content."""


class NotNow(Exception):  # noqa: N818
    """A reply that may go through later. `after` is in seconds; `whole_channel` if the whole
    channel has to wait and not just this address."""

    def __init__(self, reason: str, after: float | None = None, whole_channel: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.whole_channel = whole_channel


class Channel(Protocol):
    """A way to reach people. It holds no state worth keeping."""

    @property
    def name(self) -> str:
        """How conversations and the outbox name this channel, such as ``telegram`` or ``web``."""
        ...

    async def run(self, receive: Receive) -> None:
        """Hand over what comes in, until cancelled. An update is confirmed to the messenger only
        after `receive` returned; one address's inbounds are handed over in their order."""
        ...

    async def deliver(self, address: str, reply: Reply, replaces: str | None) -> Receipt:
        """Send `reply`, or change message `replaces` into it.

        Raises Undeliverable, NotNow.
        """
        ...

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the messenger that a tap arrived. Best effort: never raises."""
        ...

    async def fetch(self, file_id: str) -> bytes:
        """The content of a received file. Raises Undeliverable, NotNow."""
        ...
