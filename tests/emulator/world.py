"""What Telegram knows: chats, messages, files, taps, and the updates that wait for the bot."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.emulator.faults import Refusal, bad_request
from tests.emulator.params import Sent

Json = dict[str, Any]

# Telegram leaves these out unless they are asked for.
_NOT_BY_DEFAULT: Final = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Chat:
    """One chat. `messages` are as the Bot API shows them now; `events` are copies of the bot's
    messages at each sending and edit, and `news` is set at each; `fixed` are those that can't be
    edited any more; `moved_to` is the supergroup that a group has become."""

    info: Json
    opened: bool = False
    blocked: bool = False
    moved_to: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    fixed: set[int] = field(default_factory=set)
    keyboard: Json | None = None

    @property
    def private(self) -> bool:
        return bool(self.info["type"] == "private")

    def show(self, message: Json) -> Json:
        """Let those in the chat see a message of the bot's as it is now; a copy of it."""
        self.events.append(copy.deepcopy(message))
        self.news.set()
        return copy.deepcopy(message)


@dataclass(slots=True)
class Tapped:
    """A callback query until it is answered."""

    user_id: int
    answered: bool = False


@dataclass(slots=True)
class World:
    bot: Json
    now: Callable[[], float] = time.time
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, tuple[str, Sent]] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    taps: dict[str, Tapped] = field(default_factory=dict)
    toasts: list[tuple[int, str]] = field(default_factory=list)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _message: int = 100
    _update: int = 700_000
    _serial: int = 0

    async def notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    def message(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A new message in a chat."""
        self._message += 1
        message: Json = {
            "message_id": self._message,
            "from": sender,
            "chat": chat.info,
            "date": int(self.now()),
        }
        message |= content
        chat.messages[self._message] = message
        return message

    def push(self, kind: str, payload: Json) -> None:
        """Queue an update, if the bot wants this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if wanted:
            self._update += 1
            self.updates.append({"update_id": self._update, kind: copy.deepcopy(payload)})

    def keep(self, kind: str, sent: Sent) -> Json:
        """Store a file; the fields that every file object has."""
        number = self.serial()
        file_id = f"BQACAgIAAxkB{number:06d}{kind}"
        self.files[file_id] = (f"{kind}s/file_{number}", sent)
        return {
            "file_id": file_id,
            "file_unique_id": f"AgAD{number:06d}",
            "file_size": len(sent.content),
        }

    def reachable(self, chat_id: str) -> Chat:
        """The chat that a bot names, if it may write there. Raises Refusal."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None or not chat.opened:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        return chat
