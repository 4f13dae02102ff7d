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
        """The present moment, aware, in UTC. It may jump: somebody sets the machine's clock."""
        ...

    def monotonic(self) -> float:
        """Seconds since some beginning. They never jump, so they measure what this process alone
        waits for; they mean nothing to another process, or after a restart."""
        ...


Receive = Callable[[Inbound], Awaitable[None]]
"""Takes one inbound; returns when its step is committed, or when the inbox holds it for later."""


Screen = Callable[[Inbound], Awaitable[Inbound]]
"""Gives back an inbound as it may be kept: numbers that nobody asked for are taken out."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery that happened. `message` is the channel's id, by which it can be edited later;
    `calls` is how many messages of the messenger it took."""

    message: str | None
    calls: int = 1


class Undeliverable(Exception):  # noqa: N818  (it is an outcome, not a mistake)
    """A reply that this channel will never deliver: blocked, unknown chat, refused content. `gone`
    if nothing else will reach this address either, until its person writes again."""

    def __init__(self, reason: str, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


class NotNow(Exception):  # noqa: N818
    """A reply that may go through later. `after` is in seconds; `whole_channel` if the whole
    channel has to wait and not just this address."""

    def __init__(
        self, reason: str, after: float | None = None, whole_channel: bool = False
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.whole_channel = whole_channel


def _no_group(_address: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a messenger lets a bot write: calls a second in all; new messages a second in one
    chat, which may take `chat_burst` at once before that; calls a minute in a chat that `is_group`
    by its address."""

    per_second: float
    per_chat: float
    chat_burst: float
    group_minute: float = 20.0
    is_group: Callable[[str], bool] = _no_group


class Channel(Protocol):
    """A way to reach people. It holds no state worth keeping."""

    @property
    def name(self) -> str:
        """How conversations and the outbox name this channel, such as ``telegram`` or ``web``."""
        ...

    @property
    def pace(self) -> Pace | None:
        """How fast it may be written to; None if nobody minds."""
        ...

    async def run(self, receive: Receive) -> None:
        """Hand over what comes in, until cancelled. An update is confirmed to the messenger only
        after `receive` returned; one address's inbounds are handed over in their order."""
        ...

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        """Send `reply`, or change message `replaces` into it. `key` names this delivery: a channel
        that can tell does nothing the second time.

        Raises Undeliverable, NotNow.
        """
        ...

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the messenger that a tap arrived. Best effort: never raises."""
        ...

    async def erase(self, inbound: Inbound) -> None:
        """Take what a person sent out of the chat again. Best effort: never raises."""
        ...

    async def fetch(self, file_id: str) -> bytes:
        """The content of a received file. Raises Undeliverable, NotNow."""
        ...


class Lease(Protocol):
    """The right to something that one process has at a time, such as polling with a token."""

    @property
    def term(self) -> float:
        """Seconds that it holds without being renewed."""
        ...

    async def take(self) -> bool:
        """Take or renew it; False while another process has it."""
        ...

    async def give_up(self) -> None:
        """Let another process have it at once. Nothing happens if it is not ours."""
        ...


@dataclass(frozen=True, slots=True)
class WebSession:
    """One signed-in browser. `address` names the person's web conversation and is the same on each
    of their devices; `language` is ``zh`` or ``en``."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One line of a web conversation's transcript, in order of `seq` (rising, not gapless).

    `body` is JSON: ``{"from": "bot", "reply": <Reply>, "replaces": seq | None}`` or
    ``{"from": "person", "event": <Event>, "client_id": str}``; both with ``at`` (ISO, UTC), a
    person's also with the tapped ``message`` and its ``label``.
    """

    seq: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a person sent, as the store took it: line `seq` of their transcript, and the inbound
    whose step is still to be made, or None if it was made (or given up) before."""

    seq: int
    due: Inbound | None


class WebStore(Protocol):
    """What the web chat keeps: sign-ins, transcripts and uploads. `storage.web` provides it."""

    async def redeem(self, link_token: str) -> str | None:
        """Use up a one-time sign-in link; the secret for the cookie, or None if it is void."""
        ...

    async def guest(self) -> str:
        """Let in somebody whom nobody knows yet; the secret for the cookie."""
        ...

    async def session(self, secret: str) -> WebSession | None:
        """Who holds this cookie, or None."""
        ...

    async def sign_out(self, secret: str) -> None:
        """End the session of this cookie."""
        ...

    async def append(self, address: str, body: dict[str, object], key: str) -> int:
        """Add a line to a transcript and return its seq; the same key twice adds it once."""
        ...

    async def take(self, inbound: Inbound, body: dict[str, object]) -> Taken:
        """Add what a person sent to their transcript, and with it to the inbox until its step is
        made; the same key twice adds it once, however much later. An inbound without a `message`
        gets its line's seq."""
        ...

    async def since(self, address: str, seq: int, limit: int = 200) -> list[ChatEvent]:
        """Lines after `seq`, oldest first. `seq` -1 asks for the newest `limit` lines."""
        ...

    async def put_file(self, content: bytes, name: str, mime: str, key: str) -> str:
        """Keep an upload, encrypted; its file id. The same key twice keeps it once."""
        ...

    async def get_file(self, file_id: str) -> tuple[bytes, str, str] | None:
        """Content, name and mime of a kept file."""
        ...
